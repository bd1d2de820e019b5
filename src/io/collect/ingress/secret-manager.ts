import type { SecretFact } from '../../../core/model/facts.ts';
import type { ManagerId } from '../../../core/model/manager.ts';
import type { StoredSecret } from './secret-store.ts';

type Sign = (fact: SecretFact, writer: string) => boolean;

/** Who renews a Secret's certificate, by what each leaves on it; the first sign that fits decides. */
const SIGNS: readonly (readonly [manager: ManagerId, sign: Sign])[] = [
  ['cert-manager', ({ certificateName }) => certificateName !== undefined],
  ['istiod', ({ type }) => type === 'istio.io/ca-root'],
  // istiod marks a CA that it made by itself in the place of a plugged-in one (istio pilot/pkg/bootstrap/istio_ca.go).
  ['istiod', ({ name, keys }) => name === 'cacerts' && keys.includes('istio-generated')],
  ['cert-manager', ({ name }) => name.endsWith('cert-manager-webhook-ca')],
  ['k3s', ({ namespace, name }) => namespace === 'kube-system' && name === 'k3s-serving'],
  ['rke2', ({ namespace, name }) => namespace === 'kube-system' && name === 'rke2-serving'],
  ['openshift', (_, writer) => /^(service-ca-operator|cluster-.*-operator)$/.test(writer)],
  [
    'external-secrets',
    ({ managedBy = '' }, writer) => managedBy.startsWith('externalsecret/') || writer === 'external-secrets',
  ],
  ['person', (_, writer) => writer.startsWith('kubectl')],
];

export function managerOf({ fact, writer = '' }: StoredSecret): ManagerId {
  return SIGNS.find(([, sign]) => sign(fact, writer))?.[0] ?? 'unknown';
}
