import assert from 'node:assert/strict';
import { check } from '../../../src/core/check/check.ts';
import { renewSteps } from '../../../src/core/check/remedy.ts';
import { restartApiServer } from '../../../src/core/check/restart.ts';
import type { NodeFact } from '../../../src/core/model/facts.ts';
import type { ManagerId } from '../../../src/core/model/manager.ts';
import { DEFAULT_POLICY } from '../../../src/core/model/policy.ts';
import { recognizeDistribution } from '../../../src/core/parse/distribution.ts';
import { takeInventory } from '../../../src/core/snapshot/inventory.ts';
import { DAY, makeCA, makeClient, makeServer, NOW, World } from './world.ts';

const node = (parts: Partial<NodeFact>): NodeFact => ({
  name: 'n1',
  version: 'v1.34.1',
  osImage: '',
  addresses: [],
  controlPlane: true,
  labels: {},
  ...parts,
});

interface Row {
  readonly id: string;
  /** What its API tells. */
  readonly told: { readonly gitVersion?: string; readonly host?: string; readonly groups?: string[] };
  readonly node?: Partial<NodeFact>;
  readonly kubeadmConfig?: true;
  /** Who issues the serving certificate. */
  readonly issuer: string;
  readonly manager: ManagerId;
  /** Words of the steps that renew what the API server serves, restart it, and get a fresh kubeconfig. */
  readonly renew: string;
  readonly restart: string;
  readonly kubeconfig: string;
}

/** As reference pages of each distribution have it. */
const ROWS: readonly Row[] = [
  {
    id: 'kubeadm',
    told: {},
    kubeadmConfig: true,
    issuer: 'CN=kubernetes',
    manager: 'kubeadm',
    renew: 'kubeadm certs renew apiserver',
    restart: 'mv /etc/kubernetes/manifests/kube-apiserver.yaml',
    kubeconfig: 'kubeadm kubeconfig user',
  },
  {
    id: 'kind',
    told: {},
    node: { name: 'kind-control-plane', providerID: 'kind://docker/kind/kind-control-plane' },
    kubeadmConfig: true,
    issuer: 'CN=kubernetes',
    manager: 'kubeadm',
    renew: 'docker exec kind-control-plane kubeadm certs renew apiserver',
    restart: 'docker exec kind-control-plane mv /etc/kubernetes/manifests/kube-apiserver.yaml',
    kubeconfig: 'kind export kubeconfig',
  },
  {
    id: 'minikube',
    told: {},
    node: { labels: { 'minikube.k8s.io/name': 'minikube' } },
    kubeadmConfig: true,
    issuer: 'CN=minikubeCA',
    manager: 'minikube',
    renew: 'minikube start',
    restart: 'minikube start',
    kubeconfig: 'minikube start',
  },
  {
    id: 'k3s',
    told: { gitVersion: 'v1.34.1+k3s1' },
    issuer: 'CN=k3s-server-ca@1790000000',
    manager: 'k3s',
    renew: 'systemctl restart k3s',
    restart: 'systemctl restart k3s',
    kubeconfig: 'cat /etc/rancher/k3s/k3s.yaml',
  },
  {
    id: 'rke2',
    told: { gitVersion: 'v1.34.1+rke2r1' },
    issuer: 'CN=rke2-server-ca@1790000000',
    manager: 'rke2',
    renew: 'systemctl restart rke2-server',
    restart: 'systemctl restart rke2-server',
    kubeconfig: 'cat /etc/rancher/rke2/rke2.yaml',
  },
  {
    id: 'microk8s',
    told: {},
    node: { labels: { 'microk8s.io/cluster': 'true' } },
    issuer: 'CN=10.152.183.1',
    manager: 'microk8s',
    renew: 'microk8s refresh-certs --cert server.crt',
    restart: 'snap restart microk8s',
    kubeconfig: 'microk8s config',
  },
  {
    id: 'talos',
    told: {},
    node: { osImage: 'Talos (v1.12.0)' },
    issuer: 'O=kubernetes',
    manager: 'talos',
    renew: 'talosctl kubeconfig',
    restart: 'talosctl reboot',
    kubeconfig: 'talosctl kubeconfig',
  },
  {
    id: 'openshift',
    told: { groups: ['config.openshift.io'] },
    issuer: 'CN=kube-apiserver-lb-signer,OU=openshift',
    manager: 'openshift',
    renew: 'oc get clusteroperators',
    restart: 'oc get clusteroperators',
    kubeconfig: 'oc login',
  },
  {
    id: 'kops',
    told: {},
    node: { labels: { 'kops.k8s.io/instancegroup': 'control-plane' } },
    issuer: 'CN=kubernetes-ca',
    manager: 'kops',
    renew: 'kops rolling-update cluster --force --yes',
    restart: 'kops rolling-update cluster --force --yes',
    kubeconfig: 'kops export kubeconfig --admin',
  },
  {
    id: 'eks',
    told: { gitVersion: 'v1.34.1-eks-abc1234' },
    issuer: 'CN=kubernetes',
    manager: 'provider',
    renew: 'aws eks update-kubeconfig',
    restart: 'aws eks update-kubeconfig',
    kubeconfig: 'aws eks update-kubeconfig',
  },
  {
    id: 'gke',
    told: { gitVersion: 'v1.34.1-gke.1000' },
    issuer: 'CN=5e0e6a36-0000-4000-8000-000000000000',
    manager: 'provider',
    renew: 'gcloud container clusters get-credentials',
    restart: 'gcloud container clusters get-credentials',
    kubeconfig: 'gcloud container clusters get-credentials',
  },
  {
    id: 'aks',
    told: { host: 'x.hcp.westeurope.azmk8s.io' },
    issuer: 'CN=ca',
    manager: 'provider',
    renew: 'az aks get-credentials',
    restart: 'az aks get-credentials',
    kubeconfig: 'az aks get-credentials',
  },
];

