import type { IssuerSecret } from '../../model/facts.ts';
import { at, compact, type Json, recordOf, recordsOf, textOf } from './json.ts';

/**
 * The Secrets that an issuer's spec names, with their use: whatever field ends in `SecretRef` (a name and a key) or
 * `secretName`, in the order of the fields. That is how all of cert-manager's types name them
 * (pkg/apis/{certmanager,acme}/v1: SecretKeySelector), so a provider that is added is found as well. The Secret of a CA
 * is not among them: it is a placement.
 */
export function readIssuerSecrets(spec: Json): IssuerSecret[] {
  const { acme, vault, venafi } = spec;
  return [
    ...accountKey(acme),
    ...named('external account binding', at(acme, 'externalAccountBinding')),
    ...recordsOf(at(acme, 'solvers')).flatMap(({ dns01 }) => providers(dns01)),
    ...named('Vault credentials', vault),
    ...named('Venafi credentials', venafi),
  ];
}

/** The controller makes it, and registers a new account, where it is not there. */
function accountKey(acme: unknown): IssuerSecret[] {
  const { name, key } = recordOf(at(acme, 'privateKeySecretRef'));
  const made = at(acme, 'disableAccountKeyGeneration') === true ? undefined : (true as const);
  const text = textOf(name);
  if (text === undefined) return [];
  return [compact<IssuerSecret>({ use: 'ACME account key', name: text, key: textOf(key) ?? 'tls.key', made })];
}

function providers(dns01: unknown): IssuerSecret[] {
  return Object.entries(recordOf(dns01)).flatMap(([provider, settings]) => named(`${provider} credentials`, settings));
}

/** Every reference below a field. A webhook's settings are its own: what looks like a reference in them is one. */
function named(use: string, value: unknown): IssuerSecret[] {
  if (Array.isArray(value)) return value.flatMap((item) => named(use, item));
  return Object.entries(recordOf(value)).flatMap(([field, inner]) => {
    const reference = /secretref$/i.test(field) ? readReference(use, recordOf(inner)) : undefined;
    if (reference) return [reference];
    if (/^secretname$/i.test(field) && textOf(inner)) return [{ use, name: textOf(inner)! }];
    return typeof inner === 'object' ? named(use, inner) : [];
  });
}

function readReference(use: string, { name, key }: Json): IssuerSecret | undefined {
  const text = textOf(name);
  return text === undefined ? undefined : compact<IssuerSecret>({ use, name: text, key: textOf(key) });
}
