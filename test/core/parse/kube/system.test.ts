import assert from 'node:assert/strict';
import { layerOfServer, systemOf } from '../../../../src/core/parse/kube/system.ts';

const service = (name: string) => ({ namespace: 'ns', name, port: 443 });

describe('whose server the API server calls', () => {
  const servers: [fact: Parameters<typeof systemOf>[0], system: string | undefined, layer: string][] = [
    [{ name: 'istio-sidecar-injector', webhook: 'rev.namespace.sidecar-injector.istio.io' }, 'istio', 'mesh'],
    [{ name: 'istiod-default-validator', webhook: 'validation.istio.io' }, 'istio', 'mesh'],
    [{ name: 'own', webhook: 'own', service: service('istiod-canary') }, 'istio', 'mesh'],
    [{ name: 'x', webhook: 'linkerd-proxy-injector.linkerd.io' }, 'linkerd', 'mesh'],
    [{ name: 'v1alpha1.tap.linkerd.io', service: service('tap') }, 'linkerd', 'mesh'],
    [{ name: 'cert-manager-webhook', webhook: 'webhook.cert-manager.io' }, 'cert-manager', 'ingress'],
    [{ name: 'x', webhook: 'x', service: service('release-cert-manager-webhook') }, 'cert-manager', 'ingress'],
    [{ name: 'issuers.cert-manager.io' }, 'cert-manager', 'ingress'],
    [{ name: 'notistio.io' }, undefined, 'cluster'],
    [{ name: 'istio.io.example' }, undefined, 'cluster'],
    [{ name: 'v1beta1.metrics.k8s.io', service: service('metrics-server') }, undefined, 'cluster'],
  ];
  for (const [fact, system, layer] of servers) {
    it(`is ${system ?? 'nobody known'} for ${fact.webhook ?? fact.name} at ${fact.service?.name ?? 'a URL'}`, () => {
      assert.deepEqual([systemOf(fact), layerOfServer(fact)], [system, layer]);
    });
  }
});