/** A healthy cluster, seen through its API: what is served, published and used. */
async function clusterOf({ id, told, issuer, ...row }: Row): Promise<World> {
  const world = new World();
  const fact = node(row.node ?? {});
  const { host = 'api.example.com', groups = [], gitVersion = 'v1.34.1' } = told;
  const traits = { gitVersion, host, groups, nodes: [fact], kubeadmConfig: row.kubeadmConfig ?? false };
  const { id: recognised, evidence } = recognizeDistribution(traits);
  assert.equal(recognised, id);
  const ca = await makeCA('ca', { subject: issuer });
  const api = { role: 'apiserver-serving', layer: 'cluster', manager: 'unknown' } as const;
  world.fact(
    'cluster',
    { server: `https://${host}`, version: gitVersion, distribution: recognised, evidence },
    'version',
  );
  world.fact('node', fact, 'nodes');
  world.served('tls://10.0.0.1:6443', [await makeServer(['kubernetes'], { from: -100, to: 265, issuer: ca })], {
    ...api,
    source: 'apiserver-handshake',
  });
  world.bundle('configmap/default/kube-root-ca.crt#ca.crt', [ca], { role: 'root-ca-bundle', source: 'configmaps' });
  world.place('kubeconfig:/home/me/.kube/config#users/me', [await makeClient('O=dev,CN=me', { issuer: ca })], {
    role: 'user-client',
  });
  return world;
}

const SERVED = 'tls://10.0.0.1:6443';

describe('each distribution', () => {
  for (const row of ROWS) {
    describe(row.id, () => {
      it('is recognised, and what it serves and publishes is shown as its own', async () => {
        const inventory = (await clusterOf(row)).inventory();
        for (const ref of [SERVED, 'configmap/default/kube-root-ca.crt#ca.crt[0]']) {
          assert.equal(inventory.placement(ref)?.placement.manager, row.manager, ref);
        }
      });

      it('raises no alarm while all is well', async () => {
        const { findings } = (await clusterOf(row)).check();
        assert.deepEqual(
          findings.filter(({ severity }) => severity !== 'info').map(({ code, placement }) => `${code} ${placement}`),
          [],
        );
      });

      it('is renewed, restarted and logged in to by its own commands', async () => {
        const inventory = (await clusterOf(row)).inventory();
        const lines = (steps: ReturnType<typeof renewSteps>) =>
          steps.map(({ command }) => command.join(' ')).join('\n');
        assert.ok(lines(renewSteps(inventory, inventory.placement(SERVED)!)).includes(row.renew));
        assert.ok(lines(restartApiServer(inventory)).includes(row.restart));
        const user = inventory.placement('kubeconfig:/home/me/.kube/config#users/me')!;
        assert.ok(lines(renewSteps(inventory, user)).includes(row.kubeconfig));
      });
    });
  }

  it("renews nothing of a provider's before the provider itself is late", async () => {
    const [eks] = ROWS.filter(({ id }) => id === 'eks');
    const inventory = (await clusterOf(eks!)).inventory();
    const at = (days: number) =>
      check(inventory, DEFAULT_POLICY, NOW + days * DAY).findings.filter(({ placement }) => placement === SERVED);
    assert.deepEqual([at(235), at(262).map(({ severity }) => severity)], [[], ['critical']]);
  });

  it('names the unit of an agent where the files of a server are not', async () => {
    for (const [name, server, unit] of [
      ['k3s', false, 'k3s-agent'],
      ['k3s', true, 'k3s'],
      ['rke2', false, 'rke2-agent'],
      ['rke2', true, 'rke2-server'],
    ] as const) {
      const root = `file:/var/lib/rancher/${name}`;
      const world = new World();
      world.place(`${root}/agent/client-kubelet.crt`, [await makeClient('CN=n')], {
        manager: name,
        role: 'kubelet-client',
      });
      if (server)
        world.place(`${root}/server/tls/client-ca.crt`, [await makeCA('ca')], { manager: name, role: 'cluster-ca' });
      const inventory = takeInventory(world.snapshot());
      const [step] = renewSteps(inventory, inventory.placement(`${root}/agent/client-kubelet.crt`)!);
      assert.deepEqual(step?.command, ['systemctl', 'restart', unit]);
    }
  });

  it('offers the rotation of a CA where the provider lets a person start it', async () => {
    const world = await clusterOf(ROWS.find(({ id }) => id === 'aks')!);
    const inventory = world.inventory();
    const steps = renewSteps(inventory, inventory.placement('configmap/default/kube-root-ca.crt#ca.crt[0]')!);
    assert.deepEqual(steps.at(-1)?.command.slice(0, 3), ['az', 'aks', 'rotate-certs']);
    assert.equal(steps.at(-1)?.risk, 'outage');
  });

  it('takes the commands as they are inside a node of kind', async () => {
    const world = await clusterOf(ROWS.find(({ id }) => id === 'kind')!);
    world.fact('viewpoint', { side: 'control-plane-node', evidence: 'x', blind: [] });
    const [step] = restartApiServer(world.inventory());
    assert.equal(step?.command[0], 'mv');
  });
});
