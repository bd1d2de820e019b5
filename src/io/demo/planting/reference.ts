import { parseMoment } from './moment.ts';

/**
 * References stand in strings as `${KIND:NAMES|FILTER}`. Names are those of `certificates`, `keys` and `crls`.
 * `$${` is a literal `${`.
 */
export interface Reference {
  /** As written, with its braces. */
  readonly text: string;
  readonly kind: ReferenceKind;
  readonly names: readonly string[];
  readonly filter?: ReferenceFilter;
}

/** What each kind gives, and whose names it takes. */
export const REFERENCE_KINDS = {
  cert: { gives: 'PEM of the certificates, in the order of the names', takes: 'certificates' },
  key: { gives: 'PEM of the private key', takes: 'keys' },
  pub: { gives: 'PEM of the public key', takes: 'keys' },
  csr: { gives: 'PEM of a request for what the certificate says', takes: 'certificates' },
  crl: { gives: 'PEM of the revocation list', takes: 'crls' },
  sha256: { gives: 'fingerprint, lower-case hex', takes: 'certificates' },
  serial: { gives: 'serial number, lower-case hex', takes: 'certificates' },
  ski: { gives: 'subject key identifier, lower-case hex', takes: 'certificates' },
  notBefore: { gives: 'RFC 3339', takes: 'certificates' },
  notAfter: { gives: 'RFC 3339', takes: 'certificates' },
  moment: { gives: 'RFC 3339', takes: 'none' },
  jwt: { gives: 'a service account token that ends at the moment; further names are its audiences', takes: 'none' },
} as const satisfies Record<string, { gives: string; takes: 'certificates' | 'keys' | 'crls' | 'none' }>;
export type ReferenceKind = keyof typeof REFERENCE_KINDS;

/**
 * `b64`: base64 of the text, `json`: the text as a string of JSON, quotes included; the others write a time: Unix seconds, a MicroTime, as kubeadm's tables, what these call the
 * residual time, as klog.
 */
export const REFERENCE_FILTERS = ['b64', 'json', 'unix', 'micro', 'table', 'residual', 'klog'] as const;
export type ReferenceFilter = (typeof REFERENCE_FILTERS)[number];

const PATTERN = /\$?\$\{([^}]*)\}/g;
const TEXT_FILTERS: ReadonlySet<ReferenceFilter> = new Set(['b64', 'json']);
const TIMES: ReadonlySet<ReferenceKind> = new Set(['moment', 'notBefore', 'notAfter']);

export type Piece = string | Reference;

/** The literal texts and references of a string. @throws Error saying what is wrong with a reference */
export function splitReferences(text: string): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(PATTERN)) {
    pieces.push(text.slice(end, match.index));
    pieces.push(match[0].startsWith('$$') ? match[0].slice(1) : readReference(match[0], match[1] ?? ''));
    end = match.index + match[0].length;
  }
  pieces.push(text.slice(end));
  return pieces.filter((piece) => piece !== '');
}

function readReference(text: string, inner: string): Reference {
  const [body = '', filter] = inner.split('|');
  const colon = body.indexOf(':');
  const isMoment = body.startsWith('now');
  const kind = isMoment ? 'moment' : colon < 0 ? body : body.slice(0, colon);
  if (!isKind(kind)) throw new Error(`${text}: no such reference (there are now, ${kindNames()})`);
  const names = isMoment ? [body] : splitNames(body.slice(colon + 1));
  if (names.length === 0) throw new Error(`${text}: names nothing`);
  if ((kind === 'moment' || kind === 'jwt') && parseMoment(names[0]!, 0) === undefined) {
    throw new Error(`${text}: ${names[0]} is no moment (now, now-3d, now+12h)`);
  }
  if (filter === undefined) return { text, kind, names };
  if (!isFilter(filter)) throw new Error(`${text}: no such filter (there are ${REFERENCE_FILTERS.join(', ')})`);
  if (!TEXT_FILTERS.has(filter) && !TIMES.has(kind)) throw new Error(`${text}: the filter ${filter} is for times`);
  return { text, kind, names, filter };
}

function splitNames(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function kindNames(): string {
  return Object.keys(REFERENCE_KINDS)
    .filter((kind) => kind !== 'moment')
    .join(', ');
}

function isKind(word: string): word is ReferenceKind {
  return word in REFERENCE_KINDS;
}

function isFilter(word: string): word is ReferenceFilter {
  return (REFERENCE_FILTERS as readonly string[]).includes(word);
}
