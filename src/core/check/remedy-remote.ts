import { manualStep, type Step } from '../model/step.ts';
import type { Placed } from '../snapshot/inventory.ts';
import { secretOf } from './relations.ts';

/**
 * How what stands in a Secret for another cluster is renewed; undefined for what is of this cluster. Cluster API makes
 * a kubeconfig anew that is not there (controlplane/kubeadm, reconcileKubeconfig), and no CA.
 */
export function renewRemote({ placement }: Placed): Step[] | undefined {
  const { ref, role, manager } = placement;
  const { namespace = 'NAMESPACE', name = 'NAME' } = secretOf(ref) ?? {};
  if (role === 'remote-client' && manager === 'cluster-api')
    return [
      manualStep('see', 'see why its control plane provider did not renew it at half of its life', [
        ...['kubectl', '-n', namespace, 'describe', 'kubeadmcontrolplanes'],
      ]),
      manualStep('delete', 'delete the kubeconfig: the provider makes it anew from the CA beside it', [
        ...['kubectl', '-n', namespace, 'delete', 'secret', name],
      ]),
    ];
  if (role === 'remote-client')
    return [
      manualStep('add', 'add the cluster anew, with a credential that works', [
        'argocd',
        'cluster',
        'add',
        'CONTEXT',
        '--upsert',
      ]),
    ];
  if (role !== 'remote-ca' && role !== 'remote-trust') return undefined;
  const title =
    'replace the CA of the other cluster by hand, there and here: trust old and new, sign anew, drop the old one; nobody rotates it';
  return [manualStep('rotate', title, [], 'outage')];
}
