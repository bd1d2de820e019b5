import type { CertificateFact, Seen } from '../../model/facts.ts';
import type { CodeDefinition } from '../../model/finding.ts';
import { ref } from '../../model/ref.ts';
import { kubectlEdit, manualStep } from '../../model/step.ts';
import { parseDuration } from '../../parse/duration.ts';
import { issuedLeaf } from '../../snapshot/cert-manager/renewal.ts';
import { renewalTime } from '../../snapshot/cert-manager/renewal-time.ts';
import { humanDuration, rfc3339 } from '../../view/time.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { draft } from '../draft.ts';
import { servedBySecret } from '../relations.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';

const RENEWAL_LOOP: CodeDefinition = {
  code: 'RENEWAL_LOOP',
  severity: 'critical',
  title: 'a certificate is due for renewal as soon as it is issued',
  meaning:
    'renewBefore is nearly the whole lifetime that the CA gives: it may shorten what spec.duration asks for (max_ttl of a Vault role or mount, the maximum of a public CA). Every certificate is then renewed after seconds or minutes, without any failure: all objects are ready, and only the number of revisions and requests tells.',
  prove: [
    'kubectl -n NS get certificate NAME -o yaml: renewBefore, and status.notBefore, notAfter and renewalTime',
    'kubectl -n NS get certificaterequests | wc -l: thousands',
  ],
  fix: [
    'set renewBefore well below the real lifetime, or use renewBeforePercentage, which follows it',
    'or let the CA give the duration that is asked for',
    'then delete the surplus CertificateRequests, and set revisionHistoryLimit',
  ],
  source: 'cert-manager pkg/util/pki/renewaltime.go',
  since: '0.1.0',
};

const LIFETIME_CLAMPED: CodeDefinition = {
  ...RENEWAL_LOOP,
  code: 'LIFETIME_CLAMPED',
  title: 'the CA gives a shorter life than is asked for, so that each certificate is due when it is born',
};

const RENEW_BEFORE_IGNORED: CodeDefinition = {
  code: 'RENEW_BEFORE_IGNORED',
  severity: 'info',
  title: "a Certificate's renewBefore has no effect",
  meaning:
    'It is not shorter than the lifetime that the certificate really has, so that cert-manager renews at two thirds of that instead, without a word. Admission compares it with spec.duration, not with what the CA gives.',
  prove: ['kubectl -n NS get certificate NAME -o yaml: renewBefore against notAfter less notBefore'],
  fix: ['set renewBefore below the real lifetime, or use renewBeforePercentage'],
  source: 'cert-manager pkg/util/pki/renewaltime.go',
  since: '0.1.0',
};

/** With less of its lifetime left alone than this, a certificate is renewed for its birth. */
const LOOP_SHARE = 0.05;

export const renewalLoop: Check = {
  id: 'renewal-loop',
  title: 'renewals leave a certificate most of its lifetime',
  codes: [RENEWAL_LOOP, LIFETIME_CLAMPED, RENEW_BEFORE_IGNORED],
  applies: ({ inventory }) => inventory.facts('certificate').some(hasSetting),
  run: (input) => input.inventory.facts('certificate').flatMap((certificate) => judge(input, certificate)),
};

function hasSetting({ renewBefore, renewBeforePercentage }: CertificateFact): boolean {
  return (renewBefore ?? renewBeforePercentage) !== undefined;
}

function judge(input: CheckInput, certificate: Seen<CertificateFact>): Draft[] {
  const { inventory } = input;
  const { namespace, secretName, renewalDisabled } = certificate;
  const leaf = servedBySecret(inventory, namespace, secretName)?.leaf ?? issuedLeaf(inventory, certificate);
  if (!leaf || renewalDisabled || !hasSetting(certificate)) return [];
  const { at, by, ignored } = renewalTime(certificate, leaf);
  const lifetime = leaf.notAfter - leaf.notBefore;
  if (lifetime > 0 && by !== 'two thirds of its lifetime' && at - leaf.notBefore < lifetime * LOOP_SHARE)
    return [reportLoop(input, certificate, leaf)];
  return ignored ? [reportIgnored(input, certificate, leaf)] : [];
}

function reportLoop({ inventory }: CheckInput, certificate: Seen<CertificateFact>, leaf: Certificate): Draft {
  const { namespace, name, renewBefore, renewBeforePercentage, duration, revision } = certificate;
  const lifetime = leaf.notAfter - leaf.notBefore;
  const { at, by } = renewalTime(certificate, leaf);
  const value = by === 'renewBefore' ? renewBefore : renewBeforePercentage;
  const asked = duration === undefined ? undefined : parseDuration(duration);
  const clamped = by === 'renewBefore' && asked !== undefined && lifetime < asked * 0.9;
  return draft(clamped ? LIFETIME_CLAMPED : RENEWAL_LOOP, {
    layer: 'ingress',
    placement: ref.object('certificate', name, namespace),
    also: [ref.secret(namespace, certificate.secretName, 'tls.crt')],
    message: `Certificate ${namespace}/${name} is due again ${humanDuration(at - leaf.notBefore)} after each issuance: ${by} is ${value}, and it lives ${humanDuration(lifetime)}${clamped ? `, not the ${duration} that it asks for` : ''}`,
    evidence: [
      inventory.evidence(
        certificate.seen,
        `${by} ${value}, duration ${duration ?? 'default'}, revision ${revision ?? 'none'}, renewalTime ${certificate.renewalTime ?? 'none'}`,
      ),
      inventory.evidence(
        certificate.seen,
        `the certificate is valid from ${rfc3339(leaf.notBefore)} to ${rfc3339(leaf.notAfter)}`,
      ),
    ],
    impact:
      'the CA is asked without end, up to its limits; requests fill the namespace; what reads the Secret reloads each time',
    fix: [
      manualStep(
        'renew-before',
        by === 'renewBefore'
          ? `set renewBefore well below ${humanDuration(lifetime)}, or renewBeforePercentage in its place`
          : 'set renewBeforePercentage well below 100: it is the share of the lifetime that is left when it is renewed',
        kubectlEdit('certificate', name, namespace),
      ),
      manualStep('requests', 'then delete the surplus CertificateRequests', [
        'kubectl',
        '-n',
        namespace,
        'get',
        'certificaterequests',
      ]),
    ],
  });
}

function reportIgnored({ inventory }: CheckInput, certificate: Seen<CertificateFact>, leaf: Certificate): Draft {
  const { namespace, name, renewBefore } = certificate;
  const lifetime = humanDuration(leaf.notAfter - leaf.notBefore);
  return draft(RENEW_BEFORE_IGNORED, {
    layer: 'ingress',
    placement: ref.object('certificate', name, namespace),
    message: `renewBefore ${renewBefore} of Certificate ${namespace}/${name} has no effect: its certificate lives ${lifetime}`,
    evidence: [inventory.evidence(certificate.seen, `renewBefore ${renewBefore}; the certificate lives ${lifetime}`)],
    impact: `it is renewed at ${rfc3339(renewalTime(certificate, leaf).at)}, later than was meant`,
    fix: [manualStep('renew-before', `set renewBefore below ${lifetime}`, kubectlEdit('certificate', name, namespace))],
  });
}
