import type { CertificateFact, IssuerReference, RenewalWindow } from '../../model/facts.ts';
import { at, compact, type Json, numberOf, recordOf, recordsOf, textOf, textsOf } from './json.ts';
import { changeOf, conditionOf, controllerOf, metaOf } from './meta.ts';

const TEMPORARY = 'cert-manager.io/issue-temporary-certificate';

/** cert-manager's Certificate (cert-manager.io/v1: pkg/apis/certmanager/v1/types_certificate.go). */
export function readCertificateObject(object: unknown): CertificateFact | undefined {
  const meta = metaOf(object);
  if (!meta) return undefined;
  const spec = recordOf(at(object, 'spec'));
  const owner = controllerOf(object);
  return compact<CertificateFact>({
    namespace: meta.namespace,
    name: meta.name,
    uid: meta.uid,
    created: meta.created,
    owner: owner && `${owner.kind.toLowerCase()}/${meta.namespace}/${owner.name}`,
    ...readSpec(spec),
    temporary: meta.annotations[TEMPORARY] === 'true' ? true : undefined,
    ...readStatus(recordOf(at(object, 'status'))),
  });
}

type Status =
  | 'notBefore'
  | 'notAfter'
  | 'renewalTime'
  | 'ready'
  | 'revision'
  | 'nextPrivateKeySecretName'
  | 'issuing'
  | 'issuingSince'
  | 'lastFailureTime'
  | 'failedIssuanceAttempts'
  | 'ari';

type Spec = Omit<CertificateFact, Status | 'namespace' | 'name' | 'uid' | 'created' | 'owner' | 'temporary'>;

function readSpec(spec: Json): Spec {
  const windows = recordsOf(at(spec, 'renewal', 'windows')).map(readWindow);
  return compact<Spec>({
    secretName: textOf(spec.secretName) ?? '',
    commonName: textOf(spec.commonName),
    literalSubject: textOf(spec.literalSubject),
    dnsNames: textsOf(spec.dnsNames),
    ipAddresses: someOf(spec.ipAddresses),
    uris: someOf(spec.uris),
    emails: someOf(spec.emailAddresses),
    issuer: readIssuerReference(spec.issuerRef),
    isCA: spec.isCA === true,
    usages: someOf(spec.usages),
    keystores: readKeystores(spec),
    duration: textOf(spec.duration),
    renewBefore: textOf(spec.renewBefore),
    renewBeforePercentage: numberOf(spec.renewBeforePercentage),
    privateKey: readPrivateKey(spec.privateKey),
    revisionHistoryLimit: numberOf(spec.revisionHistoryLimit),
    renewalDisabled: at(spec, 'renewal', 'policy') === 'Disabled' ? true : undefined,
    renewalWindows: windows.length > 0 ? windows : undefined,
  });
}

function readStatus(status: Json): Pick<CertificateFact, Status> {
  return compact<Pick<CertificateFact, Status>>({
    notBefore: textOf(status.notBefore),
    notAfter: textOf(status.notAfter),
    renewalTime: textOf(status.renewalTime),
    ready: conditionOf(status, 'Ready'),
    revision: numberOf(status.revision),
    nextPrivateKeySecretName: textOf(status.nextPrivateKeySecretName),
    issuing: conditionOf(status, 'Issuing'),
    issuingSince: changeOf(status, 'Issuing'),
    lastFailureTime: textOf(status.lastFailureTime),
    failedIssuanceAttempts: numberOf(status.failedIssuanceAttempts),
    ari: readAri(at(status, 'acme', 'ari')),
  });
}

/** The texts of a list that has some. */
export function someOf(value: unknown): string[] | undefined {
  const texts = textsOf(value);
  return texts.length > 0 ? texts : undefined;
}

function readPrivateKey(value: unknown): CertificateFact['privateKey'] {
  const { algorithm, size, rotationPolicy } = recordOf(value);
  const key = compact<NonNullable<CertificateFact['privateKey']>>({
    algorithm: textOf(algorithm),
    size: numberOf(size),
    rotationPolicy: textOf(rotationPolicy),
  });
  return Object.keys(key).length > 0 ? key : undefined;
}

function readWindow({ cron, windowDuration, timezone }: Json): RenewalWindow {
  return compact<RenewalWindow>({
    cron: textOf(cron) ?? '',
    duration: textOf(windowDuration) ?? '',
    timezone: textOf(timezone),
  });
}

function readAri(value: unknown): CertificateFact['ari'] {
  const ari = compact<NonNullable<CertificateFact['ari']>>({
    start: textOf(at(value, 'suggestedWindow', 'start')),
    end: textOf(at(value, 'suggestedWindow', 'end')),
    nextCheck: textOf(at(value, 'nextCheck')),
    error: textOf(at(value, 'lastError')),
    explanation: textOf(at(value, 'explanationURL')),
  });
  return Object.keys(ari).length > 0 ? ari : undefined;
}

/** An absent kind means Issuer, an absent group cert-manager's own. */
export function readIssuerReference(reference: unknown): IssuerReference {
  return {
    name: textOf(at(reference, 'name')) ?? '',
    kind: textOf(at(reference, 'kind')) ?? 'Issuer',
    group: textOf(at(reference, 'group')) ?? 'cert-manager.io',
  };
}

/** Data keys that cert-manager writes: pkg/apis/certmanager/v1, CertificateKeystores. */
const KEYSTORES = { pkcs12: 'keystore.p12', jks: 'keystore.jks' } as const;

/** A password that stands in the spec itself is passed over: nothing secret becomes a fact. */
function readKeystores(spec: Json): CertificateFact['keystores'] {
  const found = Object.entries(KEYSTORES).flatMap(([kind, key]) => {
    const asked = recordOf(at(spec, 'keystores', kind));
    if (asked.create !== true || textOf(asked.password) !== undefined) return [];
    const name = textOf(at(asked, 'passwordSecretRef', 'name'));
    const passwordSecret = name && { name, key: textOf(at(asked, 'passwordSecretRef', 'key')) ?? 'password' };
    return [{ kind: kind as keyof typeof KEYSTORES, key, ...(passwordSecret && { passwordSecret }) }];
  });
  return found.length > 0 ? found : undefined;
}
