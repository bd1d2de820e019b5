import { constants } from 'node:crypto';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect, createSecureContext, type SecureContext, type SecureContextOptions, type TLSSocket } from 'node:tls';
import type { DialTarget } from '../../ports/tls-dialer.ts';
import { describeTlsError, isRefusal, plainProtocol } from './failure.ts';
import { findCertificateRequest } from './flight.ts';
import { Tap } from './tap.ts';

export interface Shake {
  readonly socket: TLSSocket;
  /** DER as sent, leaf first. */
  readonly chain: readonly Uint8Array[];
  readonly protocol?: string;
  readonly acceptedIssuers?: readonly string[];
  /** The handshake ended badly, perhaps after the chain had come. */
  readonly error?: string;
  readonly code?: string;
  readonly refused?: true;
  readonly plain?: string;
}

/** Accepts every version, cipher, key size and hash that OpenSSL still can, so that weak peers are seen. No roots. */
export const SEEING: SecureContextOptions = {
  minVersion: 'TLSv1',
  ciphers: 'ALL:!aNULL:!eNULL:@SECLEVEL=0',
  secureOptions: constants.SSL_OP_LEGACY_SERVER_CONNECT,
  ca: [],
};

let nobody: SecureContext | undefined;

/** The context of somebody who has no certificate to show. */
function contextOfNobody(): SecureContext {
  nobody ??= createSecureContext(SEEING);
  return nobody;
}

interface ShakeTarget extends Pick<DialTarget, 'sni' | 'alpn' | 'signal'> {
  /** A context with the certificate that is shown when the server asks for one. */
  readonly client?: SecureContext | undefined;
}

/**
 * One handshake, without judging the certificate. Ends badly without throwing: what came until then is returned.
 * @throws the signal's reason when it aborts
 */
export function shakeHands(stream: Duplex, target: ShakeTarget): Promise<Shake> {
  const tap = new Tap(stream);
  const socket = connect({
    socket: tap,
    secureContext: target.client ?? contextOfNobody(),
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
    // RFC 6066, section 3: addresses are not permitted as names.
    ...(target.sni && isIP(target.sni) === 0 && { servername: target.sni }),
    ...(target.alpn && { ALPNProtocols: [...target.alpn] }),
  });
  const secret = watchSecret(socket);
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      target.signal.removeEventListener('abort', onAbort);
      act();
    };
    const result = (failed: Partial<Shake>): Shake => {
      const protocol = socket.getProtocol();
      const request = findCertificateRequest(tap.received, secret());
      const chain = sentChain(socket);
      return {
        socket,
        chain,
        ...(protocol && chain.length > 0 && { protocol }),
        ...(request && request.issuers.length > 0 && { acceptedIssuers: request.issuers }),
        ...failed,
      };
    };
    // TLS 1.3 shows the chain here: it is gone when the server refuses us afterwards. TLS 1.2 may go straight to the error.
    socket.once('secureConnect', () => settle(() => resolve(result({}))));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      const asked = findCertificateRequest(tap.received, secret()) !== undefined;
      const context = {
        code: error.code,
        message: error.message,
        received: tap.received,
        ended: tap.ended,
        asked,
        shown: target.client !== undefined,
      };
      const plain = plainProtocol(tap.received);
      const failed = {
        error: describeTlsError(context),
        ...(plain !== undefined && { plain }),
        ...(error.code && { code: error.code }),
        ...(isRefusal(context) && { refused: true as const }),
      };
      settle(() => resolve(result(failed)));
    });
    const onAbort = () => settle(() => reject(target.signal.reason));
    if (target.signal.aborted) return onAbort();
    target.signal.addEventListener('abort', onAbort);
  });
}

/** In the order of the wire: getPeerCertificate would sort by issuer and add issuers of its own. */
function sentChain(socket: TLSSocket): Uint8Array[] {
  const chain: Uint8Array[] = [];
  for (let one = socket.getPeerX509Certificate(); one; one = one.issuerCertificate) chain.push(one.raw);
  return chain;
}

/** Our end's secret for the server's handshake records; it opens nothing but the certificates we were sent. */
function watchSecret(socket: TLSSocket): () => Buffer | undefined {
  let secret: Buffer | undefined;
  socket.on('keylog', (line: Buffer) => {
    const [label, , value] = line.toString('latin1').trim().split(' ');
    if (label === 'SERVER_HANDSHAKE_TRAFFIC_SECRET') secret = Buffer.from(value!, 'hex');
  });
  return () => secret;
}
