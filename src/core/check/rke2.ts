import { manualStep, type Step } from '../model/step.ts';
import type { Placed } from '../snapshot/inventory.ts';

const FOLDER = 'file:/var/lib/rancher/rke2/server/tls/';

/**
 * The serving pairs that the controller-manager and the scheduler of RKE2 make for themselves, for a year, beside its own
 * certificates: its rotation leaves them out, and an upgrade waits for probes that verify them by these very files
 * (rancher/rke2 issue 3931).
 */
export function isProbedByRke2({ placement }: Placed): boolean {
  return (
    placement.ref.startsWith(FOLDER) &&
    (placement.role === 'controller-manager-serving' || placement.role === 'scheduler-serving')
  );
}

/** Who finds no pair at its start makes one. */
export function remakeOnRke2({ placement }: Placed): Step[] {
  const crt = placement.ref.slice('file:'.length);
  const component = placement.role === 'scheduler-serving' ? 'kube-scheduler' : 'kube-controller-manager';
  return [
    manualStep('remove', `move the pair away: ${component} makes another one at its start`, [
      ...['mv', crt, crt.replace(/\.crt$/, '.key'), '/root/'],
    ]),
    manualStep(
      'restart',
      `remove the container of ${component}, which the kubelet starts anew; one node after the other`,
      ['crictl', 'rm', '--force', `${component}-CONTAINER`],
      'restart',
    ),
  ];
}
