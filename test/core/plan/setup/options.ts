import type { ScheduleOptions } from '../../../../src/core/plan/setup/schedule-options.ts';

/** A schedule for Wednesdays. */
export const OPTIONS: ScheduleOptions = {
  program: ['/opt/certs/node', '/opt/certs/kubectl-certs.cjs'],
  searchPath: ['/usr/bin', '/bin'],
  expiringWithin: '30d',
  day: 'Wed',
  time: '03:05',
  delayMinutes: 60,
  stateDir: '/var/lib/kubectl-certs',
  refresh: [],
};
