import { recognizeDistribution } from '../../../core/parse/distribution.ts';
import { PortFailure } from '../../ports/failure.ts';
import type { CollectContext, Source } from '../source.ts';

const COMMAND = 'kubectl version';
const UNKNOWN = 'the version of the API server and who runs the control plane';

/** Which cluster this is: server, version, distribution and the UID of kube-system. */
export const version: Source = {
  id: 'version',
  layer: 'cluster',
  title: 'cluster version',
  needs: [
    { kind: 'rbac', group: '', resource: 'namespaces', verb: 'get' },
    { kind: 'rbac', group: '', resource: 'configmaps', verb: 'get' },
  ],
  after: ['nodes'],
  inScope: ({ cluster }) => cluster,
  command: COMMAND,
  unknown: UNKNOWN,
  collect: async (context) => {
    const { server, host } = await context.ports.kube.connection();
    const reading = context.begin({ command: COMMAND, unknown: UNKNOWN });
    const answered = await ask(context, '/version');
    if (answered instanceof PortFailure) reading.end(answered.state, answered.message);
    const [uid, groups, kubeadmConfig] = isDown(answered) ? NOT_ASKED : await askMore(context);
    const nodes = (await context.from('nodes')).flatMap(({ facts }) => facts.node ?? []);
    const gitVersion = (answered as { gitVersion?: string }).gitVersion;
    const traits = { ...(gitVersion !== undefined && { gitVersion }), groups, host, nodes, kubeadmConfig };
    const { id, evidence } = recognizeDistribution(traits);
    reading.fact('cluster', {
      server,
      ...(gitVersion !== undefined && { version: gitVersion }),
      distribution: id,
      evidence,
      ...(uid !== undefined && { uid }),
    });
  },
};

/** A server that denies its version may still tell the rest. */
function isDown(answer: object | PortFailure): boolean {
  return answer instanceof PortFailure && answer.state !== 'denied';
}

const NOT_ASKED = [undefined, [], false] as const;

/** What helps to tell clusters and distributions apart; being denied any of it leaves no certificate unseen. */
async function askMore(context: CollectContext): Promise<readonly [string | undefined, readonly string[], boolean]> {
  const [namespace, groups, config] = await Promise.all([
    ask(context, '/api/v1/namespaces/kube-system'),
    ask(context, '/apis'),
    ask(context, '/api/v1/namespaces/kube-system/configmaps/kubeadm-config'),
  ]);
  return [
    (namespace as { metadata?: { uid?: string } }).metadata?.uid,
    ((groups as { groups?: readonly { name: string }[] }).groups ?? []).map(({ name }) => name),
    !(config instanceof PortFailure),
  ];
}

/** The answer's body, or the failure: neither is thrown. */
async function ask({ ports, signal, answered }: CollectContext, path: string): Promise<object | PortFailure> {
  try {
    const { body } = await ports.kube.request({ path, signal });
    answered();
    return typeof body === 'object' && body !== null ? body : {};
  } catch (error) {
    if (signal.aborted || !(error instanceof PortFailure)) throw error;
    return error;
  }
}
