import { onTheBed } from '../testbed/corpus.ts';

onTheBed({ layer: 'mesh', kwok: true, byAge: new Set(), notOnTheBed: [] });
