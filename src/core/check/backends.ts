import type { PodFact, Seen, ServiceFact } from '../model/facts.ts';
import type { Inventory } from '../snapshot/inventory.ts';
import type { Address } from './addresses.ts';
import { coversHost } from './host-names.ts';
import { type Held, isHeld } from './hosts.ts';
import { servedBySecret } from './relations.ts';

/** The Pods behind a Service that was asked at an address, and the certificates that they mount to serve. */
export interface Backend {
  readonly service: Seen<ServiceFact>;
  readonly pods: readonly Seen<PodFact>[];
  readonly mounted: readonly Held[];
}

/** Whose address it is; undefined where no Service of the snapshot has it, or nothing that its Pods mount can be served. */
export function backendAt(inventory: Inventory, address: Address): Backend | undefined {
  const service = inventory.facts('service').find((one) => hasPort(one, address) && isCalled(one, address));
  if (!service) return undefined;
  const { namespace, name } = service;
  const slices = inventory.facts('endpoints').filter((one) => one.namespace === namespace && one.service === name);
  const ips = new Set(slices.flatMap(({ ready, notReady }) => [...ready, ...notReady]));
  const pods = inventory.facts('pod').filter((pod) => pod.namespace === namespace && pod.ip && ips.has(pod.ip));
  const secrets = new Set(pods.flatMap((pod) => pod.secrets));
  const held = [...secrets].flatMap((secret) => servedBySecret(inventory, namespace, secret) ?? []).filter(isHeld);
  const fitting = held.filter(({ leaf }) => namesOf(address).some((host) => coversHost(leaf, host)));
  const mounted = fitting.length > 0 ? fitting : held;
  return mounted.length > 0 ? { service, pods, mounted } : undefined;
}

function hasPort({ ports }: ServiceFact, { port }: Address): boolean {
  return ports.some((one) => one.port === port);
}

/** By the cluster's own names, or by an address or name that its status has. */
function isCalled({ namespace, name, clusterIPs, addresses }: ServiceFact, address: Address): boolean {
  const own = [`${name}.${namespace}`, `${name}.${namespace}.svc`, ...clusterIPs, ...addresses];
  return namesOf(address).some((host) => own.includes(host) || host.startsWith(`${name}.${namespace}.svc.`));
}

function namesOf({ host, sni }: Address): string[] {
  return sni === undefined ? [host] : [host, sni];
}
