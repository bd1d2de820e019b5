import type { CaBundleFact } from '../../model/facts.ts';
import type { Layer } from '../../model/layer.ts';

/** Systems whose webhooks and aggregated APIs are recognised, because their certificates belong to a layer of theirs. */
export type System = 'istio' | 'linkerd' | 'cert-manager';

interface SystemInfo {
  readonly layer: Layer;
  /** Matches the webhook's own name, the CRD's or the APIService's: API groups stand at their end. */
  readonly name: RegExp;
  readonly service: RegExp;
}

/** Names of webhooks and Services in the charts of Istio, Linkerd and cert-manager. */
const SYSTEMS: Readonly<Record<System, SystemInfo>> = {
  istio: { layer: 'mesh', name: /(^|\.)istio\.io$/, service: /^istiod(-|$)/ },
  linkerd: { layer: 'mesh', name: /(^|\.)linkerd\.io$/, service: /^linkerd-/ },
  'cert-manager': { layer: 'ingress', name: /(^|\.)cert-manager\.io$/, service: /(^|-)cert-manager-webhook$/ },
};

/** Whose server the API server is told to call; undefined for any other. */
export function systemOf({
  name,
  webhook,
  service,
}: Pick<CaBundleFact, 'name' | 'webhook' | 'service'>): System | undefined {
  const found = Object.entries(SYSTEMS).find(
    ([, info]) => info.name.test(webhook ?? name) || (service !== undefined && info.service.test(service.name)),
  );
  return found?.[0] as System | undefined;
}

/** A caBundle belongs to its server's layer, an unclaimed one to the cluster's. */
export function layerOfServer(fact: Pick<CaBundleFact, 'name' | 'webhook' | 'service'>): Layer {
  const system = systemOf(fact);
  return system ? SYSTEMS[system].layer : 'cluster';
}

/** The webhook that judges cert-manager's own kinds; its other projects have webhooks with names of the same domain. */
export function isCertManagersWebhook({ webhook }: Pick<CaBundleFact, 'webhook'>): boolean {
  return webhook === 'webhook.cert-manager.io';
}
