import { ISSUER_CAUSES } from '../../check/issuance/causes/issuer.ts';
import { REQUEST_CAUSES } from '../../check/issuance/causes/request.ts';
import { judgeWords } from '../issuance-clues.ts';
import type { Playbook } from '../playbook.ts';
import { want } from '../requests.ts';
import { findingsStep } from '../steps.ts';
import { controllersOf } from './acme-challenge.ts';

const EXPLAINED_BY = [
  ...[...ISSUER_CAUSES, ...REQUEST_CAUSES].map(({ definition }) => definition.code),
  'ISSUER_NOT_READY',
  'REQUEST_NOT_APPROVED',
  'ISSUANCE_FAILING',
  'ISSUANCE_STUCK',
  'ISSUING_CA_EXPIRED',
  'CERT_MANAGER_DOWN',
  'WILDCARD_NEEDS_DNS01',
  'SECRET_SHARED',
  'SECRET_OVERWRITTEN',
];
const CODES = new Set(EXPLAINED_BY);

/** A Certificate is not issued, and its issuer or its request says why. */
export const certManagerIssuer: Playbook = {
  id: 'cert-manager-issuer',
  layer: 'ingress',
  title: 'A Certificate is not issued (issuer not ready, request failed, waiting for approval)',
  patterns: [
    /initializing issuer|issuer (?:is )?not (?:ready|found)|does not have a Ready status condition|Referenced "?\w*Issuer"? not found/i,
    /\bVault(?:Error|InitError)?\b[^\n]*(?:sign|login|log in|seal|token|role|verif|init|unreach|denied|forbidden)/i,
    /serviceaccounts?(?:\/token)? "(?<name>[\w.-]+)" is forbidden|serviceaccounts\/token/i,
    /beyond the expiration of the CA|keypair for CA issuer|ErrGetKeyPair|Err(?:Register|Verify)ACMEAccount|(?:register|verify) ACME account|ErrInitIssuer|signing CA/i,
    /certificate request has failed|CertificateRequest[^\n]*(?:fail|denied|pending|approv)|No CertificateRequestPolic(?:y|ies)\b|No policy approved this request|Not signing CertificateRequest|Issuing certificate as Secret does not exist/i,
    /\bcertificates?(?:\.cert-manager\.io)?\b[^\n]*\b(?:not ready|Ready=False|READY False|DoesNotExist)/i,
  ],
  targets: ['certificate', 'issuer', 'clusterissuer'],
  explainedBy: EXPLAINED_BY,
  roles: ['issuer-ca'],
  kinds: ['certificate', 'certificaterequest', 'order', 'challenge', 'issuer', 'clusterissuer', 'deployment'],
  reads: ['certificates', 'certificaterequests', 'issuers'],
  causes: [],
  steps: [
    findingsStep({
      id: 'chain',
      question: 'Which link of the issuance does not go on, and what does it say?',
      command: 'kubectl describe certificate,certificaterequest -n NAMESPACE; kubectl describe clusterissuer NAME',
      codes: EXPLAINED_BY,
      sources: ['certificates', 'certificaterequests', 'issuers'],
    }),
    {
      id: 'words',
      question: 'What do events, and the log of the controller, say of it in full?',
      command: () =>
        'kubectl get events -A --field-selector=type!=Normal; kubectl logs -n cert-manager deploy/cert-manager',
      sources: ['events'],
      wants: (context) => [
        want.events('what controllers warned of'),
        ...controllersOf(context).map((pod) => want.podLog(pod, 'what cert-manager says of the issuance')),
      ],
      causes: [...CODES],
      judge: (context) => judgeWords(context, CODES),
    },
  ],
  hides: [
    { cause: 'ISSUER_TLS_UNTRUSTED', hidden: 'CHAIN_INCOMPLETE', sameThing: true },
    { cause: 'ISSUER_TLS_UNTRUSTED', hidden: 'CHAIN_UNTRUSTED', sameThing: true },
    { cause: 'CERT_EXPIRED', hidden: 'ISSUER_TLS_UNTRUSTED', sameThing: true },
    { cause: 'NAME_NOT_COVERED', hidden: 'ISSUER_TLS_UNTRUSTED', sameThing: true },
  ],
  next: [
    { title: 'What does the controller say?', command: 'kubectl logs -n cert-manager deploy/cert-manager --tail=100' },
    {
      title: 'Can the server of the issuer be reached from there?',
      command: 'kubectl -n cert-manager run probe --rm -it --image=curlimages/curl -- curl -m 5 -sv SERVER',
    },
  ],
};
