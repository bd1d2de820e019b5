import type { NodeFactKinds } from '../../model/facts/node.ts';
import { ROLES } from '../../model/role.ts';
import { list, maybe, record, type Shape, wordsOf } from '../shape.ts';

const role = wordsOf(ROLES);
const text = maybe('text');
const texts = list('text');
const address = { address: 'text', port: 'number' } as const;

export const NODE_FACT_SHAPES = {
  kubeconfig: record({
    path: 'text',
    currentContext: text,
    contexts: list(record({ name: 'text', cluster: 'text', user: 'text', namespace: text })),
    clusters: list(record({ name: 'text', server: 'text', tlsServerName: text })),
    tokens: maybe(list(record({ user: 'text', notAfter: 'time', subject: text }))),
    problems: texts,
  }),
  file: record({
    path: 'text',
    format: 'text',
    mode: 'text',
    uid: 'number',
    gid: 'number',
    modified: 'time',
    hasPrivateKey: 'flag',
    linkTo: text,
    problems: texts,
  }),
  staticPod: record({
    component: 'text',
    manifest: 'text',
    files: texts,
    endpoints: list(record({ ...address, role, file: text, health: text })),
    clients: maybe(list(record({ role, certificate: 'text', key: 'text', ca: text, servers: list(record(address)) }))),
  }),
  process: record({
    program: 'text',
    pid: 'number',
    started: 'time',
    files: list(record({ path: 'text', modified: maybe('time') })),
  }),
  component: record({
    component: 'text',
    by: new Set(['process', 'pod', 'manifest']),
    object: 'text',
    flags: 'texts',
  }),
  etcdMember: record({ name: 'text', peerURLs: texts }),
  kubeadm: record({
    certDir: 'text',
    configuration: new Set(['cluster', 'file', 'fallback']),
    rows: list(record({ name: 'text', missing: 'flag', expires: maybe('time'), externallyManaged: 'flag' })),
  }),
  kubelet: record({
    ...address,
    config: 'text',
    servingFile: text,
    clientCAFile: text,
    rotates: 'flag',
    requestsServing: 'flag',
  }),
  acceptance: record({ server: 'text', serverRole: role, client: 'text', accepted: 'flag', answer: 'text' }),
  viewpoint: record({
    side: new Set(['control-plane-node', 'worker-node', 'pod', 'node-network', 'outside']),
    node: text,
    evidence: 'text',
    blind: texts,
  }),
} as const satisfies Readonly<Record<keyof NodeFactKinds, Shape>>;
