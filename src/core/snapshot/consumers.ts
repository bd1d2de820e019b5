import type { Facts } from '../model/facts.ts';
import type { Placement } from '../model/placement.ts';
import { ref } from '../model/ref.ts';
import { roleInfo } from '../model/role.ts';
import { clusterResourceNamespace } from './cert-manager/namespace.ts';

/** Who breaks without a certificate. */
export interface Consumer {
  /** A ref of the object, or the words of the role's table for a component that is no object. */
  readonly name: string;
  /** How it uses the certificate: `serves`, `mounts`, `signs with`, `role`. */
  readonly how: 'serves' | 'mounts' | 'signs with' | 'role';
}

/** Objects that name a Secret or a ConfigMap, by `secret/NS/NAME` and `configmap/NS/NAME`. */
export type ConsumerIndex = ReadonlyMap<string, readonly Consumer[]>;

/** Reads from the facts which objects name which Secret or ConfigMap. */
export function indexConsumers(facts: Facts): ConsumerIndex {
  const index = new Map<string, Consumer[]>();
  const add = (object: string, consumer: Consumer) => {
    const list = index.get(object);
    if (!list) index.set(object, [consumer]);
    else if (!list.some(({ name }) => name === consumer.name)) list.push(consumer);
  };
  for (const { namespace, name, tls } of facts.ingress ?? []) {
    for (const { secretName } of tls) {
      if (secretName) add(ref.object('secret', secretName, namespace), serves('ingress', name, namespace));
    }
  }
  for (const { kind, namespace, name, listeners } of facts.gateway ?? []) {
    for (const secret of listeners.flatMap(({ secrets }) => secrets)) {
      add(ref.object('secret', secret.name, secret.namespace), serves(kind, name, namespace));
    }
  }
  const shared = clusterResourceNamespace(facts.controller ?? [], facts.caBundle ?? []);
  for (const { kind, name, namespace, caSecretName } of facts.issuer ?? []) {
    if (!caSecretName) continue;
    const issuer: Consumer = { name: ref.object(kind, name, namespace), how: 'signs with' };
    add(ref.object('secret', caSecretName, namespace ?? shared), issuer);
  }
  for (const { gateway, namespace, credential } of credentialsOfGateways(facts)) {
    add(ref.object('secret', credential, namespace), serves('gateway', gateway.name, gateway.namespace));
  }
  for (const { namespace, name, secrets, configMaps, owner } of facts.pod ?? []) {
    const consumer: Consumer = {
      name: owner ? `${owner} in ${namespace}` : ref.object('pod', name, namespace),
      how: 'mounts',
    };
    for (const secret of secrets) add(ref.object('secret', secret, namespace), consumer);
    for (const configMap of configMaps) add(ref.object('configmap', configMap, namespace), consumer);
  }
  return index;
}

/** Istio's Gateways name a Secret, which stands beside the Pods that they configure; a copy beside themselves is meant too. */
function credentialsOfGateways({ istioGateway = [], pod = [] }: Facts) {
  return istioGateway.flatMap((gateway) => {
    const pods = pod.filter(
      ({ mesh, labels = {} }) =>
        mesh?.kind === 'istio' && Object.entries(gateway.selector).every(([label, value]) => labels[label] === value),
    );
    const namespaces = new Set([gateway.namespace, ...pods.map(({ namespace }) => namespace)]);
    return gateway.servers.flatMap(({ credentialName: credential }) =>
      credential === undefined ? [] : [...namespaces].map((namespace) => ({ gateway, namespace, credential })),
    );
  });
}

/** The objects that name the placement's Secret or ConfigMap; where there are none, its role's consumers. */
export function consumersOf(placement: Placement, index: ConsumerIndex): readonly Consumer[] {
  const object = /^(?:secret|configmap)\/[^#]+/.exec(placement.ref)?.[0];
  const named = object ? index.get(object) : undefined;
  if (named) return named;
  return roleInfo(placement.role).consumers.map((name) => ({ name, how: 'role' }));
}

function serves(kind: string, name: string, namespace: string): Consumer {
  return { name: ref.object(kind, name, namespace), how: 'serves' };
}
