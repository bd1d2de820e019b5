import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProbeAddress } from '../../src/core/model/target.ts';
import { parseAddress } from '../../src/core/x509/general-name.ts';
import { BUILT_IN_IDS, builtInIncident } from '../../src/io/demo/incidents/catalogue.ts';
import type { ExpectedFinding, Incident } from '../../src/io/demo/planting/form.ts';
import { parsePlanting } from '../../src/io/demo/planting/parse.ts';

const FOLDER = 'test/incidents';

/** The incidents of one layer, one file each, by the names of the files. */
export function corpusOf(layer: 'cluster' | 'ingress' | 'mesh'): Incident[] {
  const known = BUILT_IN_IDS.map(builtInIncident);
  const folder = join(FOLDER, layer);
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const file = join(folder, name);
      return parsePlanting(readFileSync(file, 'utf8'), { file, known });
    });
}

/** Only the machine itself reaches these; the program finds them there unasked. */
const LOCAL = /^(localhost|127\.|::1)/;

/** HTTP's port, on which nobody expects TLS. */
const PLAIN = /:80$/;

/** A handshake with every planted address beyond the machine: what `--probe` would ask for. */
export function probesOf({ servers = [] }: Incident): ProbeAddress[] {
  return servers
    .flatMap(({ listen }) => listen)
    .filter((address) => !LOCAL.test(address) && !PLAIN.test(address))
    .map((address) => {
      const at = address.lastIndexOf(':');
      const host = address.slice(0, at).replace(/^\[|\]$/g, '');
      return { scheme: 'https', host, port: Number(address.slice(at + 1)), ...(!parseAddress(host) && { sni: host }) };
    });
}

/** Those of the expected findings that are not among the ones found. */
export function missingFrom(
  found: readonly { readonly code: string; readonly placement: string }[],
  expected: readonly ExpectedFinding[],
): ExpectedFinding[] {
  return expected.filter(
    (wanted) =>
      !found.some(({ code, placement }) => code === wanted.code && (wanted.placement ?? placement) === placement),
  );
}

/** Those of the findings whose codes an incident must not show. */
export function forbiddenIn(
  found: readonly { readonly code: string; readonly placement: string }[],
  { expect }: Incident,
): string[] {
  return found.filter(({ code }) => expect?.not?.includes(code)).map(({ code, placement }) => `${code} ${placement}`);
}
