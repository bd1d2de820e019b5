import { join } from 'node:path';
import type { StaticPodFact } from '../../../core/model/facts.ts';
import { ref } from '../../../core/model/ref.ts';
import { componentOf } from '../../../core/parse/component-flags.ts';
import { clientsOf, controlPlaneCommand, endpointsOf, filesOf, programOf } from '../../../core/parse/control-plane.ts';
import { onThisMachine } from '../../../core/parse/node-root.ts';
import { PortFailure } from '../../ports/failure.ts';
import { judgeFailure } from '../run.ts';
import type { CollectContext, Source } from '../source.ts';

/** Bytes; a manifest is a page of text. */
const MAX_MANIFEST = 1 << 20;
const COMMAND = 'ls /etc/kubernetes/manifests';
const UNKNOWN = 'which files the control plane of this node reads, and where it serves';

/** The static Pods of this node's control plane, by the manifests that the kubelet runs them from. */
export const staticPods: Source = {
  id: 'static-pods',
  layer: 'cluster',
  title: 'static Pods',
  needs: [{ kind: 'file', path: '/etc/kubernetes/manifests' }],
  inScope: ({ cluster, layers }) => cluster && layers.includes('cluster'),
  command: COMMAND,
  unknown: UNKNOWN,
  collect: async (context) => {
    const root = context.scope.pkiDir.replace(/(?<=.)\/+$/, '');
    const names = await manifestsIn(context, join(root, 'manifests'));
    if (names.length === 0) return;
    const reading = context.begin({ command: `ls ${join(root, 'manifests')}`, unknown: UNKNOWN });
    for (const name of names) {
      const manifest = join(root, 'manifests', name);
      try {
        const argv = controlPlaneCommand(await readText(context, manifest));
        if (!argv) continue;
        const { component, flags } = componentOf(argv)!;
        const onNode = Object.entries(flags).map(([name, value]) => [name, onThisMachine(value, root)]);
        reading.fact('component', {
          component,
          by: 'manifest',
          object: ref.file(manifest),
          flags: Object.fromEntries(onNode),
        });
        reading.fact('staticPod', {
          component: programOf(argv[0]!),
          manifest,
          files: filesOf(argv).map((path) => onThisMachine(path, root)),
          endpoints: endpointsOf(argv).map(({ file, ...endpoint }) => ({
            ...endpoint,
            ...(file !== undefined && { file: onThisMachine(file, root) }),
          })),
          ...placedClients(argv, root),
        });
      } catch (error) {
        const { state, reason } = judgeFailure(error);
        reading.end(state, reason);
      }
    }
  },
};

function placedClients(argv: readonly string[], root: string): Pick<StaticPodFact, 'clients'> {
  const clients = clientsOf(argv).map(({ certificate, key, ca, ...client }) => ({
    ...client,
    ...(ca !== undefined && { ca: onThisMachine(ca, root) }),
    certificate: onThisMachine(certificate, root),
    key: onThisMachine(key, root),
  }));
  return clients.length > 0 ? { clients } : {};
}

/** The kubelet reads every file but the hidden ones. A folder that is not there is no node's. */
async function manifestsIn({ ports }: CollectContext, folder: string): Promise<string[]> {
  try {
    if ((await ports.files.stat(folder))?.kind !== 'directory') return [];
    return (await ports.files.list(folder)).filter((name) => !name.startsWith('.'));
  } catch (error) {
    if (error instanceof PortFailure && error.state === 'absent') return [];
    throw error;
  }
}

async function readText({ ports, answered }: CollectContext, path: string): Promise<string> {
  const bytes = await ports.files.read(path, MAX_MANIFEST);
  answered();
  return Buffer.from(bytes).toString('utf8');
}
