import type { Chain, Incident, PlantedFile } from './form.ts';
import { ownerOf } from './identity.ts';
import { REFERENCE_KINDS } from './reference.ts';
import type { IncidentLines } from './sections.ts';
import type { Problem, Use } from './shape-source.ts';

interface Names {
  readonly certificates: ReadonlySet<string>;
  readonly keys: ReadonlySet<string>;
  readonly crls: ReadonlySet<string>;
}

/** Whether everything that an incident names exists in it (with what it extends). */
export function checkNames(whole: Incident, own: Incident, lines: IncidentLines, uses: readonly Use[]): Problem[] {
  const problems: Problem[] = [];
  const names = namesOf(whole);
  const refuse = (part: string, reason: string) =>
    problems.push({ line: lines.parts.get(part) ?? lines.head, reason: `${part}: ${reason}` });
  checkCertificates(whole, own, names, refuse);
  checkChains([own.trusted], names, (reason) => refuse('trusted', reason));
  for (const [index, server] of (own.servers ?? []).entries()) {
    const chains = [server.chain, ...Object.values(server.sni ?? {}), ...(server.replicas ?? [])];
    checkChains(chains, names, (reason) => refuse(`servers[${index}]`, reason));
    checkChains([server.clientCAs], names, (reason) => refuse(`servers[${index}]`, reason));
    if (server.key && !names.keys.has(server.key)) refuse(`servers[${index}]`, `no key ${server.key}`);
    if ((server.protocol ?? 'tls') === 'tls' && chains.every((chain) => !chain?.length)) {
      refuse(`servers[${index}]`, 'a TLS server needs a chain, sni or replicas');
    }
  }
  const pods = new Set(
    (whole.objects ?? [])
      .filter(({ kind }) => kind === 'Pod')
      .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`),
  );
  for (const [index, proxy] of (own.proxies ?? []).entries()) {
    checkChains(
      proxy.certificates.flatMap(({ chain, trust }) => [chain, trust]),
      names,
      (reason) => refuse(`proxies[${index}]`, reason),
    );
    if (!pods.has(proxy.pod)) refuse(`proxies[${index}]`, `no Pod ${proxy.pod} among the objects`);
  }
  for (const [index, { pod }] of (own.logs ?? []).entries()) {
    if (pod && !pods.has(pod)) refuse(`logs[${index}]`, `no Pod ${pod} among the objects`);
  }
  for (const [index, object] of (own.objects ?? []).entries()) {
    if (object.ownedBy && !ownerOf(object, whole.objects ?? []))
      refuse(`objects[${index}]`, `no ${object.ownedBy} among the objects`);
  }
  checkFiles(whole, own, refuse);
  for (const { from } of own.expect?.findings ?? []) {
    if (from !== undefined && !whole.nodes?.[from]) refuse('expect', `no node ${from} in nodes to see a finding from`);
  }
  return [...problems, ...checkUses(uses, names)];
}

function namesOf(incident: Incident): Names {
  const certificates = Object.keys(incident.certificates ?? {});
  return {
    certificates: new Set(certificates),
    keys: new Set([...certificates, ...Object.keys(incident.keys ?? {})]),
    crls: new Set(Object.keys(incident.crls ?? {})),
  };
}

type Refuse = (part: string, reason: string) => void;

function checkCertificates(whole: Incident, own: Incident, names: Names, refuse: Refuse): void {
  for (const name of Object.keys(own.certificates ?? {})) {
    const { issuer, key, algorithm } = whole.certificates?.[name] ?? {};
    const part = `certificates.${name}`;
    if (issuer && !names.certificates.has(issuer)) refuse(part, `no certificate ${issuer} to be its issuer`);
    if (key && !names.keys.has(key)) refuse(part, `no certificate or key ${key} whose key it could have`);
    if (key && algorithm) refuse(part, `its algorithm is that of the key ${key}; say one of the two`);
    if (goesRound(whole, name, 'issuer')) refuse(part, 'its issuers go round in a circle');
    if (goesRound(whole, name, 'key')) refuse(part, 'its keys go round in a circle');
  }
  for (const [name, { issuer, revoked }] of Object.entries(own.crls ?? {})) {
    checkChains([[issuer], revoked], names, (reason) => refuse(`crls.${name}`, reason));
  }
}

/** What says neither content nor link changes a file that is there. */
function checkFiles(whole: Incident, own: Incident, refuse: Refuse): void {
  const hasNothing = (file: PlantedFile | undefined) => file?.content === undefined && file?.link === undefined;
  for (const path of Object.keys(own.files ?? {})) {
    if (hasNothing(whole.files?.[path])) refuse(`files.${path}`, 'needs either content or link');
  }
  for (const [name, { files }] of Object.entries(own.nodes ?? {})) {
    for (const [path, file] of Object.entries(files ?? {})) {
      if (hasNothing(file)) refuse(`nodes.${name}`, `${path} needs either content or link`);
    }
  }
}

function goesRound(incident: Incident, start: string, link: 'issuer' | 'key'): boolean {
  const seen = new Set<string>();
  for (let name: string | undefined = start; name; name = incident.certificates?.[name]?.[link]) {
    if (seen.has(name)) return true;
    seen.add(name);
  }
  return false;
}

function checkChains(chains: readonly (Chain | undefined)[], names: Names, refuse: (reason: string) => void): void {
  for (const name of chains.flatMap((chain) => chain ?? [])) {
    if (!names.certificates.has(name)) refuse(`no certificate ${name}`);
  }
}

function checkUses(uses: readonly Use[], names: Names): Problem[] {
  return uses.flatMap(({ reference, line }) => {
    const takes = REFERENCE_KINDS[reference.kind].takes;
    if (takes === 'none') return [];
    return reference.names
      .filter((name) => !names[takes].has(name))
      .map((name) => ({ line, reason: `${reference.text}: no ${NOUNS[takes]} ${name}` }));
  });
}

const NOUNS = { certificates: 'certificate', keys: 'certificate or key', crls: 'revocation list' } as const;
