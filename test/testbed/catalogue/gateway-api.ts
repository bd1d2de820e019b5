import type { Component } from './component.ts';

const CRDS = 'config/crd/standard';

export const gatewayApi: Component = {
  name: 'gateway-api',
  version: '1.6.1',
  source: { kind: 'go-files', upstream: 'gateway-api', files: [CRDS] },
  needs: ['kube-apiserver'],
  service: {
    processes: () => [],
    async settle(bed) {
      const folder = bed.fileOf('gateway-api', CRDS);
      await bed.kubectl(['apply', '--server-side', '-f', folder]);
      await bed.kubectl(['wait', '--for=condition=Established', '--timeout=30s', 'crd', '--all']);
    },
  },
};
