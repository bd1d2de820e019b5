import type { CodeDefinition, Severity } from '../../model/finding.ts';
import { manualStep } from '../../model/step.ts';
import { rfc3339 } from '../../view/time.ts';
import { restartControllers } from '../controller-steps.ts';
import { draft } from '../draft.ts';
import { frontOf } from '../fronts.ts';
import { coversHost } from '../host-names.ts';
import { type HostAnswer, type HostPicture, hostPictures, isStored } from '../hosts.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { isFallback } from '../serving.ts';
import { list } from '../words.ts';

const REPLICAS_DIFFER: CodeDefinition = {
  code: 'REPLICAS_DIFFER',
  severity: 'warning',
  title: 'the replicas behind a host show different certificates',
  meaning:
    'The same name was asked for several times, and the answers were not the same certificate: one replica, or one address, has not taken over what the others serve, or two Secrets compete for the host. Clients fail now and then, and a single look from outside may miss it.',
  prove: [
    'for i in $(seq 20); do openssl s_client -connect ADDRESS:443 -servername HOST </dev/null 2>/dev/null | openssl x509 -noout -serial; done | sort | uniq -c: more than one serial',
    'kubectl -n NS port-forward pod/REPLICA 8443:443, and the same against 127.0.0.1:8443, for each replica',
  ],
  fix: ['restart the replica that is behind', 'where two Secrets compete, leave one of them'],
  prevent: ['probe every replica, not only the address before them'],
  source: 'kubernetes/ingress-nginx#9451; traefik/traefik#8090',
  since: '0.1.0',
};

export const replicasDiffer: Check = {
  id: 'replicas-differ',
  title: 'all replicas show the same certificate for a host',
  codes: [REPLICAS_DIFFER],
  applies: ({ inventory }) => hostPictures(inventory).some(({ answers }) => answers.length > 0),
  run: (input) => {
    const differing = hostPictures(input.inventory).flatMap((picture) => disagreement(input, picture) ?? []);
    return [...Map.groupBy(differing, alike).values()].flatMap(([first, ...others]) =>
      first ? [report(input, first, others)] : [],
    );
  },
};

/** The answers of one host, the odd ones first. */
interface Disagreement {
  readonly picture: HostPicture;
  readonly odd: readonly [HostAnswer, ...HostAnswer[]];
  readonly rest: readonly HostAnswer[];
}

function disagreement({ inventory }: CheckInput, picture: HostPicture): Disagreement | undefined {
  const answers = picture.answers.filter(({ served }) => frontOf(inventory, served.placement.ref) === undefined);
  const chains = Map.groupBy(answers, ({ served }) => served.leaf.sha256);
  if (chains.size < 2 || areApart(picture, answers)) return undefined;
  const [first, ...odd] = [...chains.values()].toSorted((a, b) => rank(picture, a) - rank(picture, b));
  const [one, ...more] = odd.toReversed().flat();
  return one && { picture, odd: [one, ...more], rest: first ?? [] };
}

/** Controllers with addresses and Secrets of their own, an internal and an external one, may each be right. */
function areApart(picture: HostPicture, answers: readonly HostAnswer[]): boolean {
  return answers.every(({ way, served }) => way.answers.length === 1 && isStored(picture, served));
}

/** What is stored and lasts longest is taken for right. */
function rank(picture: HostPicture, [answer]: readonly HostAnswer[]): number {
  const { served } = answer as HostAnswer;
  return isFallback(served.leaf) ? Infinity : (isStored(picture, served) ? -1e15 : 0) - served.leaf.notAfter;
}

/** The same certificates at the same addresses are one matter for all hosts. */
function alike({ odd, rest }: Disagreement): string {
  return [...odd, ...rest].map(({ way, served }) => `${way.address} ${served.leaf.sha256}`).join(' ');
}

function report(input: CheckInput, { picture, odd, rest }: Disagreement, others: readonly Disagreement[]): Draft {
  const { inventory } = input;
  const [{ served }] = odd;
  const hosts = [picture, ...others.map((one) => one.picture)].map(({ host }) => host);
  const all = [...odd, ...rest];
  const objects = [...new Set(all.flatMap(({ way }) => way.objects))];
  const refs = [...new Set([...all, ...others.flatMap((one) => [...one.odd, ...one.rest])].map(placeOf))];
  return draft(REPLICAS_DIFFER, {
    severity: severityOf(input, picture, odd),
    layer: 'ingress',
    placement: served.placement.ref,
    also: [...refs.filter((ref) => ref !== served.placement.ref), ...objects],
    message: `${whereOf(all)} ${all.length > 1 && doorsOf(all).length > 1 ? 'show' : 'shows'} different certificates for ${list(hosts)}: ${list(all.map((one) => sentence(picture, one)))}`,
    evidence: all.map((one) =>
      inventory.evidence(
        one.way.seen,
        `${placeOf(one)}: ${sentence(picture, one)}, of ${one.way.asked} ${one.way.asked === 1 ? 'answer' : 'answers'}`,
      ),
    ),
    impact: `clients of ${list(hosts)} meet the wrong one now and then, whichever replica answers`,
    fix: [
      manualStep('see', 'see which replica is behind', ['kubectl', 'certs', 'layers', picture.host, '-o', 'wide']),
      ...restartControllers(inventory, objects),
    ],
    causes: [
      ...picture.claims.map(({ object }) => ({ code: 'HOST_CLAIMED_TWICE', placement: object })),
      ...picture.stored.map(({ placement }) => ({ code: 'KEY_MISMATCH', placement: placement.ref })),
    ],
  });
}

function placeOf({ served }: HostAnswer): string {
  return served.placement.ref;
}

function doorsOf(answers: readonly HostAnswer[]): string[] {
  return [...new Set(answers.map(({ way }) => way.pod ?? way.address))];
}

function whereOf(answers: readonly HostAnswer[]): string {
  return list(doorsOf(answers));
}

function sentence(picture: HostPicture, { served }: HostAnswer): string {
  const { serialNumber, notAfter } = served.leaf;
  const what = isFallback(served.leaf)
    ? "a controller's stand-in"
    : isStored(picture, served)
      ? 'as stored'
      : 'not stored';
  return `serial ${serialNumber} (ends ${rfc3339(notAfter)}, ${what})`;
}

function severityOf({ now }: CheckInput, { host }: HostPicture, odd: readonly HostAnswer[]): Severity {
  const isBad = ({ served: { leaf } }: HostAnswer) =>
    leaf.notAfter < now || isFallback(leaf) || !coversHost(leaf, host);
  return odd.some(isBad) ? 'critical' : 'warning';
}
