import assert from 'node:assert/strict';
import { bootstrapTokens } from '../../../../src/io/collect/evidence/bootstrap-tokens.ts';
import { events } from '../../../../src/io/collect/evidence/events.ts';
import { journal } from '../../../../src/io/collect/evidence/journal.ts';
import { podLogs } from '../../../../src/io/collect/evidence/pod-logs.ts';
import { remoteClusters } from '../../../../src/io/collect/evidence/remote-clusters.ts';
import { endpoints, services } from '../../../../src/io/collect/evidence/services.ts';
import { PortFailure } from '../../../../src/io/ports/failure.ts';
import { collectOne } from '../../../support/collect-one.ts';
import { fakeKube, kubeFailure, kubeList } from '../../../support/fake-kube.ts';
import { runSources } from '../../../support/run-sources.ts';

const event = (name: string, last: string, message = 'failed calling webhook') => ({
  metadata: { name, namespace: 'shop' },
  type: 'Warning',
  reason: 'FailedCreate',
  message,
  count: 28,
  lastTimestamp: last,
  involvedObject: { kind: 'ReplicaSet', name: 'web-1', namespace: 'shop' },
});

describe('events', () => {
  it('are asked for without the normal ones, and tell what they are about', async () => {
    const asked: (string | undefined)[] = [];
    const kube = fakeKube(async ({ query }) => {
      asked.push(query?.fieldSelector);
      return kubeList([event('a', '2026-11-22T08:00:00Z')]);
    });
    const { facts } = await runSources([events], kube);
    assert.deepEqual(asked, ['type!=Normal']);
    assert.deepEqual(facts('message'), [
      {
        from: 'event',
        object: 'replicaset/shop/web-1',
        at: '2026-11-22T08:00:00.000Z',
        reason: 'FailedCreate',
        text: 'failed calling webhook',
        type: 'Warning',
        count: 28,
      },
    ]);
  });

  it('are bounded: the newest thousand are kept', async () => {
    const many = Array.from({ length: 1500 }, (_, index) =>
      event(`e-${index}`, new Date(Date.UTC(2026, 10, 22) + index * 1000).toISOString(), `number ${index}`),
    );
    const { facts } = await runSources(
      [events],
      fakeKube(async () => kubeList(many)),
    );
    assert.equal(facts('message').length, 1000);
    assert.ok(facts('message').some(({ text }) => text === 'number 1499'));
    assert.ok(!facts('message').some(({ text }) => text === 'number 0'));
  });

  it('are unknown, not absent, to whoever may not list them', async () => {
    const kube = fakeKube(async () => {
      throw kubeFailure.forbidden('events is forbidden');
    });
    const { observations } = await runSources([events], kube, { scope: { namespaces: ['shop'] } });
    assert.deepEqual(
      observations.map(({ state }) => state),
      ['denied'],
    );
  });
});

describe('the log of a Pod', () => {
  const log = podLogs({ namespace: 'shop', pod: 'web-1', container: 'web', previous: true });

  it('is asked for from its end, and each line is a message with its time', async () => {
    const kube = fakeKube(async ({ path, query }) => {
      assert.equal(path, '/api/v1/namespaces/shop/pods/web-1/log');
      assert.deepEqual(
        [query?.tailLines, query?.timestamps, query?.container, query?.previous],
        ['200', 'true', 'web', 'true'],
      );
      return '2026-11-22T08:00:00.5Z x509: certificate has expired\n2026-11-22T08:00:01Z x509: certificate has expired\n';
    });
    const { facts, observations } = await runSources([log], kube);
    assert.deepEqual(facts('message'), [
      {
        from: 'log',
        object: 'pod/shop/web-1',
        container: 'web',
        at: '2026-11-22T08:00:00.500Z',
        text: 'x509: certificate has expired',
      },
    ]);
    assert.equal(observations[0]?.command, 'kubectl logs -n shop web-1 -c web --previous --tail=200');
  });

  it('loses what is secret in it', async () => {
    const token = `eyJ${'a'.repeat(20)}.eyJ${'b'.repeat(20)}.${'c'.repeat(30)}`;
    const lines = [
      `using token ${token}`,
      'password=hunter2secret',
      '-----BEGIN PRIVATE KEY-----',
      'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcw',
      '-----END PRIVATE KEY-----',
      'token has expired',
    ];
    const { facts } = await runSources(
      [log],
      fakeKube(async () => lines.join('\n')),
    );
    const text = JSON.stringify(facts('message'));
    assert.doesNotMatch(text, /eyJa|hunter2|MIIEvQ/);
    assert.match(text, /token has expired/);
  });

  it('is denied to whoever may not read it', async () => {
    const kube = fakeKube(async () => {
      throw kubeFailure.forbidden('pods/log is forbidden');
    });
    const { states } = await runSources([log], kube);
    assert.deepEqual(states, ['pod-logs denied']);
  });
});

