import { deepStrictEqual, rejects, strictEqual } from 'node:assert/strict';
import type { ReadingFlags } from '../../src/cli/reading-flags.ts';
import { scopeOf } from '../../src/cli/scope.ts';
import type { Target } from '../../src/core/model/target.ts';
import { PortFailure } from '../../src/io/ports/failure.ts';
import type { KubeApi } from '../../src/io/ports/kube-api.ts';
import { fakePorts } from '../support/fake-ports.ts';
import { memoryFiles } from '../support/memory-files.ts';
import { userError } from '../support/run-command.ts';

const NO_FLAGS = { 'all-namespaces': false, 'all-secrets': false, all: false } as ReadingFlags;
const files = memoryFiles({ 'ca.pem': '', kc: '', '/pki': '' });
const connection = async () => ({ namespace: 'shop' }) as Awaited<ReturnType<KubeApi['connection']>>;
const ports = fakePorts({ files, kube: { ...fakePorts().kube, connection } });

const scope = (flags: Partial<ReadingFlags>, words: string[] = [], world = ports) =>
  scopeOf({ ...NO_FLAGS, ...flags }, words, world);

describe('the scope of a run', () => {
  it('is everything without flags', async () => {
    deepStrictEqual(await scope({}), {
      layers: ['cluster', 'ingress', 'mesh', 'none'],
      namespaces: [],
      targets: [],
      probes: [],
      resolve: [],
      pkiDir: '/etc/kubernetes',
      pkiDirGiven: false,
      allSecrets: false,
      all: false,
      cluster: true,
    });
  });

  it('takes what flags give', async () => {
    const flags: Partial<ReadingFlags> = {
      selector: 'a=b',
      'pki-dir': '/pki',
      ca: 'ca.pem',
      host: 'a.example',
      kubeconfig: 'kc',
      layer: ['mesh'],
      probe: ['a.example:443#b.example'],
      resolve: ['a.example:443:127.0.0.1'],
    };
    const {
      targets: _targets,
      namespaces: _namespaces,
      cluster: _cluster,
      allSecrets: _all,
      all: _every,
      ...rest
    } = await scope(flags);
    deepStrictEqual(rest, {
      layers: ['mesh'],
      selector: 'a=b',
      probes: [{ scheme: 'tls', host: 'a.example', port: 443, sni: 'b.example' }],
      resolve: [{ host: 'a.example', port: 443, address: '127.0.0.1' }],
      pkiDir: '/pki',
      pkiDirGiven: true,
      caFile: 'ca.pem',
      host: 'a.example',
      kubeconfig: 'kc',
    });
  });

  const namespaces: [title: string, flags: Partial<ReadingFlags>, expected: string[]][] = [
    ['narrows to a namespace', { namespace: 'x' }, ['x']],
    ['looks at all namespaces for an empty one, as kubectl does', { namespace: '' }, []],
    ['lets -A win over -n', { namespace: 'x', 'all-namespaces': true }, []],
  ];
  for (const [title, flags, expected] of namespaces) {
    it(title, async () => deepStrictEqual((await scope(flags)).namespaces, expected));
  }

  const clusters: [title: string, words: string[], asked: boolean][] = [
    ['asks no cluster for a file', ['ca.pem'], false],
    ['asks no cluster for an address', ['a.example:443'], false],
    ['asks the cluster for an object', ['secret/a'], true],
    ['asks the cluster when one of several targets needs it', ['ca.pem', 'secret/a'], true],
    ['asks the cluster for a host name', ['a.example'], true],
  ];
  for (const [title, words, asked] of clusters) {
    it(title, async () => strictEqual((await scope({}, words)).cluster, asked));
  }

  it('narrows to layers that are named as targets', async () => {
    deepStrictEqual((await scope({}, ['mesh', 'ingress'])).layers, ['mesh', 'ingress']);
  });

  it('reads every layer when a layer is named beside other targets', async () => {
    strictEqual((await scope({}, ['mesh', 'secret/a'])).layers.length, 4);
  });
});

