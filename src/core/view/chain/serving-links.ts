import { coversHost } from '../../check/host-names.ts';
import { servedBySecret } from '../../check/relations.ts';
import { claimsFor, isFallback, servingClaims } from '../../check/serving.ts';
import type { IngressFact } from '../../model/facts.ts';
import type { Inventory, Placed } from '../../snapshot/inventory.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { displayName } from '../display-name.ts';
import { count } from '../text.ts';
import { relativeTime, rfc3339 } from '../time.ts';
import { type Detail, detail, type LinkInput, type LinkView, unseen } from './link-view.ts';

/** An Ingress: its class, who serves that, and the address that it was given. */
export function viewIngress({ inventory, namespace, name }: LinkInput): LinkView {
  const fact = inventory.facts('ingress').find((each) => each.namespace === namespace && each.name === name);
  if (!fact) return unseen(inventory, 'ingresses', 'it');
  const served = whoServes(inventory, fact);
  const where = fact.addresses.length > 0 ? fact.addresses.join(', ') : 'no address yet';
  return {
    state: served.known && fact.addresses.length > 0 ? 'ok' : served.state,
    says: `${served.says}; ${where}${fact.solver ? '; answers an HTTP-01 challenge' : ''}`,
    details: [
      ...detail('Hosts', fact.hosts.join(', ')),
      ...detail('Class', fact.className),
      ...detail('Services', fact.services?.join(', ')),
      ...Object.entries(fact.annotations).map(([key, value]) => ({ name: key, value })),
    ],
    evidence: inventory.evidence(fact.seen, `${namespace}/${name}: ${where}`),
  };
}

interface Served {
  readonly known: boolean;
  readonly state: LinkView['state'];
  readonly says: string;
}

/** Who takes an Ingress: by its class, else by the class that is the default. */
export function whoServes(inventory: Inventory, { className }: Pick<IngressFact, 'className'>): Served {
  const classes = inventory.facts('ingressClass');
  const found =
    className === undefined ? classes.find((each) => each.default) : classes.find((each) => each.name === className);
  if (found) return { known: true, state: 'pending', says: `class ${found.name}, served by ${found.controller}` };
  if (className === undefined) return { known: false, state: 'none', says: 'no class, and no class is the default' };
  return classes.length > 0
    ? { known: false, state: 'warning', says: `class ${className}, of which there is no IngressClass` }
    : { known: false, state: 'none', says: `class ${className}` };
}

/** A Gateway or a ListenerSet: how many listeners, and its addresses. */
export function viewGateway({ inventory, namespace, name, ref }: LinkInput): LinkView {
  const kind = ref.startsWith('gateway/') ? 'Gateway' : 'ListenerSet';
  const fact = inventory
    .facts('gateway')
    .find((each) => each.kind === kind && each.namespace === namespace && each.name === name);
  if (!fact) return unseen(inventory, 'gateways', 'it');
  const refused = fact.listeners.flatMap(({ secrets }) => secrets.filter(({ granted }) => !granted));
  const where = fact.addresses.length > 0 ? fact.addresses.join(', ') : kind === 'Gateway' ? 'no address yet' : '';
  return {
    state: refused.length + (fact.problems?.length ?? 0) > 0 ? 'failed' : where === 'no address yet' ? 'pending' : 'ok',
    says: [
      ...(fact.className ? [`class ${fact.className}`] : []),
      count(fact.listeners.length, 'listener'),
      ...(where ? [where] : []),
      ...(fact.problems ?? []),
      ...refused.map((secret) => `Secret ${secret.namespace}/${secret.name} may not be used: no ReferenceGrant`),
    ].join('; '),
    details: fact.listeners.flatMap((listener) =>
      detail(
        `Listener ${listener.name}`,
        `${listener.protocol} ${listener.port} ${listener.mode} ${listener.hostname ?? 'every host'}`,
      ),
    ),
    evidence: inventory.evidence(fact.seen, `${namespace}/${name}: ${count(fact.listeners.length, 'listener')}`),
  };
}

