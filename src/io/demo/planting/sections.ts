import { isMap, isScalar, isSeq } from 'yaml';
import { LAYERS } from '../../../core/model/layer.ts';
import { parseAddress } from '../../../core/x509/general-name.ts';
import { encodeName } from '../mint-names.ts';
import type * as form from './form.ts';
import { parseMoment, parseSkew } from './moment.ts';
import {
  anything,
  dictionary,
  flag,
  integer,
  list,
  oneOf,
  record,
  type Shape,
  type ShapeSource,
  text,
  textLike,
} from './shape.ts';

const moment = textLike(
  'a moment (now, now-3d, now+12h, or RFC 3339 in UTC)',
  (value) => parseMoment(value, 0) !== undefined,
);
const skew = textLike('a skew (-3d, +5m)', (value) => parseSkew(value) !== undefined);
const address = textLike('HOST:PORT', (value) => /^.+:\d{1,5}$/.test(value));
const podName = textLike('NAMESPACE/NAME', (value) => /^[^/]+\/[^/]+$/.test(value));
const absolute = textLike('an absolute path', (value) => value.startsWith('/'));
const algorithm = textLike<NonNullable<form.CertificateFacts['algorithm']>>(
  'RSA-BITS, ECDSA-P256, ECDSA-P384, ECDSA-P521 or Ed25519',
  (value) => /^(RSA-(512|1024|2048|3072|4096)|ECDSA-P(256|384|521)|Ed25519)$/.test(value),
);
const chain = list(text);
const subject = textLike('a name (CN=kube-apiserver,O=example)', (value) => isName(value));
const ip = textLike('an IP address', (value) => parseAddress(value) !== undefined);

function isName(value: string): boolean {
  try {
    return encodeName(value).length > 0;
  } catch {
    return false;
  }
}

const certificate: Shape<form.CertificateFacts> = record(
  {},
  {
    subject,
    issuer: text,
    ca: flag,
    pathLength: integer,
    dns: list(text),
    ips: list(ip),
    uris: list(text),
    notBefore: moment,
    notAfter: moment,
    key: text,
    algorithm,
    signature: oneOf(['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512']),
    usages: list(oneOf(['server', 'client', 'codeSigning', 'timeStamping', 'any'])),
    serial: textLike('hex', (value) => /^[0-9a-f]+$/i.test(value)),
    caIssuers: text,
  },
);

const crl: Shape<form.CrlFacts> = record(
  { issuer: text, nextUpdate: moment },
  { thisUpdate: moment, revoked: list(text) },
);

const server: Shape<form.PlantedServer> = record(
  { listen: list(address) },
  {
    protocol: oneOf(['tls', 'plain', 'silent', 'refused', 'reset', 'alert']),
    chain,
    key: text,
    sni: dictionary(chain),
    replicas: list(chain),
    maxVersion: oneOf(['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']),
    clientCAs: list(text),
    clientRequired: flag,
    skew,
    http: dictionary(record({ status: integer }, { body: text })),
  },
);

const proxy: Shape<form.PlantedProxy> = record(
  {
    kind: oneOf(['istio', 'linkerd', 'ztunnel']),
    pod: podName,
    certificates: list(record({ name: text }, { chain, trust: list(text), state: text })),
  },
  { metrics: text },
);

const fileFields = record(
  {},
  {
    content: text,
    link: text,
    mode: textLike('an octal mode in quotes', (value) => /^0?[0-7]{3}$/.test(value)),
    owner: textLike('USER:GROUP as numbers', (value) => /^\d+:\d+$/.test(value)),
    mtime: moment,
  },
);

/** A text alone is the content. */
const file: Shape<form.PlantedFile> = (node, source, where) => {
  if (isScalar(source.resolve(node))) return { content: text(node, source, where) };
  const value = fileFields(node, source, where);
  if ((value.content === undefined) === (value.link === undefined)) {
    source.refuse(node, `${where} needs either content or link`);
  }
  return value;
};

const files: Shape<Record<string, form.PlantedFile>> = (node, source, where) => {
  const value = dictionary(file)(node, source, where);
  const map = source.resolve(node);
  if (isMap(map)) for (const [, pair] of source.entries(map)) absolute(pair.key, source, where);
  return value;
};

/** Words as a list, or one text that is split at blanks. */
const argv: Shape<readonly string[]> = (node, source, where) =>
  isSeq(source.resolve(node))
    ? list(text)(node, source, where)
    : text(node, source, where)
        .split(' ')
        .filter((word) => word !== '');

/** A line with its time, or a text whose line was written just now. */
const logLine: Shape<{ at: string; text: string }> = (node, source, where) =>
  isScalar(source.resolve(node))
    ? { at: 'now', text: text(node, source, where) }
    : record({ at: moment, text }, {})(node, source, where);

const logFields = record({ lines: list(logLine) }, { pod: podName, container: text, unit: text });

const log: Shape<form.PlantedLog> = (node, source, where) => {
  const value = logFields(node, source, where);
  if ((value.pod === undefined) === (value.unit === undefined))
    source.refuse(node, `${where} needs either pod or unit`);
  return value;
};

