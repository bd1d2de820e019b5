import { componentRef, nodeAt, podsOf } from '../control-plane.ts';
import type { CauseDefinition, Judgement, Playbook, StepContext } from '../playbook.ts';
import { want } from '../requests.ts';
import { findingsStep, textStep } from '../steps.ts';

const ETCD_ANSWERS: CauseDefinition = {
  code: 'ETCD_ANSWERS',
  severity: 'critical',
  layer: 'cluster',
  fault: false,
  title: 'etcd answers, and refuses the request for a reason of its own',
  meaning:
    'Errors that begin with "etcdserver:" are answers: the connection stood, and so did the certificates of both sides. The database has reached its quota (then only reads and deletions are taken until the alarm is disarmed), the object is larger than a request may be, or more is asked than it keeps up with.',
  prove: [
    'etcdctl alarm list; etcdctl --cluster endpoint status -w table: DB SIZE beside --quota-backend-bytes',
    'the text says etcdserver: mvcc: database space exceeded, request is too large, or too many requests',
  ],
  fix: [
    'for the quota: compact, defragment one member after the other, then etcdctl alarm disarm',
    'for a request that is too large: keep the object smaller',
  ],
  verify: ['kubectl create --dry-run=server and a small write pass'],
  prevent: ['watch etcd_mvcc_db_total_size_in_bytes beside the quota'],
  source: 'etcd api/v3rpc/rpctypes/error.go; etcd.io, Maintenance: Space quota',
  since: '0.1.0',
};

const ETCD_SLOW: CauseDefinition = {
  code: 'ETCD_SLOW',
  severity: 'warning',
  layer: 'cluster',
  fault: false,
  title: 'etcd is slow: its disk, its network or its load',
  meaning:
    'A member says itself that a write to its disk, a heartbeat or a request took longer than it should. Requests time out, and leaders change. Members that refuse each other for their certificates say so in other words: rejected connection, tls, x509.',
  prove: [
    'the log says: slow fdatasync, apply request took too long, leader failed to send out heartbeat on time',
    'etcd_disk_wal_fsync_duration_seconds: its 99th percentile stays below 10 ms where the disk is fast enough',
  ],
  fix: ['give etcd a disk of its own that is fast enough, and see what else writes to it'],
  verify: ['the log says so no more'],
  prevent: ['alert on etcd_disk_wal_fsync_duration_seconds and etcd_server_leader_changes_seen_total'],
  source: 'etcd.io, FAQ: What does the etcd warning ... mean; Hardware recommendations',
  since: '0.1.0',
};

const SLOW = /slow fdatasync|took too long|failed to send out heartbeat on time|server is likely overloaded/i;

/** What etcd says of requests that it has read; `no leader` and timeouts may still come of peers that refuse each other. */
const ANSWER = /etcdserver: (?:mvcc: database space exceeded|request is too large|too many requests)|alarm:NOSPACE/i;

const EXPLAINED_BY = [
  'CERT_EXPIRED',
  'CHAIN_EXPIRED',
  'CLIENT_REFUSED',
  'CHAIN_UNTRUSTED',
  'ISSUER_REPLACED',
  'NAME_NOT_COVERED',
  'SERVED_DIFFERS_FROM_STORED',
  'PROCESS_OLDER_THAN_FILE',
  'KEY_MISMATCH',
  'CERT_NOT_YET_VALID',
  'API_NOT_READY',
];
const ROLES = ['etcd-server', 'etcd-peer', 'etcd-ca', 'apiserver-etcd-client', 'etcd-healthcheck-client'] as const;
/** Where members of kubeadm's etcd speak to each other. */
const PEER_PORT = 2380;

