import { keeperOfIngress } from '../../../core/check/outside-keepers.ts';
import type {
  CaBundleFact,
  CertificateFact,
  ControllerFact,
  DestinationRuleFact,
  GatewayFact,
  IngressClassFact,
  IngressFact,
  IssuerFact,
  RouteFact,
} from '../../../core/model/facts.ts';
import type { Layer } from '../../../core/model/layer.ts';
import type { ManagerId } from '../../../core/model/manager.ts';
import { ref } from '../../../core/model/ref.ts';
import type { RoleId } from '../../../core/model/role.ts';
import { backendTrustOf, originationSecrets } from '../../../core/parse/kube/backend-ca.ts';
import { clientCaOf } from '../../../core/parse/kube/client-ca.ts';
import { layerOfServer, type System, systemOf } from '../../../core/parse/kube/system.ts';
import { clusterResourceNamespace } from '../../../core/snapshot/cert-manager/namespace.ts';
import { secretId } from './secret-store.ts';
import { type ServerSecrets, serverSecrets, USUAL_SERVICES } from './system-secrets.ts';

/** That something names a Secret: what the Secret is then for, and whether it has to be there. */
export interface SecretClaim {
  readonly namespace: string;
  readonly name: string;
  readonly layer: Layer;
  /** Roles by data key; the others keep the roles of unclaimed Secrets. */
  readonly roles: Readonly<Record<string, RoleId>>;
  /** Ref of what names it. */
  readonly by: string;
  /** Its absence is a fault. */
  readonly required: boolean;
  /** The name by which earlier versions had it. */
  readonly formerly?: string;
  /** Who renews it, where what names it tells. */
  readonly manager?: ManagerId;
}

/** Everything that may name a Secret. */
export interface Claimants {
  readonly ingresses: readonly IngressFact[];
  readonly classes: readonly IngressClassFact[];
  readonly gateways: readonly GatewayFact[];
  readonly destinationRules: readonly DestinationRuleFact[];
  readonly certificates: readonly CertificateFact[];
  readonly issuers: readonly IssuerFact[];
  readonly controllers: readonly ControllerFact[];
  readonly routes: readonly RouteFact[];
  readonly caBundles: readonly CaBundleFact[];
  /** False where webhooks could not be read whole: systems are then looked for in their usual namespaces. */
  readonly allServersSeen: boolean;
  /** Secrets named on the command line. */
  readonly targets: readonly { readonly namespace: string; readonly name: string }[];
}

/** One claim for each Secret, by its id: the first tells the role, one that requires the Secret says who misses it. */
export function claimSecrets(claimants: Claimants): ReadonlyMap<string, SecretClaim> {
  const merged = new Map<string, SecretClaim>();
  for (const claim of allClaims(claimants)) {
    const id = secretId(claim.namespace, claim.name);
    const first = merged.get(id);
    merged.set(id, first ? mergeClaims(first, claim) : claim);
  }
  return merged;
}

function mergeClaims(first: SecretClaim, claim: SecretClaim): SecretClaim {
  const manager = first.manager ?? claim.manager;
  return {
    ...first,
    ...(claim.required && !first.required && { required: true, by: claim.by }),
    ...(manager && { manager }),
  };
}

const MESHES = ['istio', 'linkerd'] as const;

function allClaims(claimants: Claimants): SecretClaim[] {
  return [
    ...claimants.caBundles.flatMap(claimOfServer),
    ...(claimants.allServersSeen ? [] : MESHES.flatMap((mesh) => guessSystem(mesh, 'the mesh'))),
    ...claimants.issuers.flatMap((issuer) => claimOfIssuer(issuer, claimants)),
    ...claimants.caBundles.flatMap((bundle) => claimOfInjection(bundle, claimants.certificates)),
    ...claimants.ingresses.flatMap((ingress) => claimOfIngress(ingress, claimants.classes)),
    ...claimants.ingresses.flatMap(claimOfClientCa),
    ...claimants.ingresses.flatMap(claimOfBackendCa),
    ...claimants.destinationRules.flatMap(claimOfOrigination),
    ...claimants.gateways.flatMap(claimOfGateway),
    ...claimants.routes.flatMap(claimOfRoute),
    ...claimants.certificates.flatMap(claimOfCertificate),
    ...claimants.targets.map(claimOfTarget),
  ];
}

function claimOfTarget({ namespace, name }: Claimants['targets'][number]): SecretClaim {
  return { namespace, name, layer: 'ingress', roles: {}, by: ref.object('Secret', name, namespace), required: true };
}

/** What lies beside the server of a webhook or aggregated API by its maker's custom. */
function claimOfServer(bundle: CaBundleFact): SecretClaim[] {
  const system = systemOf(bundle);
  if (bundle.service) return claimKnown(serverSecrets(system, bundle.service), bundle.ref);
  return system ? guessSystem(system, bundle.ref) : [];
}

