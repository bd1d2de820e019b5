import assert from 'node:assert/strict';
import { check } from '../../src/core/check/check.ts';
import type { Finding } from '../../src/core/model/finding.ts';
import { DEFAULT_POLICY } from '../../src/core/model/policy.ts';
import { takeInventory } from '../../src/core/snapshot/inventory.ts';
import type { ExpectedFinding, Incident } from '../../src/io/demo/planting/form.ts';
import { seenFrom } from '../../src/io/demo/planting/node-view.ts';
import { corpusOf, forbiddenIn, missingFrom, probesOf } from '../support/corpus.ts';
import { useOwnBed } from '../testbed/fixture.ts';
import { asPlanted, lookAtBed } from '../testbed/look.ts';
import { plant } from '../testbed/plant.ts';

const PLANT_WITHIN_MS = 180_000;
/** A request counts as waiting after five minutes, and those of the bed are new: all is judged a little later. */
const LATER_MS = 10 * 60_000;
const BY_AGE = new Set(['CSR_PENDING']);

/** What of the corpus the bed cannot show, and why: the rest is found on it. */
const NOT_ON_THE_BED: readonly (readonly [codeAndPlacement: RegExp, why: string])[] = [
  [/ file:\/var\/lib\/rancher\//, "other distributions' files are read at / alone"],
  [/ file:\/certs\//, 'files that command lines name are read at / alone'],
  [/^KUBECONFIG_WRONG_IDENTITY /, 'files that a kubeconfig names are read at / alone'],
  [/^CSR_NOT_ISSUED /, "the bed's own controller-manager signs what is approved"],
  [/^CA_DRIFT /, 'what is published is compared with files in /etc/kubernetes itself alone'],
  [/ kubeconfig:\/etc\/cni\//, "the CNI's own folder is not read beside a folder that is given"],
  [/^KUBELET_CLIENT_CA_STALE /, "the kubelet's own folder is not read beside a folder that is given"],
  [/^KUBELET_CONF_EMBEDDED /, "the kubelet's own folder is not read beside a folder that is given"],
];

interface Seen {
  readonly findings: readonly Pick<Finding, 'code' | 'placement'>[];
  readonly skipped: readonly string[];
}

describe('the cluster layer of the corpus on a real API server', function () {
  this.timeout(PLANT_WITHIN_MS);
  const bed = useOwnBed('core');

  /** By the names of the demo. What only time has made of an object is judged later. */
  async function seen(incident: Incident): Promise<Seen> {
    const planted = await plant(bed, incident);
    const snapshot = await lookAtBed(planted, { probes: probesOf(incident) });
    const inventory = takeInventory(snapshot);
    const now = Date.parse(snapshot.takenAt);
    const name = asPlanted(planted);
    const findings = [
      ...check(inventory, DEFAULT_POLICY, now).findings,
      ...check(inventory, DEFAULT_POLICY, now + LATER_MS).findings.filter(({ code }) => BY_AGE.has(code)),
    ].map(({ code, placement }) => ({ code, placement: name(placement) }));
    return { findings, skipped: planted.skipped };
  }

  for (const incident of corpusOf('cluster')) {
    const expected = incident.expect?.findings ?? [];
    for (const from of new Set([undefined, ...expected.map((finding) => finding.from)])) {
      it(titleOf(incident, expected, from), async () => {
        const { findings, skipped } = await seen(from === undefined ? incident : seenFrom(incident, from));
        const wanted = expected.filter((finding) => finding.from === from && reasonAgainst(finding) === undefined);
        assert.deepEqual(missingFrom(findings, wanted), []);
        assert.deepEqual(forbiddenIn(findings, incident), []);
        const hasLogs = incident.logs?.some(({ pod }) => pod !== undefined);
        assert.deepEqual(skipped, hasLogs ? ['logs of Pods: kwok is not up'] : []);
      });
    }
  }
});

function titleOf({ id }: Incident, expected: readonly ExpectedFinding[], from: string | undefined): string {
  const own = expected.filter((finding) => finding.from === from);
  const reasons = [...new Set(own.flatMap((finding) => reasonAgainst(finding) ?? []))];
  return `${id}${from === undefined ? '' : `, seen from ${from}`}${reasons.length > 0 ? ` (${reasons.join('; ')})` : ''}`;
}

function reasonAgainst({ code, placement = '' }: ExpectedFinding): string | undefined {
  return NOT_ON_THE_BED.find(([pattern]) => pattern.test(`${code} ${placement}`))?.[1];
}
