import type { MeshProxyMeans, PodFact } from '../../../core/model/facts.ts';
import { jsonIn } from '../../../core/parse/istio/json-text.ts';
import { type HeldResource, readSecretsDump, readZtunnelDump } from '../../../core/parse/istio/secrets.ts';
import { PortFailure } from '../../ports/failure.ts';
import { getFromPod } from '../pods/pod-port.ts';
import type { CollectContext } from '../source.ts';
import { istioctlCommand, runIstioctl } from './istioctl.ts';

/** Envoy's and ztunnel's admin, which listens on loopback inside the Pod. */
const ADMIN_PORT = 15000;
/** Secrets alone: a whole dump has megabytes. */
const SECRETS = 'config_dump?mask=dynamic_active_secrets,dynamic_warming_secrets';
const CONTAINER = 'istio-proxy';

/** What a proxy said, and how it was asked. */
export interface ProxyDump {
  readonly means: MeshProxyMeans;
  readonly held: readonly HeldResource[];
  /** Seconds by which its clock is ahead. */
  readonly clockAhead?: number;
}

/**
 * Asks a proxy for its certificates: through its admin port; where forwarding is refused, by its own client in its
 * container; else by istioctl, which forwards ports as API servers did before WebSockets.
 * @throws PortFailure, the first way's, when none of them leads there
 */
export async function dumpOf(context: CollectContext, pod: PodFact, isZtunnel: boolean): Promise<ProxyDump> {
  const ways = isZtunnel ? [byPort] : [byPort, byExec, byIstioctl];
  let first: PortFailure | undefined;
  for (const way of ways) {
    try {
      const dump = await way(context, pod, isZtunnel);
      if (dump) return dump;
    } catch (error) {
      if (context.signal.aborted || !(error instanceof PortFailure)) throw error;
      first ??= error;
    }
  }
  throw first ?? new PortFailure('unreachable', `pod ${pod.namespace}/${pod.name} shows no certificates`);
}

type Way = (context: CollectContext, pod: PodFact, isZtunnel: boolean) => Promise<ProxyDump | undefined>;

const byPort: Way = async ({ ports, signal, answered }, { namespace, name }, isZtunnel) => {
  const request = { namespace, pod: name, port: ADMIN_PORT, signal };
  const path = isZtunnel ? '/config_dump' : `/${SECRETS}`;
  const { status, body, headers } = await getFromPod(ports, request, path);
  answered();
  const where = `port ${ADMIN_PORT} of pod ${namespace}/${name}`;
  if (status !== 200) throw new PortFailure('partial', `${where} answers ${status} to ${path}`);
  const dump = parsed(Buffer.from(body).toString('utf8'));
  const held = isZtunnel ? readZtunnelDump(dump) : readSecretsDump(dump);
  if (!held) throw new PortFailure('partial', `${where} does not answer as a proxy of Istio`);
  const date = Date.parse(headers.date ?? '');
  return {
    means: 'port-forward',
    held,
    ...(Number.isFinite(date) && { clockAhead: Math.floor(date / 1000) - Math.floor(ports.clock.now() / 1000) }),
  };
};

const byExec: Way = async ({ ports, signal, answered }, { namespace, name }) => {
  const argv = ['pilot-agent', 'request', 'GET', SECRETS];
  const { stdout, exit } = await ports.kube.exec({ namespace, pod: name, container: CONTAINER, argv, signal });
  answered();
  const held = exit === 0 ? readSecretsDump(parsed(stdout)) : undefined;
  return held && { means: 'exec', held };
};

const byIstioctl: Way = async (context, { namespace, name }) => {
  const words = ['proxy-config', 'secret', `${name}.${namespace}`, '-o', 'json'];
  const { stdout } = await runIstioctl(context, await istioctlCommand(context, words));
  const held = readSecretsDump(jsonIn(stdout));
  return held && { means: 'istioctl', held };
};

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