function claimKnown({ namespace, layer, secrets }: ServerSecrets, by: string): SecretClaim[] {
  return secrets.map(({ required = false, ...secret }) => ({ namespace, layer, by, required, ...secret }));
}

/** In the usual namespace of a system; nothing is missing that is not there. */
function guessSystem(system: System, by: string): SecretClaim[] {
  const guessed = claimKnown(serverSecrets(system, USUAL_SERVICES[system]), by);
  return guessed.map((claim) => ({ ...claim, required: false }));
}

/** A ClusterIssuer's Secret lies where cert-manager looks for those of all. */
function claimOfIssuer(
  { namespace, name, kind, caSecretName }: IssuerFact,
  { controllers, caBundles }: Claimants,
): SecretClaim[] {
  if (caSecretName === undefined) return [];
  return [
    {
      namespace: namespace ?? clusterResourceNamespace(controllers, caBundles),
      name: caSecretName,
      layer: 'ingress',
      roles: { 'tls.crt': 'issuer-ca' },
      by: ref.object(kind, name, namespace),
      required: true,
    },
  ];
}

/** The Certificate or Secret that an injector copies into a caBundle is the server's own. */
function claimOfInjection(bundle: CaBundleFact, certificates: readonly CertificateFact[]): SecretClaim[] {
  const [kind, namespace, name] = bundle.injectedFrom?.split('/') ?? [];
  if (namespace === undefined || name === undefined) return [];
  const claim = { namespace, layer: layerOfServer(bundle), by: bundle.ref, required: true } as const;
  if (kind === 'secret') return [{ ...claim, name, roles: {} }];
  const secretName = certificates.find((item) => item.namespace === namespace && item.name === name)?.secretName;
  return kind === 'certificate' && secretName
    ? [{ ...claim, name: secretName, roles: { 'tls.crt': 'webhook-serving' } }]
    : [];
}

function claimOfIngress(ingress: IngressFact, classes: readonly IngressClassFact[]): SecretClaim[] {
  const { namespace, name, tls } = ingress;
  const required = keeperOfIngress(ingress, classes)?.bypasses !== true;
  return tls.flatMap(({ secretName }) =>
    secretName === undefined
      ? []
      : {
          namespace,
          name: secretName,
          layer: 'ingress',
          roles: { 'tls.crt': 'ingress-tls' },
          by: ref.object('Ingress', name, namespace),
          required,
        },
  );
}

/** The Secret by whose CA an Ingress verifies its clients, with its revocation list. */
function claimOfClientCa(ingress: IngressFact): SecretClaim[] {
  const named = clientCaOf(ingress);
  const by = ref.object('Ingress', ingress.name, ingress.namespace);
  return named ? [{ ...named, layer: 'ingress', roles: { 'ca.crt': 'ingress-client-ca' }, by, required: true }] : [];
}

/** The Secret by whose CA an Ingress verifies its backends. */
function claimOfBackendCa(ingress: IngressFact): SecretClaim[] {
  const trust = backendTrustOf(ingress);
  const by = ref.object('Ingress', ingress.name, ingress.namespace);
  return trust ? [{ ...trust.secret, layer: 'ingress', roles: {}, by, required: true }] : [];
}

/** The Secrets by which clients of a mesh verify a server that they speak TLS to; gateways have theirs elsewhere. */
function claimOfOrigination(rule: DestinationRuleFact): SecretClaim[] {
  const by = ref.object('DestinationRule', rule.name, rule.namespace);
  return originationSecrets(rule).map((secret) => ({ ...secret, layer: 'mesh', roles: {}, by, required: false }));
}

function claimOfGateway({ kind, namespace, name, listeners }: GatewayFact): SecretClaim[] {
  return listeners.flatMap(({ secrets }) =>
    secrets.map((secret) => ({
      namespace: secret.namespace,
      name: secret.name,
      layer: 'ingress',
      roles: { 'tls.crt': 'gateway-tls' },
      by: ref.object(kind, name, namespace),
      required: secret.granted,
    })),
  );
}

function claimOfRoute({ kind, namespace, name, secrets, clientCas = [] }: RouteFact): SecretClaim[] {
  const claim = { layer: 'ingress', by: ref.object(kind, name, namespace), required: true } as const;
  return [
    ...secrets.map((secret) => ({ ...secret, ...claim, roles: { 'tls.crt': 'ingress-tls' } as const })),
    ...clientCas.map((secret) => ({
      ...secret,
      ...claim,
      roles: { 'ca.crt': 'ingress-client-ca', 'tls.ca': 'ingress-client-ca' } as const,
    })),
  ];
}

function claimOfCertificate({ namespace, name, secretName, isCA }: CertificateFact): SecretClaim[] {
  if (secretName === '') return [];
  return [
    {
      namespace,
      name: secretName,
      layer: 'ingress',
      roles: { 'tls.crt': isCA ? 'issuer-ca' : 'tls-secret' },
      by: ref.object('Certificate', name, namespace),
      required: true,
      manager: 'cert-manager',
    },
  ];
}
