import type { BootstrapTokenFact } from '../../model/facts.ts';
import { at, compact } from './json.ts';
import { metaOf } from './meta.ts';

/**
 * A Secret of type bootstrap.kubernetes.io/token (k8s.io/cluster-bootstrap token/api): its public half and its end.
 * The secret half is not looked at.
 */
export function readBootstrapToken(object: unknown): BootstrapTokenFact | undefined {
  const meta = metaOf(object);
  const id = decoded(at(object, 'data', 'token-id'));
  if (!meta || id === undefined) return undefined;
  const end = decoded(at(object, 'data', 'expiration'));
  return compact<BootstrapTokenFact>({
    name: meta.name,
    id,
    expiration: end !== undefined && !Number.isNaN(Date.parse(end)) ? new Date(end).toISOString() : undefined,
    signs: decoded(at(object, 'data', 'usage-bootstrap-signing')) === 'true',
    authenticates: decoded(at(object, 'data', 'usage-bootstrap-authentication')) === 'true',
  });
}

function decoded(value: unknown): string | undefined {
  return typeof value === 'string' ? Buffer.from(value, 'base64').toString('utf8').trim() : undefined;
}
