import { parseAddress } from '../x509/general-name.ts';

/** Names that a text holds, lower-case, as they may be compared with those of objects. */
export interface NamesInText {
  /** Names, hosts, addresses, `namespace/name`, `host:port`. */
  readonly names: ReadonlySet<string>;
  readonly namespaces: ReadonlySet<string>;
}

/** Words that many objects share: they name nobody. */
const COMMON = new Set(
  'default kubernetes kube-system localhost cluster.local svc pods secrets services nodes namespaces leases api apis http https error warning true false certificate certificates secret tls pod node service ingress github.com golang.org google.golang.org'.split(
    ' ',
  ),
);

/** Groups of APIs, and the paths of their source. */
const API_GROUP = /(?:^|\.)(?:k8s|kubernetes|x-k8s|cert-manager|istio|linkerd)\.io$/;

/** `certificate.cert-manager.io/app-tls`, as kubectl prints names. */
const KIND_AND_NAME =
  /(?<![\w/.:-])[a-z]+\.(?:apps|batch|(?:[a-z0-9-]+\.)*(?:k8s|cert-manager|istio|linkerd)\.io)\/([a-z0-9][a-z0-9.-]{1,252})/g;

/** Ends of names that look like a host's and are a file's or a type's. */
const NO_HOST =
  /\.(?:go|c|cc|crt|key|pem|ya?ml|conf|config|json|log|sock|sh|py|java|rs|js|ts|md|txt|secret|configmap)$/;

/** Names of hosts among those that a text holds: DNS names and addresses, without their ports. */
export function hostsAmong(names: ReadonlySet<string>): string[] {
  return [...names].filter((name) => /^[a-z0-9*-]+(?:\.[a-z0-9-]+)+$/.test(name) && !NO_HOST.test(name));
}

/** Groups of playbooks' patterns that hold a namespace; every other one is a name. */
const NAMESPACE_GROUPS = new Set(['namespace', 'ns']);

/**
 * Takes names from a text: what patterns' groups caught, URLs, `host:port`, quoted names, `kind/name`, `namespace/name`,
 * addresses and DNS names. A list of names that a certificate has is no name of the symptom.
 */
export function namesIn(text: string, groups: readonly Readonly<Record<string, string>>[]): NamesInText {
  const names = new Set<string>();
  const namespaces = new Set<string>();
  const add = (name: string | undefined) => {
    const word = name?.toLowerCase().replace(/^[."'[(]+|[.,:;"'\])]+$/g, '');
    if (word && word.length > 2 && !COMMON.has(word) && !API_GROUP.test(word)) names.add(word);
  };
  for (const group of groups) {
    for (const [kind, value] of Object.entries(group)) {
      if (NAMESPACE_GROUPS.has(kind)) namespaces.add(value.toLowerCase());
      else add(value);
    }
  }
  const plain = text.replace(/is valid for (?!any)[^\n]*?(?=,? (?:not|but) )/gi, '');
  for (const [, host, port, path] of plain.matchAll(/https?:\/\/(\[[^\]]+\]|[\w.-]+)(?::(\d+))?(\/[^\s"']*)?/g)) {
    add(host);
    if (host && port) add(`${host}:${port}`);
    namesOfPath(path ?? '', add, namespaces);
    serviceOf(host ?? '', add, namespaces);
  }
  for (const [, host, port] of plain.matchAll(/(?<![\w./-])([\w-]+(?:\.[\w-]+)+|\d+(?:\.\d+){3}):(\d{2,5})\b/g)) {
    add(host);
    add(`${host}:${port}`);
  }
  for (const [host] of plain.matchAll(/(?<![\w/.@-])(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)+(?![\w-])/gi)) {
    if (!isNumber(host)) add(host);
    serviceOf(host, add, namespaces);
  }
  for (const [, name] of plain.matchAll(KIND_AND_NAME)) add(name);
  for (const [, quoted] of plain.matchAll(/["'`]([\w./:*-]{3,253})["'`]/g)) add(quoted);
  for (const [, namespace, name] of plain.matchAll(
    /(?<![\w/.:-])([a-z0-9-]{2,63})\/([a-z0-9][a-z0-9.-]{2,253})(?![\w/])/g,
  )) {
    add(name);
    add(`${namespace}/${name}`);
    if (namespace) namespaces.add(namespace);
  }
  for (const [, kind, name] of plain.matchAll(
    /\b(?:pod|node|secret|ingress|service|csr|user|certificate|issuer)(s?) ([a-z0-9][a-z0-9.-]*[-.][a-z0-9.-]+)/gi,
  )) {
    void kind;
    add(name);
  }
  return { names, namespaces };
}

/** `/api/v1/namespaces/NS/pods/NAME`, `/containerLogs/NS/POD/CONTAINER`. */
function namesOfPath(path: string, add: (name: string | undefined) => void, namespaces: Set<string>): void {
  const [, namespace, name] =
    /\/namespaces\/([^/?]+)\/[a-z]+\/([^/?]+)/.exec(path) ??
    /\/(?:containerLogs|exec|run|attach|portForward)\/([^/?]+)\/([^/?]+)/.exec(path) ??
    [];
  add(name);
  if (namespace) {
    namespaces.add(namespace);
    if (name) add(`${namespace}/${name}`);
  }
}

/** `NAME.NAMESPACE.svc`. */
function serviceOf(host: string, add: (name: string | undefined) => void, namespaces: Set<string>): void {
  const [, name, namespace] = /^([a-z0-9-]+)\.([a-z0-9-]+)\.svc(?:\.|$)/i.exec(host) ?? [];
  if (!name || !namespace) return;
  add(name);
  add(`${name}.${namespace}.svc`);
  add(`${namespace}/${name}`);
  namespaces.add(namespace);
}

/** Versions and times look like names with points. */
function isNumber(word: string): boolean {
  return /^v?[\d.:TZ-]+$/i.test(word) && !parseAddress(word);
}
