import { onTheBed } from '../testbed/corpus.ts';

onTheBed({ layer: 'ingress', byAge: new Set(), notOnTheBed: [] });
