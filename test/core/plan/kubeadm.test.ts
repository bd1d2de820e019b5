import assert from 'node:assert/strict';
import type { Plan } from '../../../src/core/model/plan.ts';
import { DEFAULT_POLICY } from '../../../src/core/model/policy.ts';
import type { RoleId } from '../../../src/core/model/role.ts';
import { KUBEADM_CAS, KUBEADM_NAMES } from '../../../src/core/plan/kubeadm-names.ts';
import { makePlan } from '../../../src/core/plan/make-plan.ts';
import type { RenewalRequest } from '../../../src/core/plan/plan-maker.ts';
import { takeInventory } from '../../../src/core/snapshot/inventory.ts';
import { viewPlan } from '../../../src/core/view/plan.ts';
import type { Reading } from '../../../src/io/collect/reading.ts';
import { type Minted, mint } from '../../../src/io/demo/mint.ts';
import { NOW } from '../../support/fake-ports.ts';
import { assertMatchesSchema } from '../../support/schema.ts';
import { snapshotOf } from '../../support/snapshot.ts';

const DAY = 86_400_000;

/** What a test changes of a healthy control-plane node. */
interface Node {
  readonly folder?: string;
  /** Days until leaves end, by kubeadm's name. */
  readonly ends?: Readonly<Record<string, number>>;
  readonly caEnds?: number;
  /** Names whose file is not there. */
  readonly missing?: readonly string[];
  /** CAs without a key on this machine. */
  readonly keyless?: readonly string[];
  readonly pods?: readonly string[];
  /** Programs that run. */
  readonly running?: readonly string[];
  readonly nodes?: readonly string[];
  readonly distribution?: string;
  readonly more?: (reading: Reading) => void;
}

const PODS = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'];
const ENDPOINTS: Readonly<Record<string, RoleId>> = { etcd: 'etcd-server', 'kube-apiserver': 'apiserver-serving' };

