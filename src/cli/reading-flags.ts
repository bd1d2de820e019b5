import type { Interfaces } from '@oclif/core';
import { EXIT, UserError } from '../core/model/error.ts';
import { parseDuration, parseMoment } from '../core/parse/duration.ts';
import type { KubeFlags } from '../core/parse/kubeconfig-resolve.ts';
import { LOG_REQUESTS_FROM, type WorldOptions } from '../io/ports/context.ts';
import type { CONNECTION_FLAGS } from './flags/connection.ts';
import type { INPUT_FLAGS } from './flags/input.ts';

/** The parsed flags that every reading command has. */
export type ReadingFlags = Interfaces.InferredFlags<typeof CONNECTION_FLAGS & typeof INPUT_FLAGS>;

/** @throws UserError (64) for a value that can't be read */
export function worldOf(flags: ReadingFlags): WorldOptions {
  const { incident } = flags;
  return given({
    flags: kubeFlagsOf(flags),
    requestTimeout: requestTimeoutOf(flags),
    verbosity: flags.verbose ? Math.max(flags.v, LOG_REQUESTS_FROM) : flags.v,
    demo: flags.demo || incident !== undefined ? given({ incident }) : undefined,
  });
}

function kubeFlagsOf(flags: ReadingFlags): KubeFlags {
  return given({
    kubeconfig: flags.kubeconfig,
    context: flags.context,
    cluster: flags.cluster,
    user: flags.user,
    namespace: flags.namespace,
    server: flags.server,
    token: flags.token,
    clientCertificate: flags['client-certificate'],
    clientKey: flags['client-key'],
    certificateAuthority: flags['certificate-authority'],
    insecureSkipTlsVerify: flags['insecure-skip-tls-verify'],
    tlsServerName: flags['tls-server-name'],
    as: flags.as,
    asUid: flags['as-uid'],
    asGroups: flags['as-group'],
  });
}

/**
 * Milliseconds; 0 for no limit. A number alone is seconds, as kubectl has it.
 * @throws UserError (64)
 */
function requestTimeoutOf(flags: ReadingFlags): number {
  const text = flags['request-timeout'];
  const timeout = /^\d+$/.test(text) ? Number(text) * 1000 : parseDuration(text);
  if (timeout !== undefined) return timeout;
  throw new UserError(`--request-timeout ${text}: not a duration`, {
    exitCode: EXIT.usage,
    hints: ['write it as 5s or 1m, or 0 for no limit'],
  });
}

/**
 * How `--at` moves the moment that is judged by; undefined without it.
 * @param now the wall clock, milliseconds since the epoch: the flag is read once against it, so that a mistake is said
 *   before anything is read
 * @throws UserError (64)
 */
export function momentOf({ at }: ReadingFlags, now: number): ((now: number) => number) | undefined {
  if (at === undefined) return undefined;
  parseMoment(at, { now, flag: '--at' });
  return (moment) => parseMoment(at, { now: moment, flag: '--at' });
}

/** @throws UserError (64) when what can be read once is to be read again and again */
export function refuseSecondReading({ from, watch }: { from?: string | undefined; watch: boolean }): void {
  if (from !== '-' || !watch) return;
  throw new UserError('--watch reads again and again, and standard input (--from -) can be read once', {
    exitCode: EXIT.usage,
    hints: ['write the snapshot to a file and name it: --from FILE'],
  });
}

type Given<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** Without the properties that are undefined. */
export function given<T extends object>(object: T): Given<T> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Given<T>;
}
