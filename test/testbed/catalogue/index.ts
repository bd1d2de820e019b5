import { bind9 } from './bind9.ts';
import { certManager } from './cert-manager.ts';
import type { Component } from './component.ts';
import { crictl, criRuntime } from './cri-tools.ts';
import { etcd, etcdctl } from './etcd.ts';
import { gatewayApi } from './gateway-api.ts';
import { envoy, istioctl, istiod, pilotAgent } from './istio.ts';
import { kubeApiserver } from './kube-apiserver.ts';
import { kubeControllerManager } from './kube-controller-manager.ts';
import { kubeadm, kubeadmOld, kubectl } from './kubeadm.ts';
import { kwok } from './kwok.ts';
import { linkerd } from './linkerd.ts';
import { pebble } from './pebble.ts';
import { alertmanager, prometheus } from './prometheus.ts';
import {
  cron,
  dovecot,
  haproxy,
  krew,
  mariadb,
  nginx,
  opensmtpd,
  openssl,
  postgres,
  promtool,
  slapd,
  systemd,
  tmux,
  validateKrewManifest,
} from './tools.ts';
import { vault } from './vault.ts';

/** Every component, in the order in which building them costs least. */
export const COMPONENTS: readonly Component[] = [
  etcd,
  kubeApiserver,
  kubeadm,
  kubeControllerManager,
  kubectl,
  etcdctl,
  kubeadmOld,
  crictl,
  criRuntime,
  kwok,
  krew,
  validateKrewManifest,
  pebble,
  gatewayApi,
  certManager,
  nginx,
  haproxy,
  postgres,
  mariadb,
  slapd,
  dovecot,
  opensmtpd,
  openssl,
  bind9,
  prometheus,
  promtool,
  systemd,
  cron,
  tmux,
  alertmanager,
  envoy,
  istioctl,
  istiod,
  pilotAgent,
  vault,
  linkerd,
];

/** Names that stand for several components. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  core: ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kubeadm', 'kubectl'],
  all: COMPONENTS.map(({ name }) => name),
};

/** @throws Error that lists the names, when it is none of them */
export function componentNamed(name: string): Component {
  const found = COMPONENTS.find((component) => component.name === name);
  if (found === undefined)
    throw new Error(`no component ${name}; there are ${[...Object.keys(GROUPS), ...GROUPS.all!].join(', ')}`);
  return found;
}

/** The components of names and groups, each once, in the list's order. */
export function componentsNamed(names: readonly string[]): Component[] {
  const wanted = new Set(names.flatMap((name) => GROUPS[name] ?? [componentNamed(name).name]));
  return COMPONENTS.filter(({ name }) => wanted.has(name));
}

/** The same with all that they need, in the order in which they are to be started. */
export function withNeeds(names: readonly string[]): Component[] {
  const ordered: Component[] = [];
  const visit = (component: Component) => {
    if (ordered.includes(component)) return;
    for (const need of component.needs ?? []) visit(componentNamed(need));
    ordered.push(component);
  };
  for (const component of componentsNamed(names)) visit(component);
  return ordered;
}
