import assert from 'node:assert/strict';
import type { ViewpointFact } from '../../../src/core/model/facts.ts';
import { viewpointNotes } from '../../../src/core/view/viewpoint.ts';
import { factsIn } from '../../../src/io/collect/cluster-source.ts';
import { collect } from '../../../src/io/collect/run.ts';
import { SOURCES } from '../../../src/io/collect/sources.ts';
import { builtInIncident } from '../../../src/io/demo/incidents/catalogue.ts';
import type { Incident } from '../../../src/io/demo/planting/form.ts';
import { demoPorts } from '../../../src/io/demo/ports.ts';
import { PortFailure } from '../../../src/io/ports/failure.ts';
import { World } from '../../core/check/world.ts';
import { NOW } from '../../support/fake-ports.ts';
import { scopeOf } from '../../support/scope.ts';

/** The healthy kubeadm cluster, looked at by somebody who has only some of its files and ways. */
async function seen(keep: { readonly files: RegExp; readonly servers?: RegExp }): Promise<ViewpointFact | undefined> {
  const { files = {}, servers = [], ...rest } = builtInIncident('kubeadm');
  const incident: Incident = {
    ...rest,
    files: Object.fromEntries(Object.entries(files).filter(([path]) => keep.files.test(path))),
    servers,
  };
  const { tls, ...ports } = await demoPorts({ incident, now: NOW });
  const reachable = new Set(servers.flatMap(({ listen }) => listen).filter((at) => keep.servers?.test(at) ?? true));
  const dial: typeof tls.dial = async (target) => {
    if (reachable.has(`${target.address}:${target.port}`)) return tls.dial(target);
    throw new PortFailure('timed-out', 'no answer', { code: 'ETIMEDOUT' });
  };
  const observations = await collect({
    sources: SOURCES,
    ports: { ...ports, tls: { dial } },
    scope: scopeOf(),
    timeout: 0,
    signal: new AbortController().signal,
  });
  return factsIn(observations, 'viewpoint')[0];
}

const sides: readonly (readonly [string, Parameters<typeof seen>[0], Pick<ViewpointFact, 'side' | 'node'>, RegExp])[] =
  [
    [
      'on a control-plane node',
      { files: /./ },
      { side: 'control-plane-node', node: 'cp-1' },
      /^files and processes of cp-2, cp-3; the files of the other nodes' kubelets$/,
    ],
    [
      'on a worker',
      { files: /kubelet|\.kube|hostname/ },
      { side: 'worker-node', node: 'cp-1' },
      /processes of the control plane/,
    ],
    ['in the network of the nodes', { files: /\.kube/ }, { side: 'node-network' }, /kubelets' files$/],
    [
      'outside',
      { files: /\.kube/, servers: /^10\.0\.0\.10:/ },
      { side: 'outside' },
      /what each API server and kubelet serves by itself$/,
    ],
  ];

describe('the side from which a cluster is looked at', () => {
  for (const [where, keep, side, blind] of sides) {
    it(`is known ${where}, with what cannot be seen from there`, async () => {
      const { blind: unseen = [], evidence = '', ...fact } = (await seen(keep)) ?? {};
      assert.deepEqual(fact, side);
      assert.match(unseen.join('; '), blind);
      assert.ok(evidence.length > 10);
    });
  }

  it('is said in one line', () => {
    const fact = { side: 'outside', evidence: 'x', blind: ['the files'] } as const;
    assert.deepEqual(viewpointNotes(new World().fact('viewpoint', fact).inventory()), [
      { tone: 'muted', text: 'seen from outside: through the API server alone; not seen from here: the files' },
    ]);
    const whole = { side: 'control-plane-node', node: 'cp-1', evidence: 'x', blind: [] } as const;
    assert.equal(
      viewpointNotes(new World().fact('viewpoint', whole).inventory())[0]?.text,
      'seen from a control-plane node, cp-1',
    );
  });
});
