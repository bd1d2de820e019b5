import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseKubeconfig } from '../../../src/core/parse/kubeconfig.ts';
import { readClusterSecrets, readUserSecrets } from '../../../src/core/parse/kubeconfig-secrets.ts';
import { type Minted, mint } from '../../../src/io/demo/mint.ts';
import { NOW } from '../../support/fake-ports.ts';

const DAY = 86_400_000;
const base64 = (text: string) => Buffer.from(text).toString('base64');
const token = `e30.${Buffer.from(JSON.stringify({ exp: 1_800_000_000, sub: 'system:serviceaccount:a:b' })).toString('base64url')}.c2ln`;

/** A kubeconfig with one user, whose fields are these lines. */
const withUser = (...lines: string[]) =>
  ['users:', '- name: dev', '  user:', ...lines.map((line) => `    ${line}`)].join('\n');
const userOf = (...lines: string[]) => parseKubeconfig(withUser(...lines), '/home/dev/.kube/config');
const problemsOf = (text: string) =>
  parseKubeconfig(text, '/k').problems.map(({ line, reason }) => `${line}: ${reason}`);

describe('reading a kubeconfig', () => {
  let leaf: Minted;
  before(async () => {
    leaf = await mint({ subject: 'CN=dev', notBefore: NOW - DAY, notAfter: NOW + DAY });
  });

  it('reads users, clusters, contexts and the current context', () => {
    const text = `
apiVersion: v1
kind: Config
current-context: prod
contexts:
- {name: prod, context: {cluster: c, user: u, namespace: shop}}
- {name: bare, context: {cluster: c, user: u}}
clusters:
- name: c
  cluster: {server: 'https://a:6443', certificate-authority: ca.crt, tls-server-name: api, proxy-url: 'http://me:pw@p:3128'}
- name: open
  cluster: {server: 'https://b', insecure-skip-tls-verify: true}
`;
    const { currentContext, contexts, clusters, problems } = parseKubeconfig(text, '/etc/k/config');
    assert.deepEqual(problems, []);
    assert.equal(currentContext, 'prod');
    assert.deepEqual(
      contexts.map(({ name, cluster, user, namespace }) => [name, cluster, user, namespace]),
      [
        ['prod', 'c', 'u', 'shop'],
        ['bare', 'c', 'u', undefined],
      ],
    );
    assert.deepEqual(clusters, [
      {
        name: 'c',
        path: '/etc/k/config',
        line: 9,
        server: 'https://a:6443',
        ca: { path: '/etc/k/ca.crt' },
        tlsServerName: 'api',
        proxyUrl: 'http://p:3128',
      },
      { name: 'open', path: '/etc/k/config', line: 11, server: 'https://b', insecure: true },
    ]);
  });

  it('keeps the certificates of inline data and, of its key, the public half alone', () => {
    const { users, problems } = userOf(
      `client-certificate-data: ${base64(`${leaf.keyPem}${leaf.pem}`)}`,
      `client-key-data: ${base64(leaf.keyPem)}`,
    );
    assert.deepEqual(problems, []);
    assert.deepEqual(users[0]?.certificate, { pem: leaf.pem });
    assert.deepEqual(users[0]?.key, {
      inline: true,
      key: { spki: leaf.certificate.spki, algorithm: 'ECDSA', bits: 256 },
    });
    const kept = JSON.stringify(users);
    assert.ok(!kept.includes('PRIVATE') && !kept.includes(base64(leaf.keyPem).slice(40, 80)));
  });

  it('takes an entry without content as an empty one', () => {
    const { users, problems } = parseKubeconfig('users:\n- name: a\n- {name: b, user: null}\n', '/k');
    assert.deepEqual([users.map(({ name }) => name), problems], [['a', 'b'], []]);
  });

  it('resolves files relative to the kubeconfig and leaves absolute paths alone', () => {
    const { users } = userOf('client-certificate: ../pki/dev.crt', 'client-key: /keys/dev.key', 'tokenFile: ./token');
    assert.deepEqual(users[0]?.certificate, { path: '/home/dev/pki/dev.crt' });
    assert.deepEqual(users[0]?.key, { path: '/keys/dev.key' });
    assert.equal(users[0]?.tokenFile, '/home/dev/.kube/token');
  });

  const credentials = [
    {
      title: 'a token with its claims',
      lines: [`token: ${token}`],
      found: { token: { expires: 1_800_000_000_000, subject: 'system:serviceaccount:a:b' } },
    },
    { title: 'an opaque token', lines: ['token: abcdef.0123456789abcdef'], found: { token: {} } },
    { title: 'a token whose claims are not JSON', lines: ['token: a.b.c'], found: { token: {} } },
    { title: 'a password', lines: ['username: dev', 'password: hunter2'], found: { basic: true } },
    {
      title: 'a credential plugin',
      lines: ['exec: {command: aws, args: [--secret, hunter2]}'],
      found: { exec: 'aws' },
    },
    {
      title: 'an auth provider',
      lines: ['auth-provider: {name: oidc, config: {refresh-token: hunter2}}'],
      found: { authProvider: 'oidc' },
    },
  ];
  for (const { title, lines, found } of credentials) {
    it(`tells ${title}, and keeps no secret`, () => {
      const { users } = userOf(...lines);
      const { name: _name, path: _path, line: _line, ...rest } = users[0]!;
      assert.deepEqual(rest, found);
      assert.ok(!JSON.stringify(users).includes('hunter2'));
    });
  }

  const malformed = [
    { title: 'a scalar', text: 'hello', problems: ['1: the text is no YAML mapping'] },
    { title: 'a list that is none', text: 'users: dev', problems: ['1: users is not a list'] },
    { title: 'an entry that is none', text: 'contexts:\n- dev\n', problems: ['2: contexts[0] is no mapping'] },
    { title: 'a nameless entry', text: 'users:\n- user: {}\n', problems: ['2: users[0].name is missing'] },
    {
      title: 'a name twice',
      text: 'users:\n- {name: a, user: {}}\n- {name: a, user: {}}\n',
      problems: ['3: users[1].name a occurs twice, the first is taken'],
    },
    {
      title: 'a number for a token',
      text: withUser('token: 12'),
      problems: ['4: users[0].user.token is not a string'],
    },
    {
      title: 'data that is not base64',
      text: withUser('client-certificate-data: "%%%"'),
      problems: ['4: users[0].user.client-certificate-data is not base64'],
    },
    {
      title: 'data that is no PEM',
      text: withUser(`client-certificate-data: ${base64('hello')}`),
      problems: ['4: users[0].user.client-certificate-data holds no PEM certificate'],
    },
    {
      title: 'a key that is none',
      text: withUser(`client-key-data: ${base64('hello')}`),
      problems: ['4: users[0].user.client-key-data holds no readable private key'],
    },
    {
      title: 'PEM that is cut off',
      text: withUser(`client-certificate-data: ${base64('-----BEGIN CERTIFICATE-----\nMIIB')}`),
      problems: [
        '4: users[0].user.client-certificate-data (line 1 of its PEM): BEGIN CERTIFICATE has no END: the text is cut off',
        '4: users[0].user.client-certificate-data holds no PEM certificate',
      ],
    },
    {
      title: 'data beside a file',
      text: withUser(`client-key-data: ${base64('x')}`, 'client-key: k'),
      problems: [
        '4: users[0].user.client-key-data holds no readable private key',
        '5: users[0].user.client-key is ignored: client-key-data stands beside it',
      ],
    },
  ];
  for (const { title, text, problems } of malformed) {
    it(`says where ${title} stands`, () => assert.deepEqual(problemsOf(text), problems));
  }

  it('reads what can be read of a text that is not YAML, and says where it breaks', () => {
    const { contexts, problems } = parseKubeconfig('contexts:\n- {name: a, context: {cluster: c}}\nusers: [\n', '/k');
    assert.equal(contexts[0]?.name, 'a');
    assert.match(problems[0]?.reason ?? '', /^not YAML: /);
    assert.ok(problems[0]!.line >= 3);
  });

  it('does not quote a text that is not YAML', () => {
    for (const text of [
      withUser('token: "hunter2" hunter2'),
      withUser('token: @hunter2'),
      '}hunter2',
      '&hunter2: *hunter3',
    ]) {
      const { problems } = parseKubeconfig(text, '/k');
      assert.ok(problems.length > 0);
      assert.ok(!JSON.stringify(problems).includes('hunter'), JSON.stringify(problems));
    }
  });

  it('refuses a text that unfolds without end', () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefg'.split('').map((key, index) => `${key}: &${key} [${Array(9).fill(`*${'abcdef'[index]}`).join()}]`),
    ];
    assert.match(problemsOf(bomb.join('\n'))[0] ?? '', /not YAML: Excessive alias count/);
  });

  it('reads nothing from an empty text without complaint', () => {
    assert.deepEqual(parseKubeconfig('', '/k'), { path: '/k', users: [], clusters: [], contexts: [], problems: [] });
  });

  it('never throws, whatever a byte of a good text is changed into', () => {
    const good = withUser(
      `client-certificate-data: ${base64(leaf.pem)}`,
      `client-key-data: ${base64(leaf.keyPem)}`,
      `token: ${token}`,
    );
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.string({ maxLength: 3 }), fc.nat(20), (at, insert, cut) => {
        const text = good.slice(0, at) + insert + good.slice(at + cut);
        parseKubeconfig(text, '/k');
        readUserSecrets(text, '/k', 'dev');
      }),
      { numRuns: 300 },
    );
  });
});