describe('the journal of a unit', () => {
  const run = (parts: { exit: number; stdout: string; stderr: string } | PortFailure) =>
    collectOne(journal('kubelet'), {
      ports: {
        tools: {
          run: async ({ argv }) => {
            if (parts instanceof PortFailure) throw parts;
            assert.deepEqual(argv.slice(0, 3), ['journalctl', '-u', 'kubelet']);
            return { ...parts, ms: 1 };
          },
        },
      },
    });

  it('is read with the times that systemd gives it', async () => {
    const [reading] = await run({
      exit: 0,
      stdout: '-- No entries --\n2026-11-22T08:00:00.000000+0000 cp-1 kubelet[1]: failed to run Kubelet\n',
      stderr: '',
    });
    assert.deepEqual(reading?.facts.message, [
      {
        from: 'log',
        object: 'unit/kubelet',
        at: '2026-11-22T08:00:00.000Z',
        text: 'cp-1 kubelet[1]: failed to run Kubelet',
      },
    ]);
  });

  it('is partial when journalctl refuses, absent where there is none', async () => {
    const [refused] = await run({
      exit: 1,
      stdout: '',
      stderr: 'No journal files were opened due to insufficient permissions.',
    });
    assert.deepEqual(
      [refused?.state, refused?.reason],
      ['partial', 'No journal files were opened due to insufficient permissions.'],
    );
    const [absent] = await run(new PortFailure('absent', 'journalctl is not installed or not on PATH'));
    assert.equal(absent?.state, 'absent');
  });
});

describe('services and what stands behind them', () => {
  it('are projected to where names lead, and how many answer', async () => {
    const kube = fakeKube(async ({ path }) =>
      path.endsWith('/services')
        ? kubeList([
            {
              metadata: { name: 'web', namespace: 'shop' },
              spec: {
                type: 'LoadBalancer',
                clusterIP: '10.96.0.9',
                clusterIPs: ['10.96.0.9'],
                ports: [{ port: 443, targetPort: 'https' }],
                selector: { app: 'web' },
              },
              status: { loadBalancer: { ingress: [{ ip: '203.0.113.7' }] } },
            },
          ])
        : kubeList([
            {
              metadata: { name: 'web-x', namespace: 'shop', labels: { 'kubernetes.io/service-name': 'web' } },
              endpoints: [
                { addresses: ['10.1.0.1'], conditions: { ready: true } },
                { addresses: ['10.1.0.2'], conditions: { ready: false } },
                { addresses: ['10.1.0.3'] },
              ],
            },
          ]),
    );
    const { facts } = await runSources([services, endpoints], kube);
    assert.deepEqual(facts('service'), [
      {
        namespace: 'shop',
        name: 'web',
        type: 'LoadBalancer',
        clusterIPs: ['10.96.0.9'],
        addresses: ['203.0.113.7'],
        ports: [{ port: 443, targetPort: 'https' }],
        selector: { app: 'web' },
      },
    ]);
    assert.deepEqual(facts('endpoints'), [
      { namespace: 'shop', service: 'web', ready: ['10.1.0.1', '10.1.0.3'], notReady: ['10.1.0.2'] },
    ]);
  });
});

