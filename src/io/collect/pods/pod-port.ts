import { type HttpAnswer, HttpAnswerReader } from '../../../core/parse/http-answer.ts';
import { PortFailure } from '../../ports/failure.ts';
import type { PortForwardRequest } from '../../ports/kube-api.ts';
import type { Ports } from '../../ports/ports.ts';
import type { DialResult } from '../../ports/tls-dialer.ts';
import type { Need } from '../source.ts';

/** Bytes: a proxy's dump of its secrets is far below. */
const MAX_ANSWER = 64 << 20;

/** The rights to forward a port: connections are got, and since Kubernetes 1.35 created too. */
export const FORWARD_NEEDS: readonly Need[] = (['get', 'create'] as const).map((verb) => ({
  kind: 'rbac',
  group: '',
  resource: 'pods/portforward',
  verb,
}));

/** The `kubectl port-forward` that leads to the same port. */
export function forwardCommand({ namespace, pod, port }: Omit<PortForwardRequest, 'signal'>): string {
  return `kubectl port-forward -n ${namespace} pod/${pod} ${port}`;
}

/**
 * Asks for a page over HTTP at a port of a Pod, by port-forward. Any status is an answer.
 * @param path with its query
 * @throws PortFailure when the port cannot be reached, or speaks no HTTP
 */
export async function getFromPod(
  ports: Pick<Ports, 'kube'>,
  request: PortForwardRequest,
  path: string,
): Promise<HttpAnswer> {
  const stream = await ports.kube.portForward(request);
  try {
    stream.write(
      `GET ${path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: kubectl-certs\r\nAccept: */*\r\nConnection: close\r\n\r\n`,
    );
    return await readAnswer(stream as AsyncIterable<Buffer>);
  } catch (error) {
    request.signal.throwIfAborted();
    if (error instanceof PortFailure) throw error;
    const { namespace, pod, port } = request;
    const where = `port ${port} of pod ${namespace}/${pod}`;
    throw new PortFailure('unreachable', `${where}: ${(error as Error).message}`, { cause: error });
  } finally {
    stream.destroy();
  }
}

async function readAnswer(stream: AsyncIterable<Buffer>): Promise<HttpAnswer> {
  const reader = new HttpAnswerReader();
  let size = 0;
  for await (const chunk of stream) {
    const answer = reader.push(chunk);
    if (answer) return answer;
    size += chunk.length;
    if (size > MAX_ANSWER) throw new Error(`the answer is larger than ${MAX_ANSWER >> 20} MiB`);
  }
  return reader.end();
}

/**
 * Shakes hands with a port of a Pod, by port-forward, without judging.
 * @throws PortFailure when the port cannot be reached
 */
export async function shakeHandsWithPod(
  ports: Pick<Ports, 'kube' | 'tls'>,
  request: PortForwardRequest,
  sni?: string,
): Promise<DialResult> {
  const through = await ports.kube.portForward(request);
  const { namespace, pod, port, signal } = request;
  return await ports.tls.dial({
    address: `${pod}.${namespace}`,
    port,
    signal,
    through,
    ...(sni !== undefined && { sni }),
  });
}
