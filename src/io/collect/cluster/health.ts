import { PortFailure } from '../../ports/failure.ts';
import { asksCluster } from '../cluster-source.ts';
import type { CollectContext, Source } from '../source.ts';

const COMMAND = "kubectl get --raw '/readyz?verbose'";
const UNKNOWN = 'whether the API server reaches etcd';

/**
 * The API server's own checks, etcd among them. It says `[-]NAME failed` and answers 500 when one of them fails
 * (k8s.io/apiserver pkg/server/healthz).
 */
export const health: Source = {
  id: 'apiserver-health',
  layer: 'cluster',
  title: "the API server's own checks",
  needs: [],
  inScope: asksCluster('cluster'),
  command: COMMAND,
  unknown: UNKNOWN,
  collect: async (context) => {
    const reading = context.begin({ command: COMMAND, unknown: UNKNOWN });
    reading.fact('health', { failing: await ask(context) });
    reading.complete();
  },
};

/** Names of the checks that fail. @throws PortFailure also for a refusal that names none: whatever sent it, it is no list */
async function ask({ ports, signal, answered }: CollectContext): Promise<string[]> {
  try {
    const { body } = await ports.kube.request({ path: '/readyz', query: { verbose: 'true' }, signal });
    answered();
    return failingIn(String(body));
  } catch (error) {
    if (!(error instanceof PortFailure && error.code === '500')) throw error;
    answered();
    const failing = failingIn(String(error.cause));
    if (failing.length === 0) throw error;
    return failing;
  }
}

function failingIn(text: string): string[] {
  return [...text.matchAll(/\[-\](\S+) failed/g)].map(([, name]) => name!);
}
