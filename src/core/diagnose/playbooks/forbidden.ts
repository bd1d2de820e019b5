import type { Playbook } from '../playbook.ts';
import { whoIsIt } from './who-is-it.ts';

/** 403: the credential is accepted, and its owner may not do it. Whose it is may be the surprise. */
export const forbidden: Playbook = {
  id: 'forbidden',
  layer: 'cluster',
  title: 'Forbidden: the API server knows the user and refuses the request (403)',
  patterns: [
    /Error from server \(Forbidden\)/i,
    /is forbidden: node "(?<node>[^"]+)" can only/i,
    /is forbidden: User "(?<user>system:node:[^"]+)"/i,
    /(?:user|I am|as|identity)[^\n]*system:nodes?\b/i,
  ],
  general: true,
  explainedBy: ['KUBECONFIG_WRONG_IDENTITY', 'FRONT_PROXY_NAME', 'MASTERS_CARRIED_ON'],
  roles: ['admin-client', 'super-admin-client', 'user-client', 'kubelet-client'],
  kinds: ['user', 'kubeconfig'],
  reads: ['credential', 'kubeconfig'],
  causes: [],
  steps: [whoIsIt],
  hides: [{ cause: 'KUBECONFIG_WRONG_IDENTITY', hidden: 'CERT_EXPIRED' }],
  next: [
    { title: 'Who does the API server take you for?', command: 'kubectl auth whoami' },
    { title: 'May that user do it?', command: 'kubectl auth can-i VERB RESOURCE -n NAMESPACE' },
  ],
};
