import type { ControllerFact, IssuerFact, MeshCaSource, MeshControlPlaneFact } from '../model/facts.ts';
import { INGRESS_PRODUCTS, type IngressProductId } from '../model/ingress-products.ts';
import { ref } from '../model/ref.ts';
import type { Inventory } from '../snapshot/inventory.ts';
import { issuerRef } from '../snapshot/links.ts';
import { clean, count } from '../view/text.ts';
import { productOf } from './ingress-controllers.ts';
import { unreadAmong } from './readings.ts';
import { servingClaims } from './serving.ts';
import { list } from './words.ts';

/** One part of an answer: what it says of a cluster, and the sources without which that is not known. */
interface Part {
  readonly sources: readonly string[];
  say(inventory: Inventory): string[];
}

const CONTROLLERS: Part = { sources: ['controllers', 'ingresses', 'gateways', 'routes'], say: controllers };
const ISSUERS: Part = { sources: ['issuers', 'certificates'], say: issuers };
const EXTERNAL: Part = { sources: ['external-issuers'], say: externalIssuers };
const GATEWAYS: Part = { sources: ['gateways', 'certificates'], say: gateways };
const MESHES: Part = { sources: ['istio-control-planes', 'linkerd-config', 'certificates'], say: meshes };
const MOUNTS: Part = { sources: ['pods', 'secrets', 'ingresses', 'gateways', 'routes'], say: mounts };

const PARTS: Readonly<Record<string, readonly Part[]>> = {
  'which-issuer': [ISSUERS, EXTERNAL],
  'which-layer': [CONTROLLERS, ISSUERS, MESHES],
  'gateway-api': [GATEWAYS, CONTROLLERS],
  'non-http': [MOUNTS],
  'mesh-and-cert-manager': [MESHES, ISSUERS],
};

/** Ids of the sources that a topic's answer stands on; none: it says the same of every cluster. */
export function sourcesOfTopic(topic: string): readonly string[] {
  return [...new Set((PARTS[topic] ?? []).flatMap(({ sources }) => sources))];
}

/**
 * What a topic's answer is in the cluster that was read: who does which job there, and what could not be read.
 * @returns sentences, cleaned; empty for a topic that says the same of every cluster
 */
export function inCluster(topic: string, inventory: Inventory): string[] {
  const parts = PARTS[topic] ?? [];
  const unread = unreadAmong(
    inventory,
    parts.flatMap(({ sources }) => sources),
  );
  return [
    ...parts.flatMap(({ sources, say }) => {
      const said = say(inventory);
      const isKnown = unreadAmong(inventory, sources).length === 0;
      return said.length > 0 && (isKnown || !said[0]?.startsWith(NONE)) ? said : [];
    }),
    ...new Set(unread.map(({ source, state, reason }) => `Not known: ${source} (${reason ?? state}).`)),
  ].map(clean);
}

/** How a sentence begins that is true only where everything was read. */
const NONE = 'No ';

function controllers(inventory: Inventory): string[] {
  const known = inventory.facts('controller').filter((one) => one.product in INGRESS_PRODUCTS);
  const served = [
    ...inventory.facts('ingress').map(({ name, namespace }) => ref.object('ingress', name, namespace)),
    ...inventory.facts('gateway').map(({ kind, name, namespace }) => ref.object(kind, name, namespace)),
    ...inventory.facts('route').map(({ kind, name, namespace }) => ref.object(kind, name, namespace)),
  ];
  const byProduct = Map.groupBy(served, (object) => productOf(inventory, object));
  const byClass = [...byProduct].flatMap(([product, objects]) =>
    product === undefined || known.some((one) => one.product === product)
      ? []
      : `Ingress layer: ${INGRESS_PRODUCTS[product].title}, by the class, serves ${list(objects)}; its workload was not recognised.`,
  );
  const said = [
    ...known.map((one) => sayController(one, byProduct.get(one.product as IngressProductId) ?? [])),
    ...byClass,
  ];
  return said.length > 0 ? said : [`${NONE}ingress controller was recognised.`];
}

