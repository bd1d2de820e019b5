import { ref } from '../model/ref.ts';
import type { Inventory } from '../snapshot/inventory.ts';

/** Stands for the API server among subjects, whatever its address. */
export const API_SERVER = 'the api server';

/** Things that belong together: when one of the names is meant, all are. */
interface Tie {
  readonly names: readonly (string | undefined)[];
  readonly leadsTo: readonly string[];
}

/**
 * Names and what the inventory ties to them: a node's addresses to the node, a host to its Ingress and Secret, a
 * service to the webhook that calls it. Two steps at most, so that one name does not lead to everything.
 */
export function subjectsOf(inventory: Inventory, names: ReadonlySet<string>): ReadonlySet<string> {
  const ties = tiesOf(inventory);
  let known = new Set([...names, ...[...names].flatMap(wildcardOf)]);
  for (let step = 0; step < 2; step += 1) {
    const more = ties.filter(({ names: own }) => own.some((name) => name && known.has(name.toLowerCase())));
    known = new Set([...known, ...more.flatMap(({ leadsTo }) => leadsTo.map((name) => name.toLowerCase()))]);
  }
  return known;
}

/** Whether one of these names is that of something here. */
export function areHere(inventory: Inventory, names: ReadonlySet<string>): boolean {
  return tiesOf(inventory).some((tie) => tie.names.some((name) => name && names.has(name.toLowerCase())));
}

/** RFC 9525 section 6.3: a wildcard stands for one label. */
function wildcardOf(name: string): string[] {
  return /^[a-z0-9-]+\.[a-z0-9-]+\.[a-z0-9.-]+$/.test(name) && !/^[\d.]+$/.test(name)
    ? [name.replace(/^[^.]+/, '*')]
    : [];
}

function tiesOf(inventory: Inventory): Tie[] {
  return [
    ...nodes(inventory),
    ...pods(inventory),
    ...services(inventory),
    ...entrances(inventory),
    ...certificates(inventory),
    ...calls(inventory),
    ...requests(inventory),
    ...apiServers(inventory),
  ];
}

function nodes(inventory: Inventory): Tie[] {
  return inventory.facts('node').map(({ name, addresses }) => {
    const at = addresses.map(({ address }) => address);
    return {
      names: [name, `node/${name}`, `system:node:${name}`, ...at],
      leadsTo: [ref.object('node', name), name, ...at],
    };
  });
}

function pods(inventory: Inventory): Tie[] {
  return inventory.facts('pod').map(({ namespace, name, ip, node, secrets, configMaps }) => ({
    names: [name, `${namespace}/${name}`, `pod/${namespace}/${name}`, ip],
    leadsTo: [
      ref.object('pod', name, namespace),
      ...secrets.map((secret) => ref.object('secret', secret, namespace)),
      ...configMaps.map((map) => ref.object('configmap', map, namespace)),
      ...(node === undefined ? [] : [ref.object('node', node)]),
    ],
  }));
}

function services(inventory: Inventory): Tie[] {
  return inventory.facts('service').map(({ namespace, name, clusterIPs, addresses }) => ({
    names: [`${namespace}/${name}`, `${name}.${namespace}.svc`, `${name}.${namespace}`, ...clusterIPs, ...addresses],
    leadsTo: [
      ref.object('service', name, namespace),
      `${name}.${namespace}.svc`,
      ...(namespace === 'default' && name === 'kubernetes' ? [API_SERVER] : []),
    ],
  }));
}

/** Ingresses and Gateways. */
function entrances(inventory: Inventory): Tie[] {
  const ingresses = inventory.facts('ingress').map(({ namespace, name, hosts, tls, addresses }): Tie => {
    const all = [...hosts, ...tls.flatMap((entry) => entry.hosts)];
    return {
      names: [`${namespace}/${name}`, `ingress/${namespace}/${name}`, ...all, ...addresses],
      leadsTo: [
        ref.object('ingress', name, namespace),
        ...all,
        ...tls.flatMap(({ secretName }) => (secretName ? [ref.object('secret', secretName, namespace)] : [])),
      ],
    };
  });
  const gateways = inventory.facts('gateway').map(({ kind, namespace, name, listeners }): Tie => {
    const hosts = listeners.flatMap(({ hostname }) => hostname ?? []);
    return {
      names: [`${namespace}/${name}`, ref.object(kind, name, namespace), ...hosts],
      leadsTo: [
        ref.object(kind, name, namespace),
        ...hosts,
        ...listeners.flatMap(({ secrets }) => secrets.map((one) => ref.object('secret', one.name, one.namespace))),
      ],
    };
  });
  return [...ingresses, ...gateways];
}

/** cert-manager's Certificates, their Secrets and issuers. */
function certificates(inventory: Inventory): Tie[] {
  return [
    ...inventory.facts('certificate').map(({ namespace, name, secretName, dnsNames, issuer }) => ({
      names: [name, `${namespace}/${name}`, `certificate/${namespace}/${name}`, secretName, ...dnsNames],
      leadsTo: [
        ref.object('certificate', name, namespace),
        ref.object('secret', secretName, namespace),
        ref.object(issuer.kind, issuer.name, issuer.kind === 'Issuer' ? namespace : undefined),
      ],
    })),
    ...inventory.facts('secret').map(({ namespace, name }) => ({
      names: [name, `${namespace}/${name}`, `secret/${namespace}/${name}`],
      leadsTo: [ref.object('secret', name, namespace)],
    })),
  ];
}

/** Webhooks, aggregated APIs and conversions, by their own names and by those of the services that they call. */
function calls(inventory: Inventory): Tie[] {
  return inventory.facts('caBundle').map(({ ref: at, name, webhook, service, url }) => {
    const host = service
      ? `${service.name}.${service.namespace}.svc`
      : url && URL.canParse(url)
        ? new URL(url).hostname
        : '';
    return { names: [webhook, name, at, host], leadsTo: [at, ...(host ? [host] : [])] };
  });
}

function requests(inventory: Inventory): Tie[] {
  return inventory.facts('csr').map(({ name, username, ipAddresses, dnsNames }) => ({
    names: [name, `csr/${name}`, username, ...ipAddresses, ...dnsNames],
    leadsTo: [ref.csr(name)],
  }));
}

function apiServers(inventory: Inventory): Tie[] {
  const servers = [
    ...inventory.facts('cluster').map(({ server }) => server),
    ...inventory.facts('kubeconfig').flatMap(({ clusters }) => clusters.map(({ server }) => server)),
  ].flatMap((server) => (URL.canParse(server) ? [new URL(server).hostname] : []));
  const addresses = inventory.facts('apiEndpoint').map(({ address }) => address);
  return [
    {
      names: [...servers, ...addresses, 'kubernetes.default.svc', 'kube-apiserver'],
      leadsTo: [API_SERVER, ...servers, ...addresses],
    },
  ];
}
