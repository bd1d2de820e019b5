import type { PlantedObject, PlantedProxy, PlantedServer } from '../planting/form.ts';
import { parseSkew } from '../planting/moment.ts';
import type { World } from '../world/world.ts';
import { certificateList, secretsDump } from './envoy.ts';
import { certificatesDump } from './ztunnel.ts';

/** What a Pod serves on one of its ports, for whoever forwards it. */
export interface PodServer {
  /** `NAMESPACE/NAME`. */
  readonly pod: string;
  readonly port: number;
  readonly server: PlantedServer;
}

type Answers = NonNullable<PlantedServer['http']>;

/** The ports that a mesh's proxy answers on, and with what: its admin's view of what it holds. */
const PORTS: Readonly<
  Record<PlantedProxy['kind'], (world: World, proxy: PlantedProxy) => Promise<[number, PlantedServer][]>>
> = {
  istio: async (world, proxy) => {
    const metrics = text(
      proxy.metrics ??
        (await expiryMetrics(world, proxy, 'istio_agent_cert_expiry_seconds{resource_name="default"}', 'left')),
    );
    const ready = text('LIVE\n');
    const admin: Answers = {
      '/config_dump': json(await secretsDump(world, proxy)),
      '/certs': json(await certificateList(world, proxy)),
      '/ready': ready,
      '/stats': metrics,
      '/stats/prometheus': metrics,
    };
    return [
      [15000, plain(admin)],
      [15020, plain({ '/metrics': metrics, '/stats/prometheus': metrics, '/healthz/ready': ready })],
      [15021, plain({ '/healthz/ready': ready })],
    ];
  },
  ztunnel: async (world, proxy) => [
    [15000, plain({ '/config_dump': json(await certificatesDump(world, proxy)) })],
    [15020, plain({ '/metrics': text(proxy.metrics ?? '') })],
  ],
  linkerd: async (world, proxy) => {
    const metrics =
      proxy.metrics ??
      (await expiryMetrics(world, proxy, 'control_identity_cert_expiration_timestamp_seconds', 'unix'));
    const clock = (world.now + skewOf(proxy)) / 1000;
    const chains = proxy.certificates.flatMap(({ name, chain }) =>
      chain ? [[name.toLowerCase(), chain] as const] : [],
    );
    const http = {
      '/metrics': text(`${metrics}process_clock_time_seconds ${clock}\n`),
      '/ready': text('ready\n'),
      '/live': text('live\n'),
    };
    const chain = chains[0]?.[1];
    return [
      [
        4191,
        {
          listen: [],
          protocol: chain ? 'either' : 'plain',
          http,
          ...(chain && { chain, sni: Object.fromEntries(chains) }),
        },
      ],
    ];
  },
};

/** @returns what listens in the Pod of a planted proxy */
export async function proxyServers(world: World, proxy: PlantedProxy): Promise<PodServer[]> {
  const { skew, pod } = proxy;
  return (await PORTS[proxy.kind](world, proxy)).map(([port, server]) => ({
    pod,
    port,
    server: { ...server, ...(skew !== undefined && { skew }) },
  }));
}

/** What is told of a Pod and of a Service, as far as it leads from one to the other. */
interface PlantedPod {
  readonly metadata: PlantedObject['metadata'];
  readonly status?: { readonly podIP?: string };
}
interface PlantedService {
  readonly selector?: Readonly<Record<string, string>>;
  readonly ports?: readonly { readonly port: number; readonly targetPort?: number | string }[];
}

/** The servers that listen at a Pod's own address, else at the name of a Service that leads to it. */
export function serversOfPod(world: World, pod: PlantedPod): PodServer[] {
  const name = `${pod.metadata.namespace}/${pod.metadata.name}`;
  const ports = portsByAddress(world, pod);
  const found = (world.incident.servers ?? []).flatMap((server) =>
    server.listen.flatMap((listen) => {
      const port = ports(listen);
      return port === undefined ? [] : [{ pod: name, port, server, isOwn: !/\.svc:\d+$/.test(listen) }];
    }),
  );
  const own = new Set(found.filter(({ isOwn }) => isOwn).map(({ port }) => port));
  return found.filter(({ isOwn, port }) => isOwn || !own.has(port)).map(({ isOwn: _, ...server }) => server);
}

/** The Pod's port that stands behind `HOST:PORT`. */
function portsByAddress(world: World, { metadata, status }: PlantedPod): (listen: string) => number | undefined {
  const ip = status?.podIP;
  const own = ip === undefined ? undefined : `${ip.includes(':') ? `[${ip}]` : ip}:`;
  const services = (world.incident.objects ?? []).filter(({ kind, metadata: { namespace }, spec }) => {
    const { selector = {} } = (spec ?? {}) as PlantedService;
    const wanted = Object.entries(selector);
    const isIts = wanted.length > 0 && wanted.every(([label, value]) => metadata.labels?.[label] === value);
    return kind === 'Service' && namespace === metadata.namespace && isIts;
  });
  const behind = new Map(
    services.flatMap(({ metadata: { name, namespace }, spec }) =>
      ((spec as PlantedService).ports ?? []).map(({ port, targetPort }) => [
        `${name}.${namespace}.svc:${port}`,
        typeof targetPort === 'number' ? targetPort : port,
      ]),
    ),
  );
  return (listen) =>
    own !== undefined && listen.startsWith(own) ? Number(listen.slice(own.length)) : behind.get(listen);
}

function skewOf({ skew }: PlantedProxy): number {
  return skew === undefined ? 0 : (parseSkew(skew) ?? 0);
}

async function expiryMetrics(
  world: World,
  { certificates }: PlantedProxy,
  series: string,
  as: 'left' | 'unix',
): Promise<string> {
  const leaf = certificates.find(({ chain, state }) => chain && state !== 'WARMING')?.chain?.[0];
  if (leaf === undefined) return '';
  const { notAfter } = (await world.factory.certificate(leaf)).certificate;
  return `${series} ${Math.floor((notAfter - (as === 'left' ? world.now : 0)) / 1000)}\n`;
}

function plain(http: Answers): PlantedServer {
  return { listen: [], protocol: 'plain', http };
}

function json(value: object): Answers[string] {
  return { status: 200, body: JSON.stringify(value, undefined, 1) };
}

function text(body: string): Answers[string] {
  return { status: 200, body };
}
