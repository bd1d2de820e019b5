import type { Inventory, Placed } from '../snapshot/inventory.ts';
import { exposition, type Metric, sampleIn } from './exposition.ts';

/** What a run of the renewal leaves for node_exporter. */
export interface RenewalOutcome {
  /** When it ended, milliseconds since the epoch. */
  readonly at: number;
  /** Of the command: 0 when everything that was due is renewed, or nothing was. */
  readonly exitCode: number;
  /** What was read when it was over; absent where nothing could be. */
  readonly inventory?: Inventory;
  /** What the run before left. */
  readonly before?: string;
}

const LAST_SUCCESS = 'kubectl_certs_renewal_last_success_timestamp_seconds';

/** The text of the file: last run, last success, exit code, and when each certificate of the node ends. */
export function renewalMetrics({ at, exitCode, inventory, before = '' }: RenewalOutcome): string {
  const now = Math.floor(at / 1000);
  const success = exitCode === 0 ? now : sampleIn(before, LAST_SUCCESS);
  const ending = certificatesOf(inventory);
  const renewed = ending.filter(({ labels }) => labels.manager === 'kubeadm').map(({ value }) => value);
  return exposition([
    gauge('kubectl_certs_renewal_last_run_timestamp_seconds', 'When the renewal of certificates ran last.', [
      { value: now },
    ]),
    gauge(LAST_SUCCESS, 'When it last ended with everything renewed that was due.', one(success)),
    gauge('kubectl_certs_renewal_last_exit_code', 'Exit code of the last run: 0 is success.', [{ value: exitCode }]),
    gauge(
      'kubectl_certs_node_earliest_expiry_timestamp_seconds',
      'When the first of the certificates ends that kubeadm made on this node.',
      one(renewed.length > 0 ? Math.min(...renewed) : undefined),
    ),
    gauge('kubectl_certs_node_certificate_expiry_timestamp_seconds', 'When a certificate of this node ends.', ending),
  ]);
}

function gauge(name: string, help: string, samples: Metric['samples']): Metric {
  return { name, help, type: 'gauge', samples };
}

function one(value: number | undefined): Metric['samples'] {
  return value === undefined ? [] : [{ value }];
}

/** Certificates in files and kubeconfigs of this machine; CAs too: nothing outlives its CA. */
function certificatesOf(inventory: Inventory | undefined) {
  return (inventory?.placements ?? []).filter(isOfNode).flatMap(({ placement: { ref, role, manager }, leaf }) => {
    return leaf ? [{ labels: { ref, role, manager }, value: Math.floor(leaf.notAfter / 1000) }] : [];
  });
}

function isOfNode({ placement: { ref, layer } }: Placed): boolean {
  return layer === 'cluster' && /^(file|kubeconfig):/.test(ref);
}
