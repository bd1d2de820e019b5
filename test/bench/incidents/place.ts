import type { Incident } from '../../../src/io/demo/planting/form.ts';

/** Where an incident is planted. */
export interface Place {
  readonly loader: 'bed' | 'demo';
  /** What of it the bed cannot hold as it is told. */
  readonly why?: string;
  /** Logs and ports of its Pods answer through kwok. */
  readonly needsKwok: boolean;
}

/**
 * The bed's real API server, or, for what would be lost there, the demo's ports: the bed has the machine's own
 * processes, clock and root folder.
 */
export function placeOf(incident: Incident): Place {
  const why = LOST_ON_THE_BED.find(({ holds }) => holds(incident))?.why;
  const loader = why === undefined ? 'bed' : 'demo';
  return { loader, needsKwok: needsKwok(incident), ...(why !== undefined && { why }) };
}

interface Loss {
  readonly why: string;
  holds(incident: Incident): boolean;
}

/** In the order in which they are told: one is enough. */
const LOST_ON_THE_BED: readonly Loss[] = [
  { why: 'its API server is of another version', holds: ({ version }) => version !== undefined },
  { why: 'it has a clock of its own', holds: ({ now }) => now !== undefined },
  {
    why: 'files of a node beyond /etc/kubernetes are read at / alone',
    holds: (incident) => filesOf(incident).some((path) => !path.startsWith('/etc/kubernetes/')),
  },
  {
    why: 'files that a kubeconfig names are read at / alone',
    holds: ({ files = {} }) => Object.values(files).some(({ content = '' }) => NAMES_A_FILE.test(content)),
  },
  {
    why: 'what is published is compared with files in /etc/kubernetes itself alone',
    holds: (incident) => filesOf(incident).length > 0 && (incident.objects ?? []).some(isPublishedCa),
  },
  {
    why: 'processes are seen beside those of the machine',
    holds: ({ processes = [] }) => processes.length > 0,
  },
  {
    why: "the kubelet's own files, beside what its unit says, are read at / alone",
    holds: ({ logs = [] }) => logs.some(({ unit }) => unit !== undefined),
  },
  { why: 'a request that waits is new there', holds: ({ objects = [] }) => objects.some(isWaitingRequest) },
];

const NAMES_A_FILE = /\b(?:client-certificate|client-key|certificate-authority|tokenFile): *['"]?\//;

/** Beside the kubeconfig with which the product looks at it. */
function filesOf({ files = {}, env = {} }: Incident): string[] {
  const kubeconfig = env.KUBECONFIG ?? `${env.HOME ?? '/root'}/.kube/config`;
  return Object.keys(files).filter((path) => path !== kubeconfig);
}

type PlantedObject = NonNullable<Incident['objects']>[number];

const PUBLISHED = new Set(['kube-root-ca.crt', 'cluster-info', 'extension-apiserver-authentication']);

function isPublishedCa({ kind, metadata }: PlantedObject): boolean {
  return kind === 'ConfigMap' && PUBLISHED.has(metadata.name);
}

function isWaitingRequest({ kind, status }: PlantedObject): boolean {
  if (kind !== 'CertificateSigningRequest') return false;
  const { certificate, conditions = [] } = (status ?? {}) as Record<string, unknown> & {
    readonly conditions?: readonly { readonly type: string }[];
  };
  return certificate === undefined && !conditions.some(({ type }) => type === 'Denied' || type === 'Failed');
}

/** Logs and ports of Pods answer through kwok, also those that say nothing. */
function needsKwok({ objects = [] }: Incident): boolean {
  return objects.some(({ kind }) => kind === 'Pod');
}
