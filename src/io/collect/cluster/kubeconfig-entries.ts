import type { KubeconfigTokenFact } from '../../../core/model/facts.ts';
import type { ManagerId } from '../../../core/model/manager.ts';
import type { Unseen } from '../../../core/model/observation.ts';
import type { Key, Placement } from '../../../core/model/placement.ts';
import { ref } from '../../../core/model/ref.ts';
import type { RoleId } from '../../../core/model/role.ts';
import type {
  CertificateMaterial,
  Kubeconfig,
  KubeconfigCluster,
  KubeconfigUser,
} from '../../../core/parse/kubeconfig.ts';
import { certificatesIn, type X509Contents } from '../../../core/parse/pem-contents.ts';
import { PortFailure } from '../../ports/failure.ts';
import type { Files } from '../../ports/files.ts';
import type { Reading } from '../reading.ts';

/** Bytes of a file that a kubeconfig names. */
const MAX_MATERIAL = 4 << 20;

export interface PlaceOptions {
  readonly files: Files;
  readonly reading: Reading;
  readonly kubeconfig: Kubeconfig;
  /** What the client certificates of its users do. */
  readonly role: RoleId;
  /** Who renews them. */
  readonly manager: ManagerId;
}

/**
 * Places the client certificates and CA bundles of one kubeconfig, inline and by file, and its fact. A file that is
 * named and not there is a placement that is missing. Returns the problems, as the fact has them.
 */
export async function placeKubeconfig(options: PlaceOptions): Promise<readonly string[]> {
  const { kubeconfig, reading } = options;
  const problems = kubeconfig.problems.map(({ line, reason }) => (line > 0 ? `line ${line}: ${reason}` : reason));
  for (const user of kubeconfig.users) problems.push(...(await placeUser(options, user)));
  for (const cluster of kubeconfig.clusters) problems.push(...(await placeCluster(options, cluster)));
  reading.fact('kubeconfig', {
    path: kubeconfig.path,
    ...(kubeconfig.currentContext !== undefined && { currentContext: kubeconfig.currentContext }),
    contexts: kubeconfig.contexts.map(({ name, cluster, user, namespace }) => ({
      name,
      cluster,
      user,
      ...(namespace !== undefined && { namespace }),
    })),
    clusters: kubeconfig.clusters.map(({ name, server, insecure, tlsServerName }) => ({
      name,
      server,
      ...(insecure && { insecure }),
      ...(tlsServerName !== undefined && { tlsServerName }),
    })),
    ...tokensOf(kubeconfig),
    problems,
  });
  return problems;
}

function tokensOf({ users }: Kubeconfig): { readonly tokens?: readonly KubeconfigTokenFact[] } {
  const tokens = users.flatMap(({ name, token }) =>
    token?.expires === undefined
      ? []
      : [
          {
            user: name,
            notAfter: new Date(token.expires).toISOString(),
            ...(token.subject !== undefined && { subject: token.subject }),
          },
        ],
  );
  return tokens.length > 0 ? { tokens } : {};
}

async function placeUser(options: PlaceOptions, user: KubeconfigUser): Promise<string[]> {
  if (!user.certificate) return [];
  const { reading, role, manager } = options;
  const place = { ref: ref.kubeconfigUser(user.path, user.name), layer: 'cluster', role, manager } as const;
  const found = await readMaterial(options.files, user.certificate);
  if ('missing' in found) reading.place({ ...place, chain: [], missing: found.missing });
  if (!('certificates' in found)) return 'problem' in found ? [`user ${user.name}: ${found.problem}`] : [];
  const chain = reading.chain(found.certificates.map(({ certificate }) => certificate.der));
  const problems = found.problems.map(({ reason }) => reason);
  if (chain.length === 0) reading.place({ ...place, chain, missing: 'there is no certificate in it' });
  else reading.place({ ...place, chain, ...(await readKey(options, user, problems)) });
  return problems.map((problem) => `user ${user.name}: ${problem}`);
}

async function placeCluster({ files, reading }: PlaceOptions, cluster: KubeconfigCluster): Promise<string[]> {
  if (!cluster.ca) return [];
  const base = ref.kubeconfigCluster(cluster.path, cluster.name);
  const rest = { layer: 'cluster', role: 'kubeconfig-ca', manager: 'person', bundle: true } as const;
  const found = await readMaterial(files, cluster.ca);
  if ('missing' in found) reading.place({ ref: base, ...rest, chain: [], missing: found.missing });
  if (!('certificates' in found)) return 'problem' in found ? [`cluster ${cluster.name}: ${found.problem}`] : [];
  found.certificates.forEach(({ certificate }, index) => {
    reading.place({ ref: ref.member(base, index), ...rest, chain: [reading.certificate(certificate.der)] });
  });
  return found.problems.map(({ reason }) => `cluster ${cluster.name}: ${reason}`);
}

/** The public half of the user's key, and the mode of the file that holds it. */
async function readKey(
  { files, reading }: PlaceOptions,
  user: KubeconfigUser,
  problems: string[],
): Promise<Pick<Unseen<Placement>, 'key' | 'mode'>> {
  if (!user.key) return {};
  const mode = await modeOf(files, 'path' in user.key ? user.key.path : user.path);
  const key = 'path' in user.key ? await keyInFile(files, user.key.path, problems) : user.key.key;
  if (key) reading.key(key);
  return { ...(key && { key: key.spki }), ...(mode !== undefined && { mode }) };
}

async function keyInFile(files: Files, path: string, problems: string[]): Promise<Key | undefined> {
  const found = await readMaterial(files, { path });
  if (!('keys' in found)) {
    problems.push('missing' in found ? found.missing : found.problem);
    return undefined;
  }
  const key = found.keys.find((candidate) => candidate.private);
  if (!key) problems.push(`${path} holds no private key`);
  return key && !key.locked ? { spki: key.spki, algorithm: key.algorithm, bits: key.bits } : undefined;
}

type Material = X509Contents | { readonly missing: string } | { readonly problem: string };

async function readMaterial(files: Files, material: CertificateMaterial): Promise<Material> {
  if ('pem' in material) return certificatesIn(Buffer.from(material.pem));
  try {
    return certificatesIn(await files.read(material.path, MAX_MATERIAL));
  } catch (error) {
    if (!(error instanceof PortFailure)) throw error;
    return error.state === 'absent' ? { missing: error.message } : { problem: error.message };
  }
}

/** Octal, as placements have it. */
async function modeOf(files: Files, path: string): Promise<string | undefined> {
  try {
    const found = await files.stat(path);
    return found && `0${(found.mode & 0o777).toString(8).padStart(3, '0')}`;
  } catch (error) {
    if (error instanceof PortFailure) return undefined;
    throw error;
  }
}