describe('the plan for what kubeadm made', () => {
  const leaves = new Map<number, Minted>();
  const leafOf = async (days: number) => {
    const minted =
      leaves.get(days) ??
      (await mint({
        subject: `CN=leaf${days}`,
        dnsNames: ['kubernetes', 'cp-1'],
        notBefore: NOW - 400 * DAY,
        notAfter: NOW + days * DAY,
      }));
    leaves.set(days, minted);
    return minted;
  };

  async function inventoryOf(node: Node) {
    const {
      folder = '/etc/kubernetes',
      missing = [],
      keyless = [],
      pods = PODS,
      running = [...PODS, 'kubelet'],
    } = node;
    const all = [...KUBEADM_NAMES.map(({ name }) => node.ends?.[name] ?? 365), node.caEnds ?? 3650];
    for (const days of all) await leafOf(days);
    const fill = (reading: Reading) => {
      const place = (ref: string, role: RoleId, days: number, key: boolean) => {
        const { certificate } = leaves.get(days)!;
        const chain = reading.chain([certificate.der]);
        reading.place({
          ref,
          layer: 'cluster',
          role,
          manager: 'kubeadm',
          chain,
          ...(key && { key: certificate.spki, mode: '0600' }),
        });
      };
      for (const { name, role } of KUBEADM_CAS)
        place(`file:${folder}/pki/${name}.crt`, role, node.caEnds ?? 3650, !keyless.includes(name));
      for (const { name, role, file, kubeconfig, optional } of KUBEADM_NAMES) {
        if (optional && missing.includes(name)) continue;
        const ref = kubeconfig ? `kubeconfig:${folder}/${name}#users/x` : `file:${folder}/pki/${file}`;
        if (!missing.includes(name)) place(ref, role, node.ends?.[name] ?? 365, true);
        else
          reading.place({
            ref: ref.replace(/^kubeconfig:(.*)#.*/, 'file:$1'),
            layer: 'cluster',
            role,
            manager: 'kubeadm',
            chain: [],
            missing: 'no such file',
          });
      }
      const files = KUBEADM_NAMES.map(({ file, kubeconfig }) =>
        kubeconfig ? `${folder}/${file}` : `${folder}/pki/${file}`,
      );
      for (const component of pods) {
        const role = ENDPOINTS[component];
        const file = `${folder}/pki/${KUBEADM_NAMES.find((one) => one.role === role)?.file}`;
        const endpoints = role ? [{ role, address: '127.0.0.1', port: 1, file }] : [];
        reading.fact('staticPod', { component, manifest: `${folder}/manifests/${component}.yaml`, files, endpoints });
      }
      for (const program of running)
        reading.fact('process', {
          program,
          pid: 1,
          started: '2026-01-01T00:00:00Z',
          files: program === 'kubelet' ? [] : files.map((path) => ({ path })),
        });
      for (const name of node.nodes ?? [])
        reading.fact('node', { name, version: '', osImage: '', addresses: [], controlPlane: true, labels: {} });
      if (node.distribution) reading.fact('cluster', { server: '', distribution: node.distribution, evidence: '' });
      node.more?.(reading);
    };
    return takeInventory(snapshotOf([{ source: 'kubeadm-files', layer: 'cluster', fill }]));
  }

  async function planOf(node: Node, request: Partial<RenewalRequest>): Promise<Plan> {
    const inventory = await inventoryOf(node);
    const base = { policy: DEFAULT_POLICY, now: NOW, all: false, names: [], refs: new Set<string>(), refresh: [] };
    const plan = makePlan({ inventory, pkiDir: node.folder ?? '/etc/kubernetes', ...base, ...request }, 'run-1');
    assertMatchesSchema(viewPlan(plan).document);
    return plan;
  }

  const ids = ({ steps }: Plan) => steps.map(({ id }) => id);
  const reason = ({ skipped }: Plan, target: string) => skipped.find((one) => one.target === target)?.reason;

  it("renews all: the backup first, etcd's before the API server's, restarts in order, the kubelet last", async () => {
    const plan = await planOf({}, { all: true });
    assert.deepEqual(ids(plan), [
      'backup',
      ...KUBEADM_NAMES.map(({ name }) => `renew-${name}`),
      ...PODS.map((component) => `restart-${component}`),
      'restart-kubelet',
    ]);
    assert.deepEqual(plan.subject, { kind: 'node', name: 'cp-1' });
    for (const { name } of KUBEADM_CAS) assert.match(reason(plan, name) ?? '', /kubeadm renews no CA/);
  });

  const holders: readonly [name: string, holder: string | undefined][] = KUBEADM_NAMES.map(({ name, holder }) => [
    name,
    holder,
  ]);
  for (const [name, holder] of holders) {
    it(`renews ${name} and restarts ${holder ?? 'nothing'}`, async () => {
      const plan = await planOf({}, { names: [name] });
      assert.deepEqual(ids(plan), ['backup', `renew-${name}`, ...(holder ? [`restart-${holder}`] : [])]);
      assert.deepEqual(plan.skipped, []);
    });
  }

  it('stands or falls as one, but for the kubelet, with which nothing else falls', async () => {
    const { steps } = await planOf({}, { all: true });
    assert.deepEqual(new Set(steps.slice(0, -1).map(({ part }) => part)), new Set(['kubeadm']));
    const kubelet = steps.at(-1);
    assert.equal(kubelet?.part, 'kubelet');
    assert.deepEqual(
      kubelet?.after,
      PODS.map((component) => `restart-${component}`),
    );
  });

  it('restarts through crictl when that was chosen, forwards and back', async () => {
    const plan = await planOf({}, { names: ['apiserver'], restartWith: 'crictl' });
    const [backup, , restart] = plan.steps;
    assert.equal(restart?.params?.way, 'crictl');
    assert.equal(backup?.rollback?.params?.way, 'crictl');
    assert.equal(restart?.command[0], 'crictl');
    assert.match(restart?.title ?? '', /container runtime end its Pod/);
    const otherwise = await planOf({}, { names: ['apiserver'] });
    assert.equal(otherwise.steps[2]?.params?.way, undefined);
  });

  it('is refused when the certificate is another one than planned for, and verifies leaf, key and end', async () => {
    const plan = await planOf({}, { names: ['apiserver'] });
    const { precheck, verify, rollback } = plan.steps[1]!;
    assert.deepEqual(
      precheck?.expect.map(({ is }) => is),
      ['leaf'],
    );
    assert.deepEqual(
      verify?.expect.map(({ is }) => is),
      ['new-leaf', 'key-match', 'ends-after'],
    );
    assert.equal(rollback?.kind, 'restore-files');
    assert.deepEqual(rollback?.params?.paths?.split('\n'), [
      '/etc/kubernetes/pki/apiserver.crt',
      '/etc/kubernetes/pki/apiserver.key',
    ]);
  });

  it('proves by handshake what is served, by the start of the process what is not', async () => {
    const plan = await planOf({}, { names: ['apiserver', 'front-proxy-client'] });
    assert.deepEqual(plan.steps.at(-1)?.verify?.expect, [
      { is: 'same-leaf', ref: 'tls://127.0.0.1:1', as: 'file:/etc/kubernetes/pki/apiserver.crt' },
      { is: 'process-newer', program: 'kube-apiserver', path: '/etc/kubernetes/pki/front-proxy-client.crt' },
    ]);
  });

  it('takes what ends within the time, and what has ended', async () => {
    const ends = { apiserver: 20, 'etcd-peer': -3, 'admin.conf': 31 };
    const plan = await planOf({ ends }, { all: true, within: 30 * DAY });
    assert.deepEqual(
      ids(plan).filter((id) => id.startsWith('renew-')),
      ['renew-etcd-peer', 'renew-apiserver'],
    );
  });

  it('takes a target by its ref', async () => {
    const plan = await planOf({}, { refs: new Set(['file:/etc/kubernetes/pki/apiserver.crt']) });
    assert.deepEqual(ids(plan), ['backup', 'renew-apiserver', 'restart-kube-apiserver']);
  });

  it('has kubeadm move into the root of a disk that is mounted elsewhere, and leaves what does not run', async () => {
    const plan = await planOf({ folder: '/mnt/etc/kubernetes', running: [] }, { names: ['apiserver'] });
    assert.deepEqual(plan.steps[1]?.command, [
      ...['kubeadm', 'certs', 'renew', 'apiserver', '--cert-dir', '/etc/kubernetes/pki', '--rootfs', '/mnt'],
    ]);
    assert.match(reason(plan, 'kube-apiserver') ?? '', /does not run on this machine/);
  });

  const skips: readonly [title: string, node: Node, name: string, says: RegExp, command: RegExp][] = [
    ['an external CA', { keyless: ['ca'] }, 'apiserver', /external CA/, /generate-csr/],
    ['an external etcd', { pods: ['kube-apiserver'] }, 'etcd-server', /etcd is external/, /^$/],
    ['a CA that has ended', { caEnds: -1 }, 'apiserver', /its CA .* ended/, /^$/],
    [
      'a file that is not there',
      { missing: ['etcd-peer'] },
      'etcd-peer',
      /is not there/,
      /kubeadm init phase certs etcd-peer/,
    ],
    [
      'a kubeconfig that is not there',
      { missing: ['admin.conf'] },
      'admin.conf',
      /is not there/,
      /init phase kubeconfig admin/,
    ],
    [
      'a kubeconfig of a copied folder',
      { folder: '/home/me/copy' },
      'admin.conf',
      /copied folder/,
      /sudo kubectl certs renew admin.conf/,
    ],
    ['a CA', {}, 'etcd-ca', /kubeadm renews no CA/, /^$/],
  ];
  for (const [title, node, name, says, command] of skips) {
    it(`leaves alone ${title}, and says what to do`, async () => {
      const plan = await planOf(node, { names: [name] });
      assert.deepEqual(plan.steps, []);
      assert.match(reason(plan, name) ?? '', says);
      assert.match(plan.skipped[0]?.instead[0]?.command.join(' ') ?? '', command);
    });
  }

  it('does not miss super-admin.conf, which most nodes do not have', async () => {
    const plan = await planOf({ missing: ['super-admin.conf'] }, { all: true, within: 400 * DAY });
    assert.equal(reason(plan, 'super-admin.conf'), undefined);
  });

  it('renews and restarts nothing where no kubelet would start it again', async () => {
    const plan = await planOf({ running: [] }, { names: ['apiserver'] });
    assert.deepEqual(ids(plan), ['backup', 'renew-apiserver']);
    assert.match(reason(plan, 'kube-apiserver') ?? '', /kubelet does not run/);
    assert.match(
      plan.skipped.at(-1)?.instead[0]?.command.join(' ') ?? '',
      /kubeadm kubeconfig user .*system:node:cp-1/,
    );
  });

  it('sends to the other control-plane nodes, one after the other', async () => {
    const plan = await planOf({ nodes: ['cp-1', 'cp-2'] }, { names: ['apiserver'] });
    assert.deepEqual(
      plan.skipped.map(({ target }) => target),
      ['node/cp-2'],
    );
    assert.deepEqual(plan.skipped[0]?.instead[1]?.command, ['sudo', 'kubectl', 'certs', 'renew', 'apiserver']);
  });

  describe('with the API away, sends to the other control-plane nodes', () => {
    const api = (reading: Reading) =>
      reading.fact('component', {
        component: 'kube-apiserver',
        by: 'manifest',
        object: 'file:/etc/kubernetes/manifests/kube-apiserver.yaml',
        flags: { 'advertise-address': '10.0.0.11' },
      });
    const etcd = (reading: Reading, cluster: string) =>
      reading.fact('component', {
        component: 'etcd',
        by: 'manifest',
        object: 'file:/etc/kubernetes/manifests/etcd.yaml',
        flags: { 'initial-cluster': cluster },
      });
    const admin = (reading: Reading, server: string) =>
      reading.fact('kubeconfig', {
        path: '/etc/kubernetes/admin.conf',
        contexts: [],
        clusters: [{ name: 'c', server }],
        problems: [],
      });
    const others = async (more: (reading: Reading) => void) =>
      (await planOf({ more }, { names: ['apiserver'] })).skipped;

    it('that etcd lists, each after the one before it is healthy', async () => {
      const skipped = await others((reading) => {
        api(reading);
        for (const [name, address] of [
          ['cp-1', '10.0.0.11'],
          ['cp-2', '10.0.0.12'],
          ['cp-3', '10.0.0.13'],
        ] as const)
          reading.fact('etcdMember', { name, peerURLs: [`https://${address}:2380`] });
      });
      assert.deepEqual(
        skipped.map(({ target }) => target),
        ['node/cp-2', 'node/cp-3'],
      );
      assert.match(skipped[0]?.reason ?? '', /etcd lists it .* once this node is healthy, and stop where it is not/);
      assert.match(skipped[1]?.reason ?? '', /once cp-2 is healthy/);
      assert.deepEqual(
        skipped.map(({ instead }) => instead.map(({ command }) => command.join(' '))),
        [
          ['curl -k https://127.0.0.1:6443/readyz', 'sudo kubectl certs renew apiserver'],
          ['curl -k https://10.0.0.12:6443/readyz', 'sudo kubectl certs renew apiserver'],
        ],
      );
      assert.match(skipped[1]?.instead[1]?.title ?? '', /^on cp-3 \(10\.0\.0\.13\), after cp-2$/);
    });

    it("that were etcd's members when this one joined", async () => {
      const skipped = await others((reading) =>
        etcd(reading, 'cp-2=https://10.0.0.12:2380,cp-1=https://10.0.0.11:2380'),
      );
      assert.deepEqual(
        skipped.map(({ target, reason: why }) => [target, /when this node joined/.test(why)]),
        [['node/cp-2', true]],
      );
    });

    it('that nothing names but a server in front of them', async () => {
      const skipped = await others((reading) => {
        api(reading);
        etcd(reading, 'cp-1=https://10.0.0.11:2380');
        admin(reading, 'https://api.example.com:6443');
      });
      assert.deepEqual(
        skipped.map(({ target }) => target),
        ['other control-plane nodes'],
      );
      assert.match(skipped[0]?.reason ?? '', /^the kubeconfigs lead to api\.example\.com, which is not this node/);
    });

    it('but not where the only one is this', async () => {
      const alone = await others((reading) => {
        api(reading);
        reading.fact('etcdMember', { name: 'other-name', peerURLs: ['https://10.0.0.11:2380'] });
        admin(reading, 'https://10.0.0.11:6443');
      });
      assert.deepEqual(alone, []);
    });
  });

  it('says how the kubelet gets a certificate again when its own has ended', async () => {
    const { certificate } = await leafOf(-3);
    const more = (reading: Reading) =>
      reading.place({
        ref: 'file:/var/lib/kubelet/pki/kubelet-client-current.pem',
        layer: 'cluster',
        role: 'kubelet-client',
        manager: 'kubelet',
        chain: reading.chain([certificate.der]),
      });
    const plan = await planOf({ more }, { all: true });
    assert.match(
      reason(plan, 'file:/var/lib/kubelet/pki/kubelet-client-current.pem') ?? '',
      /kubelet cannot ask for a new one/,
    );
  });

  for (const [distribution, says] of [
    ['k3s', /which is k3s/],
    ['eks', /which is eks/],
    ['kubeadm', /on its nodes, and this is none/],
  ] as const) {
    it(`renews nothing from a laptop that looks at ${distribution}`, async () => {
      const plan = await planOf({ distribution, nodes: ['cp-1'] }, { pkiDir: '/elsewhere', names: ['apiserver'] });
      assert.deepEqual(plan.steps, []);
      assert.match(reason(plan, 'apiserver') ?? '', says);
    });
  }
});
