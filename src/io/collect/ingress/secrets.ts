import type { CaBundleFact } from '../../../core/model/facts.ts';
import { refKind } from '../../../core/model/ref.ts';
import { asksCluster, factsIn, finishing } from '../cluster-source.ts';
import { listCommand } from '../list.ts';
import type { Scope } from '../scope.ts';
import type { CollectContext, Source } from '../source.ts';
import { readNamedSecrets } from './named-secrets.ts';
import { type Claimants, claimSecrets, type SecretClaim } from './secret-claims.ts';
import { listSecrets, TLS_SECRETS } from './secret-lists.ts';
import { placementsOf, SecretUses } from './secret-placements.ts';
import { SecretStore, type StoredSecret } from './secret-store.ts';

/** Secrets with certificates: TLS Secrets, what something names, and with --all-secrets every other. */
export const secrets: Source = {
  id: 'secrets',
  layer: 'ingress',
  title: 'Secrets',
  needs: [
    { kind: 'rbac', group: '', resource: 'secrets', verb: 'list' },
    { kind: 'rbac', group: '', resource: 'secrets', verb: 'get' },
  ],
  after: ['ingresses', 'gateways', 'certificates', 'issuers', 'cabundles', 'controllers', 'routes', 'istio-config'],
  inScope: asksCluster('cluster', 'ingress', 'mesh'),
  command: listCommand(TLS_SECRETS),
  unknown: TLS_SECRETS.unknown,
  collect: async (context) => {
    const store = new SecretStore();
    let uses = new SecretUses(new Map(), []);
    const work = async () => {
      const lists = await listSecrets(context, store);
      const { claims, servers } = await gatherClaims(context);
      uses = new SecretUses(claims, servers);
      if (lists.some(({ state }) => state === 'unreachable')) return;
      const asked = [...claims.values()].filter((claim) => isAsked(claim, context.scope));
      await readNamedSecrets(context, store, asked);
    };
    await finishing(context.signal, work, () => placeAll(store, uses, context.scope));
  },
};

/** Listed first, placed last: what a Secret is for, the sources say that name it. */
function placeAll(store: SecretStore, uses: SecretUses, { layers }: Scope): void {
  for (const secret of store.all()) {
    if (layers.includes(uses.layer(secret))) place(secret, uses);
  }
}

function place(secret: StoredSecret, uses: SecretUses): void {
  const { fact, entries, keys, crls, reading } = secret;
  reading.fact('secret', fact);
  for (const key of keys) reading.key(key);
  for (const der of crls) reading.crl(der);
  for (const { members } of entries) reading.chain(members.map(({ der }) => der));
  for (const placement of placementsOf(secret, uses)) reading.place(placement);
}

interface Claims {
  readonly claims: ReadonlyMap<string, SecretClaim>;
  readonly servers: readonly CaBundleFact[];
}

async function gatherClaims(context: CollectContext): Promise<Claims> {
  const [ingresses, gateways, certificates, issuers, caBundles, controllers, routes, istio] = await Promise.all([
    context.from('ingresses'),
    context.from('gateways'),
    context.from('certificates'),
    context.from('issuers'),
    context.from('cabundles'),
    context.from('controllers'),
    context.from('routes'),
    context.from('istio-config'),
  ]);
  const servers = factsIn(caBundles, 'caBundle');
  const claims = claimSecrets({
    ingresses: factsIn(ingresses, 'ingress'),
    classes: factsIn(controllers, 'ingressClass'),
    gateways: factsIn(gateways, 'gateway'),
    destinationRules: factsIn(istio, 'destinationRule'),
    certificates: factsIn(certificates, 'certificate'),
    issuers: factsIn(issuers, 'issuer'),
    controllers: factsIn(controllers, 'controller'),
    routes: factsIn(routes, 'route'),
    caBundles: servers,
    allServersSeen: caBundles.every(({ state }) => state === 'complete' || state === 'absent'),
    targets: await namedTargets(context),
  });
  return { servers, claims };
}

/** Secrets that the command line names are read whatever their type. */
async function namedTargets({ scope, ports }: CollectContext): Promise<Claimants['targets']> {
  const named = scope.targets.flatMap((target) =>
    target.kind === 'object' && target.objectKind === 'secret' ? target : [],
  );
  if (named.length === 0) return [];
  const { namespace } = await ports.kube.connection();
  return named.map((target) => ({ namespace: target.namespace ?? namespace, name: target.name }));
}

/** Kinds of namespaced objects: they are within the run's namespaces already when they claim. */
const SCOPED_CLAIMANTS = new Set([
  'ingress',
  'gateway',
  'listenerset',
  'certificate',
  'issuer',
  'destinationrule',
  'httpproxy',
  'ingressroute',
  'ingressroutetcp',
  'tlsstore',
  'tlsoption',
  'route',
]);

/** What was typed is always asked; what a cluster-wide object or a mesh's custom names, within the run's namespaces. */
function isAsked({ by, namespace, layer }: SecretClaim, { namespaces, selector, layers }: Scope): boolean {
  if (refKind(by) === 'secret') return true;
  if (!layers.includes(layer)) return false;
  if (SCOPED_CLAIMANTS.has(refKind(by))) return true;
  return selector === undefined && (namespaces.length === 0 || namespaces.includes(namespace));
}
