import { parsePlanting } from '../../../src/io/demo/planting/parse.ts';
import { demoPorts } from '../../../src/io/demo/ports.ts';
import { createWorld, type World } from '../../../src/io/demo/world/world.ts';
import type { Ports } from '../../../src/io/ports/ports.ts';
import { NOW } from '../../support/fake-ports.ts';

const HEAD = `- id: planted
  layer: cluster
  title: A title
  symptom: what is seen
`;

function incidentOf(body: string) {
  const [incident] = parsePlanting(HEAD + body, { file: 'test.yaml' });
  return incident!;
}

/** The world of an incident whose sections are given, indented by two. */
export function plantWorld(body: string): World {
  return createWorld(incidentOf(body), NOW);
}

export function plantPorts(body: string): Promise<Ports> {
  return demoPorts({ incident: incidentOf(body), now: NOW });
}

export const never = new AbortController().signal;