function sayController({ product, version, namespace, name }: ControllerFact, served: readonly string[]): string {
  const { title } = INGRESS_PRODUCTS[product as IngressProductId];
  const what = served.length > 0 ? `serves ${list(served)}` : 'serves nothing that was read';
  return `Ingress layer: ${title}${version ? ` ${version}` : ''} (${namespace}/${name}) ${what}.`;
}

function issuers(inventory: Inventory): string[] {
  const all = inventory.facts('issuer');
  if (all.length === 0) return [`${NONE}issuer of cert-manager is here.`];
  return all.map((issuer) => {
    const made = inventory
      .facts('certificate')
      .filter(
        ({ issuer: { name, kind }, namespace }) =>
          name === issuer.name && kind === issuer.kind && (kind === 'ClusterIssuer' || namespace === issuer.namespace),
      );
    const namespaces = [...new Set(made.map(({ namespace }) => namespace))];
    const names = [...new Set(made.flatMap(({ dnsNames }) => dnsNames))];
    const who = ref.object(issuer.kind, issuer.name, issuer.namespace);
    const job =
      made.length > 0
        ? `keeps ${count(made.length, 'Certificate')} in ${list(namespaces)}${names.length > 0 ? `, for ${list(names)}` : ''}`
        : 'no Certificate that was read names it';
    return `Issuer ${who}: ${sortOf(issuer)}; ${job}.`;
  });
}

/** Issuers that controllers of their own serve. */
function externalIssuers(inventory: Inventory): string[] {
  return inventory.facts('externalIssuer').map((issuer) => {
    const { kind, group, name, state, ready } = issuer;
    const made = inventory
      .facts('certificate')
      .filter((one) => one.issuer.name === name && one.issuer.kind === kind && one.issuer.group === group);
    const how =
      state !== 'found'
        ? (issuer.reason ?? state)
        : ready
          ? ready.status === 'True'
            ? 'ready'
            : `not ready: ${ready.reason}`
          : 'says nothing of its state';
    return `Issuer ${issuerRef(issuer, issuer.namespace ?? '')}: its own controller signs (${how}); ${count(made.length, 'Certificate')} of it.`;
  });
}

/** ACME servers of CAs that browsers trust; their staging servers are trusted by nobody. */
const PUBLIC_ACME =
  /(?:^|\.)(?:letsencrypt\.org|zerossl\.com|pki\.goog|buypass\.com|ssl\.com|sectigo\.com|digicert\.com)$/;

function sortOf({ type, acme, vault }: IssuerFact): string {
  if (acme) {
    const host = URL.canParse(acme.server) ? new URL(acme.server).hostname : acme.server;
    if (/staging|testing/.test(host)) return `ACME at ${host}, for tests: nobody trusts what it issues`;
    return PUBLIC_ACME.test(host)
      ? `public CA (ACME at ${host})`
      : `ACME at ${host}, which is no public CA that is known`;
  }
  if (vault) return `private CA (Vault at ${vault.server}, ${vault.path})`;
  if (type === 'ca') return 'private CA (its key lies in a Secret)';
  if (type === 'selfSigned') return 'self-signed: for a root to begin with';
  return `${type}: public or private is decided there`;
}

const SHIM = /^cert-manager\.io\/(?:cluster-)?issuer$/;

