import { PortFailure } from '../../ports/failure.ts';
import type { Located } from './located.ts';

/**
 * The Authorization header of an `auth-provider` entry (OIDC with refresh tokens, and the clouds' older ones), made by
 * the Kubernetes client, which is loaded for it.
 * @throws PortFailure `denied` when the provider gives none
 */
export async function providerHeader({ resolution, user }: Located): Promise<string> {
  const { KubeConfig } = await import('./client-node.ts');
  const name = resolution.user.name;
  const config = new KubeConfig();
  config.loadFromOptions({
    users: [{ name, authProvider: { ...user.authProvider!, config: { ...user.authProvider!.config } } }],
    clusters: [{ name: 'cluster', server: 'https://unused.invalid', skipTLSVerify: false }],
    contexts: [{ name: 'context', cluster: 'cluster', user: name }],
    currentContext: 'context',
  });
  const options: { headers: Record<string, string> } = { headers: {} };
  try {
    await config.applyToHTTPSOptions(options);
  } catch (error) {
    throw denied(`could not renew its token: ${(error as Error).message}`);
  }
  const header = options.headers.Authorization;
  if (header === undefined)
    throw denied('has no token that is still valid, and nothing to renew it with; log in again');
  return header;

  function denied(what: string): PortFailure {
    return new PortFailure('denied', `auth-provider ${user.authProvider!.name} of user ${name} ${what}`, {
      code: 'auth-provider',
    });
  }
}
