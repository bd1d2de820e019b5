import type { CertificateFact, Seen } from '../../model/facts.ts';
import type { CodeDefinition } from '../../model/finding.ts';
import { ref } from '../../model/ref.ts';
import { manualStep, type Step } from '../../model/step.ts';
import { type AdvisedWindow, advisedWindow, followsAdvice } from '../../snapshot/cert-manager/advice.ts';
import { issuedLeaf } from '../../snapshot/cert-manager/renewal.ts';
import { renewalTime } from '../../snapshot/cert-manager/renewal-time.ts';
import { relativeTime, rfc3339 } from '../../view/time.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { draft } from '../draft.ts';
import { servedBySecret } from '../relations.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';

const SHARED = {
  prove: [
    'kubectl -n NS get certificate NAME -o yaml: status.acme.ari.suggestedWindow against status.renewalTime and notBefore',
    'kubectl -n NS get certificate NAME -o jsonpath="{.status.acme.ari.explanationURL}": why the CA asks for it',
  ],
  source:
    'RFC 9773 sections 4.2 and 4.3; cert-manager internal/controller/certificates/policies/checks.go, gate ACMEUseARI',
  since: '0.1.0',
} as const;

const RENEWAL_ADVICE_MISSED: CodeDefinition = {
  ...SHARED,
  code: 'RENEWAL_ADVICE_MISSED',
  severity: 'warning',
  title: 'the time in which the CA would have a certificate renewed has passed',
  meaning:
    'The CA told by ACME Renewal Information when to renew this certificate, and it is still the one that is there. A window well before the usual time announces that the CA will revoke: clients that check revocation then refuse it, long before its end. Renewals within the window are also left out of its rate limits.',
  fix: ['renew it now: cmctl renew NAME', 'should that fail, see what holds the issuance up'],
  prevent: ["switch cert-manager's feature gate ACMEUseARI on, so that it renews when the CA says"],
};

const RENEWAL_AFTER_ADVICE: CodeDefinition = {
  ...SHARED,
  code: 'RENEWAL_AFTER_ADVICE',
  severity: 'warning',
  title: 'cert-manager will renew a certificate later than its CA would have it',
  meaning:
    'The window of ACME Renewal Information ends before the moment that cert-manager has planned, or it plans none: the feature gate is off, or spec.renewal.policy is Disabled. Should the CA mean to revoke, the certificate is refused before it is renewed.',
  fix: [
    'let cert-manager follow the CA: --feature-gates=ACMEUseARI=true on its controller',
    'or renew once by hand within the window: cmctl renew NAME',
    'or set renewBefore so that the planned time falls into the window',
  ],
};

const RENEWAL_ADVICE_UNREAD: CodeDefinition = {
  ...SHARED,
  code: 'RENEWAL_ADVICE_UNREAD',
  severity: 'info',
  title: 'cert-manager could not ask the CA when a certificate should be renewed',
  meaning:
    'The last request for ACME Renewal Information failed. It goes on by its own time and asks again at status.acme.ari.nextCheck; an early renewal that the CA wants meanwhile is not seen.',
  prove: ['kubectl -n NS get certificate NAME -o jsonpath="{.status.acme.ari}"'],
  fix: ['see to what the error says: the CA is not reached, or its account is not there'],
};

export const renewalAdvice: Check = {
  id: 'renewal-advice',
  title: 'certificates are renewed when their CA would have it',
  codes: [RENEWAL_ADVICE_MISSED, RENEWAL_AFTER_ADVICE, RENEWAL_ADVICE_UNREAD],
  applies: ({ inventory }) => inventory.facts('certificate').some(({ ari }) => ari !== undefined),
  run: (input) =>
    input.inventory
      .facts('certificate')
      .flatMap((certificate) => [...judgeWindow(input, certificate), ...judgeReading(input, certificate)]),
};

function judgeWindow(input: CheckInput, certificate: Seen<CertificateFact>): Draft[] {
  const { inventory, now } = input;
  const leaf =
    servedBySecret(inventory, certificate.namespace, certificate.secretName)?.leaf ??
    issuedLeaf(inventory, certificate);
  const window = leaf && advisedWindow(certificate, leaf);
  if (!window || certificate.issuing?.status === 'True') return [];
  if (now > window.end) return [reportMissed(input, certificate, { leaf, window })];
  const planned = plannedTime(certificate, leaf);
  const follows = followsAdvice(inventory.facts('controller'));
  const isLate = planned === undefined || (planned > window.end && follows !== true);
  return isLate ? [reportLate(input, certificate, { window, planned, follows })] : [];
}

