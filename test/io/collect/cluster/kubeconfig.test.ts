import assert from 'node:assert/strict';
import { kubeconfig, ownerOf } from '../../../../src/io/collect/cluster/kubeconfig.ts';
import { type Minted, mint } from '../../../../src/io/demo/mint.ts';
import { NOW } from '../../../support/fake-ports.ts';
import { memoryFiles } from '../../../support/memory-files.ts';
import { observe } from '../../../support/observe.ts';

const DAY = 86_400_000;
const base64 = (text: string) => Buffer.from(text).toString('base64');
const user = (...lines: string[]) =>
  ['users:', '- name: dev', '  user:', ...lines.map((line) => `    ${line}`)].join('\n');

describe('certificates of kubeconfigs', () => {
  let ca: Minted;
  let leaf: Minted;
  before(async () => {
    const validity = { notBefore: NOW - DAY, notAfter: NOW + DAY };
    ca = await mint({ subject: 'CN=ca', isCA: true, ...validity });
    leaf = await mint({ subject: 'CN=dev', issuer: ca, ...validity });
  });

  const read = async (
    content: Record<string, string>,
    options: { env?: Record<string, string>; mode?: number; denied?: string[] } = {},
  ) =>
    observe([kubeconfig], {
      files: memoryFiles(content, options),
      env: options.env ?? { HOME: '/home/dev' },
    });
  const readHome = async (text: string, more: Record<string, string> = {}, options = {}) => {
    const [observation] = await read({ '/home/dev/.kube/config': text, ...more }, options);
    return observation!;
  };

  it('places inline client certificates with the public half of their key and the mode of the file', async () => {
    const text = user(
      `client-certificate-data: ${base64(leaf.pem + ca.pem)}`,
      `client-key-data: ${base64(leaf.keyPem)}`,
    );
    const { state, placements, keys } = await readHome(text, {}, { mode: 0o644 });
    assert.equal(state, 'complete');
    assert.deepEqual(placements, [
      {
        ref: 'kubeconfig:/home/dev/.kube/config#users/dev',
        layer: 'cluster',
        role: 'user-client',
        manager: 'person',
        chain: [leaf.certificate.sha256, ca.certificate.sha256],
        key: leaf.certificate.spki,
        mode: '0644',
      },
    ]);
    assert.deepEqual(keys, [{ spki: leaf.certificate.spki, algorithm: 'ECDSA', bits: 256 }]);
  });

  it('reads certificate and key from the files it names, and sees a key of another certificate', async () => {
    const text = user('client-certificate: dev.crt', 'client-key: dev.key');
    const { placements } = await readHome(text, {
      '/home/dev/.kube/dev.crt': leaf.pem,
      '/home/dev/.kube/dev.key': ca.keyPem,
    });
    assert.equal(placements[0]?.key, ca.certificate.spki);
    assert.notEqual(placements[0]?.key, leaf.certificate.spki);
  });

  it('places each certificate of a CA bundle', async () => {
    const text = `clusters:\n- {name: c, cluster: {server: 'https://a', certificate-authority-data: ${base64(ca.pem + leaf.pem)}}}`;
    const { placements } = await readHome(text);
    assert.deepEqual(
      placements.map(({ ref, role, bundle, chain }) => [ref, role, bundle, chain]),
      [
        ['kubeconfig:/home/dev/.kube/config#clusters/c[0]', 'kubeconfig-ca', true, [ca.certificate.sha256]],
        ['kubeconfig:/home/dev/.kube/config#clusters/c[1]', 'kubeconfig-ca', true, [leaf.certificate.sha256]],
      ],
    );
  });

  it('calls a file that is named and not there a missing placement', async () => {
    const text = `${user('client-certificate: gone.crt')}\nclusters:\n- {name: c, cluster: {server: 'https://a', certificate-authority: gone.ca}}`;
    const { state, placements } = await readHome(text);
    assert.equal(state, 'complete');
    assert.deepEqual(
      placements.map(({ ref, missing, chain }) => [ref, missing, chain]),
      [
        ['kubeconfig:/home/dev/.kube/config#users/dev', '/home/dev/.kube/gone.crt: no such file', []],
        ['kubeconfig:/home/dev/.kube/config#clusters/c', '/home/dev/.kube/gone.ca: no such file', []],
      ],
    );
  });

  const partial: { title: string; lines: () => string[]; reason: RegExp }[] = [
    {
      title: 'a key file that may not be read',
      lines: () => [`client-certificate-data: ${base64(leaf.pem)}`, 'client-key: /secret.key'],
      reason: /user dev: \/secret.key: permission denied$/,
    },
    {
      title: 'a certificate file that may not be read',
      lines: () => ['client-certificate: /secret.key'],
      reason: /user dev: \/secret.key: permission denied$/,
    },
    {
      title: 'data that is no certificate',
      lines: () => [`client-certificate-data: ${base64('x')}`],
      reason: /line 4: .* holds no PEM certificate$/,
    },
    {
      title: 'several problems',
      lines: () => ['token: 1', 'username: 2'],
      reason: /line 4: .*token is not a string \(and 1 more\)$/,
    },
  ];
  for (const { title, lines, reason } of partial) {
    it(`is partial when there is ${title}`, async () => {
      const { state, reason: found, facts } = await readHome(user(...lines()), {}, { denied: ['/secret.key'] });
      assert.equal(state, 'partial');
      assert.match(found ?? '', reason);
      assert.ok(facts.kubeconfig![0]!.problems.length > 0);
    });
  }

  it('reads every file of the KUBECONFIG list and says which one is not there', async () => {
    const observations = await read({ '/a': 'current-context: x', '/c': '' }, { env: { KUBECONFIG: '/a:/b:/c' } });
    assert.deepEqual(
      observations.map(({ state, command }) => [state, command]),
      [
        ['complete', 'kubectl config view --kubeconfig=/a'],
        ['absent', 'kubectl config view --kubeconfig=/b'],
        ['complete', 'kubectl config view --kubeconfig=/c'],
      ],
    );
    assert.deepEqual(observations[0]?.facts.kubeconfig, [
      { path: '/a', currentContext: 'x', contexts: [], clusters: [], problems: [] },
    ]);
  });

  it('reads a kubeconfig that is a target, and no other, when no cluster is asked', async () => {
    const target = {
      kind: 'kubeconfig',
      text: 'kubeconfig:/t#users/dev',
      path: '/t',
      ref: 'kubeconfig:/t#users/dev',
    } as const;
    const observations = await observe(
      [kubeconfig],
      { files: memoryFiles({ '/t': '' }), env: { HOME: '/h' } },
      { cluster: false, targets: [target] },
    );
    assert.deepEqual(
      observations.map(({ command }) => command),
      ['kubectl config view --kubeconfig=/t'],
    );
    assert.deepEqual(await observe([kubeconfig], {}, { cluster: false }), []);
  });

  const owners: [path: string, role: string, manager: string][] = [
    ['/etc/kubernetes/admin.conf', 'admin-client', 'kubeadm'],
    ['/etc/kubernetes/kubelet.conf', 'kubelet-client', 'kubelet'],
    ['/etc/kubernetes/mine.conf', 'user-client', 'person'],
    ['/home/dev/admin.conf', 'user-client', 'person'],
  ];
  for (const [path, role, manager] of owners) {
    it(`gives ${path} the role ${role}`, () => assert.deepEqual(ownerOf(path, '/etc/kubernetes/'), { role, manager }));
  }
});