describe('the namespace of a target that names none', () => {
  const namespaceOf = async (flags: Partial<ReadingFlags>, world = ports) => {
    const [target] = (await scope(flags, ['secret/a'], world)).targets;
    return (target as Extract<Target, { kind: 'object' }>).namespace;
  };

  it("is the context's", async () => strictEqual(await namespaceOf({}), 'shop'));
  it('is that of -n', async () => strictEqual(await namespaceOf({ namespace: 'x' }), 'x'));
  it('is default where no cluster can be found', async () =>
    strictEqual(await namespaceOf({}, fakePorts()), 'default'));
  it('is default in a snapshot', async () => strictEqual(await namespaceOf({ from: 'a' }), 'default'));
});

describe('a path as a target', () => {
  it('is refused when nothing is there', async () => {
    await rejects(scope({}, ['none.pem']), userError(64, /none\.pem: no such file/));
  });

  it('is taken when it may not be looked at: the reading says so', async () => {
    const stat = async () => {
      throw new PortFailure('denied', 'permission denied');
    };
    const world = fakePorts({ files: { ...files, stat } });
    strictEqual((await scope({}, ['/root/x.pem'], world)).targets[0]?.kind, 'file');
  });

  it('is one of the machine that a snapshot was taken on', async () => {
    const { targets } = await scope({ from: 'a' }, ['file:/etc/x.crt', '/etc/y.crt', 'app.example.com']);
    deepStrictEqual(
      targets.map(({ kind }) => kind),
      ['file', 'file', 'host'],
    );
  });
});

describe('a path as a flag', () => {
  for (const flag of [
    'kubeconfig',
    'pki-dir',
    'ca',
    'certificate-authority',
    'client-certificate',
    'client-key',
  ] as const) {
    it(`is refused when nothing is there: --${flag}`, async () => {
      const message = new RegExp(`^--${flag} /none: no such file or directory$`);
      await rejects(scope({ [flag]: '/none' }), userError(64, message));
    });
  }

  it('is not looked for when a snapshot is read', async () => {
    strictEqual((await scope({ from: 'a', 'pki-dir': '/none' })).pkiDir, '/none');
  });
});

describe('names that were typed', () => {
  const KUBECONFIG = `apiVersion: v1
kind: Config
contexts: [{name: prod, context: {cluster: c, user: u}}]
clusters: [{name: c, cluster: {server: 'https://a.example'}}]
users: [{name: u, user: {token: t}}]
`;
  const world = fakePorts({
    files: memoryFiles(
      { '/kc': KUBECONFIG, '/ca.pem': '-----BEGIN CERTIFICATE-----', '/empty': '' },
      { denied: ['/locked'] },
    ),
    env: { KUBECONFIG: '/kc' },
  });
  const cases: [title: string, flags: Partial<ReadingFlags>, error?: [64 | 65, RegExp]][] = [
    ['may all be there', { context: 'prod', cluster: 'c', user: 'u', kubeconfig: '/kc' }],
    ['are refused for a context', { context: 'prd' }, [64, /^--context prd does not exist; there is prod$/]],
    ['are refused for a cluster', { cluster: 'd' }, [64, /^--cluster d does not exist; there is c$/]],
    ['are refused for a user', { user: 'v' }, [64, /^--user v does not exist; there is u$/]],
    [
      'are refused for a file that is no kubeconfig',
      { kubeconfig: '/ca.pem' },
      [65, /^--kubeconfig \/ca\.pem is no kubeconfig: line 1/],
    ],
    ['may be an empty kubeconfig', { kubeconfig: '/empty' }],
    ['may be in a file that may not be read', { kubeconfig: '/locked', context: 'x' }],
    ['mean nothing to a snapshot', { context: 'x', from: 's' }],
  ];
  for (const [title, flags, error] of cases) {
    it(title, async () => {
      const reading = scope(flags, [], world);
      if (error) await rejects(reading, userError(...error));
      else await reading;
    });
  }

  it('mean nothing where no cluster is asked', async () => {
    strictEqual((await scope({ context: 'x' }, ['/ca.pem'], world)).cluster, false);
  });
});
