import { type Minted, type MintSpec, mint } from '../../../../src/io/demo/mint.ts';
import { NOW } from '../../../support/fake-ports.ts';

const YEAR = 365 * 86_400_000;
const life = { notBefore: NOW - YEAR / 2, notAfter: NOW + YEAR / 2 };

/** Certificates of a control-plane node by their names in kubeadm, keys too. */
export type NodePki = Readonly<Record<string, Minted>>;

export async function mintNode(): Promise<NodePki> {
  const ca = (subject: string) => mint({ ...life, subject, isCA: true });
  const made: Record<string, Minted> = {
    ca: await ca('CN=kubernetes'),
    'front-proxy-ca': await ca('CN=front-proxy-ca'),
    'etcd/ca': await ca('CN=etcd-ca'),
  };
  const leaf = async (name: string, issuer: string, spec: Partial<MintSpec> = {}) => {
    made[name] = await mint({ ...life, subject: `CN=${name}`, issuer: made[issuer]!, ...spec });
  };
  await leaf('apiserver', 'ca', { dnsNames: ['kubernetes'] });
  await leaf('apiserver-kubelet-client', 'ca');
  await leaf('front-proxy-client', 'front-proxy-ca');
  for (const name of ['etcd/server', 'etcd/peer', 'etcd/healthcheck-client']) await leaf(name, 'etcd/ca');
  await leaf('apiserver-etcd-client', 'etcd/ca');
  for (const user of ['admin', 'super-admin', 'controller-manager', 'scheduler']) await leaf(`${user}.conf`, 'ca');
  await leaf('kubelet', 'ca', { subject: 'O=system:nodes,CN=system:node:cp' });
  return made;
}

/** The same as files, as `kubeadm init` lays them out. */
export function nodeFiles(node: NodePki): Record<string, string> {
  const files: Record<string, string> = {};
  for (const [name, { pem, keyPem }] of Object.entries(node)) {
    if (name === 'kubelet') continue;
    if (name.endsWith('.conf')) files[`/etc/kubernetes/${name}`] = kubeconfigOf(name, node[name]!, node.ca!);
    else {
      files[`/etc/kubernetes/pki/${name}.crt`] = pem;
      files[`/etc/kubernetes/pki/${name}.key`] = keyPem;
    }
  }
  const { key, keyPem } = node.ca!;
  files['/etc/kubernetes/pki/sa.key'] = keyPem;
  files['/etc/kubernetes/pki/sa.pub'] = key.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  files['/etc/kubernetes/kubelet.conf'] = kubeconfigFile('/var/lib/kubelet/pki/kubelet-client-current.pem', node.ca!);
  for (const name of ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'etcd']) {
    files[`/etc/kubernetes/manifests/${name}.yaml`] = `kind: Pod\nmetadata: {name: ${name}}\n`;
  }
  files['/var/lib/kubelet/pki/kubelet-client-current.pem'] = node.kubelet!.pem + node.kubelet!.keyPem;
  return files;
}

function kubeconfigOf(name: string, { pem, keyPem }: Minted, ca: Minted): string {
  return kubeconfig(name, ca, { 'client-certificate-data': base64(pem), 'client-key-data': base64(keyPem) });
}

function kubeconfigFile(path: string, ca: Minted): string {
  return kubeconfig('node', ca, { 'client-certificate': path, 'client-key': path });
}

function kubeconfig(user: string, ca: Minted, credentials: Record<string, string>): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: 'kubernetes',
        cluster: { server: 'https://10.0.0.5:6443', 'certificate-authority-data': base64(ca.pem) },
      },
    ],
    contexts: [{ name: 'c', context: { cluster: 'kubernetes', user } }],
    'current-context': 'c',
    users: [{ name: user, user: credentials }],
  });
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
