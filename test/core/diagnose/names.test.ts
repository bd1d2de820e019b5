import assert from 'node:assert/strict';
import { namesIn } from '../../../src/core/diagnose/names.ts';

/** What a text names, and what it must not be taken to name. */
const TEXTS: readonly {
  readonly text: string;
  readonly names: readonly string[];
  readonly not?: readonly string[];
  readonly namespaces?: readonly string[];
}[] = [
  {
    text: 'failed calling webhook "hook.example.com": Post "https://hook.tools.svc:443/mutate?timeout=10s": x509: certificate signed by unknown authority',
    names: ['hook.example.com', 'hook.tools.svc', 'hook.tools.svc:443', 'tools/hook'],
    namespaces: ['tools'],
  },
  {
    text: 'x509: certificate is valid for 10.233.0.1, 10.6.108.220, 127.0.0.1, not 10.6.108.219',
    names: ['10.6.108.219'],
    not: ['10.233.0.1', '10.6.108.220', '127.0.0.1'],
  },
  {
    text: 'Get "https://192.168.80.234:10250/containerLogs/kube-system/kube-proxy-l2f9s/kube-proxy": remote error: tls: internal error',
    names: ['192.168.80.234', '192.168.80.234:10250', 'kube-proxy-l2f9s', 'kube-system/kube-proxy-l2f9s'],
    namespaces: ['kube-system'],
  },
  {
    text: 'Get "https://10.96.0.1:443/api/v1/namespaces/kube-flannel/pods/kube-flannel-ds-mhqg7": x509',
    names: ['10.96.0.1', 'kube-flannel-ds-mhqg7'],
    namespaces: ['kube-flannel'],
  },
  {
    text: 'curl: (60) SSL certificate problem: certificate has expired (https://app.example.com)',
    names: ['app.example.com'],
  },
  { text: 'server v1.34.1 started at 2026-11-22T09:00:00Z', names: [], not: ['v1.34.1'] },
  { text: 'the default namespace of kubernetes', names: [], not: ['default', 'kubernetes'] },
];

describe('names in a text', () => {
  for (const { text, names, not = [], namespaces = [] } of TEXTS) {
    it(`are found in: ${text}`, () => {
      const found = namesIn(text, []);
      for (const name of names) assert.ok(found.names.has(name), `${name} in ${[...found.names]}`);
      for (const name of not) assert.ok(!found.names.has(name), name);
      for (const name of namespaces) assert.ok(found.namespaces.has(name), name);
    });
  }

  it('come from the groups of patterns too, namespaces apart', () => {
    const { names, namespaces } = namesIn('', [{ pod: 'Web-1', namespace: 'Shop' }]);
    assert.deepEqual([[...names], [...namespaces]], [['web-1'], ['shop']]);
  });

  it('are found in a long log in no time', () => {
    const before = performance.now();
    namesIn('a.b.c/d.e-f:"'.repeat(20_000), []);
    assert.ok(performance.now() - before < 5000);
  });
});