const tool: Shape<form.RecordedTool> = (node, source, where) => ({
  stdout: '',
  stderr: '',
  exit: 0,
  ...record({ argv }, { stdout: text, stderr: text, exit: integer })(node, source, where),
});

const denialFields = record(
  {},
  { verb: text, resource: text, group: text, namespace: text, name: text, file: absolute, port: address, binary: text },
);

const denial: Shape<form.Denial> = (node, source, where) => {
  const { verb, resource, file: path, port, binary, ...rest } = denialFields(node, source, where);
  if (resource !== undefined) return { verb: verb ?? '*', resource, ...rest };
  if (path !== undefined) return { file: path };
  if (port !== undefined) return { port };
  if (binary === undefined) source.refuse(node, `${where} needs one of resource, file, port, binary`);
  return { binary: binary ?? '' };
};

const code = textLike('a code (UPPER_SNAKE)', (value) => /^[A-Z][A-Z0-9_]*$/.test(value));
const cause = record({ code, object: text }, {});

const rootCause: Shape<NonNullable<form.Expectation['rootCause']>> = (node, source, where) => {
  const resolved = source.resolve(node);
  if (isScalar(resolved)) return text(node, source, where);
  return isSeq(resolved) ? list(cause)(node, source, where) : cause(node, source, where);
};

const finding: Shape<{ code: string; placement?: string }> = (node, source, where) =>
  isScalar(source.resolve(node))
    ? { code: code(node, source, where) }
    : record({ code }, { placement: text })(node, source, where);

const expectation: Shape<form.Expectation> = record(
  {},
  {
    verdict: oneOf(['root-cause-found', 'no-fault', 'undecided']),
    rootCause,
    findings: list(finding),
    redHerrings: list(text),
    not: list(code),
    evidence: list(text),
    fix: list(text),
    verify: list(text),
  },
);

/** What a server stamps by itself. */
const STAMPED = ['uid', 'resourceVersion', 'creationTimestamp', 'generation', 'managedFields', 'selfLink'];

const manifest: Shape<form.PlantedObject> = (node, source, where) => {
  const value = anything(node, source, where) as Partial<form.PlantedObject> | null;
  for (const key of ['apiVersion', 'kind'] as const) {
    if (typeof value?.[key] !== 'string') source.refuse(node, `${where}: ${key} is missing`);
  }
  if (typeof value?.metadata?.name !== 'string') source.refuse(node, `${where}: metadata.name is missing`);
  for (const key of STAMPED) {
    if (value?.metadata && key in value.metadata) {
      source.refuse(node, `${where}: metadata.${key} is stamped by the server; objects are created in the order given`);
    }
  }
  if (value && 'writtenBy' in value && typeof value.writtenBy !== 'string') {
    source.refuse(node, `${where}: writtenBy must be the name of a field manager`);
  }
  return value as form.PlantedObject;
};

const incidentFields: Shape<form.Incident> = record(
  {
    id: textLike('an id (lower-case words with hyphens)', (value) => /^[a-z0-9]+(-[a-z0-9]+)*$/.test(value)),
    layer: oneOf(LAYERS),
    title: text,
    symptom: text,
  },
  {
    now: textLike('an RFC 3339 time', (value) => !value.startsWith('now') && parseMoment(value, 0) !== undefined),
    extends: text,
    without: list(text),
    env: dictionary(text),
    objects: list(manifest),
    keys: dictionary(algorithm),
    certificates: dictionary(certificate),
    crls: dictionary(crl),
    trusted: list(text),
    servers: list(server),
    proxies: list(proxy),
    files,
    processes: list(record({ argv, start: moment }, {})),
    logs: list(log),
    tools: list(tool),
    denied: list(denial),
    expect: expectation,
    source: text,
  },
);

/** Lines of the parts of an incident that are checked once all of it is known. */
export interface IncidentLines {
  readonly head: number;
  /** By `certificates.NAME`, `crls.NAME`, `servers[i]`, `proxies[i]`, `without[i]`, `extends`. */
  readonly parts: ReadonlyMap<string, number>;
}

/** Reads one incident with the lines of its parts. */
export function readIncident(
  node: unknown,
  source: ShapeSource,
  where: string,
): { incident: form.Incident; lines: IncidentLines } {
  const incident = incidentFields(node, source, where);
  const parts = new Map<string, number>();
  const map = source.resolve(node);
  if (isMap(map)) {
    for (const pair of map.items)
      noteParts(pair.value, String(isScalar(pair.key) ? pair.key.value : ''), source, parts);
  }
  return { incident, lines: { head: source.lineOf(node), parts } };
}

function noteParts(given: unknown, section: string, source: ShapeSource, parts: Map<string, number>): void {
  const node = source.resolve(given);
  parts.set(section, source.lineOf(node));
  if (isMap(node)) {
    for (const [name, { key }] of source.entries(node)) parts.set(`${section}.${name}`, source.lineOf(key));
  }
  if (isSeq(node))
    for (const [index, item] of node.items.entries()) parts.set(`${section}[${index}]`, source.lineOf(item));
}
