import assert from 'node:assert/strict';
import { readLinkerdEdges } from '../../../../src/core/parse/linkerd/edges.ts';
import { readLinkerdMetrics } from '../../../../src/core/parse/linkerd/metrics.ts';
import { readLinkerdVersion } from '../../../../src/core/parse/linkerd/version.ts';
import { recordedRun } from './recorded.ts';

describe('what else linkerd says', () => {
  for (const [name, versions] of [
    ['version-with-server', { client: 'dev-undefined', server: 'dev-undefined' }],
    ['version-client', { client: 'dev-undefined' }],
    ['version-api-down', { client: 'dev-undefined' }],
    ['version-api-hangs', { client: 'dev-undefined' }],
    ['version-proxy', { client: 'dev-undefined', server: 'dev-undefined' }],
    ['version-short', undefined],
  ] as const) {
    it(`${name}: tells the versions, and an unavailable one as none`, () => {
      assert.deepEqual(readLinkerdVersion(recordedRun(name).stdout), versions);
    });
  }

  it('finds no edges where viz is not there', () => {
    assert.equal(readLinkerdEdges(recordedRun('viz-missing').stdout), undefined);
    assert.equal(readLinkerdEdges(recordedRun('unknown-command').stdout), undefined);
  });

  it('believes an edge to be secured where the server has an identity', () => {
    const row = {
      src: 'vote-bot',
      src_namespace: 'a',
      dst: 'web',
      dst_namespace: 'b',
      client_id: 'default.a',
      server_id: '',
      no_tls_reason: '',
    };
    const text = `noise\n[${JSON.stringify(row)}, {"src": 1}, null]`;
    assert.deepEqual(readLinkerdEdges(text), [
      {
        source: { namespace: 'a', name: 'vote-bot' },
        destination: { namespace: 'b', name: 'web' },
      },
    ]);
    assert.equal(readLinkerdEdges('[{'), undefined);
  });

  it("gives the reasons that viz spells out the names that proxies' metrics have", () => {
    const edge = (reason: string) => ({
      src: 'a',
      src_namespace: 'n',
      dst: 'b',
      dst_namespace: 'n',
      no_tls_reason: reason,
    });
    const rows = ['Loopback', 'Not Provided By Service Discovery', 'Not HTTP', 'port_skipped'].map(edge);
    assert.deepEqual(
      readLinkerdEdges(JSON.stringify(rows))?.map(({ reason }) => reason),
      ['loopback', 'not_provided_by_service_discovery', 'not_http', 'port_skipped'],
    );
  });

  it('reads the end of a certificate and the clock from metrics, by either name', () => {
    const { stdout } = recordedRun('diagnostics-proxy-metrics');
    assert.deepEqual(readLinkerdMetrics(stdout), { expires: 1795620471_000, clock: 1795534099_000 });
    assert.deepEqual(readLinkerdMetrics('identity_cert_expiration_timestamp_seconds{a="b"} 12\n'), { expires: 12_000 });
    assert.deepEqual(readLinkerdMetrics('process_clock_time_seconds NaN\n'), {});
  });
});
