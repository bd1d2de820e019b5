import { dirname, join } from 'node:path';
import { readEtcdMembers } from '../../../core/parse/etcd-members.ts';
import { lastWord } from '../../../core/parse/tool-output.ts';
import { livePods } from '../../../core/snapshot/live-pods.ts';
import { PortFailure } from '../../ports/failure.ts';
import { factsIn } from '../cluster-source.ts';
import type { CollectContext, Source } from '../source.ts';

const COMMAND = 'etcdctl member list -w json';
const UNKNOWN = 'which other control-plane nodes there are, while the API server does not say it';
/** Bytes; a member is a line. */
const MAX_OUTPUT = 1 << 20;

/**
 * The members of the etcd of this node, by the pair that kubeadm makes for such questions: with the API away they tell
 * the other control-plane nodes. Nothing else depends on it, and a node without etcdctl is no worse for it.
 */
export const etcdMembers: Source = {
  id: 'etcd-members',
  layer: 'cluster',
  title: 'members of etcd',
  needs: [{ kind: 'binary', name: 'etcdctl' }],
  after: ['static-pods', 'processes'],
  inScope: ({ cluster, layers }) => cluster && layers.includes('cluster'),
  command: COMMAND,
  unknown: UNKNOWN,
  collect: async (context) => {
    const argv = await questionOf(context);
    if (!argv) return;
    const reading = context.begin({ command: argv.join(' '), unknown: UNKNOWN });
    try {
      const { tools } = context.ports;
      const result = await tools.run({ argv, maxOutput: MAX_OUTPUT, signal: context.signal });
      context.answered();
      const members = result.exit === 0 ? readEtcdMembers(result.stdout) : undefined;
      for (const member of members ?? []) reading.fact('etcdMember', member);
      if (!members) reading.end('not-applicable', `etcdctl: ${lastWord(result)}`);
    } catch (error) {
      if (!(error instanceof PortFailure)) throw error;
      reading.end(error.state === 'absent' ? 'absent' : 'not-applicable', error.message);
    }
  },
};

/** Where the etcd of this node answers, and the pair beside the one that it serves. */
async function questionOf(context: CollectContext): Promise<readonly string[] | undefined> {
  const pods = factsIn(await context.from('static-pods'), 'staticPod');
  const [etcd] = livePods(pods, factsIn(await context.from('processes'), 'process')).filter(
    ({ component }) => component === 'etcd',
  );
  const endpoint = etcd?.endpoints.find(({ role }) => role === 'etcd-server');
  if (endpoint?.file === undefined) return undefined;
  const file = (name: string) => join(dirname(endpoint.file ?? ''), name);
  return [
    'etcdctl',
    `--endpoints=https://${endpoint.address}:${endpoint.port}`,
    `--cacert=${file('ca.crt')}`,
    `--cert=${file('healthcheck-client.crt')}`,
    `--key=${file('healthcheck-client.key')}`,
    ...['member', 'list', '-w', 'json'],
  ];
}
