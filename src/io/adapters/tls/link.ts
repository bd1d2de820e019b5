import { connect, isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { PortFailure } from '../../ports/failure.ts';
import { connectFailure, hostPort, waitFailure } from './failure.ts';
import { tunnelTurns } from './proxy.ts';
import { converse, TalkFailure } from './talk.ts';

/** A connection to the target, straight or through a proxy. */
export interface Link {
  readonly stream: Duplex;
  /** The address that answered; the name as dialled when a proxy resolves it. */
  readonly address: string;
}

/** @throws PortFailure when no connection stands */
export async function openLink(
  target: { readonly address: string; readonly port: number; readonly signal: AbortSignal },
  proxy: URL | undefined,
): Promise<Link> {
  const { address, port, signal } = target;
  if (!proxy) {
    const socket = await connectTcp(address, port, signal);
    return { stream: socket, address: socket.remoteAddress ?? address };
  }
  const where = `${hostPort(address, port)} through the proxy ${proxy.host}`;
  const stream = await connectProxy(proxy, signal);
  try {
    await converse(stream, tunnelTurns(proxy, address, port), signal);
    return { stream, address };
  } catch (error) {
    stream.destroy();
    if (signal.aborted) throw waitFailure(where, 'the proxy does not answer', signal);
    const code = error instanceof TalkFailure ? error.code : 'EPROXY';
    throw new PortFailure('unreachable', `${where}: ${(error as Error).message}`, { code, cause: error });
  }
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

/** An https proxy is verified as any server is: it gets our credentials. */
async function connectProxy(proxy: URL, signal: AbortSignal): Promise<Duplex> {
  const host = proxy.hostname.replace(/^\[|\]$/g, '');
  const socket = await connectTcp(host, Number(proxy.port) || (DEFAULT_PORTS[proxy.protocol] ?? 1080), signal);
  if (proxy.protocol !== 'https:') return socket;
  const secure = connectTls({ socket, host, ...(isIP(host) === 0 && { servername: host }) });
  await settled(secure, 'secureConnect', `proxy ${proxy.host}`, signal);
  return secure;
}

async function connectTcp(host: string, port: number, signal: AbortSignal): Promise<Socket> {
  const where = hostPort(host, port);
  if (signal.aborted) throw waitFailure(where, 'not tried', signal);
  // Half a second, not a quarter, before the next address of a name is tried: slow links exist.
  const socket = connect({ host, port, autoSelectFamilyAttemptTimeout: 500 });
  await settled(socket, 'connect', where, signal);
  socket.setNoDelay(true);
  return socket;
}

/** Waits for the event, an error or the signal; destroys the socket in the latter two. */
function settled(socket: Socket, event: string, where: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      socket.off(event, onEvent).off('error', onError);
      signal.removeEventListener('abort', onAbort);
      act();
    };
    const fail = (failure: PortFailure) =>
      settle(() => {
        socket.on('error', () => {}).destroy();
        reject(failure);
      });
    const onEvent = () => settle(resolve);
    const onError = (error: Error) => fail(connectFailure(where, error));
    const onAbort = () => fail(waitFailure(where, 'no answer to the connection attempt', signal));
    socket.on(event, onEvent).on('error', onError);
    signal.addEventListener('abort', onAbort);
  });
}
