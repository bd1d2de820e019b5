import type { CodeDefinition } from '../../model/finding.ts';
import { managerInfo } from '../../model/manager.ts';
import type { Placed } from '../../snapshot/inventory.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { draft } from '../draft.ts';
import { type ExpiryVerdict, judgeExpiry } from '../expiry-policy.ts';
import { impactOf } from '../impact.ts';
import { placementEvidence } from '../readings.ts';
import { renewSteps } from '../remedy.ts';
import type { Cause, Check, CheckInput, Draft } from '../rule.ts';
import { describe, placeOf, when } from '../words.ts';

const EXPIRED: CodeDefinition = {
  code: 'CERT_EXPIRED',
  severity: 'critical',
  title: 'a certificate has expired',
  meaning:
    'The end of its validity has passed. Connections that are open go on; every new handshake, restart or reboot meets a verifier that refuses it, so the outage grows over hours. Where no verifier is known the finding is information only.',
  prove: [
    'openssl x509 -noout -enddate -in FILE: notAfter lies in the past',
    'kubectl -n NS get secret NAME -o jsonpath="{.data.tls\\.crt}" | base64 -d | openssl x509 -noout -enddate',
    'openssl s_client -connect HOST:443 -servername HOST </dev/null | openssl x509 -noout -enddate: what is served, which may differ from what is stored',
    'date -u, here and on the server: a wrong clock shows the same symptom',
  ],
  fix: [
    'renew it by the manager that made it: the finding names the commands',
    'then make what holds it load the new one, and compare the served fingerprint with the stored one',
  ],
  prevent: ['let a manager renew it, and run kubectl certs check every day where somebody sees its exit code'],
  source: 'RFC 5280 section 4.1.2.5',
  since: '0.1.0',
};

const EXPIRING: CodeDefinition = {
  code: 'CERT_EXPIRING',
  severity: 'warning',
  title: 'a certificate ends soon, or its renewal is overdue',
  meaning:
    'What renews itself has a due time: a third of the way from there to the end is a warning, the last third is critical, since the renewal has failed by then. Anything else warns at the smaller of 30 days and a third of its lifetime (180 days for a CA) and is critical at the smaller of 7 days and a tenth (30 days for a CA).',
  prove: [
    'kubectl certs layers TARGET -o wide: the end, and who renews it',
    'cmctl status certificate NAME -n NS: for cert-manager, the renewal time and why the last attempt failed',
    'kubeadm certs check-expiration: for kubeadm; it does not cover the kubelet',
  ],
  fix: [
    'renew it now, by the manager that made it',
    'when its manager should have done so, find out first why it did not',
  ],
  prevent: ['give every certificate a manager; a policy file sets other thresholds where these do not fit'],
  source:
    'RFC 5280 section 4.1.2.5; cert-manager internal/controller/certificates/policies, kubelet, Istio and Linkerd renewal times',
  since: '0.1.0',
};

/** Judges each certificate once, at the place where its end hurts most. */
export const expiry: Check = {
  id: 'expiry',
  title: 'no certificate has expired or ends soon',
  codes: [EXPIRED, EXPIRING],
  applies: ({ inventory }) => inventory.certificates.size > 0,
  run: (input) =>
    [...input.inventory.certificates.values()].flatMap((certificate) => {
      const verdict = judgeExpiry(input, certificate);
      return verdict ? [report(input, certificate, verdict)] : [];
    }),
};

function report(input: CheckInput, certificate: Certificate, verdict: ExpiryVerdict): Draft {
  const { inventory } = input;
  const { placed, state, severity } = verdict;
  const places = [placed, ...inventory.placementsOf(certificate.sha256).filter((other) => other !== placed)];
  const place = placeOf(certificate, placed);
  const definition = state === 'expired' ? EXPIRED : EXPIRING;
  return draft(definition, {
    severity,
    layer: placed.placement.layer,
    placement: place,
    also: places.slice(1).map((one) => placeOf(certificate, one)),
    message: `${describe(certificate, placed)} in ${place} ${sentence(input, certificate, verdict)}`,
    evidence: placementEvidence(inventory, places, (one) => `${placeOf(certificate, one)} ends ${rfc(certificate)}`),
    impact: verdict.harmless ? `none: ${verdict.harmless}` : impactOf(inventory, placed),
    fix: renewSteps(inventory, placed),
    causes: causesOf(input, certificate, places),
  });
}

function rfc({ notAfter }: Certificate): string {
  return new Date(notAfter).toISOString().replace('.000Z', 'Z');
}

function sentence(
  { now }: CheckInput,
  { notAfter }: Certificate,
  { state, due, placed, harmless }: ExpiryVerdict,
): string {
  const suffix = harmless ? `; ${harmless}` : '';
  if (state === 'expired') return `expired ${when(notAfter, now)}${suffix}`;
  if (due === undefined) return `ends ${when(notAfter, now)}${suffix}`;
  return `should have been renewed by ${managerInfo(managerOf(placed)).title} ${when(due, now)}, and ends ${when(notAfter, now)}${suffix}`;
}

function managerOf({ placement }: Placed) {
  return placement.manager;
}

/** A copy that was not refreshed, a proxy that does not rotate, a server that serves the old one, a kubelet whose request waits. */
function causesOf({ inventory }: CheckInput, certificate: Certificate, places: readonly Placed[]): Cause[] {
  const refs = places.map(({ placement }) => placement.ref);
  const node = /(?:^|,)CN=(system:node:[^,+]+)/.exec(certificate.subject)?.[1];
  const requests = inventory.facts('csr').filter(({ username }) => node !== undefined && username === node);
  return [
    ...refs.flatMap((placement) => ['STALE_COPY', 'ROTATION_STUCK'].map((code) => ({ code, placement }))),
    ...refs
      .filter((ref) => ref.startsWith('tls://'))
      .map((placement) => ({ code: 'SERVED_DIFFERS_FROM_STORED', placement })),
    ...requests.flatMap(({ name }) => [
      { code: 'CSR_PENDING', placement: `csr/${name}` },
      { code: 'CSR_DENIED', placement: `csr/${name}` },
      { code: 'CSR_NOT_ISSUED', placement: `csr/${name}` },
    ]),
  ];
}