/** When it is renewed without regard to the CA; undefined: never by itself. */
function plannedTime(certificate: CertificateFact, leaf: Certificate): number | undefined {
  if (certificate.renewalDisabled) return undefined;
  const told = Date.parse(certificate.renewalTime ?? '');
  return told > leaf.notBefore ? told : renewalTime(certificate, leaf).at;
}

function reportMissed(
  input: CheckInput,
  certificate: Seen<CertificateFact>,
  { leaf, window }: { readonly leaf: Certificate; readonly window: AdvisedWindow },
): Draft {
  const { namespace, name, dnsNames } = certificate;
  const usual = leaf.notAfter - (leaf.notAfter - leaf.notBefore) / 3;
  const early = window.end < usual;
  return draft(RENEWAL_ADVICE_MISSED, {
    ...common(input, certificate, window),
    severity: early ? 'critical' : 'warning',
    message: `Certificate ${namespace}/${name} was to be renewed by ${rfc3339(window.end)} (${relativeTime(window.end, input.now)}), as its CA advises, and was not`,
    impact: early
      ? `its CA asks much earlier than usual, as it does before it revokes: clients of ${dnsNames.join(', ')} may refuse it before its end`
      : `what is left until its end at ${rfc3339(leaf.notAfter)} shrinks`,
  });
}

interface Late {
  readonly window: AdvisedWindow;
  readonly planned: number | undefined;
  readonly follows: boolean | undefined;
}

function reportLate(input: CheckInput, certificate: Seen<CertificateFact>, { window, planned, follows }: Late): Draft {
  const { namespace, name } = certificate;
  const when = planned === undefined ? 'is not renewed by itself' : `is renewed at ${rfc3339(planned)}`;
  const why =
    planned === undefined
      ? 'spec.renewal.policy is Disabled'
      : follows === false
        ? 'the gate ACMEUseARI is off in its controller'
        : 'whether its controller follows the CA (gate ACMEUseARI) could not be read';
  return draft(RENEWAL_AFTER_ADVICE, {
    ...common(input, certificate, window),
    severity: planned !== undefined && follows === undefined ? 'info' : 'warning',
    message: `Certificate ${namespace}/${name} ${when}, though its CA advises ${rfc3339(window.start)} to ${rfc3339(window.end)}: ${why}`,
    impact: 'should the CA revoke it after that time, clients refuse it before it is renewed',
  });
}

function common({ inventory }: CheckInput, certificate: Seen<CertificateFact>, { start, end }: AdvisedWindow) {
  const { namespace, name, secretName, renewalTime: told, ari, seen } = certificate;
  const because = ari?.explanation ? `; the CA explains it at ${ari.explanation}` : '';
  return {
    layer: 'ingress',
    placement: ref.object('certificate', name, namespace),
    also: [ref.secret(namespace, secretName, 'tls.crt')],
    evidence: [
      inventory.evidence(
        seen,
        `suggestedWindow ${rfc3339(start)} to ${rfc3339(end)}, renewalTime ${told ?? 'none'}${because}`,
      ),
    ],
    fix: [renew(certificate)],
  } as const;
}

function renew({ namespace, name }: CertificateFact): Step {
  return manualStep('renew', 'renew it now', ['cmctl', 'renew', name, '-n', namespace]);
}

function judgeReading({ inventory }: CheckInput, certificate: Seen<CertificateFact>): Draft[] {
  const { namespace, name, ari, seen } = certificate;
  if (!ari?.error) return [];
  return [
    draft(RENEWAL_ADVICE_UNREAD, {
      layer: 'ingress',
      placement: ref.object('certificate', name, namespace),
      message: `cert-manager could not ask the CA when to renew Certificate ${namespace}/${name}: ${ari.error.replace(/[.\s]+$/, '')}`,
      evidence: [inventory.evidence(seen, `status.acme.ari: ${ari.error}; next check ${ari.nextCheck ?? 'none'}`)],
      impact: 'it is renewed by its own time; that the CA wants it earlier would not be seen',
      fix: [
        manualStep('see', 'see what it says, and when it asks again', [
          'kubectl',
          '-n',
          namespace,
          'describe',
          'certificate',
          name,
        ]),
      ],
    }),
  ];
}
