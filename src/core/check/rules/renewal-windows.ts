import type { CertificateFact, Seen } from '../../model/facts.ts';
import type { CodeDefinition } from '../../model/finding.ts';
import { ref } from '../../model/ref.ts';
import { kubectlEdit, manualStep } from '../../model/step.ts';
import { issuedLeaf } from '../../snapshot/cert-manager/renewal.ts';
import { renewalTime } from '../../snapshot/cert-manager/renewal-time.ts';
import { humanDuration, rfc3339 } from '../../view/time.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { draft } from '../draft.ts';
import { servedBySecret } from '../relations.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';

const SHARED = {
  prove: [
    'kubectl -n NS get certificate NAME -o jsonpath="{.spec.renewal}{.status}": windows against renewalTime and notAfter',
  ],
  source: 'cert-manager pkg/util/pki/renewaltime.go, applyRenewBeforeWithWindows',
  since: '0.1.0',
} as const;

const RENEWAL_WINDOW_TOO_LATE: CodeDefinition = {
  ...SHARED,
  code: 'RENEWAL_WINDOW_TOO_LATE',
  severity: 'critical',
  title: 'spec.renewal.windows put a renewal off until it is too late',
  meaning:
    'cert-manager renews in the first window that opens at or after the time that renewBefore gives. Where the next one opens after the end of the certificate, or just before it, there is an outage, or no second try: a failed issuance waits an hour and longer.',
  fix: ['renew earlier, so that several windows lie between: raise renewBefore', 'or let windows open more often'],
  prevent: ['let renewBefore span at least three windows'],
};

const RENEWAL_WINDOW_UNREACHABLE: CodeDefinition = {
  ...SHARED,
  code: 'RENEWAL_WINDOW_UNREACHABLE',
  severity: 'warning',
  title: 'no renewal window opens in the life of a certificate',
  meaning:
    'cert-manager finds no window between the time of renewal and the end: it says WindowError, sets Ready to False, and renews at the computed time, outside of every window.',
  fix: ['let a window open within the last third of the lifetime, or take windows out'],
};

/** With less of its lifetime left than this there is hardly room for a second try. */
const LATE_SHARE = 1 / 9;

export const renewalWindows: Check = {
  id: 'renewal-windows',
  title: 'renewal windows leave time before the end',
  codes: [RENEWAL_WINDOW_TOO_LATE, RENEWAL_WINDOW_UNREACHABLE],
  applies: ({ inventory }) => inventory.facts('certificate').some(({ renewalWindows }) => renewalWindows !== undefined),
  run: (input) => input.inventory.facts('certificate').flatMap((certificate) => judge(input, certificate)),
};

function judge(input: CheckInput, certificate: Seen<CertificateFact>): Draft[] {
  const { inventory } = input;
  const { namespace, secretName, renewalDisabled, renewalWindows } = certificate;
  const leaf = servedBySecret(inventory, namespace, secretName)?.leaf ?? issuedLeaf(inventory, certificate);
  if (!leaf || renewalDisabled || !renewalWindows) return [];
  const { at, windows } = renewalTime(certificate, leaf);
  if (windows === 'out of reach') return [report(RENEWAL_WINDOW_UNREACHABLE, input, { certificate, leaf, at })];
  const left = leaf.notAfter - at;
  return windows === 'put off' && left < (leaf.notAfter - leaf.notBefore) * LATE_SHARE
    ? [report(RENEWAL_WINDOW_TOO_LATE, input, { certificate, leaf, at })]
    : [];
}

interface Held {
  readonly certificate: Seen<CertificateFact>;
  readonly leaf: Certificate;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

function report(definition: CodeDefinition, { inventory }: CheckInput, { certificate, leaf, at }: Held): Draft {
  const { namespace, name, secretName, renewalWindows = [], seen } = certificate;
  const wanted = renewalTime({ ...certificate, renewalWindows: [] }, leaf).at;
  const left = leaf.notAfter - at;
  const outcome =
    definition === RENEWAL_WINDOW_UNREACHABLE
      ? `finds no renewal window after ${rfc3339(wanted)}, and is renewed then all the same`
      : `is put off from ${rfc3339(wanted)} to ${rfc3339(at)}, ${left <= 0 ? 'after its end' : `${humanDuration(left)} before its end`}`;
  return draft(definition, {
    severity: definition.severity === 'critical' && left > 0 ? 'warning' : definition.severity,
    layer: 'ingress',
    placement: ref.object('certificate', name, namespace),
    also: [ref.secret(namespace, secretName, 'tls.crt')],
    message: `Certificate ${namespace}/${name} ${outcome}`,
    evidence: [
      inventory.evidence(
        seen,
        `windows ${renewalWindows.map(({ cron, duration, timezone = 'UTC' }) => `"${cron}" (${timezone}) for ${duration}`).join(', ')}; it ends at ${rfc3339(leaf.notAfter)}`,
      ),
    ],
    impact:
      definition === RENEWAL_WINDOW_UNREACHABLE
        ? 'its renewal falls outside of every maintenance window; Ready is False until then'
        : left <= 0
          ? `clients refuse it from ${rfc3339(leaf.notAfter)} until then`
          : 'one failed try, and it ends before the next',
    fix: [
      manualStep(
        'windows',
        'raise renewBefore, or let a window open more often',
        kubectlEdit('certificate', name, namespace),
      ),
    ],
  });
}
