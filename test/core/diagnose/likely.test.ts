import { deepStrictEqual } from 'node:assert/strict';
import { likelyPlaybooks } from '../../../src/core/diagnose/likely.ts';
import type { Diagnosis } from '../../../src/core/model/diagnosis.ts';

const PLAYBOOKS = [
  { id: 'by-finding', explainedBy: ['CERT_EXPIRED'], causes: [] },
  { id: 'by-cause', explainedBy: [], causes: [{ code: 'DNS_REFUSED' }, { code: 'CERT_EXPIRED' }] },
  { id: 'by-nothing', explainedBy: ['KEY_MISMATCH'], causes: [] },
];
const coded = (codes: readonly string[]) => codes.map((code) => ({ code }));
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
