import assert from 'node:assert/strict';
import { parseKubeconfig } from '../../../src/core/parse/kubeconfig.ts';
import {
  type KubeFlags,
  kubeconfigPaths,
  mergeKubeconfigs,
  resolveKubeconfig,
} from '../../../src/core/parse/kubeconfig-resolve.ts';

const first = parseKubeconfig(
  `
users:
- {name: u, user: {token: first}}
clusters:
- {name: c, cluster: {server: 'https://first', tls-server-name: api, certificate-authority: /ca}}
contexts:
- {name: dangling, context: {cluster: gone, user: u}}
- {name: orphan, context: {cluster: c, user: gone}}
`,
  '/first',
);
const second = parseKubeconfig(
  `
current-context: main
users:
- {name: u, user: {username: second}}
- {name: other, user: {username: other}}
clusters:
- {name: c, cluster: {server: 'https://second', insecure-skip-tls-verify: true}}
- {name: open, cluster: {server: 'https://open', insecure-skip-tls-verify: true}}
contexts:
- {name: main, context: {cluster: c, user: u, namespace: shop}}
- {name: open, context: {cluster: open, user: other}}
`,
  '/second',
);
const third = parseKubeconfig('current-context: open', '/third');
const merged = mergeKubeconfigs([first, second, third]);

function resolved(flags: KubeFlags) {
  const resolution = resolveKubeconfig(merged, flags);
  assert.ok(!('problem' in resolution), 'problem' in resolution ? resolution.problem : '');
  return resolution;
}

describe('merging kubeconfigs as kubectl does', () => {
  it('takes an entry from the first file that has it, as a whole', () => {
    assert.deepEqual(
      [merged.users.get('u')?.path, merged.users.get('u')?.basic, merged.clusters.get('c')?.server],
      ['/first', undefined, 'https://first'],
    );
    assert.equal(merged.users.get('other')?.path, '/second');
  });

  it('takes the current context of the first file that has one', () => {
    assert.equal(merged.currentContext, 'main');
  });
});

describe('what is in force', () => {
  const cases: {
    title: string;
    flags: KubeFlags;
    expect: Partial<Record<'context' | 'namespace' | 'cluster' | 'server' | 'user', string>>;
  }[] = [
    {
      title: 'the current context',
      flags: {},
      expect: { context: 'main', namespace: 'shop', cluster: 'c', server: 'https://first', user: 'u' },
    },
    {
      title: '--context',
      flags: { context: 'open' },
      expect: { context: 'open', namespace: 'default', cluster: 'open', user: 'other' },
    },
    {
      title: '--cluster and --user',
      flags: { cluster: 'open', user: 'other' },
      expect: { context: 'main', namespace: 'shop', cluster: 'open', user: 'other' },
    },
    {
      title: '-n and -s',
      flags: { namespace: 'a', server: 'https://s' },
      expect: { namespace: 'a', cluster: 'c', server: 'https://s' },
    },
  ];
  for (const { title, flags, expect } of cases) {
    it(`follows ${title}`, () => {
      const { context, namespace, cluster, user } = resolved(flags);
      const found = { context, namespace, cluster: cluster.name, server: cluster.server, user: user.name };
      assert.deepEqual({ ...found, ...expect }, found);
    });
  }

  const trust: { title: string; flags: KubeFlags; expect: object }[] = [
    {
      title: 'keeps CA and name of the entry',
      flags: {},
      expect: { ca: { path: '/ca' }, insecure: false, tlsServerName: 'api' },
    },
    {
      title: 'drops the name when --server is given',
      flags: { server: 'https://s' },
      expect: { ca: { path: '/ca' }, insecure: false },
    },
    {
      title: 'drops the CA when verification is switched off',
      flags: { insecureSkipTlsVerify: true },
      expect: { insecure: true, tlsServerName: 'api' },
    },
    {
      title: 'verifies again when a CA is given',
      flags: { context: 'open', certificateAuthority: '/x' },
      expect: { ca: { path: '/x' }, insecure: false },
    },
    {
      title: 'takes --tls-server-name',
      flags: { server: 'https://s', tlsServerName: 'n' },
      expect: { ca: { path: '/ca' }, insecure: false, tlsServerName: 'n' },
    },
  ];
  for (const { title, flags, expect } of trust) {
    it(title, () => {
      const { name: _name, server: _server, path: _path, ...rest } = resolved(flags).cluster;
      assert.deepEqual(rest, expect);
    });
  }

  it('needs no kubeconfig when a server is given', () => {
    const resolution = resolveKubeconfig(mergeKubeconfigs([]), { server: 'https://s' });
    assert.deepEqual(resolution, {
      context: '',
      namespace: 'default',
      cluster: { name: '', server: 'https://s', insecure: false },
      user: { name: '' },
    });
  });

  const dangling: [KubeFlags, string][] = [
    [{ context: 'nope' }, 'context nope (--context) does not exist; there are dangling, main, open, orphan'],
    [{ context: 'dangling' }, 'cluster gone (context dangling) does not exist; there are c, open'],
    [{ cluster: 'nope' }, 'cluster nope (--cluster) does not exist; there are c, open'],
    [{ context: 'orphan' }, 'user gone (context orphan) does not exist; there are other, u'],
    [{ user: 'nope' }, 'user nope (--user) does not exist; there are other, u'],
  ];
  for (const [flags, problem] of dangling) {
    it(`says that ${problem.slice(0, problem.indexOf(';'))}`, () => {
      assert.deepEqual(resolveKubeconfig(merged, flags), { problem });
    });
  }
});

describe('which kubeconfigs are read', () => {
  const cases: [string, string | undefined, Record<string, string>, string[]][] = [
    ['--kubeconfig alone', '/flag', { KUBECONFIG: '/a:/b' }, ['/flag']],
    [
      'the KUBECONFIG list without gaps and repetitions',
      undefined,
      { KUBECONFIG: '/a::/b:/a', HOME: '/h' },
      ['/a', '/b'],
    ],
    ["the home's", undefined, { HOME: '/h' }, ['/h/.kube/config']],
    ["the home's on Windows", undefined, { USERPROFILE: 'C:\\u' }, ['C:\\u/.kube/config']],
    ['none without a home', undefined, {}, []],
  ];
  for (const [title, flag, env, paths] of cases) {
    it(title, () => assert.deepEqual(kubeconfigPaths(flag, env, ':'), paths));
  }
});