describe('the secrets of a kubeconfig', () => {
  const text = `
users:
- name: plugin
  user:
    as: boss
    as-groups: [admins]
    as-user-extra: {scopes: [a, b]}
    exec:
      apiVersion: client.authentication.k8s.io/v1
      command: ./bin/login
      args: [--cluster, x]
      env: [{name: A, value: b}]
      installHint: get it there
      provideClusterInfo: true
- name: basic
  user: {username: dev, password: pw, client-key-data: ${base64('KEY')}, auth-provider: {name: oidc, config: {id-token: t}}}
clusters:
- name: c
  cluster:
    proxy-url: http://me:pw@p:3128
    extensions:
    - {name: other, extension: {}}
    - {name: client.authentication.k8s.io/exec, extension: {audience: x}}
`;

  it('gives a credential plugin whole, its relative command resolved', () => {
    assert.deepEqual(readUserSecrets(text, '/home/dev/config', 'plugin'), {
      as: 'boss',
      asGroups: ['admins'],
      asExtra: { scopes: ['a', 'b'] },
      exec: {
        apiVersion: 'client.authentication.k8s.io/v1',
        command: '/home/dev/bin/login',
        args: ['--cluster', 'x'],
        env: { A: 'b' },
        provideClusterInfo: true,
        interactiveMode: 'IfAvailable',
        installHint: 'get it there',
      },
    });
  });

  it('gives passwords, keys, provider settings and proxy users', () => {
    assert.deepEqual(readUserSecrets(text, '/k', 'basic'), {
      username: 'dev',
      password: 'pw',
      key: 'KEY',
      asGroups: [],
      authProvider: { name: 'oidc', config: { 'id-token': 't' } },
    });
    assert.deepEqual(readClusterSecrets(text, 'c'), {
      proxyUrl: 'http://me:pw@p:3128',
      execConfig: { audience: 'x' },
    });
  });

  it('gives nothing for an entry that is not there', () => {
    assert.deepEqual(readUserSecrets(text, '/k', 'nobody'), { asGroups: [] });
    assert.deepEqual(readClusterSecrets(text, 'nowhere'), {});
  });
});
