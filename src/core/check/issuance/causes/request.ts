import { causeDefinition, type IssuanceCause } from '../cause.ts';

const REQUEST = 'kubectl describe certificaterequest -n NS NAME';

/** What keeps one request from being signed, though its issuer could. */
export const REQUEST_CAUSES: readonly IssuanceCause[] = [
  {
    definition: causeDefinition({
      code: 'NO_SOLVER_FOR_NAME',
      title: 'no solver of the issuer can prove a name of the Certificate',
      meaning:
        'A wildcard is proved by DNS-01 alone, and solvers may be meant for some names or zones only. The Order stays pending for ever, without any Challenge, and only an event says why.',
      prove: [
        'kubectl describe order -n NS NAME: the event Solver, and what the authorization offers',
        'kubectl get clusterissuer NAME -o jsonpath="{.spec.acme.solvers}"',
      ],
      fix: [
        'add a dns01 solver to the issuer, for the zone or without selector, and keep http01 for the other names',
        'then delete the CertificateRequest that waits',
      ],
      source: 'cert-manager pkg/controller/acmeorders/selectors; RFC 8555 section 7.1.3',
    }),
    patterns: [/no configured challenge solvers|valid solver configuration/i],
    blames: 'issuer',
  },
  {
    definition: causeDefinition({
      code: 'REQUEST_DENIED',
      title: 'an approver denied a CertificateRequest',
      meaning: 'Denied is final for this request; cert-manager counts it as a failure and asks again after its delay.',
      prove: [`${REQUEST}: the condition Denied names the approver and its reason`],
      fix: ['change the Certificate so that the policy takes it, or the policy', 'then cmctl renew'],
      source: 'cert-manager documentation, CertificateRequest: Approval',
    }),
    patterns: [/\bdenied by\b|request (?:has been |was )?denied|policy (?:denied|violation)/i],
    said: ['request', 'certificate'],
    blames: 'certificate',
  },
  {
    definition: causeDefinition({
      code: 'REQUEST_INVALID',
      title: 'a Certificate asks for what its issuer cannot give',
      meaning:
        'Each try fails in the same way until the spec is changed: a common name that is not among the DNS names (ACME), a name or usage that a role does not allow, an empty subject.',
      prove: [`${REQUEST}: the message of Ready`],
      fix: ['correct the spec: cert-manager tries again at once when it changes'],
      source: 'cert-manager pkg/controller/certificaterequests',
    }),
    patterns: [
      /not allowed by this role|commonName that is not present|secretName is different from the CA|empty (?:issuer )?DN|InvalidRequest|MissingAnnotation|unsupported/i,
    ],
    said: ['request', 'certificate'],
    blames: 'certificate',
  },
];
