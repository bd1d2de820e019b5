import { parse } from 'yaml';
import type { Certificate } from '../../x509/certificate.ts';
import { problemsOf, readEncoded, readPlain } from './encoded.ts';
import { at, recordOf, recordsOf } from './json.ts';
import { metaOf } from './meta.ts';

/** The certificates of one data key of a ConfigMap. */
interface ConfigMapEntry {
  readonly key: string;
  readonly certificates: readonly Certificate[];
  readonly problems: readonly string[];
}

export interface ConfigMapContents {
  readonly namespace: string;
  readonly name: string;
  readonly entries: readonly ConfigMapEntry[];
  /** `requestheader-allowed-names`, where it is said. */
  readonly allowedNames?: readonly string[];
}

/** Data keys with certificates, or with PEM that does not read; `data` is text, `binaryData` base64. */
export function readConfigMap(object: unknown): ConfigMapContents | undefined {
  const meta = metaOf(object);
  if (!meta) return undefined;
  const values = [
    ...Object.entries(recordOf(at(object, 'data'))).map(([key, value]) => [key, readPlain(value)] as const),
    ...Object.entries(recordOf(at(object, 'binaryData'))).map(([key, value]) => [key, readEncoded(value)] as const),
  ];
  const entries = values.flatMap(([key, value]) => {
    if (value.kind === 'unreadable') return [{ key, certificates: [], problems: [`${key} ${value.problem}`] }];
    if (value.kind !== 'x509') return [];
    const certificates = value.contents.certificates.map(({ certificate }) => certificate);
    return [{ key, certificates, problems: problemsOf(value.contents).map((problem) => `${key}, ${problem}`) }];
  });
  return {
    namespace: meta.namespace,
    name: meta.name,
    entries: entries.filter(({ certificates, problems }) => certificates.length + problems.length > 0),
  };
}

/**
 * What the API server publishes for aggregated ones, with the names that may call them: a list in JSON
 * (k8s.io/apiserver pkg/server/options/authentication.go).
 */
export function readAuthentication(object: unknown): ConfigMapContents | undefined {
  const contents = readConfigMap(object);
  const names = at(object, 'data', 'requestheader-allowed-names');
  return contents && typeof names === 'string' ? { ...contents, allowedNames: readNames(names) } : contents;
}

function readNames(text: string): string[] {
  try {
    const names: unknown = JSON.parse(text);
    return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
  } catch {
    return [];
  }
}

/**
 * The CA that joining nodes are told to trust: `certificate-authority-data` of the kubeconfig in
 * kube-public/cluster-info (kubeadm's bootstrap discovery).
 */
export function readClusterInfo(object: unknown): ConfigMapContents | undefined {
  const meta = metaOf(object);
  const kubeconfig = at(object, 'data', 'kubeconfig');
  if (!meta || typeof kubeconfig !== 'string') return undefined;
  const entry = { key: 'kubeconfig', ...readClusters(kubeconfig) };
  return { namespace: meta.namespace, name: meta.name, entries: [entry] };
}

function readClusters(kubeconfig: string): Omit<ConfigMapEntry, 'key'> {
  try {
    const clusters = recordsOf(at(parse(kubeconfig), 'clusters'));
    const values = clusters.map(({ cluster }) => readEncoded(at(cluster, 'certificate-authority-data')));
    const contents = values.flatMap((value) => (value.kind === 'x509' ? [value.contents] : []));
    return {
      certificates: contents.flatMap(({ certificates }) => certificates.map(({ certificate }) => certificate)),
      problems: [
        ...values.flatMap((value) => (value.kind === 'unreadable' ? [`kubeconfig: the CA ${value.problem}`] : [])),
        ...contents.flatMap(problemsOf).map((problem) => `kubeconfig: the CA, ${problem}`),
      ],
    };
  } catch {
    return { certificates: [], problems: ['kubeconfig is not YAML'] };
  }
}
