import type { CodeDefinition } from '../../model/finding.ts';
import { roleInfo } from '../../model/role.ts';
import { kubectlEdit, manualStep, type Step } from '../../model/step.ts';
import type { Inventory, Placed } from '../../snapshot/inventory.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { checkHostName } from '../../x509/clients/openssl-names.ts';
import { expectedName } from '../../x509/names.ts';
import { addressOf, isLoopbackName } from '../addresses.ts';
import { draft } from '../draft.ts';
import { coversHost } from '../host-names.ts';
import { impactOf } from '../impact.ts';
import { certificateFactOf, servedBySecret } from '../relations.ts';
import { renewSteps } from '../remedy.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { claimsFor, isFallback, type ServingClaim, servingClaims } from '../serving.ts';
import { describe, list } from '../words.ts';

const NAME_NOT_COVERED: CodeDefinition = {
  code: 'NAME_NOT_COVERED',
  severity: 'critical',
  title: 'a certificate is not good for a name that it has to serve',
  meaning:
    'None of its subject alternative names matches. A wildcard stands for exactly one label and never for the domain itself, an address needs an address entry, and the common name is ignored. Some controllers then serve a stand-in instead.',
  prove: [
    'openssl x509 -noout -ext subjectAltName -in FILE: the host is not in the list',
    'openssl s_client -connect ADDRESS:443 -servername HOST </dev/null 2>/dev/null | openssl x509 -noout -subject -ext subjectAltName',
    'curl -v https://HOST/: "no alternative certificate subject name matches target host name"',
  ],
  fix: ['add the name to the certificate and issue it anew', 'or point the object at the Secret that has the name'],
  prevent: ['let cert-manager read the hosts from the Ingress or Gateway instead of listing them twice'],
  source: 'RFC 9525 sections 6.3 and 6.4',
  since: '0.1.0',
};

export const names: Check = {
  id: 'names',
  title: 'every certificate covers the names that it serves',
  codes: [NAME_NOT_COVERED],
  applies: (input) => servingClaims(input.inventory).length > 0 || namedPlacements(input.inventory).length > 0,
  run: (input) => [
    ...judgeSecrets(input),
    ...namedPlacements(input.inventory).flatMap((one) => judgeServed(input, one)),
  ],
};

/** One finding for each Secret, with every object and host that it fails. */
function judgeSecrets(input: CheckInput): Draft[] {
  const { inventory } = input;
  const failing = servingClaims(inventory).filter((claim) => fails(inventory, claim));
  return [...Map.groupBy(failing, ({ namespace, secretName }) => `${namespace}/${secretName}`).values()].map((claims) =>
    reportSecret(input, claims),
  );
}

function fails(inventory: Inventory, { namespace, secretName, host, granted, alternatives }: ServingClaim): boolean {
  const leaf = servedBySecret(inventory, namespace, secretName)?.leaf;
  if (!leaf || !host || !granted || coversHost(leaf, host)) return false;
  return !alternatives.some((other) => {
    const [otherNamespace = '', otherName = ''] = other.split('/');
    const alternative = servedBySecret(inventory, otherNamespace, otherName)?.leaf;
    return alternative && coversHost(alternative, host);
  });
}

function reportSecret({ inventory }: CheckInput, claims: readonly ServingClaim[]): Draft {
  const [{ namespace, secretName }] = claims as [ServingClaim];
  const placed = servedBySecret(inventory, namespace, secretName) as Placed & { leaf: Certificate };
  const hosts = [...new Set(claims.flatMap(({ host }) => host ?? []))];
  const objects = [...new Set(claims.map(({ object }) => object))];
  const { ref } = placed.placement;
  return draft(NAME_NOT_COVERED, {
    layer: placed.placement.layer,
    placement: ref,
    message: `${describe(placed.leaf, placed)} in ${ref} does not cover ${list(hosts)}, for which ${list(objects)} ${objects.length > 1 ? 'name' : 'names'} it`,
    evidence: [
      ...namesEvidence(inventory, placed, hosts),
      ...claims.map(({ seen, object, host }) => inventory.evidence(seen, `${object} wants it for ${host}`)),
    ],
    impact: `clients of ${list(hosts)} see a certificate for another name, or the controller's stand-in`,
    fix: addNames(inventory, placed, hosts),
  });
}

interface Named {
  readonly placed: Placed & { readonly leaf: Certificate };
  readonly name: string;
}

/** Served chains and files for which it is known by which name clients will judge them. */
function namedPlacements(inventory: Inventory): Named[] {
  return inventory.placements.flatMap((placed): Named[] => {
    const name = nameOf(inventory, placed);
    return placed.leaf && name && roleInfo(placed.placement.role).verified
      ? [{ placed: placed as Named['placed'], name }]
      : [];
  });
}

/** An SNI that tells a gateway of Istio where to pass a connection on: who answers is a SPIFFE ID. */
const ROUTE = /^outbound_\.\d+_\./;