describe('bootstrap tokens', () => {
  const encoded = (text: string) => Buffer.from(text).toString('base64');
  const token = (data: Readonly<Record<string, string>>) => ({
    metadata: { name: `bootstrap-token-${data['token-id']}`, namespace: 'kube-system' },
    type: 'bootstrap.kubernetes.io/token',
    data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, encoded(value)])),
  });

  it('are known by their public half and their end, and by nothing of their secret', async () => {
    const kube = fakeKube(async ({ path }) => {
      assert.match(path, /namespaces\/kube-system\/secrets$/);
      return kubeList([
        token({ 'token-id': 'abcdef', 'token-secret': 'hidden', expiration: '2026-11-22T08:00:00+01:00' }),
        token({ 'token-id': 'x1y2z3', 'usage-bootstrap-signing': 'true', 'usage-bootstrap-authentication': 'true' }),
        { metadata: { name: 'odd', namespace: 'kube-system' }, data: {} },
      ]);
    });
    const { facts } = await runSources([bootstrapTokens], kube);
    const both = { signs: false, authenticates: false };
    assert.deepEqual(facts('bootstrapToken'), [
      { name: 'bootstrap-token-abcdef', id: 'abcdef', expiration: '2026-11-22T07:00:00.000Z', ...both },
      { name: 'bootstrap-token-x1y2z3', id: 'x1y2z3', signs: true, authenticates: true },
    ]);
  });
});

describe('credentials for other clusters of a mesh', () => {
  const kubeconfig = (token: string) =>
    Buffer.from(
      JSON.stringify({
        clusters: [{ name: 'w', cluster: { server: 'https://west.example:6443' } }],
        users: [{ name: 'w', user: { token } }],
        contexts: [{ name: 'w', context: { cluster: 'w', user: 'w' } }],
      }),
    ).toString('base64');
  const token = `e30.${Buffer.from(JSON.stringify({ exp: 1_795_000_000 })).toString('base64url')}.c2ln`;

  it('are known by their ends, under the name that the mesh gives the cluster', async () => {
    const asked: string[] = [];
    const kube = fakeKube(async ({ query }) => {
      asked.push(query?.labelSelector ?? query?.fieldSelector ?? '');
      const isLinkerd = query?.fieldSelector !== undefined;
      const labels = isLinkerd ? { 'multicluster.linkerd.io/cluster-name': 'east' } : {};
      const name = isLinkerd ? 'cluster-credentials-east' : 'istio-remote-secret-west';
      const data = { [isLinkerd ? 'kubeconfig' : 'west']: kubeconfig(token), odd: 'bm90IHlhbWw=' };
      return kubeList([{ metadata: { name, namespace: 'mesh', labels }, data }]);
    });
    const { facts } = await runSources([remoteClusters], kube, { scope: { layers: ['mesh'] } });
    assert.deepEqual(asked.sort(), ['istio/multiCluster=true', 'type=mirror.linkerd.io/remote-kubeconfig']);
    const server = 'https://west.example:6443';
    const tokenEnds = new Date(1_795_000_000_000).toISOString();
    assert.deepEqual(
      facts('remoteCluster').toSorted((a, b) => (a.name < b.name ? -1 : 1)),
      [
        { namespace: 'mesh', name: 'cluster-credentials-east', clusters: [{ name: 'east', server, tokenEnds }] },
        { namespace: 'mesh', name: 'istio-remote-secret-west', clusters: [{ name: 'west', server, tokenEnds }] },
      ],
    );
    assert.ok(!JSON.stringify(facts('remoteCluster')).includes(token));
  });
});
