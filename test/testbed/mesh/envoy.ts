import { join } from 'node:path';
import type { Minted } from '../../../src/io/demo/mint.ts';
import type { Bed } from '../bed.ts';
import { giveForward, type PodRef, pod, untilRunning } from '../cluster/pods.ts';

/** What an Envoy is given: its leaf and the chain above it, and the roots that it is to trust. */
export interface Held {
  readonly chain: readonly [Minted, ...Minted[]];
  readonly trust: readonly Minted[];
}

const SECRET = 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret';
const TLS = 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext';

/**
 * Creates a Pod and runs a real Envoy for it without an agent: it takes its certificate and roots from files by SDS,
 * under the names that Istio's have, whatever they are worth. `pod:15000` leads to its admin port. Where the namespace is
 * injected, the Pod has to be created while istiod runs.
 */
export async function startEnvoy(bed: Bed, ref: PodRef, { chain, trust }: Held): Promise<void> {
  await bed.apply(pod(ref, {}, { labels: { app: ref.name } }));
  await untilRunning(bed, ref);
  const name = `envoy-${ref.namespace}-${ref.name}`;
  const [port = 0] = await bed.takePorts([name]);
  await giveForward(bed, ref, { 15000: port });
  const own = bed.write(
    `${name}/default.json`,
    secret('default', {
      tls_certificate: { certificate_chain: bytes(pemOf(chain)), private_key: bytes(chain[0].keyPem) },
    }),
  );
  const roots = bed.write(
    `${name}/roots.json`,
    secret('ROOTCA', { validation_context: { trusted_ca: bytes(pemOf(trust)) } }),
  );
  const config = bed.write(`${name}/envoy.json`, JSON.stringify(bootstrap(name, port, { own, roots })));
  await bed.spawn({
    name,
    argv: [join(bed.binDir, 'envoy'), '-c', config, '--use-dynamic-base-id', '--concurrency', '1', '-l', 'error'],
    ready: { kind: 'http', url: `http://127.0.0.1:${port}/ready` },
  });
}

function pemOf(certificates: readonly Minted[]): string {
  return certificates.map(({ pem }) => pem).join('');
}

/** Text in place of bytes works too, but istioctl then shows an empty type. */
function bytes(text: string): object {
  return { inline_bytes: Buffer.from(text).toString('base64') };
}

function secret(name: string, content: object): string {
  return JSON.stringify({ resources: [{ '@type': SECRET, name, ...content }] });
}

/** A cluster that nobody calls is enough for Envoy to ask for its secrets. */
function bootstrap(id: string, port: number, { own, roots }: { readonly own: string; readonly roots: string }): object {
  const from = (name: string, path: string) => ({ name, sds_config: { path_config_source: { path } } });
  return {
    node: { id, cluster: id },
    admin: { address: { socket_address: { address: '127.0.0.1', port_value: port } } },
    static_resources: {
      clusters: [
        {
          name: 'peer',
          type: 'STATIC',
          load_assignment: { cluster_name: 'peer' },
          transport_socket: {
            name: 'envoy.transport_sockets.tls',
            typed_config: {
              '@type': TLS,
              common_tls_context: {
                tls_certificate_sds_secret_configs: [from('default', own)],
                validation_context_sds_secret_config: from('ROOTCA', roots),
              },
            },
          },
        },
      ],
    },
  };
}
