import type { SecretFact } from '../../model/facts.ts';
import type { Key } from '../../model/placement.ts';
import { type Certificate, MalformedCertificate } from '../../x509/certificate.ts';
import { parseCrl } from '../../x509/crl.ts';
import type { FoundKey, X509Contents } from '../pem-contents.ts';
import { problemsOf, readEncoded } from './encoded.ts';
import { at, compact, recordOf, recordsOf, textOf } from './json.ts';
import { controllerOf, type Meta, metaOf } from './meta.ts';
import { isBundle, privateKeyOf } from './secret-keys.ts';

/** A Secret without anything secret: the certificates of each data key and the public halves of its keys. */
export interface SecretContents {
  readonly fact: SecretFact;
  readonly entries: readonly SecretEntry[];
  readonly keys: readonly Key[];
  /** DER. */
  readonly crls: readonly Uint8Array[];
  /** Who wrote the data last, from managedFields: `kubectl-create`, `external-secrets`. */
  readonly writer?: string;
}

/** One data key that holds certificates, or should. */
export interface SecretEntry {
  readonly key: string;
  readonly bundle: boolean;
  readonly certificates: readonly Certificate[];
  /** Public half (spki) of the private key that belongs to it. */
  readonly privateKey?: string;
  /** Why it holds no certificate though it should. */
  readonly missing?: string;
}

/** cert-manager's key of an issuance under way: no certificate, gone when it ends (its controller keymanager). */
const TEMPORARY_KEY = 'cert-manager.io/next-private-key';
/** Data keys that type kubernetes.io/tls promises. */
const PROMISED = { certificate: 'tls.crt', key: 'tls.key' };

/**
 * Projects a Secret, whatever the names of its data keys. Values that are no certificates are not kept; of private
 * keys the public half is. Undefined for a Secret without name, and for cert-manager's temporary keys.
 */
export function readSecret(object: unknown): SecretContents | undefined {
  const meta = metaOf(object);
  if (!meta || meta.labels[TEMPORARY_KEY] === 'true') return undefined;
  const data = recordOf(at(object, 'data'));
  const type = textOf(at(object, 'type')) ?? 'Opaque';
  const values = Object.entries(data).map(([key, value]) => readValue(key, value));
  const missing = type === 'kubernetes.io/tls' ? missingValues(values) : [];
  const privateKeys = new Map(values.flatMap(({ key, privateKey }) => (privateKey ? [[key, privateKey]] : [])));
  return compact<SecretContents>({
    fact: readFact(object, meta, type, [...values, ...missing]),
    entries: [
      ...values.filter(({ certificates }) => certificates.length > 0).map((value) => readEntry(value, privateKeys)),
      ...missing
        .filter(({ key }) => key === PROMISED.certificate)
        .map(({ problems }) => missingEntry(problems[0]!, privateKeys)),
    ],
    keys: values.flatMap(({ keys }) => keys),
    crls: values.flatMap(({ crls }) => crls),
    writer: writerOf(object),
  });
}

interface Value {
  readonly key: string;
  readonly certificates: readonly Certificate[];
  readonly keys: readonly Key[];
  /** The first private key's public half. */
  readonly privateKey?: string;
  readonly crls: readonly Uint8Array[];
  readonly problems: readonly string[];
}

function readValue(key: string, encoded: unknown): Value {
  const value = readEncoded(encoded);
  const nothing = { key, certificates: [], keys: [], crls: [] };
  if (value.kind === 'unreadable') return { ...nothing, problems: [`${key} ${value.problem}`] };
  if (value.kind !== 'x509') return { ...nothing, problems: [] };
  const { certificates, keys, crls } = value.contents;
  const open = keys.filter((found) => !found.locked);
  return compact<Value>({
    key,
    certificates: certificates.map(({ certificate }) => certificate),
    keys: open.map(({ spki, algorithm, bits }) => ({ spki, algorithm, bits })),
    privateKey: open.find((found) => found.private)?.spki,
    crls: crls.map(({ der }) => der),
    problems: [
      ...problemsOf(value.contents).map((problem) => `${key}, ${problem}`),
      ...lockedProblems(key, keys),
      ...derProblems(key, value.contents),
    ],
  });
}

