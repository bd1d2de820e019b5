import type { Check } from './rule.ts';
import { aggregatedApis } from './rules/aggregated-apis.ts';
import { apiHealth } from './rules/api-health.ts';
import { backendTrust } from './rules/backend-trust.ts';
import { badData } from './rules/bad-data.ts';
import { caBundle } from './rules/ca-bundle.ts';
import { caDrift } from './rules/ca-drift.ts';
import { caKeyAway } from './rules/ca-key-away.ts';
import { caLifetime } from './rules/ca-lifetime.ts';
import { certManagerAbsent } from './rules/cert-manager-absent.ts';
import { certManagerDown } from './rules/cert-manager-down.ts';
import { chain } from './rules/chain.ts';
import { chainOrder } from './rules/chain-order.ts';
import { clientRefused } from './rules/client-refused.ts';
import { clockSkew } from './rules/clock-skew.ts';
import { credential } from './rules/credential.ts';
import { crl } from './rules/crl.ts';
import { csr } from './rules/csr.ts';
import { csrNames } from './rules/csr-names.ts';
import { csrNotIssued } from './rules/csr-not-issued.ts';
import { defaultCertificate } from './rules/default-certificate.ts';
import { delegatedSecret } from './rules/delegated-secret.ts';
import { endedInFront } from './rules/ended-in-front.ts';
import { endpointsDiffer } from './rules/endpoints-differ.ts';
import { expectedFiles } from './rules/expected-files.ts';
import { expiry } from './rules/expiry.ts';
import { gatewayCredentials } from './rules/gateway-credentials.ts';
import { hostClaimedTwice } from './rules/host-claimed-twice.ts';
import { issuance } from './rules/issuance.ts';
import { issuerCaExpired } from './rules/issuer-ca-expired.ts';
import { issuerReplaced } from './rules/issuer-replaced.ts';
import { istioSync } from './rules/istio-sync.ts';
import { keptElsewhere } from './rules/kept-elsewhere.ts';
import { keyFileMode } from './rules/key-file-mode.ts';
import { keyMatch } from './rules/key-match.ts';
import { keystore } from './rules/keystore.ts';
import { kubeadmOpinion } from './rules/kubeadm-opinion.ts';
import { kubeconfigCa } from './rules/kubeconfig-ca.ts';
import { kubeletClientCa } from './rules/kubelet-client-ca.ts';
import { kubeletRotation } from './rules/kubelet-rotation.ts';
import { linkerdEdges } from './rules/linkerd-edges.ts';
import { linkerdLinks } from './rules/linkerd-links.ts';
import { managedCertificates } from './rules/managed-certificates.ts';
import { meshGatewayMode } from './rules/mesh-gateway-mode.ts';
import { meshIdentity } from './rules/mesh-identity.ts';
import { meshIssuer } from './rules/mesh-issuer.ts';
import { meshIssuerFit } from './rules/mesh-issuer-fit.ts';
import { meshRoots } from './rules/mesh-roots.ts';
import { meshSkips } from './rules/mesh-skips.ts';
import { mounts } from './rules/mounts.ts';
import { mtlsCallers } from './rules/mtls-callers.ts';
import { mtlsMode } from './rules/mtls-mode.ts';
import { names } from './rules/names.ts';
import { namespaceRoot } from './rules/namespace-root.ts';
import { noCertificateServed } from './rules/no-certificate-served.ts';
import { oldMasters } from './rules/old-masters.ts';
import { processOlder } from './rules/process-older.ts';
import { publicCertificates } from './rules/public-certificates.ts';
import { renewalAdvice } from './rules/renewal-advice.ts';
import { renewalLoop } from './rules/renewal-loop.ts';
import { renewalWindows } from './rules/renewal-windows.ts';
import { replicasDiffer } from './rules/replicas-differ.ts';
import { rootRotation } from './rules/root-rotation.ts';
import { rotationStuck } from './rules/rotation-stuck.ts';
import { routeRefused } from './rules/route-refused.ts';
import { secretCa } from './rules/secret-ca.ts';
import { secretMissing } from './rules/secret-missing.ts';
import { secretOrphaned } from './rules/secret-orphaned.ts';
import { secretOverwritten } from './rules/secret-overwritten.ts';
import { secretShared } from './rules/secret-shared.ts';
import { secretUnused } from './rules/secret-unused.ts';
import { servedStored } from './rules/served-stored.ts';
import { shimDrift } from './rules/shim-drift.ts';
import { staging } from './rules/staging.ts';
import { staleCopy } from './rules/stale-copy.ts';
import { stoppedReporting } from './rules/stopped-reporting.ts';
import { strength } from './rules/strength.ts';
import { tokenAudience } from './rules/token-audience.ts';
import { tokenKeys } from './rules/token-keys.ts';
import { trustBundles } from './rules/trust-bundles.ts';
import { trustCopies } from './rules/trust-copies.ts';
import { unread } from './rules/unread.ts';
import { usagesGiven } from './rules/usages-given.ts';
import { validityStart } from './rules/validity-start.ts';
import { wrongIdentity } from './rules/wrong-identity.ts';

/** Every rule of `check`. */
export const CHECKS: readonly Check[] = [
  expiry,
  validityStart,
  clockSkew,
  credential,
  chain,
  chainOrder,
  keyMatch,
  names,
  secretMissing,
  strength,
  caLifetime,
  issuerReplaced,
  kubeconfigCa,
  kubeletClientCa,
  servedStored,
  defaultCertificate,
  noCertificateServed,
  replicasDiffer,
  endedInFront,
  hostClaimedTwice,
  keptElsewhere,
  managedCertificates,
  delegatedSecret,
  keystore,
  crl,
  processOlder,
  clientRefused,
  endpointsDiffer,
  apiHealth,
  stoppedReporting,
  staleCopy,
  keyFileMode,
  caBundle,
  aggregatedApis,
  caDrift,
  caKeyAway,
  csr,
  csrNotIssued,
  csrNames,
  kubeletRotation,
  oldMasters,
  wrongIdentity,
  tokenKeys,
  meshRoots,
  rootRotation,
  rotationStuck,
  meshIssuer,
  meshIssuerFit,
  linkerdLinks,
  secretUnused,
  badData,
  issuance,
  certManagerDown,
  certManagerAbsent,
  secretShared,
  secretOverwritten,
  secretCa,
  renewalLoop,
  renewalWindows,
  renewalAdvice,
  issuerCaExpired,
  staging,
  routeRefused,
  shimDrift,
  secretOrphaned,
  usagesGiven,
  backendTrust,
  mounts,
  publicCertificates,
  trustBundles,
  trustCopies,
  expectedFiles,
  kubeadmOpinion,
  gatewayCredentials,
  meshGatewayMode,
  meshIdentity,
  mtlsMode,
  mtlsCallers,
  meshSkips,
  linkerdEdges,
  istioSync,
  namespaceRoot,
  tokenAudience,
  unread,
];
