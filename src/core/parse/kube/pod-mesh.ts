import type { PodFact } from '../../model/facts.ts';
import { at, type Json, recordsOf, textOf } from './json.ts';
import type { Meta } from './meta.ts';
import { probesPastProxy } from './pod-probes.ts';
import { trafficOfIstio, trafficOfLinkerd } from './pod-traffic.ts';

/** A native sidecar stands among the init containers; an ambient Pod has only an annotation (istio cni/pkg/util). */
export function meshOf(spec: Json, containers: readonly Json[], { labels, annotations }: Meta): PodFact['mesh'] {
  const has = (name: string) => containers.some((container) => container.name === name);
  const isNative = containers.some(
    ({ name, restartPolicy }) => /^(?:istio|linkerd)-proxy$/.test(String(name)) && restartPolicy === 'Always',
  );
  const native = isNative && ({ native: true } as const);
  if (has('istio-proxy')) {
    const traffic = trafficOfIstio(annotations);
    const probes = probesPastProxy(containers);
    const revision = labels['istio.io/rev'] ?? annotations['istio.io/rev'];
    return {
      ...withRevision('istio', revision),
      ...native,
      ...audienceOf(spec),
      ...caAddressOf(containers),
      ...(traffic && { traffic }),
      ...(probes && { probes }),
    };
  }
  if (has('linkerd-proxy') && labels['linkerd.io/control-plane-ns'] !== undefined) {
    const traffic = trafficOfLinkerd(containers, annotations);
    return {
      ...withRevision('linkerd', annotations['linkerd.io/proxy-version']),
      ...native,
      ...(traffic && { traffic }),
    };
  }
  return annotations['ambient.istio.io/redirection'] === 'enabled' ? { kind: 'ambient' } : undefined;
}

/** istiod takes tokens for itself alone: the injected volume istio-token asks for this audience. */
const ISTIO_AUDIENCE = 'istio-ca';

function audienceOf(spec: Json): { readonly audience?: string } {
  const volume = recordsOf(spec.volumes).find(({ name }) => name === 'istio-token');
  const token = recordsOf(at(volume, 'projected', 'sources')).find((source) => 'serviceAccountToken' in source);
  if (!token) return {};
  const audience = textOf(at(token, 'serviceAccountToken', 'audience')) ?? 'https://kubernetes.default.svc';
  return audience === ISTIO_AUDIENCE ? {} : { audience };
}

/** Where the agent asks for its certificate, unless that is an istiod: `istiod-canary.istio-system.svc:15012`. */
function caAddressOf(containers: readonly Json[]): { readonly caAddress?: string } {
  const env = recordsOf(containers.find(({ name }) => name === 'istio-proxy')?.env);
  const address = textOf(env.find(({ name }) => name === 'CA_ADDR')?.value);
  return address === undefined || /^istiod\b/.test(address) ? {} : { caAddress: address };
}

/** istio pkg/kube/inject/inject.go; linkerd2 pkg/inject: the label goes before the annotation. */
export function intentOf(spec: Json, { labels, annotations }: Meta): PodFact['meshIntent'] {
  if (spec.hostNetwork === true || labels['istio.io/dataplane-mode'] === 'none') return 'off';
  const istio = labels['sidecar.istio.io/inject'] ?? annotations['sidecar.istio.io/inject'];
  const linkerd = annotations['linkerd.io/inject'];
  if (istio === 'false' || linkerd === 'disabled') return 'off';
  return istio === 'true' || linkerd === 'enabled' || linkerd === 'ingress' ? 'on' : undefined;
}

const PROXIES: ReadonlySet<string> = new Set(['istio-proxy', 'linkerd-proxy']);

/** A Pod that is not to be restarted for ever, all of whose containers ended with 0 but the proxy. */
export function lastToRun(spec: Json, status: Json): string | undefined {
  if (spec.restartPolicy !== 'Never' && spec.restartPolicy !== 'OnFailure') return undefined;
  const containers = recordsOf(status.containerStatuses);
  const running = containers.filter(({ state }) => at(state, 'running') !== undefined);
  const ended = containers.filter(({ state }) => at(state, 'terminated', 'exitCode') === 0);
  const last = textOf(running[0]?.name);
  const only = running.length === 1 && ended.length > 0 && ended.length + 1 === containers.length;
  return only && last !== undefined && PROXIES.has(last) ? last : undefined;
}

function withRevision(kind: 'istio' | 'linkerd', revision: string | undefined): NonNullable<PodFact['mesh']> {
  return revision ? { kind, revision } : { kind };
}