/** A route of any kind: what its controller says against it. */
export function viewRoute({ inventory, namespace, name, ref }: LinkInput): LinkView {
  const fact = inventory
    .facts('route')
    .find(
      (each) => ref.startsWith(`${each.kind.toLowerCase()}/`) && each.namespace === namespace && each.name === name,
    );
  if (!fact) return unseen(inventory, 'routes', 'it');
  const [problem] = fact.problems;
  return {
    state: problem === undefined ? 'ok' : 'failed',
    says: problem ?? (fact.hosts.join(', ') || (fact.parents.length > 0 ? 'every host of its listeners' : 'any host')),
    details: [...detail('Hosts', fact.hosts.join(', ')), ...fact.problems.map((value) => ({ name: 'Problem', value }))],
    evidence: inventory.evidence(fact.seen, `${fact.kind} ${namespace}/${name}`),
  };
}

/** A host: whether a stored certificate covers it. What is served stands below it. */
export function viewHost({ inventory, name }: LinkInput): LinkView {
  const stored = storedFor(inventory, name);
  const covering = stored.filter((placed) => placed.leaf && coversHost(placed.leaf, name));
  if (stored.length === 0) return { state: 'none', says: 'no Secret is shown for it', details: [] };
  if (covering.length > 0) return { state: 'ok', says: 'is covered by what is stored for it', details: [] };
  return { state: 'failed', says: 'is not covered by what is stored for it', details: [] };
}

/** What was dialled: whether it is what is stored for the host. */
export function viewServed({ inventory, ref, now }: LinkInput): LinkView {
  const placed = inventory.placement(ref);
  const leaf = placed?.leaf;
  if (!placed || !leaf) {
    const error = inventory.handshake(ref)?.error;
    return { state: 'unknown', says: error ? `did not answer: ${error}` : 'was not dialled', details: [] };
  }
  const host = ref.split('#')[1] ?? '';
  const stored = storedFor(inventory, host).filter((each) => each.leaf);
  const same = stored.some((each) => each.leaf?.sha256 === leaf.sha256);
  const how = stored.length === 0 ? '' : same ? ', as stored' : ', not what is stored';
  return {
    state:
      leaf.notAfter < now || isFallback(leaf) || !coversHost(leaf, host)
        ? 'failed'
        : same || stored.length === 0
          ? 'ok'
          : 'warning',
    says: `serves ${displayName(leaf)}, serial ${leaf.serialNumber}, ${ends(leaf, now)}${isFallback(leaf) ? ": a controller's stand-in" : how}`,
    details: certificateDetails(leaf),
    evidence: inventory.evidence(placed.placement.seen, `${ref} serves serial ${leaf.serialNumber}`),
  };
}

function storedFor(inventory: Inventory, host: string): Placed[] {
  return claimsFor(servingClaims(inventory), host).flatMap(
    ({ namespace, secretName }) => servedBySecret(inventory, namespace, secretName) ?? [],
  );
}

/** `ends in 60d (2027-01-28T00:00:00Z)`. */
export function ends({ notAfter }: Certificate, now: number): string {
  return `${notAfter < now ? 'ended' : 'ends'} ${relativeTime(notAfter, now)} (${rfc3339(notAfter)})`;
}

/** What a certificate says of itself, in the words that cmctl prints. */
export function certificateDetails(leaf: Certificate): Detail[] {
  const issuer = (type: string) => new RegExp(`(?:^|[,+])${type}=((?:\\\\.|[^,+\\\\])*)`).exec(leaf.issuer)?.[1];
  return [
    ...detail('Issuer Country', issuer('C')),
    ...detail('Issuer Organisation', issuer('O')),
    ...detail('Issuer Common Name', issuer('CN')),
    ...detail('Key Usage', leaf.keyUsages.join(', ')),
    ...detail('Extended Key Usages', leaf.extKeyUsages.join(', ')),
    ...detail('Public Key Algorithm', leaf.publicKey.algorithm),
    ...detail('Signature Algorithm', leaf.signatureAlgorithm.name),
    ...detail('Subject Key ID', leaf.subjectKeyId),
    ...detail('Authority Key ID', leaf.authorityKeyId),
    ...detail('Serial Number', leaf.serialNumber),
    ...detail('Not Before', rfc3339(leaf.notBefore)),
    ...detail('Not After', rfc3339(leaf.notAfter)),
  ];
}
