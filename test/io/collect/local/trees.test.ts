import assert from 'node:assert/strict';
import { EXIT, UserError } from '../../../../src/core/model/error.ts';
import type { Observation, Unseen } from '../../../../src/core/model/observation.ts';
import type { Placement } from '../../../../src/core/model/placement.ts';
import { kubeadmFiles, kubeletFiles, otherTrees } from '../../../../src/io/collect/local/trees.ts';
import type { Source } from '../../../../src/io/collect/source.ts';
import { type Minted, mint } from '../../../../src/io/demo/mint.ts';
import { type CollectOne, collectOne } from '../../../support/collect-one.ts';
import { NOW } from '../../../support/fake-ports.ts';
import { type MemoryFilesOptions, memoryFiles } from '../../../support/memory-files.ts';
import { mintNode, type NodePki, nodeFiles } from './kubeadm-tree.ts';

const PKI = '/etc/kubernetes/pki';
type Content = Record<string, string | Uint8Array>;

function without(files: Content, ...gone: RegExp[]): Content {
  return Object.fromEntries(Object.entries(files).filter(([path]) => !gone.some((pattern) => pattern.test(path))));
}

describe('local files of a node', () => {
  let node: NodePki;
  let files: Content;

  before(async () => {
    node = await mintNode();
    files = nodeFiles(node);
  });

  function read(source: Source, content: Content, options: MemoryFilesOptions = {}, scope: CollectOne['scope'] = {}) {
    return collectOne(source, { ports: { files: memoryFiles(content, options) }, scope });
  }
  const placements = (observations: Observation[]) => observations.flatMap((one) => one.placements);
  const missing = (observations: Observation[]) =>
    placements(observations).flatMap((one) => (one.missing === undefined ? [] : [one.ref]));
  const placementAt = (observations: Observation[], ref: string): Unseen<Placement> =>
    placements(observations).find((one) => one.ref === ref) ?? assert.fail(`no ${ref}`);
  const states = (observations: Observation[]) => observations.map(({ state }) => state);

  describe('made by kubeadm', () => {
    const roles: [string, string, string, string][] = [
      ['ca', 'cluster-ca', 'kubeadm', 'ca'],
      ['apiserver', 'apiserver-serving', 'kubeadm', 'apiserver'],
      ['apiserver-kubelet-client', 'apiserver-kubelet-client', 'kubeadm', 'apiserver-kubelet-client'],
      ['front-proxy-ca', 'front-proxy-ca', 'kubeadm', 'front-proxy-ca'],
      ['front-proxy-client', 'front-proxy-client', 'kubeadm', 'front-proxy-client'],
      ['etcd/ca', 'etcd-ca', 'kubeadm', 'etcd/ca'],
      ['etcd/server', 'etcd-server', 'kubeadm', 'etcd/server'],
      ['etcd/peer', 'etcd-peer', 'kubeadm', 'etcd/peer'],
      ['etcd/healthcheck-client', 'etcd-healthcheck-client', 'kubeadm', 'etcd/healthcheck-client'],
      ['apiserver-etcd-client', 'apiserver-etcd-client', 'kubeadm', 'apiserver-etcd-client'],
    ];
    for (const [name, role, manager, key] of roles) {
      it(`has ${role} in ${name}.crt, with its key and the key's mode`, async () => {
        const observations = await read(kubeadmFiles, files, { modes: { [`${PKI}/${name}.key`]: 0o640 } });
        assert.deepEqual(placementAt(observations, `file:${PKI}/${name}.crt`), {
          ref: `file:${PKI}/${name}.crt`,
          layer: 'cluster',
          role,
          manager,
          chain: [node[name]!.certificate.sha256],
          key: node[key]!.certificate.spki,
          mode: '0640',
        });
      });
    }

    const users: [string, string, string, string][] = [
      ['admin.conf', 'admin.conf', 'admin-client', 'kubeadm'],
      ['super-admin.conf', 'super-admin.conf', 'super-admin-client', 'kubeadm'],
      ['controller-manager.conf', 'controller-manager.conf', 'controller-manager-client', 'kubeadm'],
      ['scheduler.conf', 'scheduler.conf', 'scheduler-client', 'kubeadm'],
      ['kubelet.conf', 'node', 'kubelet-client', 'kubelet'],
    ];
    for (const [file, user, role, manager] of users) {
      it(`has ${role} and the cluster's CA in ${file}`, async () => {
        const observations = await read(kubeadmFiles, files);
        const placement = placementAt(observations, `kubeconfig:/etc/kubernetes/${file}#users/${user}`);
        const { sha256, spki } = (node[file] ?? node.kubelet!).certificate;
        assert.deepEqual(
          [placement.role, placement.manager, placement.chain, placement.key, placement.mode],
          [role, manager, [sha256], spki, '0600'],
        );
        const ca = placementAt(observations, `kubeconfig:/etc/kubernetes/${file}#clusters/kubernetes[0]`);
        assert.deepEqual([ca.bundle, ca.chain], [true, [node.ca!.certificate.sha256]]);
      });
    }

    it("has the service accounts' key, which has no certificate", async () => {
      const observations = await read(kubeadmFiles, files);
      const key = node.ca!.certificate.spki;
      const common = { layer: 'cluster', role: 'service-account-key', manager: 'kubeadm', chain: [], key };
      assert.deepEqual(placementAt(observations, `file:${PKI}/sa.key`), {
        ref: `file:${PKI}/sa.key`,
        ...common,
        mode: '0600',
      });
      assert.deepEqual(placementAt(observations, `file:${PKI}/sa.pub`), { ref: `file:${PKI}/sa.pub`, ...common });
    });

    it('is complete, and nothing is missing or seen twice', async () => {
      const observations = await read(kubeadmFiles, files);
      assert.deepEqual([states(observations), missing(observations)], [['complete'], []]);
      const refs = placements(observations).map(({ ref }) => ref);
      assert.equal(new Set(refs).size, refs.length);
    });

    it('says what each file is', async () => {
      const [observation] = await read(kubeadmFiles, files);
      const facts = new Map(observation!.facts.file!.map((fact) => [fact.path, fact]));
      assert.deepEqual(
        ['ca.crt', 'ca.key', 'sa.key', 'sa.pub'].map((name) => {
          const { format, hasPrivateKey, mode, modified } = facts.get(`${PKI}/${name}`)!;
          return [format, hasPrivateKey, mode, modified];
        }),
        [
          ['pem', false, '0600', '1970-01-01T00:00:00.000Z'],
          ['key', true, '0600', '1970-01-01T00:00:00.000Z'],
          ['key', true, '0600', '1970-01-01T00:00:00.000Z'],
          ['key', false, '0600', '1970-01-01T00:00:00.000Z'],
        ],
      );
    });

    it('shows the key of another certificate as it is, for the checks to see', async () => {
      const swapped = { ...files, [`${PKI}/apiserver.key`]: node['etcd/peer']!.keyPem };
      const observations = await read(kubeadmFiles, swapped);
      assert.equal(placementAt(observations, `file:${PKI}/apiserver.crt`).key, node['etcd/peer']!.certificate.spki);
    });

    it('takes two CAs in ca.crt for a bundle; the key belongs to the first', async () => {
      const both = { ...files, [`${PKI}/ca.crt`]: node.ca!.pem + node['etcd/ca']!.pem };
      const observations = await read(kubeadmFiles, both);
      const [first, second] = [0, 1].map((index) => placementAt(observations, `file:${PKI}/ca.crt[${index}]`));
      assert.deepEqual([first!.bundle, first!.key], [true, node.ca!.certificate.spki]);
      assert.deepEqual([second!.bundle, second!.key, second!.role], [true, undefined, 'cluster-ca']);
    });
  });

  describe('that are not there', () => {
    const cases: [string, RegExp[], string[]][] = [
      ['a leaf', [/pki\/apiserver\.crt$/], [`file:${PKI}/apiserver.crt`]],
      ["a leaf's key", [/pki\/apiserver\.key$/], [`file:${PKI}/apiserver.key`]],
      ['etcd leaves beside etcd', [/etcd\/peer\./], [`file:${PKI}/etcd/peer.crt`]],
      ['a kubeconfig that a process reads', [/scheduler\.conf$/], ['file:/etc/kubernetes/scheduler.conf']],
      ['one half of the service accounts key', [/sa\.pub$/], [`file:${PKI}/sa.pub`]],
      ['nothing: the CA is external', [/pki\/ca\.key$/, /front-proxy-ca\.key$/, /etcd\/ca\.key$/], []],
      ['nothing: etcd is external', [/etcd/], []],
      ['nothing: a second control-plane node has no break-glass kubeconfig', [/super-admin\.conf$/], []],
      ['nothing: admin.conf was moved away', [/\/admin\.conf$/], []],
      [
        'nothing: a worker has the CA and the kubelet only',
        [/kubernetes\/pki\/(?!ca\.crt)/, /manifests/, /(admin|controller-manager|scheduler)\.conf$/],
        [],
      ],
      ['nothing: certificates alone were copied', [/manifests/, /\.conf$/, /etcd/], []],
    ];
    for (const [what, gone, expected] of cases) {
      it(`miss ${what}`, async () => {
        const observations = await read(kubeadmFiles, without(files, ...gone));
        assert.deepEqual([missing(observations), states(observations)], [expected, ['complete']]);
      });
    }

    it('give the reason', async () => {
      const observations = await read(kubeadmFiles, without(files, /pki\/apiserver\.crt$/));
      const { missing: reason, role } = placementAt(observations, `file:${PKI}/apiserver.crt`);
      assert.deepEqual([reason, role], [`${PKI}/apiserver.crt: no such file`, 'apiserver-serving']);
    });

    it('leave a laptop absent, not unknown', async () => {
      for (const source of [kubeadmFiles, kubeletFiles]) {
        const [observation, ...more] = await read(source, {});
        assert.deepEqual([observation!.state, more], ['absent', []]);
        assert.match(observation!.reason!, /no such directory/);
      }
    });

    it('are the fault of a folder that was given', async () => {
      const scope = { pkiDir: '/srv/pki', pkiDirGiven: true };
      for (const content of [{}, { '/srv/pki': 'a file' }]) {
        const attempt = read(kubeadmFiles, content, {}, scope);
        await assert.rejects(attempt, (error) => error instanceof UserError && error.exitCode === EXIT.usage);
      }
    });
  });

  describe('that may not be read', () => {
    const keys = () => Object.keys(files).filter((path) => /\.key$|\.conf$/.test(path));

    it('are denied with the line that works, and certificates are shown all the same', async () => {
      const observations = await read(kubeadmFiles, files, { denied: keys() });
      assert.deepEqual(states(observations), ['complete', 'denied']);
      const { reason, command } = observations[1]!;
      assert.match(
        reason!,
        /^\/etc\/kubernetes\/pki\/ca\.key: permission denied \(and \d+ more like it\); to read it all/,
      );
      assert.match(command, /^sudo env "PATH=\$PATH" .* kubectl certs layers$/);
      assert.ok(reason!.endsWith(command));
      const { chain, key, mode } = placementAt(observations, `file:${PKI}/apiserver.crt`);
      assert.deepEqual([chain.length, key, mode], [1, undefined, '0600']);
      assert.deepEqual(missing(observations), []);
    });

    it('are not taken for missing when the whole folder is closed', async () => {
      const observations = await read(kubeadmFiles, files, { denied: [PKI, ...keys()] });
      assert.deepEqual(missing(observations), []);
      assert.deepEqual(states(observations), ['denied']);
    });
  });

  describe('that nobody knows', () => {
    it('are listed when they hold certificates or keys', async () => {
      const extra = {
        ...files,
        [`${PKI}/old/apiserver.pem`]: `comment\n${node.apiserver!.pem}`,
        [`${PKI}/README`]: '0 notes on certificates',
        '/etc/kubernetes/bootstrap-kubelet.conf': files['/etc/kubernetes/kubelet.conf']!,
        '/etc/kubernetes/manifests/x.crt': node.apiserver!.pem,
      };
      const observations = await read(kubeadmFiles, extra);
      assert.deepEqual(states(observations), ['complete']);
      const known = placements(await read(kubeadmFiles, files)).map(({ ref }) => ref);
      const more = placements(observations).filter(({ ref }) => !known.includes(ref));
      assert.deepEqual(
        more.map(({ ref, role }) => [ref, role]),
        [
          [`file:${PKI}/old/apiserver.pem`, 'file'],
          ['kubeconfig:/etc/kubernetes/bootstrap-kubelet.conf#users/node', 'user-client'],
          ['kubeconfig:/etc/kubernetes/bootstrap-kubelet.conf#clusters/kubernetes[0]', 'kubeconfig-ca'],
        ],
      );
    });

    it('are a partial reading with file and line when their PEM is broken', async () => {
      const broken = { ...files, [`${PKI}/apiserver.crt`]: 'x\n-----BEGIN CERTIFICATE-----\nMII' };
      const observations = await read(kubeadmFiles, broken);
      assert.equal(observations[0]!.state, 'partial');
      assert.match(
        observations[0]!.reason!,
        /^\/etc\/kubernetes\/pki\/apiserver\.crt: line 2: BEGIN CERTIFICATE has no END/,
      );
    });
  });

  it('are understood in a folder that is the folder of certificates itself', async () => {
    const content = Object.fromEntries(
      Object.entries(files).flatMap(([path, text]) =>
        path.startsWith(`${PKI}/`) ? [[`/srv/${path.slice(PKI.length + 1)}`, text]] : [],
      ),
    );
    const observations = await read(kubeadmFiles, content, {}, { pkiDir: '/srv/', pkiDirGiven: true });
    assert.equal(placementAt(observations, 'file:/srv/etcd/peer.crt').role, 'etcd-peer');
    assert.deepEqual([missing(observations), states(observations)], [[], ['complete']]);
  });

  it('are found where kubespray keeps them', async () => {
    const content = Object.fromEntries(
      Object.entries(files).map(([path, text]) => [path.replace('/kubernetes/pki/', '/kubernetes/ssl/'), text]),
    );
    const observations = await read(kubeadmFiles, content);
    assert.equal(placementAt(observations, 'file:/etc/kubernetes/ssl/apiserver.crt').role, 'apiserver-serving');
  });

  describe('of the kubelet', () => {
    const KUBELET = '/var/lib/kubelet/pki';
    let own: Minted;
    before(async () => {
      own = await mint({ subject: 'CN=cp@1764', notBefore: NOW, notAfter: NOW + 1000 });
    });

    it('are its client certificate with its key, and the serving pair that it made', async () => {
      const observations = await read(kubeletFiles, {
        ...files,
        [`${KUBELET}/kubelet.crt`]: own.pem,
        [`${KUBELET}/kubelet.key`]: own.keyPem,
        [`${KUBELET}/kubelet-client-2025-01-01-00-00-00.pem`]: own.pem,
      });
      assert.deepEqual(
        placements(observations).map(({ ref, role, manager, key }) => [ref, role, manager, key]),
        [
          [`file:${KUBELET}/kubelet-client-current.pem`, 'kubelet-client', 'kubelet', node.kubelet!.certificate.spki],
          [`file:${KUBELET}/kubelet.crt`, 'kubelet-serving-self-signed', 'unknown', own.certificate.spki],
        ],
      );
    });

    it('may be a serving pair that the cluster signed', async () => {
      const signed = {
        [`${KUBELET}/kubelet.crt`]: node.kubelet!.pem,
        [`${KUBELET}/kubelet.key`]: node.kubelet!.keyPem,
      };
      assert.equal(placements(await read(kubeletFiles, signed))[0]!.role, 'kubelet-serving');
    });

    it('are not read when another folder was given', async () => {
      assert.deepEqual(await read(kubeletFiles, files, {}, { pkiDir: '/etc/kubernetes', pkiDirGiven: true }), []);
    });
  });

  describe('of other distributions', () => {
    const known: [string, string, string, string][] = [
      ['k3s-files', '/var/lib/rancher/k3s/server/tls/serving-kube-apiserver', 'apiserver-serving', 'k3s'],
      ['k3s-files', '/var/lib/rancher/k3s/server/tls/etcd/peer-server-client', 'etcd-peer', 'k3s'],
      ['k3s-agent-files', '/var/lib/rancher/k3s/agent/client-kubelet', 'kubelet-client', 'k3s'],
      ['rke2-files', '/var/lib/rancher/rke2/server/tls/client-admin', 'admin-client', 'rke2'],
      ['microk8s-files', '/var/snap/microk8s/current/certs/server', 'apiserver-serving', 'microk8s'],
      ['minikube-files', '/var/lib/minikube/certs/apiserver', 'apiserver-serving', 'minikube'],
    ];
    for (const [id, path, role, manager] of known) {
      it(`are read by ${id}: ${path}.crt`, async () => {
        const { pem, keyPem } = node.apiserver!;
        const source = otherTrees.find((tree) => tree.id === id)!;
        // k3s puts the CA behind the leaf.
        const observations = await read(source, { [`${path}.crt`]: pem + node.ca!.pem, [`${path}.key`]: keyPem });
        const placement = placementAt(observations, `file:${path}.crt`);
        assert.deepEqual([placement.role, placement.manager, placement.chain.length], [role, manager, 2]);
        assert.equal(placement.key, node.apiserver!.certificate.spki);
        assert.deepEqual(states(observations), ['complete']);
      });
    }

    it('have their kubeconfigs', async () => {
      const source = otherTrees.find(({ id }) => id === 'k3s-kubeconfig')!;
      const observations = await read(source, { '/etc/rancher/k3s/k3s.yaml': files['/etc/kubernetes/admin.conf']! });
      const placement = placementAt(observations, 'kubeconfig:/etc/rancher/k3s/k3s.yaml#users/admin.conf');
      assert.deepEqual([placement.role, placement.manager], ['admin-client', 'k3s']);
    });

    it('leave no trace where they are not there', async () => {
      for (const source of otherTrees) assert.deepEqual(await read(source, files), []);
    });
  });

  it('never give away a private key', async () => {
    const observations = [...(await read(kubeadmFiles, files)), ...(await read(kubeletFiles, files))];
    const text = JSON.stringify(observations);
    assert.ok(!text.includes('PRIVATE KEY'));
    for (const { keyPem } of Object.values(node)) {
      // PKCS#8 of P-256: the secret number is in bytes 36 to 68, in base64 from character 48.
      const secret = keyPem.replace(/-----[^-]+-----|\s/g, '').slice(50, 86);
      assert.ok(!text.includes(secret));
    }
  });
});