/** etcd's members, or the API server and etcd, refuse each other. */
export const etcd: Playbook = {
  id: 'etcd',
  layer: 'cluster',
  title: 'etcd refuses connections: of its members, of the API server, or of a backup',
  patterns: [
    /keys: failed to verify client certificate/i,
    /rejected connection (?:on|from) (?:peer|client)?[^\n]*/i,
    /"remote-addr":"(?<host>[\w.-]+):\d+"[^\n]*(?:x509|tls|certificate)/i,
    /prober detected unhealthy status|remote-peer-id|rafthttp|raft/i,
    /etcdserver|etcdctl|\betcd\b[^\n]*(?:x509|tls|certificate|member|peer|unhealthy|quorum|refus)/i,
    /:(?:2379|2380)\b/,
  ],
  explainedBy: EXPLAINED_BY,
  roles: ROLES,
  reads: ['kubeadm-files', 'node-handshakes', 'nodes'],
  causes: [ETCD_ANSWERS, ETCD_SLOW],
  steps: [
    textStep({
      id: 'answer',
      question: 'Is it an answer of etcd itself, or does it say that it is slow?',
      command: () => 'etcdctl alarm list; etcdctl --cluster endpoint status -w table',
      sources: [],
      clues: [
        {
          code: ETCD_ANSWERS.code,
          pattern: ANSWER,
          from: ['symptom'],
          object: (_groups, _saying, { inventory }) => componentRef(inventory, 'etcd'),
          message: (_groups, { text }) =>
            `etcd answers, and refuses for a reason of its own: ${ANSWER.exec(text)?.[0]}`,
        },
        {
          code: ETCD_SLOW.code,
          pattern: SLOW,
          from: ['symptom'],
          object: (_groups, _saying, { inventory }) => componentRef(inventory, 'etcd'),
          message: (_groups, { text }) => `etcd says itself that it is slow: ${SLOW.exec(text)?.[0]}`,
        },
      ],
    }),
    findingsStep({
      id: 'files',
      question: 'Are the certificates of etcd on this node in their time and of one CA?',
      command: 'kubeadm certs check-expiration | grep etcd',
      codes: EXPLAINED_BY,
      roles: [...ROLES],
      sources: ['kubeadm-files', 'node-handshakes'],
    }),
    {
      id: 'members',
      question: 'What does each member serve to the others? One node tells only of itself.',
      command: () =>
        'for n in MEMBER...; do openssl s_client -connect $n:2380 </dev/null | openssl x509 -noout -enddate; done',
      sources: ['nodes', 'probes'],
      causes: ['CERT_EXPIRED'],
      wants: (context) =>
        members(context).flatMap(({ address }) =>
          [PEER_PORT, PEER_PORT - 1].map((port) =>
            want.handshake({ address, port }, `what the etcd member at ${address} serves`),
          ),
        ),
      judge: (context) => members(context).flatMap((member) => judge(context, member)),
    },
    {
      id: 'log',
      question: 'Whom do the members refuse?',
      command: () => 'kubectl -n kube-system logs etcd-NODE --tail=100 | grep -i reject',
      sources: ['pod-logs'],
      wants: ({ inventory }) =>
        podsOf(inventory, 'etcd')
          .slice(0, 3)
          .map(({ namespace, name }) => want.podLog({ namespace, pod: name }, 'whom etcd refuses')),
      judge: () => [],
    },
  ],
  hides: [
    { cause: 'CERT_EXPIRED', hidden: 'CLIENT_REFUSED' },
    { cause: 'CERT_EXPIRED', hidden: 'API_NOT_READY' },
  ],
  next: [
    { title: 'Is the quorum there?', command: 'etcdctl --cluster endpoint status -w table' },
    { title: 'Is the disk fast enough?', command: 'kubectl -n kube-system logs etcd-NODE | grep -i "took too long"' },
  ],
};

/** Control-plane nodes; kubeadm's stacked etcd has a member on each. */
function members({ inventory }: StepContext): { node: string; address: string }[] {
  return inventory.facts('node').flatMap(({ name, addresses, controlPlane }) => {
    const address = addresses.find(({ type }) => type === 'InternalIP')?.address;
    return controlPlane && address !== undefined ? [{ node: name, address }] : [];
  });
}

/** A member that serves something expired at its peer port is told apart from one that is in order. */
function judge({ inventory, now }: StepContext, { node, address }: { node: string; address: string }): Judgement[] {
  const placed = inventory.placement(`tls://${address}:${PEER_PORT}`);
  if (!placed?.leaf) return [];
  const evidence = [
    inventory.evidence(
      placed.placement.seen,
      `${placed.placement.ref} serves a certificate that ends ${new Date(placed.leaf.notAfter).toISOString()}`,
    ),
  ];
  if (placed.leaf.notAfter >= now) {
    return [
      {
        is: 'rules-out',
        code: 'CERT_EXPIRED',
        object: placed.placement.ref,
        why: `the peer certificate of ${nodeAt(inventory, node) ?? node} is in its time`,
        evidence,
      },
    ];
  }
  return [
    {
      is: 'supports',
      code: 'CERT_EXPIRED',
      object: placed.placement.ref,
      also: [`pod/kube-system/etcd-${node}`],
      message: `the peer certificate of the etcd member on ${node} has expired, and the other members refuse it`,
      evidence,
      impact: 'the member falls behind; with the next one the quorum is lost, and the API server with it',
      fix: [
        {
          id: 'snapshot',
          kind: 'manual',
          title: 'take a snapshot from a healthy member first',
          command: ['etcdctl', 'snapshot', 'save', 'backup.db'],
          risk: 'none',
        },
        {
          id: 'renew',
          kind: 'manual',
          title: `on ${node} alone, renew the peer certificate`,
          command: ['kubeadm', 'certs', 'renew', 'etcd-peer'],
          risk: 'none',
        },
        {
          id: 'restart',
          kind: 'manual',
          title: `restart the etcd static Pod of ${node}, and wait until it has caught up`,
          command: ['mv', '/etc/kubernetes/manifests/etcd.yaml', '/etc/kubernetes/'],
          risk: 'restart',
        },
      ],
      verify: [
        {
          id: 'served',
          kind: 'manual',
          title: 'the peer port shows a later end',
          command: ['openssl', 's_client', '-connect', `${address}:${PEER_PORT}`],
          risk: 'none',
        },
        {
          id: 'raft',
          kind: 'manual',
          title: 'the raft indexes meet; no other member is restarted before',
          command: ['etcdctl', '--cluster', 'endpoint', 'status', '-w', 'table'],
          risk: 'none',
        },
      ],
    },
    {
      is: 'misleads',
      object: placed.placement.ref,
      message: 'the client ports and the health of the API server are green',
      why: 'the quorum holds without the member, and the peer port has a certificate of its own',
    },
  ];
}
