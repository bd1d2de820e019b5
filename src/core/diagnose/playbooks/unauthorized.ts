import { podsOf } from '../control-plane.ts';
import type { Playbook } from '../playbook.ts';
import { want } from '../requests.ts';
import { findingsStep } from '../steps.ts';
import { heldCredential } from './held-credential.ts';
import { serviceAccountKeys } from './service-account-keys.ts';
import { speakersClock } from './speakers-clock.ts';
import { expiredTokens } from './tokens.ts';
import { whoIsIt } from './who-is-it.ts';

/** The API server refuses whoever asks: 401. Who it is decides everything, since each has a credential of its own. */
export const unauthorized: Playbook = {
  id: 'unauthorized',
  layer: 'cluster',
  title: 'Unauthorized: the API server refuses a credential (401, "You must be logged in to the server")',
  patterns: [
    /(?:^|[:\s])Unauthorized\b|\b401\b/i,
    /must be logged in to the server|asked for the client to provide credentials/i,
    /Unable to authenticate the request|invalid bearer token|token has expired|connection is unauthorized/i,
    /error retrieving resource lock (?<namespace>[\w-]+)\/(?<name>[\w-]+): Unauthorized/i,
    /(?:not|no longer|stopped?|don't|won't) (?:reconcil|schedul)|stays? (?:at )?0\/\d|no ReplicaSet|pods?\b[^\n]{0,60}\bPending\b/i,
  ],
  targets: ['node', 'cluster'],
  explainedBy: [
    'CREDENTIAL_EXPIRED',
    'SA_KEY_MISMATCH',
    'CERT_EXPIRED',
    'PROCESS_OLDER_THAN_FILE',
    'LEADER_SILENT',
    'KUBELET_SILENT',
    'CLIENT_REFUSED',
    'KEY_MISMATCH',
    'CERT_NOT_YET_VALID',
    'CLOCK_SKEW',
    'ISSUER_REPLACED',
    'CA_DRIFT',
    'STALE_COPY',
    'FRONT_PROXY_NAME',
    'CHAIN_WRONG_USAGE',
    'KUBELET_CONF_EMBEDDED',
    'KUBECONFIG_WRONG_IDENTITY',
  ],
  roles: [
    'admin-client',
    'super-admin-client',
    'user-client',
    'controller-manager-client',
    'scheduler-client',
    'kubelet-client',
    'service-account-key',
    'client-ca-bundle',
    'front-proxy-client',
    'front-proxy-ca',
    'cluster-ca',
  ],
  kinds: ['user', 'lease', 'node', 'kubeconfig'],
  reads: ['credential', 'kubeconfig', 'leases'],
  causes: [],
  steps: [
    findingsStep({
      id: 'own',
      question: 'Is the credential of the kubeconfig in use in its time?',
      command: 'kubectl auth whoami; kubectl config view --raw',
      codes: ['CREDENTIAL_EXPIRED', 'CERT_EXPIRED', 'CERT_NOT_YET_VALID', 'STALE_COPY', 'CLOCK_SKEW'],
      roles: ['admin-client', 'super-admin-client', 'user-client'],
      kinds: ['user'],
      sources: ['credential', 'kubeconfig'],
    }),
    heldCredential,
    expiredTokens,
    serviceAccountKeys,
    speakersClock,
    whoIsIt,
    {
      id: 'apiserver-log',
      question: 'Whom does the API server refuse, and why?',
      command: () => 'kubectl -n kube-system logs kube-apiserver-NODE | grep "Unable to authenticate"',
      sources: ['pod-logs'],
      wants: ({ inventory }) =>
        podsOf(inventory, 'kube-apiserver')
          .slice(0, 3)
          .map(({ namespace, name }) => want.podLog({ namespace, pod: name }, 'whom the API server refuses')),
      judge: () => [],
    },
  ],
  hides: [{ cause: 'PROCESS_OLDER_THAN_FILE', hidden: 'LEADER_SILENT' }],
  next: [
    { title: 'Who does the API server take you for?', command: 'kubectl auth whoami' },
    {
      title: 'Does a webhook or an OIDC issuer authenticate?',
      command: 'kubectl -n kube-system get pod kube-apiserver-NODE -o yaml | grep -E "oidc|authentication"',
    },
  ],
};
