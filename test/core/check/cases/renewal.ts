import type { CertificateFact } from '../../../../src/core/model/facts.ts';
import type { Case } from '../case.ts';
import { DAY, makeServer, NOW, type World } from '../world.ts';

const time = (at: number) => new Date(at).toISOString();
const WEB = 'certificate/shop/web';

/** Certificate shop/web, whose leaf lives from 60 days ago to 30 days from now, with what it says of itself. */
async function web(world: World, more: Partial<CertificateFact>, { from = -60, to = 30 } = {}): Promise<World> {
  world.tlsSecret('shop', 'web-tls', [await makeServer(['a.example'], { from, to })]);
  return world.certificate(more);
}

const advised = (from: number, to: number) => ({ start: time(NOW + from * DAY), end: time(NOW + to * DAY) });
const withGate = (world: World, gates: string) =>
  world.controller('cert-manager', { flags: gates ? { 'feature-gates': gates } : {} });
const sundays = (duration: string) => ({ cron: '0 2 * * sun', duration });

/** Renewals by what the CA advises, and within maintenance windows. */
export const renewalCases: readonly Case[] = [
  {
    code: 'RENEWAL_ADVICE_MISSED',
    title: 'is of a certificate that the CA wants renewed long before its time',
    build: (world) => web(world, { ari: { ...advised(-50, -48), explanation: 'https://ca.example/incident' } }),
    expect: [
      {
        placement: WEB,
        severity: 'critical',
        also: ['secret/shop/web-tls#tls.crt'],
        impact: /before it revokes/,
        evidence: /ca\.example\/incident/,
        fix: 'cmctl renew web -n shop',
      },
    ],
  },
  {
    code: 'RENEWAL_ADVICE_MISSED',
    title: 'is a warning where the usual time has come',
    build: (world) => web(world, { ari: advised(-1, -0.5) }, { from: -61, to: 29 }),
    expect: [{ placement: WEB, severity: 'warning' }],
  },
  {
    code: 'RENEWAL_ADVICE_MISSED',
    title: 'is not a window that is open, nor one of the certificate before, nor while it is issued',
    build: async (world) => {
      await web(world, { ari: advised(-1, 1), renewalTime: time(NOW + DAY / 2) });
      await web(world, { name: 'b', secretName: 'b', ari: advised(-62, -61) });
      await web(world, { name: 'c', ari: advised(-50, -48), issuing: { status: 'True', reason: 'R', message: '' } });
    },
    expect: [],
  },
  {
    code: 'RENEWAL_AFTER_ADVICE',
    title: 'is planned by a controller whose gate is off',
    build: (world) => web(withGate(world, ''), { ari: advised(1, 3), renewalTime: time(NOW + 10 * DAY) }),
    expect: [{ placement: WEB, severity: 'warning', evidence: /renewalTime/ }],
  },
  {
    code: 'RENEWAL_AFTER_ADVICE',
    title: 'is planned never',
    build: (world) => web(withGate(world, 'ACMEUseARI=true'), { ari: advised(1, 3), renewalDisabled: true }),
    expect: [{ placement: WEB, severity: 'warning' }],
  },
  {
    code: 'RENEWAL_AFTER_ADVICE',
    title: 'is only said where the flags of the controller could not be read',
    build: (world) => web(world, { ari: advised(1, 3), renewalTime: time(NOW + 10 * DAY) }),
    expect: [{ placement: WEB, severity: 'info' }],
  },
  {
    code: 'RENEWAL_AFTER_ADVICE',
    title: 'is not a plan within the window, nor any of a controller that follows the CA',
    build: async (world) => {
      withGate(world, 'ServerSideApply=true,ACMEUseARI=true');
      await web(world, { ari: advised(1, 3), renewalTime: time(NOW + 2 * DAY) });
      await web(world, { name: 'b', ari: advised(1, 3), renewalTime: time(NOW + 10 * DAY) });
    },
    expect: [],
  },
  {
    code: 'RENEWAL_ADVICE_UNREAD',
    title: 'is what the last request failed with',
    build: (world) => web(world, { ari: { error: 'no ACME client registered.', nextCheck: time(NOW + DAY) } }),
    expect: [
      {
        placement: WEB,
        message: 'cert-manager could not ask the CA when to renew Certificate shop/web: no ACME client registered',
      },
    ],
  },
  {
    code: 'RENEWAL_ADVICE_UNREAD',
    title: 'is not a window that was read',
    build: (world) => web(world, { ari: advised(1, 3), renewalTime: time(NOW + 2 * DAY) }),
    expect: [],
  },
  {
    code: 'RENEWAL_WINDOW_TOO_LATE',
    title: 'opens after the end',
    build: (world) => web(world, { renewBefore: '24h', renewalWindows: [sundays('120h')] }, { from: -60, to: 3.6 }),
    expect: [{ placement: WEB, severity: 'critical', impact: /refuse it from/ }],
  },
  {
    code: 'RENEWAL_WINDOW_TOO_LATE',
    title: 'opens with hardly any time left',
    build: (world) => web(world, { renewBefore: '72h', renewalWindows: [sundays('2h')] }, { from: -60, to: 5 }),
    expect: [{ placement: WEB, severity: 'warning', evidence: /"0 2 \* \* sun" \(UTC\) for 2h/ }],
  },
  {
    code: 'RENEWAL_WINDOW_TOO_LATE',
    title: 'is not one that leaves weeks, nor one in which the time lies already',
    build: async (world) => {
      await web(world, { renewalWindows: [sundays('2h')] });
      await web(world, { name: 'b', renewalWindows: [{ cron: '0 * * * *', duration: '2h' }], renewBefore: '24h' });
    },
    expect: [],
  },
  {
    code: 'RENEWAL_WINDOW_UNREACHABLE',
    title: 'opens once a year',
    build: (world) => web(world, { renewalWindows: [{ cron: '0 2 1 6 *', duration: '4h' }] }),
    expect: [{ placement: WEB, severity: 'warning', impact: /Ready is False/ }],
  },
  {
    code: 'RENEWAL_WINDOW_UNREACHABLE',
    title: 'is not one that opens each week',
    build: (world) => web(world, { renewalWindows: [sundays('2h')] }),
    expect: [],
  },
];
