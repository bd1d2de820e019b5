import { proxyFor } from '../../core/parse/proxy.ts';
import type { Clock } from '../ports/clock.ts';
import { PortFailure } from '../ports/failure.ts';
import type { DialResult, DialTarget, TlsDialer } from '../ports/tls-dialer.ts';
import { STARTTLS } from './starttls/schemes.ts';
import { readClient } from './tls/client-pair.ts';
import { hostPort, waitFailure } from './tls/failure.ts';
import { shakeHands } from './tls/handshake.ts';
import { askDate } from './tls/http-date.ts';
import { type Link, openLink } from './tls/link.ts';
import { converse, TalkFailure } from './tls/talk.ts';

export interface TlsDialerOptions {
  readonly clock: Clock;
  /** HTTPS_PROXY and NO_PROXY are read from it, as kubectl does; a target's own proxy goes first. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The real dialer: node:tls over TCP, through proxies and after STARTTLS. */
export function createTlsDialer(options: TlsDialerOptions): TlsDialer {
  return { dial: (target) => dial(target, options) };
}

async function dial(target: DialTarget, { clock, env }: TlsDialerOptions): Promise<DialResult> {
  const where = hostPort(target.address, target.port);
  const client = target.client && (await readClient(target.client));
  const started = performance.now();
  const link = target.through
    ? { stream: target.through, address: target.address }
    : await openLink(target, proxyOf(target, env, where));
  // A peer may break the connection while nobody listens.
  link.stream.on('error', () => {});
  const elapsed = () => performance.now() - started;
  try {
    if (link.stream.errored instanceof PortFailure) throw link.stream.errored;
    await startTls(link, target);
    const { socket, ...shake } = await shakeHands(link.stream, { ...target, client });
    if (shake.error !== undefined && link.stream.errored instanceof PortFailure) throw link.stream.errored;
    const ms = elapsed();
    const asked = shake.error === undefined && target.get !== undefined;
    const answer = asked
      ? await askDate(socket, {
          path: target.get!,
          host: hostOf(target),
          signal: target.signal,
          now: clock.now,
          shown: client !== undefined,
        })
      : {};
    return { address: link.address, ms, ...shake, ...answer };
  } catch (error) {
    if (target.signal.aborted) {
      throw waitFailure(where, 'accepts the connection but does not answer the TLS handshake', target.signal);
    }
    if (!(error instanceof TalkFailure)) throw error;
    return { address: link.address, ms: elapsed(), chain: [], error: error.message, code: error.code };
  } finally {
    link.stream.destroy();
  }
}

/** The conversation that precedes TLS in the target's scheme, if there is one. @throws TalkFailure */
async function startTls({ stream }: Link, target: DialTarget): Promise<void> {
  const dialogue = STARTTLS[target.scheme ?? ''];
  if (dialogue) await converse(stream, dialogue(target.sni ?? target.address), target.signal);
}

/** @throws PortFailure when a proxy is set that cannot be understood */
function proxyOf({ proxy, address, port }: DialTarget, env: TlsDialerOptions['env'], where: string): URL | undefined {
  try {
    const url = proxyFor({ protocol: 'https:', host: address, port }, env, proxy);
    return url === undefined ? undefined : new URL(url);
  } catch (error) {
    throw new PortFailure('unreachable', `${where}: the proxy setting is no URL`, { code: 'EPROXY', cause: error });
  }
}

function hostOf({ sni, address, port }: DialTarget): string {
  const host = hostPort(sni ?? address, port);
  return port === 443 ? host.replace(/:443$/, '') : host;
}
