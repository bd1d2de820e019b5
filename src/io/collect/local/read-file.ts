import type { FileFact } from '../../../core/model/facts.ts';
import type { Key } from '../../../core/model/placement.ts';
import { arrange, type Unit } from '../../../core/parse/arrange.ts';
import { keystoreKind } from '../../../core/parse/keystore.ts';
import { type Kubeconfig, parseKubeconfig } from '../../../core/parse/kubeconfig.ts';
import { certificatesIn, type X509Contents } from '../../../core/parse/pem-contents.ts';
import { type Certificate, parseCertificate } from '../../../core/x509/certificate.ts';
import { readElement } from '../../../core/x509/der.ts';
import type { FileStat } from '../../ports/files.ts';
import type { KeystoreContents } from '../../ports/keystores.ts';
import type { Ports } from '../../ports/ports.ts';

/** Bytes of one file that may be read: more than any trust bundle or keystore has. */
const MOST_BYTES = 16 << 20;

/** A chain or bundle member of a file, with the key that the file has for it. */
export interface FileUnit extends Unit {
  readonly key?: Key | 'locked';
}

/** One file, understood; nothing private is left of it. */
export interface LocalFile {
  readonly path: string;
  readonly stat: FileStat;
  readonly format: FileFact['format'];
  readonly units: readonly FileUnit[];
  /** Keys that belong to none of its certificates. */
  readonly keys: readonly Key[];
  /** A private key is in it, be it locked. */
  readonly hasPrivateKey: boolean;
  readonly crls: readonly Uint8Array[];
  readonly requests: number;
  readonly kubeconfig?: Kubeconfig;
  readonly problems: readonly string[];
}

/** What is said about one broken file. */
const MOST_PROBLEMS = 20;

/** Passwords that keystores are opened with. */
const USUAL_PASSWORDS = ['', 'changeit'];

/**
 * Reads one file and says what is in it: PEM with any text around, DER, PKCS#12, JKS, a kubeconfig. Undefined when
 * nothing is there.
 * @throws PortFailure when it may not or cannot be read
 */
export async function readLocalFile(ports: Ports, path: string): Promise<LocalFile | undefined> {
  const stat = await ports.files.stat(path);
  if (!stat) return undefined;
  const bytes = await ports.files.read(path, MOST_BYTES);
  const kind = keystoreKind(bytes);
  if (kind) {
    const password = ports.env.KUBECTL_CERTS_KEYSTORE_PASSWORD;
    const passwords = password === undefined ? USUAL_PASSWORDS : [password, ...USUAL_PASSWORDS];
    return { path, stat, ...fromKeystore(kind, await ports.keystores.open(kind, bytes, passwords)) };
  }
  const contents = isKubeconfig(bytes) ? fromKubeconfig(bytes, path) : fromText(bytes);
  bytes.fill(0);
  return { path, stat, ...contents };
}

type Understood = Omit<LocalFile, 'path' | 'stat'>;

const NOTHING: Understood = {
  format: 'unreadable',
  units: [],
  keys: [],
  hasPrivateKey: false,
  crls: [],
  requests: 0,
  problems: [],
};

/** clientcmd's kind, or the parts that only a kubeconfig has; PEM blocks alone never look like it. */
function isKubeconfig(bytes: Uint8Array): boolean {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 1 << 20)).toString('latin1');
  if (/^\s*-----BEGIN/.test(start)) return false;
  return KIND.test(start) || (/^(clusters|users):/m.test(start) && /^contexts:/m.test(start));
}

