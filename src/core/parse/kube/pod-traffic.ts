import type { PodTraffic } from '../../model/facts.ts';
import { compact, type Json, recordsOf, textOf, textsOf } from './json.ts';
import { portsBeyond } from './ports.ts';

/** Ports that every injection of Linkerd leaves alone: its own admin, and databases that replicate (linkerd2 values.yaml). */
export const LINKERD_SKIPS = '4190,4191,4567,4568';

/** The default of `proxy.defaultInboundPolicy`: everybody may call. */
export const LINKERD_OPEN_POLICY = 'all-unauthenticated';

/**
 * What of a Pod's traffic its proxy of Linkerd does not see, and whom it lets in, where that is not as Linkerd installs
 * it. What the injector wrote into the Pod goes before annotations: a namespace's are in it too (linkerd2 pkg/inject),
 * and those that came later are not in force. With the CNI plugin there is no init container, and annotations tell.
 */
export function trafficOfLinkerd(
  containers: readonly Json[],
  annotations: Readonly<Record<string, string>>,
): PodTraffic | undefined {
  const said = (name: string) => textOf(annotations[`config.linkerd.io/${name}`]);
  const init = containers.find(({ name }) => name === 'linkerd-init');
  const proxy = containers.find(({ name }) => name === 'linkerd-proxy');
  const policy = variableOf(proxy, 'LINKERD2_PROXY_INBOUND_DEFAULT_POLICY') ?? said('default-inbound-policy');
  const skipped = (argument: string, annotation: string) =>
    portsBeyond((init && argumentOf(init, argument)) ?? said(annotation) ?? '', LINKERD_SKIPS);
  return noneIfEmpty({
    skipsInbound: skipped('--inbound-ports-to-ignore', 'skip-inbound-ports'),
    skipsOutbound: skipped('--outbound-ports-to-ignore', 'skip-outbound-ports'),
    opaque: said('opaque-ports'),
    inboundPolicy: policy === LINKERD_OPEN_POLICY ? undefined : policy,
  });
}

const OF_ISTIO = 'traffic.sidecar.istio.io/';
/** Of Istio's own: the agent, its health and Prometheus (istio manifests/charts, values of sidecarInjectorWebhook). */
const ISTIO_OWN = '15020,15021,15090';

/** The same of Istio's: annotations are all that tells (istio tools/istio-iptables). `*` is every port. */
export function trafficOfIstio(annotations: Readonly<Record<string, string>>): PodTraffic | undefined {
  const only = annotations[`${OF_ISTIO}includeInboundPorts`];
  return noneIfEmpty({
    skipsInbound: portsBeyond(annotations[`${OF_ISTIO}excludeInboundPorts`] ?? '', ISTIO_OWN),
    skipsOutbound: portsBeyond(annotations[`${OF_ISTIO}excludeOutboundPorts`] ?? '', ''),
    onlyInbound: only === '*' ? undefined : only,
  });
}

type Parts = { readonly [K in keyof PodTraffic]: string | undefined };

function noneIfEmpty(parts: Parts): PodTraffic | undefined {
  const traffic = compact<PodTraffic>(parts);
  return Object.keys(traffic).length > 0 ? traffic : undefined;
}

function variableOf(container: Json | undefined, variable: string): string | undefined {
  return textOf(recordsOf(container?.env).find(({ name }) => name === variable)?.value);
}

function argumentOf({ args }: Json, flag: string): string | undefined {
  const words = textsOf(args);
  const index = words.indexOf(flag);
  return index < 0 ? undefined : words[index + 1];
}
