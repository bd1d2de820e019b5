import type { ComponentFact, StaticPodFact } from '../../../core/model/facts.ts';
import { refBase } from '../../../core/model/ref.ts';
import type { RoleId } from '../../../core/model/role.ts';
import { nodeRoot } from '../../../core/parse/node-root.ts';
import { tokenKeyFiles } from '../../../core/parse/token-keys.ts';
import { factsIn } from '../cluster-source.ts';
import type { CollectContext, Source } from '../source.ts';
import { FileReadings } from './file-readings.ts';
import { placeFile } from './place-file.ts';

const COMMAND = 'grep -E "(cert|key|ca)-?file|kubeconfig" /etc/kubernetes/manifests/*.yaml';
const UNKNOWN = "certificates that the control plane's flags name outside kubeadm's folder, such as an external etcd's";

/**
 * Files that flags in the manifests name and that do not lie where kubeadm puts them: the operator's own, above all the
 * client pair and the CA of an external etcd. The flags say what they are for.
 */
export const manifestFiles: Source = {
  id: 'manifest-files',
  layer: 'cluster',
  title: 'files that manifests name',
  needs: [{ kind: 'file', path: 'files that flags in /etc/kubernetes/manifests name' }],
  after: ['kubeadm-files', 'static-pods', 'processes'],
  inScope: ({ cluster, layers }) => cluster && layers.includes('cluster'),
  command: COMMAND,
  unknown: UNKNOWN,
  collect: async (context) => {
    const named = await namedFiles(context);
    if (named.length === 0) return;
    const readings = new FileReadings(context, { command: COMMAND, unknown: UNKNOWN });
    for (const { path, role, key } of named) {
      const file = await readings.file(path);
      const keyFile = file && key !== undefined ? await readings.file(key) : undefined;
      const found = keyFile?.keys[0];
      if (!file) continue;
      placeFile(readings.reading, file, {
        part: { layer: 'cluster', role, manager: 'person' },
        ...(keyFile && { keyFile: { stat: keyFile.stat, ...(found && { key: found }) } }),
      });
    }
    readings.end('what the manifests name is not on this machine');
  },
};

interface NamedFile {
  readonly path: string;
  readonly role: RoleId;
  readonly key?: string;
}

/** Once each, without what the trees have placed. Beyond a folder that was copied, this machine's files are not its. */
async function namedFiles(context: CollectContext): Promise<NamedFile[]> {
  const trees = (await context.from('kubeadm-files')).flatMap(({ placements }) => placements);
  const placed = new Set(trees.map(({ ref }) => refBase(ref).replace(/^file:/, '')));
  const folder = context.scope.pkiDir.replace(/(?<=.)\/+$/, '');
  const isOfNode = (path: string) => nodeRoot(folder) !== undefined || path.startsWith(`${folder}/`);
  const told = [...(await context.from('static-pods')), ...(await context.from('processes'))];
  const named = new Map(
    [...factsIn(told, 'component').flatMap(tokenKeysOf), ...factsIn(told, 'staticPod').flatMap(filesOf)].map((file) => [
      file.path,
      file,
    ]),
  );
  return [...named.values()].filter(({ path }) => !placed.has(path) && isOfNode(path));
}

/** Keys that sign and verify the tokens of service accounts, wherever they are kept. */
function tokenKeysOf(component: ComponentFact): NamedFile[] {
  return tokenKeyFiles(component).map((path) => ({ path, role: 'service-account-key' }));
}

function filesOf({ endpoints, clients = [] }: StaticPodFact): NamedFile[] {
  return [
    ...endpoints.flatMap(({ role, file }) => (file === undefined ? [] : [{ path: file, role }])),
    ...clients.flatMap(({ role, certificate, key, ca }) => [
      { path: certificate, role, key },
      ...(ca === undefined || role !== 'apiserver-etcd-client' ? [] : [{ path: ca, role: 'etcd-ca' as const }]),
    ]),
  ];
}
