import type { KubeadmFact } from '../../../../src/core/model/facts.ts';
import type { Case } from '../case.ts';
import { DAY, makeCA, makeClient, makeServer, NOW, type World } from '../world.ts';

const SCHEDULER = '/etc/kubernetes/scheduler.conf';
const SCHEDULER_USER = `kubeconfig:${SCHEDULER}#users/system:kube-scheduler`;
const PKI = '/etc/kubernetes/pki';
const at = (days: number) => new Date(NOW + days * DAY).toISOString();
const kubeadm = { manager: 'kubeadm' } as const;

async function running(world: World, program: string, { started, modified, path = SCHEDULER }: Running) {
  world.place(SCHEDULER_USER, [await makeClient('CN=system:kube-scheduler')], { ...kubeadm, role: 'scheduler-client' });
  world.place(`file:${PKI}/apiserver.crt`, [await makeServer(['cp-1'])], { ...kubeadm, role: 'apiserver-serving' });
  world.place(`file:${PKI}/apiserver-etcd-client.crt`, [await makeClient('CN=kube-apiserver-etcd-client')], {
    ...kubeadm,
    role: 'apiserver-etcd-client',
  });
  const files = [{ path, ...(modified !== undefined && { modified: at(modified) }) }];
  world.fact('process', { program, pid: 7, started: at(started), files });
}

interface Running {
  readonly started: number;
  readonly modified?: number;
  readonly path?: string;
}

const row = (name: string, expires?: number): KubeadmFact['rows'][number] => ({
  name,
  missing: expires === undefined,
  ...(expires !== undefined && { expires: at(expires) }),
  externallyManaged: false,
});

async function opinion(
  world: World,
  rows: KubeadmFact['rows'],
  configuration: KubeadmFact['configuration'] = 'cluster',
) {
  world.place(`file:${PKI}/ca.crt`, [await makeCA('kubernetes')], { ...kubeadm, role: 'cluster-ca' });
  world.place(`file:${PKI}/apiserver.crt`, [await makeServer(['cp-1'])], { ...kubeadm, role: 'apiserver-serving' });
  world.place(`file:${PKI}/etcd/server.crt`, [await makeServer(['cp-1'])], { ...kubeadm, role: 'etcd-server' });
  world.place(SCHEDULER_USER, [await makeClient('CN=system:kube-scheduler')], { ...kubeadm, role: 'scheduler-client' });
  const contexts = [
    { name: 'of-old@kubernetes', cluster: 'kubernetes', user: 'of-old' },
    { name: 'scheduler@kubernetes', cluster: 'kubernetes', user: 'system:kube-scheduler' },
  ];
  world.fact('kubeconfig', {
    path: SCHEDULER,
    ...{ currentContext: 'scheduler@kubernetes', contexts, clusters: [], problems: [] },
  });
  world.fact('kubeadm', { certDir: PKI, configuration, rows }, 'kubeadm');
}

