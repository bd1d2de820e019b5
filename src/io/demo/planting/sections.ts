import { isMap, isSeq } from 'yaml';
import { LAYERS } from '../../../core/model/layer.ts';
import { certificate, crl } from './certificate-shapes.ts';
import { argv, denial, expectation, log, tool } from './evidence-shapes.ts';
import type { Incident } from './form.ts';
import { parseMoment } from './moment.ts';
import { files, manifest, proxy, server } from './place-shapes.ts';
import { dictionary, list, oneOf, record, type Shape, text, textLike } from './shape.ts';
import type { ShapeSource } from './shape-source.ts';
import { algorithm, moment } from './words.ts';

const machine = { files, processes: list(record({ argv, start: moment }, {})), logs: list(log), tools: list(tool) };

const incidentFields: Shape<Incident> = record(
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
    version: textLike('a version (v1.34.1)', (value) => /^v\d+\.\d+\.\d+/.test(value)),
    objects: list(manifest),
    keys: dictionary(algorithm),
    certificates: dictionary(certificate),
    crls: dictionary(crl),
    trusted: list(text),
    servers: list(server),
    proxies: list(proxy),
    ...machine,
    denied: list(denial),
    nodes: dictionary(record({}, machine)),
    expect: expectation,
    source: text,
  },
);

/** Lines of the parts of an incident that are checked once all of it is known. */
export interface IncidentLines {
  readonly head: number;
  /** By `certificates.NAME`, `crls.NAME`, `files.PATH`, `nodes.NAME`, `expect`, `servers[i]`, `proxies[i]`, `without[i]`, `extends`. */
  readonly parts: ReadonlyMap<string, number>;
}

/** Reads one incident with the lines of its parts. */
export function readIncident(
  node: unknown,
  source: ShapeSource,
  where: string,
): { incident: Incident; lines: IncidentLines } {
  const incident = incidentFields(node, source, where);
  const parts = new Map<string, number>();
  const map = source.resolve(node);
  if (isMap(map)) {
    for (const [name, pair] of source.entries(map)) noteParts(pair.value, name, source, parts);
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
