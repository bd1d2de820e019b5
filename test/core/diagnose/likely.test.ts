import { deepStrictEqual } from 'node:assert/strict';
import { likelyPlaybooks } from '../../../src/core/diagnose/likely.ts';
import type { Diagnosis } from '../../../src/core/model/diagnosis.ts';

const PLAYBOOKS = [
  { id: 'by-finding', layer: 'ingress', explainedBy: ['CERT_EXPIRED'], causes: [] },
  { id: 'by-cause', layer: 'ingress', explainedBy: [], causes: [{ code: 'DNS_REFUSED' }, { code: 'CERT_EXPIRED' }] },
  { id: 'by-nothing', layer: 'ingress', explainedBy: ['KEY_MISMATCH'], causes: [] },
  { id: 'of-another-layer', layer: 'mesh', explainedBy: ['CERT_EXPIRED'], causes: [] },
] as const;
const coded = (codes: readonly string[]) => codes.map((code) => ({ code, layer: 'ingress' }));
const state = (root: readonly string[], other: readonly string[] = []) =>
  ({ rootCauses: coded(root), otherCauses: coded(other) }) as unknown as Diagnosis;

describe('symptoms that a state makes likely', () => {
  for (const [title, diagnosis, ids] of [
    ['are those that a root cause explains', state(['CERT_EXPIRED']), ['by-finding', 'by-cause']],
    ['come in the order of the causes, each once', state(['DNS_REFUSED', 'CERT_EXPIRED']), ['by-cause', 'by-finding']],
    ['may come from what is no certificate', state([], ['DNS_REFUSED']), ['by-cause']],
    ['are none where nothing is wrong', state([]), []],
  ] as const) {
    it(title, () => deepStrictEqual(likelyPlaybooks(diagnosis, PLAYBOOKS), ids));
  }
});
