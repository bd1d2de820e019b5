import type { OutgoingHttpHeaders } from 'node:http';
import type { KubeFlags } from '../../../core/parse/kubeconfig-resolve.ts';
import type { UserSecrets } from '../../../core/parse/kubeconfig-secrets.ts';

/** Impersonation headers (client-go transport/round_trippers.go); --as replaces all that the user's entry asks for. */
export function impersonation(flags: KubeFlags, user: UserSecrets): OutgoingHttpHeaders {
  const wanted = flags.as ? { as: flags.as, asGroups: [], asExtra: {} } : user;
  const uid = flags.asUid ?? wanted.asUid;
  const groups = flags.asGroups && flags.asGroups.length > 0 ? flags.asGroups : wanted.asGroups;
  return {
    ...(wanted.as && { 'impersonate-user': wanted.as }),
    ...(groups.length > 0 && { 'impersonate-group': [...groups] }),
    ...(uid && { 'impersonate-uid': uid }),
    ...Object.fromEntries(
      Object.entries(wanted.asExtra ?? {}).map(([key, values]) => [
        `impersonate-extra-${encodeURIComponent(key.toLowerCase())}`,
        [...values],
      ]),
    ),
  };
}
