import type { Playbook } from '../playbook.ts';
import { findingsStep } from '../steps.ts';

const EXPLAINED_BY = [
  'SECRET_SHARED',
  'SECRET_OVERWRITTEN',
  'LIFETIME_CLAMPED',
  'RENEWAL_LOOP',
  'ISSUING_CA_EXPIRED',
  'KEY_MISMATCH',
  'ACME_RATE_LIMITED',
  'ANNOTATION_DRIFT',
];

/** Certificates are issued again and again, each time with success. */
export const endlessIssuance: Playbook = {
  id: 'endless-issuance',
  layer: 'ingress',
  title: 'A Certificate is issued again and again (thousands of CertificateRequests, SecretMismatch)',
  patterns: [
    /must be re-?issued|re-?issu(?:ed|ing)[^\n]*(?:again|every|loop|constantly|over and over|seconds|minute)/i,
    /\b(?:SecretMismatch|IncorrectCertificate)\b|Secret was issued for "(?<name>[\w.-]+)"|conflicting Certificates/i,
    /renew(?:ed|s|ing)?[^\n]*every (?:few |other |\d+ ?)?(?:s|sec|min|second|minute)/i,
    /[\d,.]{3,} (?:CertificateRequests?|revisions?|certificate requests?)|revision (?:is )?(?:\d{3,})/i,
  ],
  explainedBy: EXPLAINED_BY,
  roles: [],
  kinds: ['certificate', 'secret', 'externalsecret', 'issuer', 'clusterissuer'],
  reads: ['certificates', 'secrets', 'copiers'],
  causes: [],
  steps: [
    findingsStep({
      id: 'keepers',
      question: 'Do several Certificates keep the Secret, or does something else write it?',
      command:
        'kubectl get certificates -n NAMESPACE -o wide; kubectl -n NAMESPACE get secret NAME --show-managed-fields -o yaml',
      codes: ['SECRET_SHARED', 'SECRET_OVERWRITTEN', 'KEY_MISMATCH'],
      sources: ['certificates', 'secrets', 'copiers'],
    }),
    findingsStep({
      id: 'lifetime',
      question: 'Does what was issued last long enough to be renewed in time?',
      command: 'kubectl -n NAMESPACE get certificate NAME -o jsonpath="{.spec.renewBefore} {.status}"',
      codes: ['LIFETIME_CLAMPED', 'RENEWAL_LOOP', 'ISSUING_CA_EXPIRED'],
      sources: ['certificates', 'secrets'],
    }),
  ],
  next: [
    {
      title: 'What does each issuance give as its reason?',
      command: 'kubectl get events -n NAMESPACE --field-selector=reason=Issuing',
    },
    { title: 'Who writes the Secret?', command: 'kubectl -n NAMESPACE get secret NAME --show-managed-fields -o yaml' },
  ],
};
