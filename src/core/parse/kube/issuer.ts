import type { IssuerFact } from '../../model/facts.ts';
import { readIssuerSecrets } from './issuer-secrets.ts';
import { at, compact, type Json, recordOf, recordsOf, textOf } from './json.ts';
import { changeOf, conditionOf, metaOf } from './meta.ts';
import { readSolver } from './solver.ts';

/** Fields of an issuer's spec that configure it; the first that is set is its type. */
const ISSUER_TYPES = ['acme', 'ca', 'selfSigned', 'vault', 'venafi'];

/** cert-manager's Issuer or ClusterIssuer (pkg/apis/certmanager/v1/types_issuer.go). */
export function readIssuer(object: unknown, kind: IssuerFact['kind']): IssuerFact | undefined {
  const meta = metaOf(object);
  if (!meta) return undefined;
  const spec = recordOf(at(object, 'spec'));
  const status = at(object, 'status');
  const secrets = readIssuerSecrets(spec);
  return compact<IssuerFact>({
    kind,
    namespace: meta.namespace === '' ? undefined : meta.namespace,
    name: meta.name,
    type: ISSUER_TYPES.find((type) => isSet(spec[type])) ?? 'unknown',
    caSecretName: textOf(at(spec.ca, 'secretName')),
    ready: conditionOf(status, 'Ready'),
    readySince: changeOf(status, 'Ready'),
    changed: specWritten(object),
    acme: isSet(spec.acme) ? readAcme(recordOf(spec.acme), status) : undefined,
    vault: isSet(spec.vault) ? readVault(recordOf(spec.vault)) : undefined,
    credentials: secrets.length > 0 ? secrets : undefined,
  });
}

function readAcme(acme: Json, status: unknown): IssuerFact['acme'] {
  return compact<NonNullable<IssuerFact['acme']>>({
    server: textOf(acme.server) ?? '',
    email: textOf(acme.email),
    accountUri: textOf(at(status, 'acme', 'uri')),
    preferredChain: textOf(acme.preferredChain),
    profile: textOf(acme.profile),
    solvers: recordsOf(acme.solvers).map((solver) => readSolver(solver)),
  });
}

/** Ways to log in to Vault. */
const VAULT_LOGINS = ['kubernetes', 'appRole', 'tokenSecretRef', 'clientCertificate', 'aws'];

function readVault(vault: Json): IssuerFact['vault'] {
  const auth = recordOf(vault.auth);
  const login = VAULT_LOGINS.find((way) => isSet(auth[way])) ?? 'unknown';
  return compact<NonNullable<IssuerFact['vault']>>({
    server: textOf(vault.server) ?? '',
    path: textOf(vault.path) ?? '',
    auth: login,
    role: textOf(at(auth, login, 'role')) ?? textOf(at(auth, login, 'roleId')),
    serviceAccount: textOf(at(auth, login, 'serviceAccountRef', 'name')),
    hasCaBundle: textOf(vault.caBundle) !== undefined || isSet(vault.caBundleSecretRef),
  });
}

/** When a field manager last wrote the spec. */
function specWritten(object: unknown): string | undefined {
  const times = recordsOf(at(object, 'metadata', 'managedFields')).flatMap(({ fieldsV1, time }) =>
    at(fieldsV1, 'f:spec') === undefined ? [] : (textOf(time) ?? []),
  );
  return times.sort().at(-1);
}

function isSet(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
