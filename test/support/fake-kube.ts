import { PortFailure } from '../../src/io/ports/failure.ts';
import type { KubeApi, KubeConnection, KubeRequest, WatchEvent, WatchRequest } from '../../src/io/ports/kube-api.ts';

/** Nothing ever changes. */
export async function* quietWatch({ signal }: WatchRequest): AsyncGenerator<WatchEvent> {
  await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
}

/** A KubeApi that answers each request with what `answer` returns (a body) or throws, and remembers the requests. */
export function fakeKube(
  answer: (request: KubeRequest) => unknown,
  connection: Partial<KubeConnection> = {},
): KubeApi & { readonly requests: KubeRequest[] } {
  const requests: KubeRequest[] = [];
  return {
    requests,
    connection: async () => ({ ...CONNECTION, ...connection }),
    request: async (request) => {
      requests.push(request);
      return { status: 200, body: await answer(request) };
    },
    watch: quietWatch,
    ...noPods,
  };
}

/** No Pod can be reached. */
export const noPods: Pick<KubeApi, 'portForward' | 'exec'> = {
  portForward: async ({ port, namespace, pod }) => {
    throw new PortFailure('unreachable', `port ${port} of pod ${namespace}/${pod}: connection refused`);
  },
  exec: async ({ argv, namespace, pod }) => {
    throw new PortFailure('absent', `${argv[0]} in pod ${namespace}/${pod}: executable file not found in $PATH`);
  },
};

/** A list of objects as the API server sends it. */
export function kubeList(items: readonly object[], next = '') {
  return { kind: 'List', apiVersion: 'v1', metadata: { resourceVersion: '1', continue: next }, items };
}

/** The failures of the real adapter, by HTTP status. */
export const kubeFailure = {
  forbidden: (message = 'secrets is forbidden: User "dev" cannot list resource "secrets" at the cluster scope') =>
    new PortFailure('denied', message, { code: '403' }),
  notFound: () => new PortFailure('absent', 'the server could not find the requested resource', { code: '404' }),
  expired: (next?: string) =>
    new PortFailure('partial', 'the provided continue parameter is too old', {
      code: '410',
      cause: { kind: 'Status', code: 410, metadata: { ...(next && { continue: next }) } },
    }),
  down: () => new PortFailure('unreachable', '10.0.0.1:6443: connection refused', { code: 'ECONNREFUSED' }),
} as const;

const CONNECTION: KubeConnection = {
  server: 'https://10.0.0.1:6443',
  host: '10.0.0.1',
  port: 6443,
  serverName: '10.0.0.1',
  context: 'test',
  cluster: 'test',
  user: 'dev',
  namespace: 'team',
  insecure: false,
  credential: { kind: 'none' },
};
