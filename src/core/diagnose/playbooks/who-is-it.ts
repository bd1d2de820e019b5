import { findingsStep } from '../steps.ts';

/** Whom the API server takes the user of the kubeconfig for: forbidden looks like broken rights, whoever it is. */
export const whoIsIt = findingsStep({
  id: 'identity',
  question: 'Does the credential in use belong to a person, or to a node?',
  command: 'kubectl auth whoami',
  codes: ['KUBECONFIG_WRONG_IDENTITY'],
  sources: ['credential', 'kubeconfig'],
});