function gateways(inventory: Inventory): string[] {
  const all = inventory.facts('gateway');
  if (all.length === 0) return [`${NONE}Gateway is here: the Gateway API serves nothing.`];
  return all.map(({ kind, name, namespace, className, annotations }) => {
    const object = ref.object(kind, name, namespace);
    const made = inventory.facts('certificate').filter(({ owner }) => owner === object);
    const shim = Object.keys(annotations).some((key) => SHIM.test(key));
    const kept =
      made.length > 0
        ? `cert-manager's gateway-shim made ${list(made.map((one) => ref.object('certificate', one.name, one.namespace)))} for it`
        : shim
          ? 'it asks for the gateway-shim of cert-manager, and no Certificate of it was read'
          : 'it asks for no issuer: its Secrets are made otherwise';
    return `${kind} ${object}${className ? ` (class ${className})` : ''}: ${kept}.`;
  });
}

const KEEPERS: Readonly<Record<MeshCaSource, string>> = {
  'self-signed': 'its own root, which it made and rotates itself',
  'plugged-in': 'a CA that was put in place by hand: nobody rotates it by itself',
  'cert-manager': 'an issuer that cert-manager renews',
  'istio-csr': 'istio-csr: cert-manager signs for the workloads',
  'kubernetes-csr': 'a signer of CertificateSigningRequests',
  spire: 'SPIRE',
  external: 'a CA outside of the mesh',
  unknown: 'a CA whose keeper was not recognised',
};

function meshes(inventory: Inventory): string[] {
  const planes = [...inventory.facts('meshControlPlane'), ...linkerds(inventory)];
  return planes.length > 0 ? planes.map(sayMesh) : [`${NONE}service mesh was recognised.`];
}

/** Linkerd signs with what stands in one Secret; who keeps that is told by the Certificate that writes it. */
function linkerds(inventory: Inventory): MeshControlPlaneFact[] {
  const told = unreadAmong(inventory, ['certificates']).length === 0;
  return inventory.facts('linkerdConfig').map(({ namespace }) => {
    const kept = inventory
      .facts('certificate')
      .some((one) => one.namespace === namespace && one.secretName === 'linkerd-identity-issuer');
    const caSource = kept ? 'cert-manager' : told ? 'plugged-in' : 'unknown';
    return { mesh: 'linkerd', namespace, name: 'linkerd-identity', caSource };
  });
}

function sayMesh({ mesh, version, namespace, name, caSource }: MeshControlPlaneFact): string {
  const title = mesh === 'istio' ? 'Istio' : 'Linkerd';
  return `Mesh layer: ${title}${version ? ` ${version}` : ''} (${namespace}/${name}) signs for workloads with ${KEEPERS[caSource]}.`;
}

/** TLS Secrets that Pods mount and nothing of the ingress layer names: what databases, brokers and their like serve. */
function mounts(inventory: Inventory): string[] {
  const claimed = new Set(servingClaims(inventory).map((one) => `${one.namespace}/${one.secretName}`));
  const secrets = inventory
    .facts('secret')
    .filter(
      ({ namespace, name }) =>
        inventory.placement(ref.secret(namespace, name, 'tls.crt'))?.placement.layer === 'ingress',
    );
  const byMount = Map.groupBy(
    inventory.facts('pod').flatMap((pod) => pod.secrets.map((secret) => ({ pod, key: `${pod.namespace}/${secret}` }))),
    ({ key }) => key,
  );
  const said = secrets.flatMap(({ namespace, name, certificateName }) => {
    const users = byMount.get(`${namespace}/${name}`) ?? [];
    if (users.length === 0 || claimed.has(`${namespace}/${name}`)) return [];
    const keeper = certificateName
      ? `kept by ${ref.object('certificate', certificateName, namespace)}`
      : 'of no Certificate of cert-manager';
    const frozen = users.some(({ pod }) => pod.frozenSecrets?.includes(name));
    const pods = list(users.map(({ pod }) => ref.object('pod', pod.name, pod.namespace)));
    return `secret/${namespace}/${name}, ${keeper}, is mounted by ${pods}${frozen ? ', by a way that never follows a renewal' : ''}.`;
  });
  return said.length > 0 ? said : [`${NONE}Pod mounts a TLS Secret that is not served by the ingress layer.`];
}
