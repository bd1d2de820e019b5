import { ref } from '../../../core/model/ref.ts';
import type { RoleId } from '../../../core/model/role.ts';
import type { DialResult, DialTarget } from '../../ports/tls-dialer.ts';
import { judgeFailure } from '../run.ts';
import type { CollectContext } from '../source.ts';
import { resolved } from './shake.ts';

/** A client certificate that is to be shown to a server. */
export interface Showing extends Pick<DialTarget, 'address' | 'port'> {
  readonly serverRole: RoleId;
  /** Path that is asked for: the answer shows that the server took the certificate. */
  readonly get: string;
  readonly client: NonNullable<DialTarget['client']>;
  /** Ref of the certificate's placement. */
  readonly placement: string;
}

/**
 * Begins the reading of one showing and returns what makes it. With TLS 1.3 a server judges the client only after the
 * handshake seems done (RFC 8446, 4.4.2.4 and figure 1), so that an answer or an alert is waited for; the API server and
 * the kubelet take any certificate and answer 401. It never throws.
 */
export function acceptance(context: CollectContext, showing: Showing): () => Promise<void> {
  const { address, port, serverRole, get, client, placement } = showing;
  const server = ref.tls(address, port);
  const where = server.slice('tls://'.length);
  const reading = context.begin({
    command: `curl -k --cert ${client.certificate} --key ${client.key} https://${where}${get}`,
    unknown: `whether ${where} takes ${client.certificate}`,
  });
  return async () => {
    try {
      const target = resolved(context, { address, port, get, client });
      const result = await context.ports.tls.dial({ ...target, signal: context.signal });
      context.answered();
      const verdict = verdictOf(result);
      if (verdict) reading.fact('acceptance', { server, serverRole, client: placement, ...verdict });
      else reading.end('partial', `${where}: ${result.error ?? 'gives no answer that tells'}`);
      reading.complete();
    } catch (error) {
      const { state, reason } = judgeFailure(error);
      reading.end(state, reason);
    }
  };
}

/** Undefined where neither an alert nor an answer in HTTP came. */
function verdictOf({ refused, error, status }: DialResult): { accepted: boolean; answer: string } | undefined {
  if (refused) return { accepted: false, answer: error ?? 'ends the handshake' };
  if (status === undefined) return undefined;
  return { accepted: status !== 401, answer: `answers ${status}` };
}
