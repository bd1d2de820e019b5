import { type PlainCaller, strangers } from '../check/mesh-callers.ts';
import type { GuardedWorkload } from '../check/mesh-guarded.ts';
import { list } from '../check/words.ts';
import type { Inventory } from '../snapshot/inventory.ts';
import { type Group, groupsOf, MOST_ROWS, type MtlsViewOptions } from './mtls-groups.ts';
import type { Column, Row, Section } from './section.ts';

/** Entries of each of the document's lists. */
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
  rule: 'clients that follow',
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
