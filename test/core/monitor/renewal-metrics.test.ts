import assert from 'node:assert/strict';
import { takeSnapshot } from '../../../src/app/take-snapshot.ts';
import { exposition, sampleIn } from '../../../src/core/monitor/exposition.ts';
import { renewalMetrics } from '../../../src/core/monitor/renewal-metrics.ts';
import { takeInventory } from '../../../src/core/snapshot/inventory.ts';
import { demoPorts } from '../../../src/io/demo/ports.ts';
import { NOW } from '../../support/fake-ports.ts';
import { scopeOf } from '../../support/scope.ts';

describe('exposition', () => {
  it('writes each family in one piece, with help and type before it', () => {
    const text = exposition([
      {
        name: 'a',
        help: 'A\\b\nc',
        type: 'gauge',
        samples: [{ value: 1 }, { value: 2, labels: { x: 'q"\\\n', y: '' } }],
      },
      { name: 'b', help: 'B', type: 'counter', samples: [] },
    ]);
    assert.equal(text, '# HELP a A\\\\b\\nc\n# TYPE a gauge\na 1\na{x="q\\"\\\\\\n",y=""} 2\n');
  });

  it('finds a value again, and not that of a name which begins alike', () => {
    assert.equal(sampleIn('# HELP a x\nab 7\na 12\n', 'a'), 12);
    assert.equal(sampleIn('ab 7\n', 'a'), undefined);
    assert.equal(sampleIn('a x\n', 'a'), undefined);
  });
});

describe('the metric of a renewal', () => {
  const SUCCESS = 'kubectl_certs_renewal_last_success_timestamp_seconds';
  const now = Math.floor(NOW / 1000);

  it('counts a success from now', () => {
    const text = renewalMetrics({ at: NOW, exitCode: 0 });
    assert.equal(sampleIn(text, SUCCESS), now);
    assert.equal(sampleIn(text, 'kubectl_certs_renewal_last_run_timestamp_seconds'), now);
    assert.equal(sampleIn(text, 'kubectl_certs_renewal_last_exit_code'), 0);
  });

  it('keeps the last success through failures, and has none where there was none', () => {
    const before = renewalMetrics({ at: NOW - 86_400_000, exitCode: 0 });
    const failed = renewalMetrics({ at: NOW, exitCode: 1, before });
    assert.equal(sampleIn(failed, SUCCESS), now - 86_400);
    assert.equal(sampleIn(renewalMetrics({ at: NOW, exitCode: 69, before: failed }), SUCCESS), now - 86_400);
    assert.equal(sampleIn(renewalMetrics({ at: NOW, exitCode: 1 }), SUCCESS), undefined);
  });

  it('says no time where nothing could be read', () => {
    assert.doesNotMatch(renewalMetrics({ at: NOW, exitCode: 1 }), /expiry/);
  });

  it('names the first end among those of kubeadm, and each certificate of the node once', async function () {
    this.timeout(20_000);
    const ports = await demoPorts({ now: NOW });
    const tool = { name: 'kubectl-certs', version: '0' };
    const options = { ports, scope: scopeOf(), timeout: 0, signal: new AbortController().signal, tool };
    const inventory = takeInventory(await takeSnapshot(options));
    const text = renewalMetrics({ at: NOW, exitCode: 0, inventory });
    const ends = inventory.placements.flatMap(({ placement, leaf }) =>
      placement.manager === 'kubeadm' && /^(file|kubeconfig):/.test(placement.ref) ? (leaf?.notAfter ?? []) : [],
    );
    assert.equal(
      sampleIn(text, 'kubectl_certs_node_earliest_expiry_timestamp_seconds'),
      Math.floor(Math.min(...ends) / 1000),
    );
    const series = text.split('\n').filter((line) => line.startsWith('kubectl_certs_node_certificate'));
    assert.equal(new Set(series.map((line) => line.replace(/ \d+$/, ''))).size, series.length);
    assert.ok(series.some((line) => line.includes('ref="file:/etc/kubernetes/pki/apiserver.crt"')));
    assert.ok(!series.some((line) => line.includes('ref="secret/')));
  });
});
