import type { IstiodFact, IstioMeshFact, MeshCaSource, PodFact } from '../../../core/model/facts.ts';
import type { Observation } from '../../../core/model/observation.ts';
import { ref } from '../../../core/model/ref.ts';
import { factsIn } from '../cluster-source.ts';

/** What tells where an istiod's certificates for workloads come from. */
export interface CaSigns {
  readonly namespace: string;
  readonly mesh: IstioMeshFact | undefined;
  readonly istiod: IstiodFact | undefined;
  readonly proxies: readonly PodFact[];
  readonly secrets: readonly Observation[];
}

/** The source, how it was recognised, and ref of the placement that it signs with. */
export type CaFound = readonly [MeshCaSource, string?, string?];

/** A CSI driver's socket in a Pod takes the place of the agent's own (istio pkg/security, WorkloadIdentitySocket). */
export const SPIFFE_DRIVER = 'csi.spiffe.io';

/**
 * Where certificates of workloads come from. First what keeps proxies from asking istiod at all, then what istiod asks
 * itself, then the Secrets in the order in which it looks (istio pilot/pkg/bootstrap/istio_ca.go).
 */
export function caSourceOf(signs: CaSigns): CaFound {
  return fromSpire(signs) ?? fromElsewhere(signs) ?? fromRequests(signs) ?? fromSecrets(signs);
}

/** A mesh moves over workload by workload: it is SPIRE's when no proxy that was seen asks another. */
function fromSpire({ proxies }: CaSigns): CaFound | undefined {
  const own = proxies.filter(({ csiCertificates }) => csiCertificates === SPIFFE_DRIVER);
  if (own.length === 0 || own.length < proxies.length) return undefined;
  return ['spire', `${proxies.length} of ${proxies.length} proxies mount ${SPIFFE_DRIVER}`];
}

function fromElsewhere({ mesh, proxies, istiod }: CaSigns): CaFound | undefined {
  const told = mesh?.caAddress === undefined ? undefined : `proxies are told to ask ${mesh.caAddress}`;
  const injected = proxies.flatMap(({ mesh: own }) => own?.caAddress ?? [])[0];
  const address = mesh?.caAddress ?? injected;
  if (address !== undefined) {
    const evidence = told ?? `CA_ADDR of proxies is ${address}`;
    return [/istio-csr/.test(address) ? 'istio-csr' : 'external', evidence];
  }
  if (mesh?.caProvider !== undefined) return ['external', `CA_PROVIDER is ${mesh.caProvider}`];
  return istiod?.signsNothing ? ['external', 'istiod has ENABLE_CA_SERVER=false'] : undefined;
}

function fromRequests({ istiod, mesh }: CaSigns): CaFound | undefined {
  if (istiod?.externalCa === undefined) return undefined;
  const signers = [istiod.signer, ...(mesh?.certSigners ?? [])].filter((signer) => signer !== undefined);
  const by = signers.length > 0 ? `, and names the signers ${[...new Set(signers)].join(', ')}` : '';
  const isKubernetes = istiod.externalCa === 'ISTIOD_RA_KUBERNETES_API';
  return [isKubernetes ? 'kubernetes-csr' : 'external', `istiod has EXTERNAL_CA=${istiod.externalCa}${by}`];
}

function fromSecrets({ namespace, secrets }: CaSigns): CaFound {
  const found = factsIn(secrets, 'secret').filter((secret) => secret.namespace === namespace);
  const named = (name: string) => found.find((secret) => secret.name === name);
  if (named('istiod-tls')) return ['istio-csr', `Secret ${namespace}/istiod-tls is there`];
  const plugged = named('cacerts');
  if (plugged) {
    const key = plugged.keys.includes('ca-cert.pem') ? 'ca-cert.pem' : 'tls.crt';
    const issuer = ref.secret(namespace, 'cacerts', key);
    if (plugged.keys.includes('istio-generated')) return ['self-signed', 'Secret cacerts says istio-generated', issuer];
    return plugged.certificateName === undefined
      ? ['plugged-in', `Secret ${namespace}/cacerts is there`, issuer]
      : ['cert-manager', `Certificate ${plugged.certificateName} writes Secret ${namespace}/cacerts`, issuer];
  }
  if (!named('istio-ca-secret')) return ['unknown'];
  const issuer = ref.secret(namespace, 'istio-ca-secret', 'ca-cert.pem');
  return ['self-signed', `Secret ${namespace}/istio-ca-secret is there, and no cacerts`, issuer];
}