/** Bare DER counts as line 0: Go's tls.X509KeyPair, by which controllers load the pair, reads PEM alone. */
function derProblems(key: string, { certificates, keys }: X509Contents): string[] {
  const isDer = [...certificates, ...keys].some(({ line }) => line === 0);
  return isDer && Object.values(PROMISED).includes(key) ? [`${key} is DER, where PEM is expected`] : [];
}

function lockedProblems(key: string, keys: readonly FoundKey[]): string[] {
  return keys.some(({ locked }) => locked) ? [`${key} holds a key that is locked by a passphrase`] : [];
}

/** What kubernetes.io/tls promises and this Secret does not hold. */
function missingValues(values: readonly Value[]): Value[] {
  const found = (name: string) => values.find(({ key }) => key === name);
  const none = (key: string, what: string): Value => {
    const [reason] = found(key)?.problems ?? [];
    const problem = reason ?? (found(key) ? `${key} holds no ${what}` : `${key} is not there`);
    return { key, certificates: [], keys: [], crls: [], problems: [problem] };
  };
  return [
    ...(found(PROMISED.certificate)?.certificates.length ? [] : [none(PROMISED.certificate, 'certificate')]),
    ...(found(PROMISED.key)?.privateKey ? [] : [none(PROMISED.key, 'private key')]),
  ];
}

function readEntry({ key, certificates }: Value, privateKeys: ReadonlyMap<string, string>): SecretEntry {
  const bundle = isBundle(key, certificates);
  const own = privateKeys.get(key) ?? privateKeys.get(privateKeyOf(key));
  return compact<SecretEntry>({ key, bundle, certificates, privateKey: own });
}

function missingEntry(missing: string, privateKeys: ReadonlyMap<string, string>): SecretEntry {
  const { certificate: key } = PROMISED;
  return compact<SecretEntry>({
    key,
    bundle: false,
    certificates: [],
    privateKey: privateKeys.get(PROMISED.key),
    missing,
  });
}

function readFact(object: unknown, meta: Meta, type: string, values: readonly Value[]): SecretFact {
  const { annotations } = meta;
  const writers = writersOf(object);
  const lists = values.flatMap(listsIn);
  return compact<SecretFact>({
    namespace: meta.namespace,
    name: meta.name,
    type,
    keys: Object.keys(recordOf(at(object, 'data'))),
    resourceVersion: meta.resourceVersion,
    created: meta.created,
    certificateName: textOf(annotations['cert-manager.io/certificate-name']),
    issuer: textOf(annotations['cert-manager.io/issuer-name']),
    issuerKind: textOf(annotations['cert-manager.io/issuer-kind']),
    issuerGroup: textOf(annotations['cert-manager.io/issuer-group']),
    writers: writers.length > 0 ? writers : undefined,
    managedBy: ownerOf(object) ?? writerOf(object) ?? textOf(meta.labels['app.kubernetes.io/managed-by']),
    crls: lists.length > 0 ? lists : undefined,
    problems: [...new Set(values.flatMap(({ problems }) => problems))],
  });
}

/** `externalsecret/web`. */
function ownerOf(object: unknown): string | undefined {
  const owner = controllerOf(object);
  return owner && `${owner.kind.toLowerCase()}/${owner.name}`;
}

/** The last field manager that owns data. */
function writerOf(object: unknown): string | undefined {
  return writersOf(object).at(-1)?.manager;
}

/** Those who own data (managedFields is in the order of writing, newest last). */
function writersOf(object: unknown): NonNullable<SecretFact['writers']> {
  return recordsOf(at(object, 'metadata', 'managedFields'))
    .filter(({ fieldsV1 }) => at(fieldsV1, 'f:data') !== undefined)
    .flatMap(({ manager, time }) => {
      const name = textOf(manager);
      return name === undefined ? [] : [compact<{ manager: string; at?: string }>({ manager: name, at: textOf(time) })];
    });
}

/** The revocation lists under one data key; one that does not parse is said to be a problem. */
function listsIn({ key, crls }: Value): NonNullable<SecretFact['crls']> {
  return crls.flatMap((der) => {
    try {
      const { issuer, thisUpdate, nextUpdate } = parseCrl(der);
      return [
        compact<NonNullable<SecretFact['crls']>[number]>({
          key,
          issuer,
          thisUpdate: new Date(thisUpdate).toISOString(),
          nextUpdate: nextUpdate === undefined ? undefined : new Date(nextUpdate).toISOString(),
        }),
      ];
    } catch (error) {
      if (error instanceof MalformedCertificate) return [];
      throw error;
    }
  });
}
