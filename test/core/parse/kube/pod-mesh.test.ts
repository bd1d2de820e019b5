import assert from 'node:assert/strict';
import { readPod } from '../../../../src/core/parse/kube/pod.ts';
import { namesPort, portsBeyond } from '../../../../src/core/parse/kube/ports.ts';
import { labelsSelecting } from '../../../../src/core/parse/kube/selecting-labels.ts';

type Parts = {
  readonly annotations?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly containers?: readonly object[];
  readonly initContainers?: readonly object[];
};

const read = ({ annotations = {}, labels = {}, ...spec }: Parts, labelsToo: readonly string[] = []) =>
  readPod({ metadata: { name: 'web', namespace: 'shop', annotations, labels }, spec, status: {} }, labelsToo);

const LINKERD = { 'linkerd.io/control-plane-ns': 'linkerd' };
const proxy = (policy: string) => ({
  name: 'linkerd-proxy',
  env: [{ name: 'LINKERD2_PROXY_INBOUND_DEFAULT_POLICY', value: policy }],
});
const init = (inbound: string, outbound: string) => ({
  name: 'linkerd-init',
  args: ['--inbound-ports-to-ignore', inbound, '--outbound-ports-to-ignore', outbound],
});

describe('what of a Pod goes past its proxy', () => {
  it('is nothing where Linkerd injected it as it is installed', () => {
    const pod = read({
      labels: LINKERD,
      initContainers: [init('4190,4191,4567,4568', '4567,4568')],
      containers: [proxy('all-unauthenticated')],
    });
    assert.equal(pod?.mesh?.traffic, undefined);
  });

  it('is what Linkerd injected, before any annotation that came later', () => {
    const pod = read({
      labels: LINKERD,
      annotations: { 'config.linkerd.io/skip-inbound-ports': '9999', 'config.linkerd.io/opaque-ports': '3306' },
      initContainers: [init('4190,4191,25,8080-8090', '4567,5432')],
      containers: [proxy('cluster-authenticated')],
    });
    assert.deepEqual(pod?.mesh?.traffic, {
      skipsInbound: '25,8080-8090',
      skipsOutbound: '5432',
      opaque: '3306',
      inboundPolicy: 'cluster-authenticated',
    });
  });

  it('is what the annotations say, where the CNI plugin takes the place of the init container', () => {
    const annotations = {
      'config.linkerd.io/skip-outbound-ports': '5432',
      'config.linkerd.io/default-inbound-policy': 'deny',
    };
    const pod = read({ labels: LINKERD, annotations, containers: [{ name: 'linkerd-proxy' }] });
    assert.deepEqual(pod?.mesh?.traffic, { skipsOutbound: '5432', inboundPolicy: 'deny' });
  });

  it("is what Istio's annotations say, none of its own ports", () => {
    const traffic = (annotations: Readonly<Record<string, string>>) =>
      read({ annotations, containers: [{ name: 'istio-proxy' }] })?.mesh?.traffic;
    const name = (word: string) => `traffic.sidecar.istio.io/${word}`;
    assert.equal(traffic({ [name('excludeInboundPorts')]: '15020,15090' }), undefined);
    assert.equal(traffic({ [name('includeInboundPorts')]: '*' }), undefined);
    assert.deepEqual(traffic({ [name('includeInboundPorts')]: '' }), { onlyInbound: '' });
    assert.deepEqual(traffic({ [name('excludeInboundPorts')]: '8080', [name('excludeOutboundPorts')]: '443' }), {
      skipsInbound: '8080',
      skipsOutbound: '443',
    });
  });
});

describe('probes of a Pod with a proxy of Istio', () => {
  const ports = [{ name: 'health', containerPort: 9000 }];
  const probes = (container: object, sidecar = 'istio-proxy') =>
    read({
      containers: [
        { name: 'app', ports, ...container },
        { name: sidecar, readinessProbe: { httpGet: { port: 15021 } } },
      ],
    })?.mesh?.probes;

  it('are told where the kubelet asks the application itself', () => {
    assert.deepEqual(
      probes({ livenessProbe: { httpGet: { port: 8080 } }, readinessProbe: { grpc: { port: 9090 } } }),
      [8080, 9090],
    );
    assert.deepEqual(probes({ startupProbe: { httpGet: { port: 'health' } } }), [9000]);
  });

  it('are not where the injector turned them to its agent, nor for commands and TCP', () => {
    const rewritten = { livenessProbe: { httpGet: { port: 15020, path: '/app-health/app/livez' } } };
    assert.equal(probes(rewritten), undefined);
    assert.equal(
      probes({ livenessProbe: { exec: { command: ['true'] } }, readinessProbe: { tcpSocket: { port: 1 } } }),
      undefined,
    );
    assert.equal(probes({ livenessProbe: { httpGet: { port: 8080 } } }, 'helper'), undefined);
  });
});

describe('lists of ports', () => {
  it('are read with their ranges, and what does not read names none', () => {
    assert.deepEqual(
      [80, 4190, 4195, 1].map((port) => namesPort(' 80, 4190-4200,x,', port)),
      [true, true, true, false],
    );
    assert.equal(namesPort('*', 7), true);
    assert.equal(portsBeyond('4190-4191,80', '4190,4191'), '80');
    assert.equal(portsBeyond('4190-4300', '4190,4191'), '4190-4300');
    assert.equal(portsBeyond('', '4190'), undefined);
  });
});

describe('labels by which something selects Pods', () => {
  it('are those beside the usual ones, each once, and no more than are affordable', () => {
    assert.deepEqual(
      labelsSelecting([[{ team: 'a' }], [{ app: 'x', tier: 'b' }, { zone: 'c' }, { zone: 'd', team: 'a' }]]),
      ['team', 'zone'],
    );
    const many = Array.from({ length: 1000 }, (_, index) => ({ [`l${index}`]: 'x' }));
    const kept = labelsSelecting([[{ policy: 'x' }], many]);
    assert.equal(kept.length, 64);
    assert.equal(kept[0], 'policy');
  });

  it('are kept of a Pod, and no others are', () => {
    const labels = { app: 'web', team: 'a', secret: 'x' };
    assert.deepEqual(read({ labels })?.labels, { app: 'web' });
    assert.deepEqual(read({ labels }, ['team'])?.labels, { app: 'web', team: 'a' });
  });
});