export const processCases: readonly Case[] = [
  {
    code: 'PROCESS_OLDER_THAN_FILE',
    title: 'sees a scheduler that holds the kubeconfig of before its renewal',
    build: (world) => running(world, 'kube-scheduler', { started: -60, modified: -1 }),
    expect: [
      {
        placement: SCHEDULER_USER,
        severity: 'warning',
        message: `kube-scheduler (process 7) started ${at(-60)}, before ${SCHEDULER} changed at ${at(-1)}: it holds the one of before until it is restarted`,
        fix: 'mv /etc/kubernetes/manifests/kube-scheduler.yaml /etc/kubernetes/',
        impact: /new pods stay Pending/,
      },
    ],
  },
  {
    code: 'PROCESS_OLDER_THAN_FILE',
    title: 'is information for what the API server reads anew at each connection',
    build: (world) =>
      running(world, 'kube-apiserver', { started: -60, modified: -1, path: `${PKI}/apiserver-etcd-client.crt` }),
    expect: [{ placement: `file:${PKI}/apiserver-etcd-client.crt`, severity: 'info' }],
  },
  {
    code: 'PROCESS_OLDER_THAN_FILE',
    title: 'sees a controller-manager that publishes the CA of before',
    build: async (world) => {
      world.place(`file:${PKI}/ca.crt`, [await makeCA('kubernetes')], { ...kubeadm, role: 'cluster-ca' });
      await running(world, 'kube-controller-manager', { started: -60, modified: -1, path: `${PKI}/ca.crt` });
    },
    expect: [
      { placement: `file:${PKI}/ca.crt`, severity: 'warning', impact: /^kube-root-ca.crt stays the CA of before/ },
    ],
  },
  {
    code: 'PROCESS_OLDER_THAN_FILE',
    title: 'leaves a serving pair to the handshake',
    build: (world) => running(world, 'kube-apiserver', { started: -60, modified: -1, path: `${PKI}/apiserver.crt` }),
    expect: [],
  },
  {
    code: 'PROCESS_OLDER_THAN_FILE',
    title: 'is silent about a process that started later, a file whose change is not known, and a copy elsewhere',
    build: async (world) => {
      await running(world, 'kube-scheduler', { started: -1, modified: -60 });
      await running(world, 'kube-scheduler', { started: -60 });
      await running(world, 'kube-scheduler', { started: -60, modified: -1, path: '/copy/scheduler.conf' });
    },
    expect: [],
  },
  {
    code: 'KUBEADM_DIFFERS',
    title: 'believes the file where kubeadm has another end',
    build: (world) => opinion(world, [row('apiserver', 200)]),
    expect: [
      {
        placement: `file:${PKI}/apiserver.crt`,
        severity: 'warning',
        message: `apiserver ends ${at(200)} as kubeadm has it, and ${at(80).replace('.000', '')} by its file; believe the file, file:${PKI}/apiserver.crt`,
      },
    ],
  },
  {
    code: 'KUBEADM_DIFFERS',
    title: 'says where kubeadm looks elsewhere',
    build: (world) => opinion(world, [row('scheduler.conf'), row('etcd-server')]),
    expect: [
      {
        placement: SCHEDULER_USER,
        message: `scheduler.conf is missing to kubeadm, and it is there; believe the file, ${SCHEDULER_USER}`,
      },
      { placement: `file:${PKI}/etcd/server.crt` },
    ],
  },
  {
    code: 'KUBEADM_DIFFERS',
    title: 'is silent within the minute of the text, about what neither has, and about etcd after a fallback',
    build: (world) =>
      opinion(
        world,
        [
          { ...row('apiserver'), missing: false, expires: at(80 - 0.0005) },
          row('etcd-server'),
          row('super-admin.conf'),
        ],
        'fallback',
      ),
    expect: [],
  },
  {
    code: 'KUBEADM_DIFFERS',
    title: 'is silent about other users of a kubeconfig, of which kubeadm reads the current one',
    build: async (world) => {
      const ofOld = `kubeconfig:${SCHEDULER}#users/of-old`;
      world.place(ofOld, [await makeClient('CN=of-old', { to: 20 })], { ...kubeadm, role: 'scheduler-client' });
      await opinion(world, [row('scheduler.conf', 265)]);
    },
    expect: [],
  },
  {
    code: 'KUBEADM_FALLBACK',
    title: 'explains what kubeadm calls missing',
    build: (world) => opinion(world, [row('apiserver', 80), row('etcd-peer'), row('etcd-ca')], 'fallback'),
    expect: [
      {
        placement: 'tool/kubeadm',
        severity: 'info',
        message:
          'kubeadm could not read its configuration from the cluster and took its defaults; it calls etcd-peer and etcd-ca missing, which an external etcd has not',
        fix: '--config kubeadm-config.yaml',
      },
    ],
  },
  {
    code: 'KUBEADM_FALLBACK',
    title: 'is silent where a configuration was read',
    build: (world) => opinion(world, [row('apiserver', 80)], 'file'),
    expect: [],
  },
  {
    code: 'SOURCE_UNREAD',
    title: 'is silent about a kubeadm that failed where the files were read',
    build: (world) => world.read('kubeadm', 'partial').read('kubeadm-files'),
    expect: [],
  },
  {
    code: 'SOURCE_UNREAD',
    title: 'counts a kubeadm that failed where the files could not be read either',
    build: (world) => world.read('kubeadm', 'partial').read('kubeadm-files', 'denied'),
    expect: [{ placement: 'source/kubeadm' }, { placement: 'source/kubeadm-files' }],
  },
];