function nameOf(inventory: Inventory, { placement, leaf }: Placed): string | undefined {
  const { host } = inventory.snapshot.scope;
  const address = addressOf(placement.ref);
  if (!address) return placement.role === 'file' && !placement.bundle && !leaf?.isCA ? host : undefined;
  // Whom a mesh's gateway has to be is said by the Link to it, and judged with that.
  if (placement.role === 'workload-svid') return undefined;
  if (address.sni && ROUTE.test(address.sni)) return undefined;
  if (address.sni) return isLoopbackName(address.sni) ? undefined : address.sni;
  if (placement.role === 'served') return host;
  return placement.role === 'apiserver-serving' && isDialledByClients(inventory, address) ? address.host : undefined;
}

/** Whether some kubeconfig entry sends its clients to this address and has them verify the answer. */
function isDialledByClients(inventory: Inventory, { host, port }: { host: string; port: number }): boolean {
  const clusters = inventory.facts('kubeconfig').flatMap(({ clusters }) => clusters);
  return clusters.some(({ server, insecure, tlsServerName }) => {
    if (insecure || tlsServerName || !URL.canParse(server)) return false;
    const url = new URL(server);
    return url.hostname.replace(/^\[|\]$/g, '') === host && Number(url.port || 443) === port;
  });
}

function judgeServed({ inventory }: CheckInput, { placed, name }: Named): Draft[] {
  const { placement, leaf } = placed;
  if (coversHost(leaf, name)) return [];
  const forOpenssl = acceptsHost(leaf, name);
  const what = isFallback(leaf)
    ? `is a controller's stand-in, served because it has none for ${name}`
    : forOpenssl
      ? `covers ${name} for OpenSSL alone`
      : `does not cover ${name}`;
  const who = forOpenssl ? `Go and browsers, when they ask for ${name},` : `clients that ask for ${name}`;
  return [
    draft(NAME_NOT_COVERED, {
      layer: placement.layer,
      placement: placement.ref,
      message: `${describe(leaf, placed)} in ${placement.ref} ${what}`,
      evidence: namesEvidence(inventory, placed, [name]),
      impact: `${who} refuse it: ${impactOf(inventory, placed)}`,
      fix: addNames(inventory, placed, [name]),
      causes: [
        ...['DEFAULT_CERTIFICATE_SERVED', 'SERVED_DIFFERS_FROM_STORED'].map((code) => ({
          code,
          placement: placement.ref,
        })),
        ...claimsFor(servingClaims(inventory), name).flatMap(({ namespace, secretName }) =>
          ['SECRET_MISSING', 'NAME_NOT_COVERED'].map((code) => ({
            code,
            placement: `secret/${namespace}/${secretName}#tls.crt`,
          })),
        ),
      ],
    }),
  ];
}

/** Whom it is for, and where OpenSSL, which reads names more loosely, differs from other clients. */
function namesEvidence(inventory: Inventory, { placement: { seen }, leaf }: Named['placed'], hosts: readonly string[]) {
  const loosely = hosts.filter((host) => acceptsHost(leaf, host));
  const reading =
    leaf.dnsNames.length === 0
      ? `its common name is ${list(loosely)}, which OpenSSL takes where there is no DNS name; Go and browsers do not`
      : `OpenSSL takes it for ${list(loosely)}, since it lets a wildcard be a part of its label; Go and browsers do not`;
  return [namesText(leaf), ...(loosely.length > 0 ? [reading] : [])].map((fact) => inventory.evidence(seen, fact));
}

/** Whether OpenSSL's clients take a certificate for a host. */
function acceptsHost(leaf: Certificate, host: string): boolean {
  return checkHostName(leaf, expectedName(host)).length === 0;
}

function namesText({ dnsNames, ipAddresses }: Certificate): string {
  const all = [...dnsNames, ...ipAddresses];
  return all.length > 0 ? `it covers ${list(all, 10)}` : 'it names no host at all';
}

function addNames(inventory: Inventory, placed: Placed, hosts: readonly string[]): Step[] {
  const fact = certificateFactOf(inventory, placed.placement.ref);
  if (fact) {
    const command = kubectlEdit('certificate', fact.name, fact.namespace);
    return [manualStep('names', `add ${list(hosts)} to spec.dnsNames`, command)];
  }
  if (placed.placement.role === 'apiserver-serving' && placed.placement.manager === 'kubeadm') {
    const title = `add ${list(hosts)} to apiServer.certSANs in kubeadm-config, move apiserver.crt and .key away and make them anew`;
    return [
      manualStep(
        'names',
        title,
        ['kubeadm', 'init', 'phase', 'certs', 'apiserver', '--config', 'kubeadm.yaml'],
        'restart',
      ),
    ];
  }
  return [
    manualStep('names', `issue a certificate that also names ${list(hosts)}`),
    ...renewSteps(inventory, placed).slice(1),
  ];
}
