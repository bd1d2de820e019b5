import { isMap, isScalar } from 'yaml';
import { type PlantedFile, type PlantedObject, type PlantedProxy, type PlantedServer, PROTOCOLS } from './form.ts';
import { anything, dictionary, flag, integer, list, oneOf, record, type Shape, text, textLike } from './shape.ts';
import { absolute, address, chain, moment, podName, skew } from './words.ts';

export const server: Shape<PlantedServer> = record(
  { listen: list(address) },
  {
    protocol: oneOf(PROTOCOLS),
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

export const proxy: Shape<PlantedProxy> = record(
  {
    kind: oneOf(['istio', 'linkerd', 'ztunnel']),
    pod: podName,
    certificates: list(record({ name: text }, { chain, trust: list(text), state: text })),
  },
  { metrics: text, skew },
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
const file: Shape<PlantedFile> = (node, source, where) => {
  if (isScalar(source.resolve(node))) return { content: text(node, source, where) };
  const value = fileFields(node, source, where);
  if (value.content !== undefined && value.link !== undefined) {
    source.refuse(node, `${where} needs either content or link`);
  }
  return value;
};

export const files: Shape<Record<string, PlantedFile>> = (node, source, where) => {
  const value = dictionary(file)(node, source, where);
  const map = source.resolve(node);
  if (isMap(map)) for (const [, pair] of source.entries(map)) absolute(pair.key, source, where);
  return value;
};

/** What a server stamps by itself. */
const STAMPED = ['uid', 'resourceVersion', 'creationTimestamp', 'generation', 'managedFields', 'selfLink'];

export const manifest: Shape<PlantedObject> = (node, source, where) => {
  const value = anything(node, source, where) as Partial<PlantedObject> | null;
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
  if (value && 'ownedBy' in value && !/^[A-Z]\w*\/[^/]+$/.test(String(value.ownedBy))) {
    source.refuse(node, `${where}: ownedBy must be Kind/NAME`);
  }
  return value as PlantedObject;
};
