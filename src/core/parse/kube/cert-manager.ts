import type { CertificateFact, IssuerFact } from '../../model/facts.ts';
import { at, compact, numberOf, recordOf, textOf, textsOf } from './json.ts';
import { changeOf, conditionOf, metaOf } from './meta.ts';

/** cert-manager's Certificate (cert-manager.io/v1: pkg/apis/certmanager/v1/types_certificate.go). */
export function readCertificateObject(object: unknown): CertificateFact | undefined {
  const meta = metaOf(object);
  if (!meta) return undefined;
  const spec = recordOf(at(object, 'spec'));
  const status = recordOf(at(object, 'status'));
  return compact<CertificateFact>({
    namespace: meta.namespace,
    name: meta.name,
    uid: meta.uid,
    created: meta.created,
    secretName: textOf(spec.secretName) ?? '',
    dnsNames: textsOf(spec.dnsNames),
    issuer: readIssuerReference(spec.issuerRef),
    isCA: spec.isCA === true,
    notAfter: textOf(status.notAfter),
    renewalTime: textOf(status.renewalTime),
    ready: conditionOf(status, 'Ready'),
    revision: numberOf(status.revision),
    nextPrivateKeySecretName: textOf(status.nextPrivateKeySecretName),
    issuing: conditionOf(status, 'Issuing'),
    issuingSince: changeOf(status, 'Issuing'),
    lastFailureTime: textOf(status.lastFailureTime),
    failedIssuanceAttempts: numberOf(status.failedIssuanceAttempts),
    renewalDisabled: at(spec, 'renewal', 'policy') === 'Disabled' ? true : undefined,
  });
}

/** An absent kind means Issuer, an absent group cert-manager's own. */
function readIssuerReference(reference: unknown): CertificateFact['issuer'] {
  return {
    name: textOf(at(reference, 'name')) ?? '',
    kind: textOf(at(reference, 'kind')) ?? 'Issuer',
    group: textOf(at(reference, 'group')) ?? 'cert-manager.io',
  };
}

/** Fields of an issuer's spec that configure it; the first that is set is its type. */
const ISSUER_TYPES = ['acme', 'ca', 'selfSigned', 'vault', 'venafi'];

/** cert-manager's Issuer or ClusterIssuer. */
export function readIssuer(object: unknown, kind: IssuerFact['kind']): IssuerFact | undefined {
  const meta = metaOf(object);
  if (!meta) return undefined;
  const spec = recordOf(at(object, 'spec'));
  return compact<IssuerFact>({
    kind,
    namespace: meta.namespace === '' ? undefined : meta.namespace,
    name: meta.name,
    type: ISSUER_TYPES.find((type) => typeof spec[type] === 'object' && spec[type] !== null) ?? 'unknown',
    caSecretName: textOf(at(spec.ca, 'secretName')),
    ready: conditionOf(at(object, 'status'), 'Ready'),
  });
}
