import { ref } from '../../core/model/ref.ts';
import {
  type CertificateMaterial,
  type Kubeconfig,
  type KubeconfigUser,
  parseKubeconfig,
} from '../../core/parse/kubeconfig.ts';
import {
  type KubeFlags,
  kubeconfigPaths,
  mergeKubeconfigs,
  type Resolution,
  resolveKubeconfig,
} from '../../core/parse/kubeconfig-resolve.ts';
import { certificatesIn } from '../../core/parse/pem-contents.ts';
import { PortFailure } from '../ports/failure.ts';
import type { Files } from '../ports/files.ts';
import type { KubeConnection } from '../ports/kube-api.ts';
import { toPem } from './mint.ts';

const MOST_BYTES = 1_048_576;

/** How the demo's client reaches the API server: from the planted kubeconfig, as kubectl would read it. */
export class DemoClient {
  readonly #files: Files;
  readonly #env: Readonly<Record<string, string | undefined>>;
  readonly #flags: KubeFlags;
  #resolution: Promise<Resolution> | undefined;

  constructor(options: { files: Files; env: Readonly<Record<string, string | undefined>>; flags: KubeFlags }) {
    this.#files = options.files;
    this.#env = options.env;
    this.#flags = options.flags;
  }

  /** @throws PortFailure `absent` when no kubeconfig is planted */
  resolution(): Promise<Resolution> {
    this.#resolution ??= this.#resolve();
    return this.#resolution;
  }

  async connection(): Promise<KubeConnection> {
    const { context, namespace, cluster, user } = await this.resolution();
    const url = new URL(cluster.server);
    const host = url.hostname.replace(/^\[|\]$/g, '');
    return {
      server: cluster.server,
      host,
      port: Number(url.port || 443),
      serverName: cluster.tlsServerName ?? host,
      context,
      cluster: cluster.name,
      user: user.name,
      namespace,
      insecure: cluster.insecure,
      credential: await this.#credential(user.entry),
    };
  }

  /** DER of the certificates in a kubeconfig's data or file. */
  async certificates(material: CertificateMaterial | undefined): Promise<Uint8Array[]> {
    if (!material) return [];
    const text =
      'pem' in material ? material.pem : Buffer.from(await this.#files.read(material.path, MOST_BYTES)).toString();
    return certificatesIn(Buffer.from(text)).certificates.map(({ certificate }) => certificate.der);
  }

  async #credential(user: KubeconfigUser | undefined): Promise<KubeConnection['credential']> {
    if (!user) return { kind: 'none' };
    const where = { ref: ref.kubeconfigUser(user.path, user.name) };
    if (user.certificate) {
      const [leaf] = await this.certificates(user.certificate);
      return { kind: 'certificate', ...where, ...(leaf && { certificate: toPem('CERTIFICATE', leaf) }) };
    }
    if (!user.token) return { kind: 'none', ...where };
    const { expires, subject } = user.token;
    return { kind: 'token', ...where, ...(expires !== undefined && { expires }), ...(subject && { subject }) };
  }

  async #resolve(): Promise<Resolution> {
    const files: Kubeconfig[] = [];
    for (const path of kubeconfigPaths(this.#flags.kubeconfig, this.#env, ':')) {
      if (!(await this.#files.stat(path))) continue;
      files.push(parseKubeconfig(Buffer.from(await this.#files.read(path, MOST_BYTES)).toString(), path));
    }
    const resolution = resolveKubeconfig(mergeKubeconfigs(files), this.#flags);
    if ('problem' in resolution) throw new PortFailure('absent', resolution.problem);
    if (resolution.cluster.server === '') throw new PortFailure('absent', 'no kubeconfig names a cluster');
    return resolution;
  }
}
