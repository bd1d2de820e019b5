import type { ManagedCertificateFact, Seen } from '../../model/facts.ts';
import type { CodeDefinition } from '../../model/finding.ts';
import { ref } from '../../model/ref.ts';
import { manualStep } from '../../model/step.ts';
import { draft } from '../draft.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { list, when } from '../words.ts';

const SHARED = {
  prove: ['kubectl -n NS describe managedcertificate NAME: Certificate Status, Domain Status and Expire Time'],
  source:
    'Google Kubernetes Engine documentation, Google-managed SSL certificates; networking.gke.io/v1 ManagedCertificate',
  since: '0.1.0',
} as const;

const MANAGED_CERTIFICATE_FAILS: CodeDefinition = {
  ...SHARED,
  code: 'MANAGED_CERTIFICATE_FAILS',
  severity: 'critical',
  title: 'Google cannot issue or renew a ManagedCertificate',
  meaning:
    'Google proves each domain by asking it from outside. FailedNotVisible: the name does not lead to the address of the load balancer, or the certificate is at no Ingress; FailedCaaForbidden or FailedCaaChecking: CAA records; FailedRateLimited: too many. One failing domain holds up the whole certificate. What was issued before is served until it ends.',
  fix: [
    'let each domain lead to the address of the load balancer, and to no other (an AAAA record counts too)',
    'name the certificate in networking.gke.io/managed-certificates of the Ingress',
  ],
};

const MANAGED_CERTIFICATE_EXPIRING: CodeDefinition = {
  ...SHARED,
  code: 'MANAGED_CERTIFICATE_EXPIRING',
  severity: 'warning',
  title: 'a ManagedCertificate is near its end, and was not renewed',
  meaning:
    'Google renews it about a month before. One that is nearer to its end could not be renewed: its domains no longer lead to the load balancer, or CAA records came in between.',
  fix: ['see whether each domain still leads to the address of the load balancer'],
};

const DAY = 86_400_000;
/** Google renews about a month ahead. */
const OVERDUE = 20 * DAY;
const NEAR = 7 * DAY;
/** For so long the state of a new one says nothing: it takes up to an hour, and a day where DNS is slow. */
const PATIENCE = DAY;

/** Certificates that Google keeps, by what their objects tell. */
export const managedCertificates: Check = {
  id: 'managed-certificates',
  title: "Google's ManagedCertificates are issued and renewed",
  codes: [MANAGED_CERTIFICATE_FAILS, MANAGED_CERTIFICATE_EXPIRING],
  applies: ({ inventory }) => inventory.facts('managedCertificate').length > 0,
  run: (input) => input.inventory.facts('managedCertificate').flatMap((fact) => judge(input, fact)),
};

function judge(input: CheckInput, fact: Seen<ManagedCertificateFact>): Draft[] {
  const { now } = input;
  const { state = 'nothing', failing, created, notAfter } = fact;
  const isFailing = /Failed/.test(state) || failing.some((domain) => /Failed/.test(domain.state));
  const isSlow = state !== 'Active' && Date.parse(created ?? '') < now - PATIENCE;
  const left = Date.parse(notAfter ?? '') - now;
  return [
    ...(isFailing || isSlow ? [reportFailing(input, fact)] : []),
    ...(left < OVERDUE ? [reportExpiring(input, fact, left)] : []),
  ];
}

function reportFailing({ inventory }: CheckInput, fact: Seen<ManagedCertificateFact>): Draft {
  const { namespace, name, domains, state = 'no status', failing, notAfter, seen } = fact;
  const which = failing.map((one) => `${one.domain} (${one.state})`);
  return draft(MANAGED_CERTIFICATE_FAILS, {
    ...common(fact),
    message: `ManagedCertificate ${namespace}/${name} is not in order: ${state}${which.length > 0 ? `; ${list(which)}` : ''}`,
    evidence: [
      inventory.evidence(seen, `certificateStatus ${state}; ${which.join(', ') || 'no domain is said to fail'}`),
    ],
    impact: notAfter
      ? `clients of ${list(domains)} are served the one that there is, until ${notAfter}`
      : `clients of ${list(domains)} are served no certificate for these names`,
  });
}

function reportExpiring({ inventory, now }: CheckInput, fact: Seen<ManagedCertificateFact>, left: number): Draft {
  const { namespace, name, domains, notAfter = '', seen } = fact;
  const end = Date.parse(notAfter);
  return draft(MANAGED_CERTIFICATE_EXPIRING, {
    ...common(fact),
    severity: left < NEAR ? 'critical' : 'warning',
    message: `ManagedCertificate ${namespace}/${name} ${left < 0 ? 'ended' : 'ends'} ${when(end, now)}, and was not renewed`,
    evidence: [inventory.evidence(seen, `expireTime ${notAfter}`)],
    impact: `clients of ${list(domains)} refuse it from then on`,
    causes: [{ code: MANAGED_CERTIFICATE_FAILS.code, placement: ref.object('managedcertificate', name, namespace) }],
  });
}

function common({ namespace, name, domains }: ManagedCertificateFact) {
  const [domain = 'DOMAIN'] = domains;
  return {
    layer: 'ingress',
    placement: ref.object('managedcertificate', name, namespace),
    fix: [
      manualStep('see', 'see what Google says of each domain', [
        ...['kubectl', '-n', namespace, 'describe', 'managedcertificate', name],
      ]),
      manualStep('dns', 'see where each domain leads, against the address of the Ingress', ['dig', '+short', domain]),
    ],
  } as const;
}
