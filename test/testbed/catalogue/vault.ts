import { join } from 'node:path';
import type { Bed } from '../bed.ts';
import type { Component } from './component.ts';

/** Role of its PKI that signs for example.test, and the AppRole that may ask for it. */
const ROLE = 'bed';
const POLICY = `path "pki/sign/${ROLE}" { capabilities = ["create", "update"] }`;

/** Asks Vault as root. @returns the answer's data; @throws Error with Vault's words */
async function askVault<T>(bed: Bed, method: string, path: string, body?: object): Promise<T> {
  const response = await fetch(`http://127.0.0.1:${bed.port('vault')}/v1/${path}`, {
    method,
    headers: { 'X-Vault-Token': bed.read('vault/token') },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(10_000),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`vault ${method} ${path}: ${response.status} ${text}`);
  return (text === '' ? undefined : JSON.parse(text).data) as T;
}

/** Credentials of the AppRole that may have certificates signed. */
export async function vaultAppRole(bed: Bed): Promise<{ roleId: string; secretId: string }> {
  const role = await askVault<{ role_id: string }>(bed, 'GET', `auth/approle/role/${ROLE}/role-id`);
  const secret = await askVault<{ secret_id: string }>(bed, 'POST', `auth/approle/role/${ROLE}/secret-id`);
  return { roleId: role.role_id, secretId: secret.secret_id };
}

export const vault: Component = {
  name: 'vault',
  version: '1.21.4',
  source: { kind: 'go', upstream: 'vault', package: '.' },
  service: {
    ports: ['vault'],
    async prepare(bed) {
      bed.write('vault/token', '');
    },
    processes(bed) {
      const address = `127.0.0.1:${bed.port('vault')}`;
      const argv = [join(bed.binDir, 'vault'), '-address', address, '-token-file', join(bed.runDir, 'vault/token')];
      return [{ name: 'vault', argv, ready: { kind: 'http', url: `http://${address}/v1/sys/health` } }];
    },
    async settle(bed) {
      const post = (path: string, body: object) => askVault(bed, 'POST', path, body);
      await post('sys/mounts/pki', { type: 'pki', config: { max_lease_ttl: '87600h' } });
      await post('pki/root/generate/internal', { common_name: 'Vault root', ttl: '87600h' });
      await post(`pki/roles/${ROLE}`, { allowed_domains: ['example.test'], allow_subdomains: true, max_ttl: '720h' });
      await post(`sys/policies/acl/${ROLE}`, { policy: POLICY });
      await post('sys/auth/approle', { type: 'approle' });
      await post(`auth/approle/role/${ROLE}`, { token_policies: [ROLE], token_ttl: '1h' });
    },
  },
};
