import assert from 'node:assert/strict';
import { renewSteps } from '../../../src/core/check/remedy.ts';
import { restartApiServer } from '../../../src/core/check/restart.ts';
import type { ManagerId } from '../../../src/core/model/manager.ts';
import { MANAGERS } from '../../../src/core/model/manager.ts';
import type { RoleId } from '../../../src/core/model/role.ts';
import { makeCA, makeClient, World } from './world.ts';

const FILE = 'file:/x.crt';

/** Manager, role, ref, distribution, what one of the steps says. */
const ROWS: [ManagerId, RoleId, string, string, string][] = [
  ['kubeadm', 'apiserver-serving', FILE, 'kubeadm', 'kubeadm certs renew apiserver'],
  [
    'kubeadm',
    'apiserver-serving',
    FILE,
    'kubeadm',
    'mv /etc/kubernetes/manifests/kube-apiserver.yaml /etc/kubernetes/',
  ],
  ['kubeadm', 'etcd-peer', FILE, 'kubeadm', 'mv /etc/kubernetes/etcd.yaml /etc/kubernetes/manifests/'],
  ['kubeadm', 'scheduler-client', FILE, 'kubeadm', 'kubeadm certs renew scheduler.conf'],
  ['kubeadm', 'cluster-ca', FILE, 'kubeadm', 'replace the CA by hand'],
  ['kubelet', 'kubelet-client', FILE, 'kubeadm', 'systemctl restart kubelet'],
  ['kubelet', 'kubelet-serving-self-signed', FILE, 'kubeadm', 'mv /var/lib/kubelet/pki/kubelet.crt'],
  ['apiserver', 'apiserver-loopback', 'tls://10.0.0.1:6443#x', 'kubeadm', 'stop kube-apiserver'],
  ['apiserver', 'apiserver-loopback', 'tls://10.0.0.1:6443#x', 'k3s', 'systemctl restart k3s'],
  ['apiserver', 'apiserver-loopback', 'tls://10.0.0.1:6443#x', 'rke2', 'systemctl restart rke2-server'],
  ['apiserver', 'apiserver-loopback', 'tls://10.0.0.1:6443#x', 'eks', 'aws eks update-kubeconfig'],
  ['apiserver', 'apiserver-loopback', 'tls://10.0.0.1:6443#x', 'talos', 'the way that talos does it'],
  ['cert-manager', 'ingress-tls', 'secret/a/b#tls.crt', 'eks', 'kubectl get certificates -A'],
  ['istiod', 'istio-ca', 'secret/istio-system/istio-ca-secret#ca-cert.pem', 'eks', 'logs deploy/istiod'],
  ['istiod', 'workload-svid', 'pod/shop/web-1#sds/default', 'eks', 'kubectl -n shop delete pod web-1'],
  ['linkerd', 'linkerd-issuer', 'secret/linkerd/linkerd-identity-issuer#tls.crt', 'eks', 'linkerd upgrade'],
  ['linkerd', 'linkerd-trust-anchor', 'configmap/linkerd/x#y', 'eks', 'bundle the old and the new anchor'],
  ['linkerd', 'workload-svid', 'pod/shop/web-1#tls', 'eks', 'its proxy asks anew'],
  [
    'external-secrets',
    'ingress-tls',
    'secret/a/b#tls.crt',
    'eks',
    'kubectl -n a annotate externalsecret b force-sync=now',
  ],
  ['k3s', 'apiserver-serving', FILE, 'k3s', 'systemctl restart k3s'],
  ['microk8s', 'apiserver-serving', FILE, 'microk8s', 'microk8s refresh-certs --cert server.crt'],
  ['kops', 'apiserver-serving', FILE, 'kops', 'kops rolling-update cluster --force --yes'],
  ['openshift', 'apiserver-serving', FILE, 'openshift', 'oc get csr'],
  ['talos', 'apiserver-serving', FILE, 'talos', 'talosctl kubeconfig'],
  ['provider', 'apiserver-serving', 'tls://x:443', 'gke', 'gcloud container clusters get-credentials'],
  ['provider', 'apiserver-serving', 'tls://x:443', 'aks', 'az aks get-credentials'],
  ['provider', 'apiserver-serving', 'tls://x:443', 'unknown', 'ask its support'],
  ['person', 'ingress-tls', 'secret/a/b#tls.crt', 'eks', 'kubectl -n a create secret tls b'],
  ['cluster-api', 'remote-client', 'secret/fleet/east#value#users/a', 'eks', 'kubectl -n fleet delete secret east'],
  ['person', 'remote-client', 'secret/argocd/east#config#certData', 'eks', 'argocd cluster add CONTEXT --upsert'],
  ['unknown', 'remote-ca', 'secret/fleet/east-ca#tls.crt', 'eks', 'replace the CA of the other cluster by hand'],
  ['person', 'file', FILE, 'unknown', `put it where the old one stands (${FILE})`],
  [
    'person',
    'user-client',
    'kubeconfig:/c#users/me',
    'kubeadm',
    'kubeadm kubeconfig user --client-name me --org dev --org ops',
  ],
  ['person', 'user-client', 'kubeconfig:/c#users/me', 'k3s', 'cat /etc/rancher/k3s/k3s.yaml'],
  ['person', 'user-client', 'kubeconfig:/c#users/me', 'eks', 'aws eks update-kubeconfig'],
  ['person', 'user-client', 'kubeconfig:/c#users/me', 'unknown', 'ask who runs the cluster'],
];

describe('the fix', () => {
  for (const [manager, role, ref, distribution, expected] of ROWS) {
    it(`for ${role} kept by ${manager} on ${distribution} says "${expected}"`, async () => {
      const steps = await stepsFor(manager, role, ref, distribution);
      const said = steps.map(({ title, command }) => `${title}: ${command.join(' ')}`);
      assert.ok(
        said.some((text) => text.includes(expected)),
        said.join('\n'),
      );
      assert.equal(new Set(steps.map(({ id }) => id)).size, steps.length);
    });
  }

  for (const manager of Object.keys(MANAGERS) as ManagerId[]) {
    it(`is never empty: ${manager}`, async () => {
      assert.ok((await stepsFor(manager, 'served', 'tls://x:443', 'unknown')).length > 0);
    });
  }

  it('never restarts anything on a managed cluster', async () => {
    const world = new World().fact('cluster', { server: 'https://x', distribution: 'eks', evidence: 'told' });
    assert.deepEqual([...new Set(restartApiServer(world.inventory()).map(({ risk }) => risk))], ['none']);
  });
});

async function stepsFor(manager: ManagerId, role: RoleId, ref: string, distribution: string) {
  const chain = role === 'user-client' ? await makeClient('O=dev,O=ops,CN=me') : await makeCA('ca');
  const world = new World().place(ref, [chain], { role, manager });
  world.fact('cluster', { server: 'https://x', distribution, evidence: 'told' });
  const inventory = world.inventory();
  return renewSteps(inventory, inventory.placement(ref)!);
}
