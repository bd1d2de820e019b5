import type { PlannedStep, SkippedTarget } from '../model/plan.ts';
import type { Policy } from '../model/policy.ts';
import type { Inventory, Placed } from '../snapshot/inventory.ts';

/** How static Pods are restarted: their manifests move away and back, or the container runtime ends their sandboxes. */
export const RESTART_WAYS = ['manifests', 'crictl'] as const;
export type RestartWay = (typeof RESTART_WAYS)[number];

/** What a person asked to have renewed, and what is known about it. */
export interface RenewalRequest {
  readonly inventory: Inventory;
  readonly policy: Policy;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** `all`, or only a time was given. */
  readonly all: boolean;
  /** Names that are no refs but a manager's own: `apiserver`, `admin.conf`. */
  readonly names: readonly string[];
  /** Refs of the placements that TARGETs name. */
  readonly refs: ReadonlySet<string>;
  /** Objects that TARGETs name, in any namespace where they name none. */
  readonly objects?: readonly { readonly kind: string; readonly name: string; readonly namespace?: string }[];
  /** `--expiring-within`, milliseconds: only what ends until then. */
  readonly within?: number;
  /** The folder of kubeadm's files on this machine, without a slash at its end. */
  readonly pkiDir: string;
  /** Kubeconfigs that are copies of admin.conf and are to be refreshed. */
  readonly refresh: readonly string[];
  /** Absent: by their manifests, and through crictl where these cannot be moved. */
  readonly restartWith?: RestartWay;
}

/** What one manager makes of a request. */
export interface PlanPart {
  readonly steps: readonly PlannedStep[];
  readonly skipped: readonly SkippedTarget[];
  /** Refs that it has spoken for, by a step or by a reason. */
  readonly spokenFor: ReadonlySet<string>;
}

/** Knows how one manager renews. A new manager is one file and one line in `make-plan.ts`. */
export interface PlanMaker {
  readonly id: string;
  /** Its own names for what it renews, accepted as TARGETs. */
  readonly names: readonly string[];
  readonly plan: (request: RenewalRequest) => PlanPart;
}

/** Whether a placement was asked for: by `all`, by its ref or by its manager's name for it, and ends in time. */
export function isChosen(request: RenewalRequest, { placement, leaf }: Placed, name?: string): boolean {
  const asked = request.all || request.refs.has(placement.ref) || (name !== undefined && request.names.includes(name));
  return asked && (request.within === undefined || leaf === undefined || endsWithin(request, leaf.notAfter));
}

/** @param notAfter milliseconds since the epoch */
export function endsWithin({ now, within = 0 }: Pick<RenewalRequest, 'now' | 'within'>, notAfter: number): boolean {
  return notAfter - now <= within;
}
