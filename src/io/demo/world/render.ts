import { momentOf } from '../planting/moment.ts';
import { type Reference, type ReferenceFilter, type ReferenceKind, splitReferences } from '../planting/reference.ts';
import type { Factory } from './factory.ts';

/** What a reference stands for: text, or a moment in milliseconds. */
type Value = string | number;
type Render = (names: readonly string[], factory: Factory, now: number) => Value | Promise<Value>;

const RENDERS: Readonly<Record<ReferenceKind, Render>> = {
  cert: async (names, factory) =>
    (await Promise.all(names.map((name) => factory.certificate(name)))).map(({ pem }) => pem).join(''),
  key: ([name], factory) => factory.key(name!).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  pub: ([name], factory) => factory.key(name!).publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  csr: ([name], factory) => factory.request(name!),
  crl: ([name], factory) => factory.crl(name!),
  sha256: async ([name], factory) => (await factory.certificate(name!)).certificate.sha256,
  serial: async ([name], factory) => (await factory.certificate(name!)).certificate.serialNumber,
  ski: async ([name], factory) => (await factory.certificate(name!)).certificate.subjectKeyId ?? '',
  notBefore: async ([name], factory) => (await factory.certificate(name!)).certificate.notBefore,
  notAfter: async ([name], factory) => (await factory.certificate(name!)).certificate.notAfter,
  moment: ([text], _factory, now) => momentOf(text!, now),
  jwt: ([expires, ...audiences], _factory, now) => serviceAccountToken(momentOf(expires!, now), audiences),
};

const TIME_FORMS: Readonly<Record<Exclude<ReferenceFilter, 'b64' | 'json'>, (at: number, now: number) => string>> = {
  unix: (at) => String(Math.floor(at / 1000)),
  micro: (at) => new Date(at).toISOString().replace('Z', '000Z'),
  table: (at) => {
    const [, day = '', month = '', year = '', time = ''] = new Date(at).toUTCString().split(/,? |:\d\d /);
    return `${month} ${day}, ${year} ${time} UTC`;
  },
  residual: (at, now) => residual(at - now),
  klog: (at) => new Date(at).toISOString().replace(/^\d+-(\d+)-(\d+)T(.*)Z$/, '$1$2 $3000'),
};

/** Replaces every reference in a value's strings. @param now milliseconds since the epoch */
export async function renderReferences<T>(value: T, factory: Factory, now: number): Promise<T> {
  if (typeof value === 'string') return (await renderText(value, factory, now)) as T;
  if (Array.isArray(value)) {
    return (await Promise.all(value.map((item) => renderReferences(item, factory, now)))) as T;
  }
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).map(async ([key, item]) => [key, await renderReferences(item, factory, now)]);
  return Object.fromEntries(await Promise.all(entries)) as T;
}

async function renderText(text: string, factory: Factory, now: number): Promise<string> {
  if (!text.includes('${')) return text;
  const pieces = splitReferences(text).map((piece) =>
    typeof piece === 'string' ? piece : renderReference(piece, factory, now),
  );
  return (await Promise.all(pieces)).join('');
}

async function renderReference({ kind, names, filter }: Reference, factory: Factory, now: number): Promise<string> {
  const value = await RENDERS[kind](names, factory, now);
  const isText = filter === undefined || filter === 'b64' || filter === 'json';
  if (typeof value === 'number' && !isText) return TIME_FORMS[filter](value, now);
  const text = typeof value === 'number' ? toSeconds(value) : value;
  if (filter === 'json') return JSON.stringify(text);
  return filter === 'b64' ? Buffer.from(text).toString('base64') : text;
}

/** RFC 3339 without a fraction, as Kubernetes writes times. */
export function toSeconds(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
}

const UNITS = [
  ['y', 365 * 86_400_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const;

/** kubeadm's RESIDUAL TIME: k8s.io/apimachinery pkg/util/duration, ShortHumanDuration. @param ms may be negative */
function residual(ms: number): string {
  if (ms < 0) return '<invalid>';
  const [unit, length] = UNITS.find(([, each]) => ms >= each) ?? UNITS[4];
  return `${Math.floor(ms / length)}${unit}`;
}

/** A token whose claims can be read; its signature is nobody's. @param expires milliseconds since the epoch */
function serviceAccountToken(expires: number, audiences: readonly string[]): string {
  const issuer = 'https://kubernetes.default.svc.cluster.local';
  const claims = {
    iss: issuer,
    aud: audiences.length > 0 ? audiences : [issuer],
    exp: Math.floor(expires / 1000),
    sub: 'system:serviceaccount:default:default',
  };
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256' })}.${part(claims)}.${Buffer.alloc(256, 1).toString('base64url')}`;
}
