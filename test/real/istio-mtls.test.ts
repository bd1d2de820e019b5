import assert from 'node:assert/strict';
import { installProgram, type Program } from '../support/program.ts';
import { pod, untilRunning } from '../testbed/cluster/pods.ts';
import { useBed } from '../testbed/fixture.ts';
import { meshNamespace, startSidecar } from '../testbed/mesh/sidecar.ts';

/** Istio's own words for what a workload takes, in istioctl x describe. */
const MODE = /Workload mTLS mode: (\w+)/;

interface Mtls {
  readonly workloads: readonly {
    readonly namespace: string;
    readonly mode?: string;
    readonly ports: Readonly<Record<string, string>>;
    readonly names: readonly string[];
  }[];
  readonly callersWithoutIdentity: readonly {
    readonly from: string;
    readonly kind: string;
    readonly reception: string;
  }[];
  readonly podsWithoutIdentity: readonly { readonly namespace: string; readonly pods: number }[];
}

describe('whom real workloads of Istio let in', function () {
  this.timeout(180_000);
  const bed = useBed('istioctl', 'pilot-agent');
  const state = {} as { program: Program; injected: string; plain: string };

  before('istiod injects Pods with probes, and policies select them by a label of their own', async () => {
    state.program = await installProgram();
    state.injected = await meshNamespace(bed, 'modes');
    state.plain = await bed.namespace('outside');
    const namespace = state.injected;
    const probe = { httpGet: { path: '/', port: 8080 } };
    const containers = [{ name: 'app', image: 'app.example/app', livenessProbe: probe, readinessProbe: probe }];
    const make = async (name: string, labels: object, annotations: object = {}) => {
      await bed.apply(pod({ namespace, name }, { containers }, { labels: { app: name, ...labels }, annotations }));
      await untilRunning(bed, { namespace, name });
    };
    const team = { 'team.example.com/mesh': 'strict' };
    await make('rewritten', team);
    await make('probed', team, { 'sidecar.istio.io/rewriteAppHTTPProbers': 'false' });
    await startSidecar(bed, { namespace, name: 'strict', serviceAccount: 'strict', labels: team });
    await startSidecar(bed, { namespace, name: 'open', serviceAccount: 'open' });
    await bed.apply(pod({ namespace: state.plain, name: 'client' }));
    await untilRunning(bed, { namespace: state.plain, name: 'client' });
    const policy = (name: string, spec: object) => ({
      apiVersion: 'security.istio.io/v1',
      kind: 'PeerAuthentication',
      metadata: { namespace, name },
      spec,
    });
    await bed.apply(
      policy('team', {
        selector: { matchLabels: team },
        mtls: { mode: 'STRICT' },
        portLevelMtls: { 9090: { mode: 'PERMISSIVE' } },
      }),
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { namespace, name: 'strict' },
        spec: { type: 'LoadBalancer', selector: team, ports: [{ port: 80, targetPort: 8080 }] },
      },
    );
  });
  after(() => state.program?.remove());

  const run = async (command: string) => {
    const where = ['--kubeconfig', bed.superAdminKubeconfig, '--layer', 'mesh', '-o', 'json'];
    const { stdout, stderr } = await state.program.run([command, ...where]);
    assert.ok(stdout, stderr);
    return JSON.parse(stdout);
  };

  it('is what istioctl says of each, by a label that nobody else knows', async () => {
    const { mtls } = (await run('layers')) as { mtls: Mtls };
    const own = mtls.workloads.filter(({ namespace }) => namespace === state.injected);
    for (const name of ['strict', 'open']) {
      const told = await bed.run(['istioctl', 'x', 'describe', 'pod', `${name}.${state.injected}`], {
        timeoutMs: 30_000,
      });
      assert.equal(own.find(({ names }) => names.includes(name))?.mode, MODE.exec(told)?.[1], told);
    }
    assert.deepEqual(own.find(({ names }) => names.includes('strict'))?.ports, { 9090: 'PERMISSIVE' });
    assert.equal(mtls.podsWithoutIdentity.find(({ namespace }) => namespace === state.plain)?.pods, 1);
  });

  it('leaves out a kubelet whose probes the injector turned to the agent, and those on ports that let it in', async () => {
    const { mtls } = (await run('layers')) as { mtls: Mtls };
    const { findings } = (await run('check')) as { findings: { code: string; placement: string; severity: string }[] };
    const refused = mtls.callersWithoutIdentity
      .filter(({ from, reception }) => from.includes(state.injected) && reception === 'refused')
      .map(({ from, kind }) => `${kind} ${from.replace(state.injected, 'NS')}`);
    assert.deepEqual([...new Set(refused)].sort(), ['kubelet pod/NS/probed', 'outside service/NS/strict']);
    const said = findings
      .filter(({ code, placement }) => code === 'MTLS_CALLER_REFUSED' && placement.includes(state.injected))
      .map(({ placement, severity }) => `${severity} ${placement.replace(state.injected, 'NS')}`);
    assert.deepEqual(said.sort(), ['info service/NS/strict', 'warning pod/NS/probed']);
  });
});
