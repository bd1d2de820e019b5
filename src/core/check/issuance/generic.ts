import { causeDefinition, SEE_CHALLENGE, SEE_ISSUER, SEE_LOGS } from './cause.ts';

/** What is said where no words tell more. */
export const ISSUER_NOT_READY = causeDefinition({
  code: 'ISSUER_NOT_READY',
  title: 'an issuer is not ready',
  meaning:
    'It signs nothing until its condition Ready is True. Requests wait, and no attempt is counted as a failure, so that nothing but the end of a certificate tells.',
  prove: [SEE_ISSUER],
  fix: ['see to what its message says'],
  source: 'cert-manager pkg/controller/issuers, pkg/controller/clusterissuers',
});

export const REQUEST_NOT_APPROVED = causeDefinition({
  code: 'REQUEST_NOT_APPROVED',
  severity: 'warning',
  title: 'a CertificateRequest waits for approval',
  meaning:
    "Nobody approved it: cert-manager's own approver may not approve for this issuer (external issuers need a right on signers), it is switched off, or the approver that takes its place does not run.",
  prove: [
    'kubectl describe certificaterequest -n NS NAME: no condition Approved',
    'kubectl get clusterroles | grep approve',
  ],
  fix: ['approve it: cmctl approve NAME', "or let cert-manager's approver approve for the signer of that issuer"],
  source: 'cert-manager documentation, CertificateRequest: Approval',
});

export const ISSUANCE_FAILING = causeDefinition({
  code: 'ISSUANCE_FAILING',
  title: "a Certificate's issuances fail",
  meaning:
    'cert-manager tried, failed, and waits with growing delays, from an hour to 32. Ready stays True meanwhile, until the certificate that is there ends.',
  prove: [
    'kubectl certs layers certificate/NS/NAME: the chain, with what each link says',
    'kubectl describe certificate -n NS NAME: Issuing, and failedIssuanceAttempts',
    SEE_LOGS,
  ],
  fix: ['see to what the message says, then cmctl renew, which skips the delay'],
  prevent: ['watch failed attempts, not the condition Ready alone'],
  source: 'cert-manager pkg/controller/certificates/{trigger,issuing}',
});

export const ISSUANCE_STUCK = causeDefinition({
  code: 'ISSUANCE_STUCK',
  severity: 'warning',
  title: 'an issuance has been running for long, and nothing says why',
  meaning:
    'Issuing is True and does not end: a Challenge is queued behind another of the same name anywhere in the cluster, a controller is down, or an external issuer does not answer.',
  prove: ['kubectl certs layers certificate/NS/NAME: the last link that has not ended', SEE_CHALLENGE, SEE_LOGS],
  fix: [
    'see to the last link of the chain',
    'should it be stuck, delete the newest CertificateRequest: cert-manager makes another',
  ],
  source: 'cert-manager pkg/controller/certificates, pkg/controller/acmechallenges/scheduler',
});

export const SOLVER_CLASS_UNSERVED = causeDefinition({
  code: 'SOLVER_CLASS_UNSERVED',
  title: 'the class of an HTTP-01 solver is served by no controller',
  meaning:
    "The issuer gives its solver Ingress a class that no IngressClass of this cluster has, so that no controller takes it: the challenge's path is answered by whoever has port 80, with 404. The controller's stand-in certificate on port 443 is only the consequence.",
  prove: [
    'kubectl get ingressclasses',
    'kubectl get ingress -A -l acme.cert-manager.io/http01-solver=true: no address',
    'kubectl get clusterissuer NAME -o jsonpath="{.spec.acme.solvers}"',
  ],
  fix: [
    'set http01.ingress.ingressClassName of the solver to a class that is served',
    'then delete the CertificateRequest, so that a new solver Ingress is made',
  ],
  source: 'cert-manager pkg/issuer/acme/http/ingress.go; Kubernetes documentation, Ingress class',
});

export const WILDCARD_NEEDS_DNS01 = causeDefinition({
  code: 'WILDCARD_NEEDS_DNS01',
  title: 'a wildcard is asked of an issuer that proves names by HTTP-01 alone',
  meaning:
    'A CA offers DNS-01 alone for a wildcard, and no solver of the issuer that takes the name does DNS-01. The Order stays pending for ever, no Challenge is made, so that there is nothing to read in one; only an event says why.',
  prove: [
    'kubectl describe order -n NS NAME: the event Solver; status.authorizations offers dns-01 alone',
    'kubectl get clusterissuer NAME -o jsonpath="{.spec.acme.solvers}"',
  ],
  fix: [
    'add a dns01 solver to the issuer, by selector.dnsZones if need be, and keep http01 for the other names',
    'then delete the CertificateRequest that waits',
  ],
  source: 'RFC 8555 section 7.1.3; letsencrypt.org, Challenge Types; cert-manager pkg/controller/acmeorders',
});
