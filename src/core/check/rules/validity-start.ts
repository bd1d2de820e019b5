import type { CodeDefinition } from '../../model/finding.ts';
import { roleInfo } from '../../model/role.ts';
import { manualStep } from '../../model/step.ts';
import type { Placed } from '../../snapshot/inventory.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { isSpareMember } from '../bundles.ts';
import { draft } from '../draft.ts';
import { impactOf } from '../impact.ts';
import { placementEvidence } from '../readings.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { describe, placeOf, when } from '../words.ts';

const NOT_YET_VALID: CodeDefinition = {
  code: 'CERT_NOT_YET_VALID',
  severity: 'critical',
  title: 'a certificate is not valid yet',
  meaning:
    'Its validity begins in the future of the clock that judges. Most often a clock is wrong: that of the machine that made it, or that of the one that verifies it. Verifiers word it as "has expired or is not yet valid".',
  prove: [
    'openssl x509 -noout -startdate -in FILE: notBefore lies in the future',
    'date -u on the issuer, on the server and here: they should agree to a few seconds',
  ],
  fix: [
    'set the clock that is wrong (chronyc tracking, timedatectl)',
    'when the clocks agree, wait until it begins or issue it anew',
  ],
  prevent: ['run a time service on every node; issuers backdate by a few minutes for this reason'],
  source: 'RFC 5280 section 4.1.2.5',
  since: '0.1.0',
};

export const validityStart: Check = {
  id: 'validity-start',
  title: 'every certificate is already valid',
  codes: [NOT_YET_VALID],
  applies: ({ inventory }) => inventory.certificates.size > 0,
  run: (input) =>
    [...input.inventory.certificates.values()]
      .filter(({ notBefore, notAfter }) => input.now < notBefore && notBefore <= notAfter)
      .flatMap((certificate) => report(input, certificate)),
};

function report(input: CheckInput, certificate: Certificate): Draft[] {
  const { inventory, now } = input;
  const places = inventory.placementsOf(certificate.sha256).filter(({ placement }) => placement.role !== 'public-root');
  const placed = places.find((one) => isNeeded(input, one, certificate)) ?? places[0];
  if (!placed) return [];
  const place = placeOf(certificate, placed);
  return [
    draft(NOT_YET_VALID, {
      severity: isNeeded(input, placed, certificate) ? 'critical' : 'info',
      layer: placed.placement.layer,
      placement: place,
      also: places.filter((one) => one !== placed).map((one) => placeOf(certificate, one)),
      message: `${describe(certificate, placed)} in ${place} begins ${when(certificate.notBefore, now)}`,
      evidence: placementEvidence(inventory, places, (one) => `${placeOf(certificate, one)} is not valid yet`),
      impact: impactOf(inventory, placed),
      fix: [
        manualStep('clock', 'compare the clocks of the issuer, the server and this machine', ['date', '-u']),
        manualStep('wait', 'when they agree, wait for its beginning or have it issued anew'),
      ],
      causes: inventory.snapshot.handshakes.map(({ ref }) => ({ code: 'CLOCK_SKEW', placement: ref })),
    }),
  ];
}

/** A new CA waits in a trust bundle before its time; what nobody verifies may wait too. */
function isNeeded({ inventory, now }: CheckInput, placed: Placed, certificate: Certificate): boolean {
  const { role, bundle } = placed.placement;
  return roleInfo(role).verified && !(bundle && isSpareMember(inventory, placed, certificate, now));
}
