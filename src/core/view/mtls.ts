import { type PlainCaller, plainCallers, type Strangers, strangers } from '../check/mesh-callers.ts';
import { type GuardedWorkload, guardedWorkloads, isClosed } from '../check/mesh-guarded.ts';
import { list } from '../check/words.ts';
import type { MeshCaSource } from '../model/facts.ts';
import type { Inventory } from '../snapshot/inventory.ts';
import type { Column, Note, Row, Section } from './section.ts';
import { count } from './text.ts';

export interface MtlsViewOptions {
  /** Only namespaces that one of these refs is in; undefined: all. */
  readonly selected?: ReadonlySet<string> | undefined;
}

/** Workloads of one namespace that let in the same callers by the word of the same object. */
interface Group {
  readonly first: GuardedWorkload;
  readonly workloads: readonly GuardedWorkload[];
  /** Those who are known to call one of them, and have no identity. */
  readonly callers: readonly PlainCaller[];
}

/** Rows of the table, and entries of the document's lists. */
const MOST_ROWS = 60;
const MOST_ENTRIES = 500;

const COLUMNS: readonly Column[] = [
  { header: 'MESH' },
  { header: 'NAMESPACE' },
  { header: 'MODE' },
  { header: 'WORKLOADS' },
  { header: 'CALLERS WITHOUT IDENTITY' },
  { header: 'BY', wide: true },
];

/** Whom workloads of a mesh let in, by namespace, and which callers they refuse or would refuse under STRICT. */
export function mtlsSection(inventory: Inventory, options: MtlsViewOptions): Section {
  const groups = groupsOf(inventory, options);
  const eventful = groups.filter(({ callers }) => callers.length > 0);
  const quiet = groups.filter(({ callers }) => callers.length === 0);
  return { title: 'mTLS', columns: COLUMNS, rows: [...eventful, ...quiet].slice(0, MOST_ROWS).map(rowOf) };
}

function rowOf({ first, workloads, callers }: Group): Row {
  const { mesh, namespace, mode, by, unknown, ports } = first;
  const odd = [...Object.entries(ports).map(([port, other]) => `${port}: ${other}`), ...pastOf(first)];
  const names = list(workloads.map(({ name }) => name.split('/').at(-1)!));
  const refused = callers.some(({ reception }) => reception === 'refused');
  return {
    cells: [
      mesh,
      namespace,
      [mode ?? `unknown: ${unknown}`, ...odd].join(', '),
      `${workloads.length} (${names})`,
      callersOf(callers),
      by ?? 'default',
    ],
    ...(refused ? { tone: 'warning' as const } : mode === undefined ? { tone: 'unknown' as const } : {}),
  };
}

/** Ports that the mode does not hold for. */
function pastOf({ pods: [pod] }: GuardedWorkload): string[] {
  const { skipsInbound, onlyInbound, opaque } = pod?.mesh?.traffic ?? {};
  return [
    ...(skipsInbound === undefined ? [] : [`past the proxy: ${skipsInbound}`]),
    ...(onlyInbound === undefined ? [] : [`past the proxy: all but ${onlyInbound || 'none'}`]),
    ...(opaque === undefined ? [] : [`opaque: ${opaque}`]),
  ];
}

const RECEPTIONS = [
  ['refused', 'refused: '],
  ['refused-under-strict', 'let in, refused under STRICT: '],
  ['unknown', 'unknown whether let in: '],
] as const;

function callersOf(callers: readonly PlainCaller[]): string {
  const parts = RECEPTIONS.flatMap(([reception, words]) => {
    const own = callers.filter((caller) => caller.reception === reception);
    return own.length > 0 ? [`${words}${list([...new Set(own.map(nameOf))])}`] : [];
  });
  return parts.length > 0 ? parts.join('; ') : 'none by configuration';
}

function nameOf({ kind, from, port }: PlainCaller): string {
  return `${TITLES[kind]} ${from}${port === undefined ? '' : ` (port ${port})`}`;
}

const TITLES: Readonly<Record<PlainCaller['kind'], string>> = {
  ingress: 'by',
  'api-server': 'the API server for',
  kubelet: 'the kubelet for',
  outside: 'who comes by',
};

/** Who could call without an identity, and how far what is said reaches. */
export function mtlsNotes(inventory: Inventory, options: MtlsViewOptions): Note[] {
  const groups = groupsOf(inventory, options);
  const left = groups.length - MOST_ROWS;
  return [
    ...(groups.length > 0 ? authorityNotes(inventory) : []),
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

/** The same for a document. Undefined where no workload has an identity of a mesh. */
export function mtlsDocument(inventory: Inventory, options: MtlsViewOptions): object | undefined {
  const groups = groupsOf(inventory, options);
  if (groups.length === 0) return undefined;
  const callers = groups.flatMap((group) => group.callers);
  return {
    controlPlanes: inventory.facts('meshControlPlane').map(({ seen: _seen, ...fact }) => fact),
    workloads: groups.slice(0, MOST_ENTRIES).map(({ first, workloads }) => ({
      mesh: first.mesh,
      namespace: first.namespace,
      ...(first.mode !== undefined && { mode: first.mode }),
      ...(first.by !== undefined && { by: first.by }),
      ...(first.unknown !== undefined && { unknown: first.unknown }),
      ports: first.ports,
      ...(first.pods[0]?.mesh?.traffic && { traffic: first.pods[0].mesh.traffic }),
      count: workloads.length,
      names: workloads.slice(0, MOST_ENTRIES).map(({ name }) => name),
    })),
    callersWithoutIdentity: callers.slice(0, MOST_ENTRIES).map(({ kind, from, to, port, service, reception, why }) => ({
      kind,
      from,
      to: `${to.namespace}/${to.name}`,
      ...(service !== undefined && { service }),
      ...(port !== undefined && { port }),
      reception,
      why,
    })),
    podsWithoutIdentity: strangers(inventory)
      .slice(0, MOST_ENTRIES)
      .map(({ mesh, namespace, pods, examples }) => ({ mesh, namespace, pods, examples })),
  };
}

function groupsOf(inventory: Inventory, { selected }: MtlsViewOptions): Group[] {
  const callers = Map.groupBy(plainCallers(inventory), ({ to }) => to);
  const namespaces = selected && new Set([...selected].flatMap((ref) => /^[a-z]+\/([^/#]+)\//.exec(ref)?.[1] ?? []));
  const shown = guardedWorkloads(inventory).filter(({ namespace }) => namespaces?.has(namespace) ?? true);
  const key = ({ mesh, namespace, mode, by, ports, unknown, pods }: GuardedWorkload) =>
    JSON.stringify([mesh, namespace, mode, mesh === 'istio' ? by : undefined, ports, unknown, pods[0]?.mesh?.traffic]);
  return [...Map.groupBy(shown, key).values()].map((workloads) => ({
    first: workloads[0]!,
    workloads,
    callers: workloads.flatMap((workload) => callers.get(workload) ?? []).filter((one) => one.reception !== 'let-in'),
  }));
}
