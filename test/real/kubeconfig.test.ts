import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { parseKubeconfig } from '../../src/core/parse/kubeconfig.ts';
import { type KubeFlags, mergeKubeconfigs, resolveKubeconfig } from '../../src/core/parse/kubeconfig-resolve.ts';
import { useBed } from '../testbed/fixture.ts';

/** What `kubectl config view --minify -o json` tells, as far as we resolve it too. */
interface View {
  readonly 'current-context': string;
  readonly contexts: readonly { name: string; context: { cluster: string; user: string; namespace?: string } }[];
  readonly clusters: readonly { name: string; cluster: Record<string, string | boolean> }[];
  readonly users: readonly { name: string; user: Record<string, string> }[];
}

const FILES: Readonly<Record<string, string>> = {
  first: `
users:
- {name: u, user: {tokenFile: tokens/first}}
clusters:
- {name: c, cluster: {server: 'https://first', tls-server-name: api, certificate-authority: ../ca.crt}}
contexts:
- {name: first, context: {cluster: c, user: u}}
`,
  second: `
current-context: second
users:
- {name: u, user: {username: other}}
- {name: v, user: {tokenFile: /tokens/second}}
clusters:
- {name: c, cluster: {server: 'https://ignored', insecure-skip-tls-verify: true}}
- {name: d, cluster: {server: 'https://second', insecure-skip-tls-verify: true, proxy-url: 'http://proxy:3128'}}
contexts:
- {name: first, context: {cluster: d, user: v}}
- {name: second, context: {cluster: d, user: u, namespace: shop}}
`,
  third: 'current-context: first\n',
  empty: '',
};

describe('kubeconfigs, read as kubectl reads them', () => {
  const bed = useBed('kubectl');
  let folder: string;
  before(() => {
    for (const [name, text] of Object.entries(FILES)) bed.write(`kubeconfigs/deep/${name}`, text);
    folder = `${bed.runDir}/kubeconfigs/deep`;
  });

  const cases: [files: string[], flags: KubeFlags][] = [
    [['second'], {}],
    [['second'], { context: 'first' }],
    [['first', 'second'], {}],
    [['first', 'gone', 'empty', 'second'], { context: 'first' }],
    [['second', 'first'], { context: 'first' }],
    [['third', 'second', 'first'], {}],
    [['third', 'first', 'second'], {}],
  ];
  for (const [names, flags] of cases) {
    it(`resolves ${names.join(', ')} with ${JSON.stringify(flags)} alike`, async () => {
      const paths = names.map((name) => `${folder}/${name}`);
      const asked = flags.context ? ['--context', flags.context] : [];
      const view: View = JSON.parse(
        await bed.run([`${bed.binDir}/kubectl`, 'config', 'view', '--minify', '-o', 'json', ...asked], {
          env: { KUBECONFIG: paths.join(':') },
        }),
      );
      assert.deepEqual(ours(names, flags), theirs(view, folder));
    });
  }

  /** Files that are not there are skipped by whoever reads them. */
  function ours(names: readonly string[], flags: KubeFlags) {
    const present = names.filter((name) => name in FILES);
    const files = present.map((name) => parseKubeconfig(FILES[name]!, `${folder}/${name}`));
    const resolution = resolveKubeconfig(mergeKubeconfigs(files), flags);
    assert.ok(!('problem' in resolution));
    const { context, namespace, cluster, user } = resolution;
    return {
      context,
      namespace,
      cluster: cluster.name,
      server: cluster.server,
      ca: cluster.ca && 'path' in cluster.ca ? cluster.ca.path : undefined,
      insecure: cluster.insecure,
      tlsServerName: cluster.tlsServerName,
      user: user.name,
      tokenFile: user.entry?.tokenFile,
    };
  }
});

/** It prints paths relative to the kubeconfig again. */
function theirs(view: View, folder: string) {
  const absolute = (path: string | undefined) => path && resolve(folder, path);
  const context = view.contexts[0]!;
  const { name, cluster } = view.clusters[0]!;
  const user = view.users[0]!;
  return {
    context: view['current-context'],
    namespace: context.context.namespace ?? 'default',
    cluster: name,
    server: cluster.server,
    ca: absolute(cluster['certificate-authority'] as string | undefined),
    insecure: cluster['insecure-skip-tls-verify'] ?? false,
    tlsServerName: cluster['tls-server-name'],
    user: user.name,
    tokenFile: absolute(user.user.tokenFile),
  };
}