/** At the start of a line of YAML, where no document that embeds a kubeconfig has it, or anywhere on one of JSON. */
const KIND = /^kind: *["']?Config["']?\s*$|^\s*\{[^{}[\]]*"kind" *: *"Config"/m;

function fromKubeconfig(bytes: Uint8Array, path: string): Understood {
  const kubeconfig = parseKubeconfig(Buffer.from(bytes).toString('utf8'), path);
  const hasPrivateKey = kubeconfig.users.some(({ key }) => key !== undefined && 'inline' in key);
  return { ...NOTHING, format: 'kubeconfig', kubeconfig, hasPrivateKey };
}

function fromText(bytes: Uint8Array): Understood {
  const found = certificatesIn(bytes);
  const keys = found.keys.flatMap((key) => (key.locked ? [] : [{ ...publicHalf(key), private: key.private }]));
  const own = new Set(keys.filter((key) => key.private).map(({ spki }) => spki));
  const units = arrange(
    found.certificates.map(({ certificate }) => certificate),
    own,
  );
  const privateKeys = keys.filter((key) => key.private).map(publicHalf);
  const locked = found.keys.some((key) => key.locked);
  const owned = ownKeys(units, privateKeys, locked);
  const placed = new Set(owned.flatMap(({ key }) => (key && key !== 'locked' ? [key.spki] : [])));
  return {
    format: formatOf(bytes, found),
    units: owned,
    keys: keys.filter(({ spki }) => !placed.has(spki)).map(publicHalf),
    hasPrivateKey: found.keys.some((key) => key.private),
    crls: found.crls.map(({ der }) => der),
    requests: found.requests.length,
    problems: problemsOf(bytes, found),
  };
}

/** Bare bytes that are no DER value are simply another kind of file: many a text begins with the digit of a SEQUENCE. */
function problemsOf(bytes: Uint8Array, { problems }: X509Contents): string[] {
  return problems.slice(0, MOST_PROBLEMS).flatMap(({ line, reason }) => {
    if (line > 0) return [`line ${line}: ${reason}`];
    return isDer(bytes) ? [reason] : [];
  });
}

function isDer(bytes: Uint8Array): boolean {
  try {
    return readElement(bytes).end === bytes.length;
  } catch {
    return false;
  }
}

/** A key goes to the chain that it leads; a lone key of a lone chain is that chain's, right or wrong. */
function ownKeys(units: readonly Unit[], keys: readonly Key[], locked: boolean): FileUnit[] {
  const chains = units.filter(({ bundle }) => !bundle);
  return units.map((unit) => {
    if (unit.bundle) return unit;
    const matching = keys.find(({ spki }) => spki === unit.chain[0]?.spki);
    const lone = chains.length === 1 ? (keys[0] ?? (locked ? 'locked' : undefined)) : undefined;
    const key = matching ?? lone;
    return key === undefined ? unit : { ...unit, key };
  });
}

function publicHalf({ spki, algorithm, bits }: Key): Key {
  return { spki, algorithm, bits };
}

/** What a file mostly is, for people. */
function formatOf(bytes: Uint8Array, { certificates, keys, crls, requests }: X509Contents): FileFact['format'] {
  if (certificates.length > 0) return bytes[0] === 0x30 ? 'der' : 'pem';
  if (crls.length > 0) return 'crl';
  if (requests.length > 0) return 'request';
  return keys.length > 0 ? 'key' : 'unreadable';
}

function fromKeystore(kind: 'pkcs12' | 'jks', { groups, problems }: KeystoreContents): Understood {
  const units: FileUnit[] = [];
  const keys: Key[] = [];
  const found: string[] = [...problems];
  let index = 0;
  for (const { alias, certificates, key } of groups) {
    const chain = certificates.flatMap((der) => parse(der, alias, found));
    if (key !== undefined && chain.length > 0) units.push({ index, chain, bundle: false, key });
    else for (const [at, one] of chain.entries()) units.push({ index: index + at, chain: [one], bundle: true });
    if (chain.length === 0 && key !== undefined && key !== 'locked') keys.push(key);
    index += chain.length;
  }
  const hasPrivateKey = groups.some(({ key }) => key !== undefined);
  return { ...NOTHING, format: kind, units, keys, hasPrivateKey, problems: found };
}

function parse(der: Uint8Array, alias: string | undefined, problems: string[]): Certificate[] {
  try {
    return [parseCertificate(der)];
  } catch (error) {
    problems.push(`${alias === undefined ? 'an entry' : `entry ${alias}`}: ${(error as Error).message}`);
    return [];
  }
}
