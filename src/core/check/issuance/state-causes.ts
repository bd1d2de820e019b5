import type { IngressFact, IssuerCredentialFact, SolverFact } from '../../model/facts.ts';
import type { Inventory } from '../../snapshot/inventory.ts';
import { wasRead } from '../readings.ts';
import type { Blocked } from './blocked.ts';

/** Whether a solver is meant for a name: by selector, or for every name (cert-manager pkg/controller/acmeorders). */
export function takesName({ dnsNames, dnsZones, matchLabels }: SolverFact, name: string): boolean {
  if (dnsNames.length + dnsZones.length === 0) return true;
  const base = name.replace(/^\*\./, '');
  if (matchLabels && dnsNames.length + dnsZones.length === 0) return true;
  return dnsNames.includes(name) || dnsZones.some((zone) => base === zone || base.endsWith(`.${zone}`));
}

/** Names of a Certificate that no solver of its ACME issuer can prove: wildcards need DNS-01. */
export function unsolvable({ certificate, issuer }: Pick<Blocked, 'certificate' | 'issuer'>): string[] {
  const solvers = issuer?.acme?.solvers;
  if (!solvers) return [];
  return certificate.dnsNames.filter((name) => {
    const meant = solvers.filter((solver) => takesName(solver, name));
    return !meant.some(({ type }) => type === 'dns01' || (type === 'http01' && !name.startsWith('*.')));
  });
}

/** The class of an HTTP-01 solver that no IngressClass of the cluster has, and the Ingress that shows it. */
export function unservedClass(
  inventory: Inventory,
  { challenge, issuer, certificate }: Pick<Blocked, 'challenge' | 'issuer' | 'certificate'>,
): { readonly className: string; readonly ingress?: IngressFact & { readonly seen: number } } | undefined {
  const classes = inventory.facts('ingressClass');
  if (!wasRead(inventory, 'controllers') || classes.length === 0) return undefined;
  const solver =
    challenge?.solver ??
    issuer?.acme?.solvers.find((each) => certificate.dnsNames.some((name) => takesName(each, name)));
  if (challenge && challenge.type !== 'HTTP-01') return undefined;
  const ingress = inventory
    .facts('ingress')
    .find(
      ({ solver: own, owner, namespace }) =>
        own && (owner === challenge?.uid || namespace === certificate.namespace) && challenge !== undefined,
    );
  const className = ingress?.className ?? (solver?.type === 'http01' ? solver.className : undefined);
  if (className === undefined || classes.some(({ name }) => name === className) || isFlagged(inventory, className))
    return undefined;
  if (ingress && ingress.addresses.length > 0) return undefined;
  return { className, ...(ingress && { ingress }) };
}

/** A controller may serve a class that is no object, by its flag and the old annotation. */
function isFlagged(inventory: Inventory, className: string): boolean {
  return inventory
    .facts('controller')
    .some(({ flags }) => flags['ingress-class'] === className || flags.ingressclass === className);
}

/** A DNS credential of the issuer that cert-manager will not find, where a name is to be proved with it. */
export function missingCredential(inventory: Inventory, refOfIssuer: string | undefined) {
  return inventory
    .facts('issuerCredential')
    .find(({ issuer, state, made }) => issuer === refOfIssuer && !made && state !== 'present' && state !== 'padded');
}

/** `Secret cert-manager/route53-credentials, which it names for route53 credentials, is not there` */
export function credentialWords({ namespace, name, key, use, state, elsewhere = [] }: IssuerCredentialFact): string {
  const what: Partial<Record<typeof state, string>> = {
    'secret-missing': 'is not there',
    'key-missing': `has no key ${key}`,
    empty: `holds nothing${key === undefined ? '' : ` under ${key}`}`,
  };
  const hint = elsewhere.length > 0 ? `; one of that name is in ${elsewhere.join(', ')}` : '';
  return `Secret ${namespace}/${name}, which it names for ${use}, ${what[state] ?? state}${hint}`;
}
