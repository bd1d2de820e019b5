import { ref, refBase, refKind } from '../model/ref.ts';
import type { Inventory } from '../snapshot/inventory.ts';
import { canShowAs, type ErrorKind, speaksOfCertificates } from './errors.ts';
import { isOfIssuance } from './issuance-clues.ts';
import { hostsAmong, namesIn } from './names.ts';
import type { Playbook, StepContext } from './playbook.ts';
import { API_SERVER } from './subjects.ts';

/** What is compared with the symptom. */
export interface Compared {
  readonly code: string;
  /** Refs. */
  readonly places: readonly string[];
  /** Messages and facts. */
  readonly texts: readonly string[];
  /** It breaks something today. */
  readonly critical?: boolean;
  /** A step of a playbook that the symptom points to says it: it fits. */
  readonly pointed?: boolean;
  /** It concerns who asks for the hosts of an Ingress or Gateway, and nobody else. */
  readonly ofHosts?: boolean;
  /** An issuance does not go on: while the certificate of before is valid, nobody but cert-manager says so. */
  readonly ofIssuance?: boolean;
}

export interface Relevance {
  readonly relevance: number;
  /** The symptom names it. */
  readonly named: boolean;
}

/**
 * How closely something fits the symptom. Whether it could show as this error, and whether it is about what the
 * symptom names or its playbook is about, are two questions; only both together make a cause likely.
 */
export function relevanceOf(compared: Compared, context: StepContext, playbooks: readonly Playbook[]): Relevance {
  const { reading, inventory } = context;
  if (!reading.given) return { relevance: 3, named: false };
  const named = isNamed(compared, reading.subjects, inventory);
  // Whoever asked for one host is not hindered by what is wrong with another.
  if (compared.ofHosts && !named && hostsAmong(reading.names).length > 0) return { relevance: 0, named };
  if (compared.ofIssuance && !named && !isOfIssuance(reading)) return { relevance: 0, named };
  const fits = compared.pointed || fitsError(compared, context, playbooks);
  const narrow = playbooks.filter(({ general }) => !general);
  if (fits && named) return { named, relevance: 4 };
  // What the words are known for comes before what may end in them.
  const known = speaksOfCertificates(reading.kinds) && canShowAs(compared.code, reading.kinds) ? 0.2 : 0;
  if (fits && narrow.length > 0 && isSubject(compared, inventory, narrow)) return { named, relevance: 3.5 + known };
  if (fits) return { named, relevance: isSubject(compared, inventory, playbooks) ? 3 + known : 1 };
  return { named, relevance: named ? 2 : 0 };
}

/** Whether the code can show as what the symptom says; where it says nothing that tells, everything can. */
function fitsError({ code, critical }: Compared, { reading }: StepContext, playbooks: readonly Playbook[]): boolean {
  // What has expired breaks something, unless nobody verifies it.
  if (!critical && ENDED.has(code) && reading.kinds.size > 0 && [...reading.kinds].every((kind) => OF_TIME.has(kind)))
    return false;
  const shown = canShowAs(code, reading.kinds);
  if (playbooks.some(({ causes }) => causes.some((cause) => cause.code === code))) return true;
  if (shown !== undefined) return shown;
  // Where the text tells nothing, what breaks something today may be meant, and a warning is not.
  if (playbooks.length === 0) return critical === true;
  return playbooks.some(({ explainedBy }) => explainedBy.includes(code));
}

/** Codes of certificates that are out of their time. */
const ENDED: ReadonlySet<string> = new Set([
  'CERT_EXPIRED',
  'CHAIN_EXPIRED',
  'CERT_NOT_YET_VALID',
  'SERVED_DIFFERS_FROM_STORED',
  'PROCESS_OLDER_THAN_FILE',
  'STALE_COPY',
]);
const OF_TIME: ReadonlySet<ErrorKind> = new Set(['expired', 'not-yet-valid']);

function isSubject({ places, pointed }: Compared, inventory: Inventory, playbooks: readonly Playbook[]): boolean {
  if (pointed || playbooks.length === 0) return true;
  return playbooks.some(
    ({ roles, kinds = [] }) =>
      (roles.length === 0 && kinds.length === 0) ||
      places.some((place) => {
        const placed =
          inventory.placement(place) ??
          inventory.placement(refBase(place)) ??
          inventory.placement(ref.member(place, 0));
        return kinds.includes(refKind(place)) || (placed !== undefined && roles.includes(placed.placement.role));
      }),
  );
}

function isNamed({ places, texts }: Compared, subjects: ReadonlySet<string>, inventory: Inventory): boolean {
  if (subjects.size === 0) return false;
  if (places.some((place) => namesOfPlace(place, inventory).some((name) => subjects.has(name.toLowerCase()))))
    return true;
  return texts.some((text) => [...namesIn(text, []).names].some((name) => subjects.has(name)));
}

/** Names by which a ref may be meant: itself, its object, its host, and the names of the certificate that stands there. */
export function namesOfPlace(place: string, inventory: Inventory): string[] {
  const base = refBase(place);
  const object = base.split('#')[0] as string;
  const fragment = base.slice(object.length + 1);
  const [, address, port] = /^tls:\/\/(.*):(\d+)$/.exec(object) ?? [];
  const host = address?.replace(/^\[|\]$/g, '');
  const [, namespace, name] = /^[a-z]+\/([^/]+)\/([^/]+)$/.exec(object) ?? [];
  const placed = inventory.placement(place) ?? inventory.placement(base);
  const leaf = placed?.leaf;
  return [
    place,
    base,
    object,
    ...(fragment.includes('.') ? [fragment] : []),
    ...(host === undefined ? [] : [host, `${host}:${port}`]),
    ...(namespace && name ? [`${namespace}/${name}`] : []),
    ...(object.startsWith('file:') ? [object.slice('file:'.length)] : []),
    ...(object.startsWith('kubeconfig:') ? [object.slice('kubeconfig:'.length)] : []),
    ...(leaf ? [...leaf.dnsNames, ...leaf.ipAddresses] : []),
    ...(placed?.placement.role === 'apiserver-serving' ? [API_SERVER] : []),
    ...(refKind(place) === 'csr' ? signersOf(place, inventory) : []),
  ];
}

/** Whose signature a request asks for: `kubectl get csr` shows it beside the name. */
function signersOf(place: string, inventory: Inventory): string[] {
  return inventory.facts('csr').flatMap(({ name, signerName }) => (ref.csr(name) === place ? [signerName] : []));
}
