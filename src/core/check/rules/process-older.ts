import type { ProcessFact, Seen } from '../../model/facts.ts';
import type { CodeDefinition } from '../../model/finding.ts';
import { refBase } from '../../model/ref.ts';
import { type RoleId, roleInfo } from '../../model/role.ts';
import { manualStep } from '../../model/step.ts';
import type { Placed } from '../../snapshot/inventory.ts';
import { draft } from '../draft.ts';
import { memo } from '../memo.ts';
import { restartComponent } from '../restart.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';

const PROCESS_OLDER: CodeDefinition = {
  code: 'PROCESS_OLDER_THAN_FILE',
  severity: 'warning',
  title: 'a process started before a file that it reads once was renewed',
  meaning:
    'The controller-manager and the scheduler read their kubeconfig at their start and keep it: a renewed file changes nothing for them until they are restarted, and they stop when the old certificate ends. What a process reads anew at each connection, such as the client pairs of the API server, is information: connections that are open go on with the old one. Serving pairs are not judged by this: a handshake shows what is served.',
  prove: [
    'ps -o pid,lstart,args -C kube-scheduler; stat -c %y /etc/kubernetes/scheduler.conf: the process is the older one',
    'crictl ps --name kube-scheduler: CREATED',
  ],
  fix: ['restart it: move its manifest out of /etc/kubernetes/manifests, wait until it is gone, move it back'],
  prevent: ['restart what holds a file in the run that renews it, and compare starts with file times afterwards'],
  source:
    'client-go rest.Config with inline data; etcd client/pkg/transport/listener.go; kubernetes/kubeadm issue 2409',
  since: '0.1.0',
};

/** What each program keeps from its start, and what it only keeps for open connections. */
interface Habits {
  readonly once: ReadonlySet<RoleId>;
  readonly perConnection: ReadonlySet<RoleId>;
}

const roles = (...ids: RoleId[]): ReadonlySet<RoleId> => new Set(ids);

/**
 * apiserver pkg/server/dynamiccertificates watches the serving pair, client CAs and the front-proxy pair. The
 * controller-manager reads --root-ca-file once: cmd/kube-controller-manager/app/certificates.go.
 */
const HABITS: Readonly<Record<string, Habits>> = {
  etcd: { once: roles('etcd-ca'), perConnection: roles() },
  'kube-apiserver': {
    once: roles('service-account-key', 'etcd-ca'),
    perConnection: roles('apiserver-kubelet-client', 'apiserver-etcd-client'),
  },
  'kube-controller-manager': {
    once: roles('controller-manager-client', 'service-account-key', 'cluster-ca'),
    perConnection: roles(),
  },
  'kube-scheduler': { once: roles('scheduler-client'), perConnection: roles() },
  kubelet: { once: roles('kubelet-client'), perConnection: roles() },
};

export const processOlder: Check = {
  id: 'process-older',
  title: 'processes hold the files that are there',
  codes: [PROCESS_OLDER],
  applies: ({ inventory }) => readings(inventory).length > 0,
  run: (input) => readings(input.inventory).flatMap((reading) => judge(input, reading)),
};

interface FileReading {
  readonly process: Seen<ProcessFact>;
  readonly placed: Placed;
  readonly path: string;
  /** Milliseconds since the epoch. */
  readonly modified: number;
  readonly once: boolean;
}

/** Files of processes that are at hand: paths of a copied folder, or of another root, are nobody's here. */
const readings = memo((inventory): readonly FileReading[] => {
  const byPath = Map.groupBy(
    inventory.placements.filter(({ placement }) => /^(?:file|kubeconfig):/.test(placement.ref)),
    ({ placement }) => pathOf(placement.ref),
  );
  return inventory.facts('process').flatMap((process) =>
    process.files.flatMap(({ path, modified }) => {
      const habits = HABITS[process.program];
      const placed = byPath.get(path)?.find(({ placement }) => isKept(habits, placement.role));
      if (!habits || !placed || modified === undefined) return [];
      return [{ process, placed, path, modified: Date.parse(modified), once: habits.once.has(placed.placement.role) }];
    }),
  );
});

function isKept(habits: Habits | undefined, role: RoleId): boolean {
  return habits !== undefined && (habits.once.has(role) || habits.perConnection.has(role));
}

function pathOf(placementRef: string): string {
  return refBase(placementRef)
    .replace(/^(?:file|kubeconfig):/, '')
    .replace(/#.*$/, '');
}

function judge({ inventory }: CheckInput, { process, placed, path, modified, once }: FileReading): Draft[] {
  const { program, pid, started, seen } = process;
  if (Date.parse(started) >= modified) return [];
  const changed = new Date(modified).toISOString();
  const { placement } = placed;
  const how = once
    ? 'it holds the one of before until it is restarted'
    : 'its open connections go on with the one of before';
  return [
    draft(PROCESS_OLDER, {
      severity: once ? 'warning' : 'info',
      layer: placement.layer,
      placement: placement.ref,
      message: `${program} (process ${pid}) started ${started}, before ${path} changed at ${changed}: ${how}`,
      evidence: [
        inventory.evidence(seen, `process ${pid} of ${program} started ${started}`),
        inventory.evidence(seen, `${path} changed at ${changed}`),
      ],
      impact: once
        ? impactFor(placement.role)
        : 'none while its connections stand, and new ones take the new certificate',
      fix: once
        ? restartComponent(inventory, program)
        : [manualStep('wait', 'nothing to do: its next connection takes the new one')],
    }),
  ];
}

function impactFor(role: RoleId): string {
  if (role === 'cluster-ca') {
    return 'kube-root-ca.crt stays the CA of before in every namespace: Pods refuse what the new one has signed';
  }
  return `when the certificate that it holds ends, ${roleInfo(role).breaks}`;
}
