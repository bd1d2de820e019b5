import { type Strangers, strangers } from '../check/mesh-callers.ts';
import { isClosed } from '../check/mesh-guarded.ts';
import { list } from '../check/words.ts';
import { leavesUnknown } from '../model/coverage.ts';
import type { MeshCaSource } from '../model/facts.ts';
import type { Inventory } from '../snapshot/inventory.ts';
import { type Group, groupsOf, MOST_ROWS, type MtlsViewOptions } from './mtls-groups.ts';
import type { Note } from './section.ts';
import { count } from './text.ts';

/** Who could call without an identity, and how far what is said reaches. */
export function mtlsNotes(inventory: Inventory, options: MtlsViewOptions): Note[] {
  const groups = groupsOf(inventory, options);
  const left = groups.length - MOST_ROWS;
  return [
    ...(groups.length > 0 ? [...authorityNotes(inventory), ...unreadCallers(inventory)] : []),
    ...(left > 0
      ? [{ tone: 'muted' as const, text: `${count(left, 'more group')} of workloads (-o json lists them)` }]
      : []),
    ...(['istio', 'linkerd'] as const).flatMap((mesh) => {
      const own = groups.filter(({ first }) => first.mesh === mesh);
      return own.length > 0 ? strangersNote(inventory, mesh, own) : [];
    }),
  ];
}

function strangersNote(inventory: Inventory, mesh: Strangers['mesh'], groups: readonly Group[]): Note[] {
  const own = strangers(inventory).filter((one) => one.mesh === mesh);
  const closed = groups.filter(({ first }) => isClosed(first.mode)).reduce((sum, one) => sum + one.workloads.length, 0);
  // What is not closed can be under STRICT with one policy; of Linkerd each workload has to be asked for it.
  if (own.length === 0 || (mesh === 'linkerd' && closed === 0)) return [];
  const all = groups.reduce((sum, one) => sum + one.workloads.length, 0);
  const pods = own.reduce((sum, one) => sum + one.pods, 0);
  const where = list(
    own.map((one) => `${one.namespace} ${one.pods}`),
    5,
  );
  const name = mesh === 'istio' ? 'Istio' : 'Linkerd';
  const refuse =
    closed > 0
      ? `${closed} of ${count(all, 'workload')} of ${name} refuse`
      : `under STRICT, ${count(all, 'workload')} of ${name} would refuse`;
  const text = `${refuse} ${count(pods, 'Pod')} without an identity, if they call: ${where}; no traffic was seen, and NetworkPolicies were not looked at`;
  return [{ tone: 'muted', text }];
}

/** Where each control plane's certificates for workloads come from. */
function authorityNotes(inventory: Inventory): Note[] {
  return inventory.facts('meshControlPlane').map(({ namespace, name, revision, version, caSource, caEvidence }) => {
    const who = [
      `${namespace}/${name}`,
      ...(revision === undefined ? [] : [`revision ${revision}`]),
      ...(version === undefined ? [] : [version]),
    ];
    const text = `the CA of ${who.join(', ')} is ${CA_TITLES[caSource]}${caEvidence === undefined ? '' : `: ${caEvidence}`}`;
    return { tone: caSource === 'unknown' ? 'unknown' : 'muted', text };
  });
}

const CA_TITLES: Readonly<Record<MeshCaSource, string>> = {
  'self-signed': 'its own, self-signed',
  'plugged-in': 'plugged in',
  'cert-manager': 'plugged in, and renewed by cert-manager',
  'istio-csr': 'istio-csr',
  'kubernetes-csr': 'a signer of CertificateSigningRequests',
  spire: 'SPIRE',
  external: 'another one',
  unknown: 'not known',
};

/** Sources that name callers, as words. */
const CALLERS: Readonly<Record<string, string>> = {
  ingresses: 'Ingresses',
  'mesh-services': 'Services',
  cabundles: 'webhooks and APIServices',
};

/** Whose calls are not known, since what would name them was not read, or not asked. */
function unreadCallers({ snapshot }: Inventory): Note[] {
  if (snapshot.scope.layers.length === 0) return [];
  const unread = Object.entries(CALLERS).flatMap(([source, words]) => {
    const readings = snapshot.coverage.filter((reading) => reading.source === source);
    return readings.length === 0 || readings.some(({ state }) => leavesUnknown(state)) ? [words] : [];
  });
  if (unread.length === 0) return [];
  return [{ tone: 'muted', text: `${list(unread)} were not read: callers that they would name are not listed` }];
}
