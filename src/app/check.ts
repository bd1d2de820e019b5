import { acceptances } from '../core/check/acceptance.ts';
import { check as judge, narrow } from '../core/check/check.ts';
import type { Finding, Status } from '../core/model/finding.ts';
import type { Layer } from '../core/model/layer.ts';
import type { Policy } from '../core/model/policy.ts';
import { ref, refBase } from '../core/model/ref.ts';
import type { Target } from '../core/model/target.ts';
import { type Selection, select } from '../core/snapshot/select.ts';
import { credentialLine } from '../core/view/credential.ts';
import { viewFindings } from '../core/view/findings.ts';
import type { Report } from '../core/view/section.ts';
import { viewpointNotes } from '../core/view/viewpoint.ts';
import { selectOrRefuse } from './layers.ts';
import type { Opened } from './open-inventory.ts';

/** The lowest status that makes `check` exit with other than 0. */
export const FAIL_ON = ['critical', 'unknown', 'warning', 'never'] as const;
export type FailOn = (typeof FAIL_ON)[number];

export interface CheckOptions {
  readonly targets: readonly Target[];
  readonly policy: Policy;
}

export interface Checked {
  readonly report: Report;
  readonly status: Status;
}

/** `check`: what is wrong with what was opened, by the policy. @throws UserError when a target names nothing */
export function check({ inventory, snapshot, now }: Opened, { targets, policy }: CheckOptions): Checked {
  const refs = selectOrRefuse(select(inventory, targets));
  const result = narrow(judge(inventory, policy, now), (finding) =>
    targets.length === 0 ? isOfLayers(finding, snapshot.scope.layers) : isAbout(finding, refs, targets),
  );
  const judged = inventory.placements.filter(({ placement }) =>
    refs ? refs.has(placement.ref) : placement.role !== 'public-root',
  );
  const certificates = new Set(judged.flatMap(({ placement }) => placement.chain)).size;
  const report = viewFindings(result, {
    now,
    takenAt: snapshot.takenAt,
    coverage: snapshot.coverage,
    acceptances: acceptances({ inventory, policy, now }, refs),
    headline: credentialLine(inventory, now),
    certificates,
    notes: viewpointNotes(inventory),
  });
  return { report, status: result.status };
}

/** Whether a finding concerns a layer that was asked for; what is in none was named itself. */
function isOfLayers({ code, layer }: Finding, layers: readonly Layer[]): boolean {
  return code === 'SOURCE_UNREAD' || layer === 'none' || layers.includes(layer);
}

/** Whether a finding concerns what was asked for. What could not be read concerns everything. */
function isAbout({ code, placement, also }: Finding, refs: Selection['refs'], targets: readonly Target[]): boolean {
  if (!refs || code === 'SOURCE_UNREAD') return true;
  const places = [placement, ...(also ?? [])];
  if (places.some((place) => refs.has(place) || refs.has(refBase(place)))) return true;
  return targets.some(
    (target) =>
      target.kind === 'object' && places.includes(ref.object(target.objectKind, target.name, target.namespace)),
  );
}

const EXIT_CODES: Readonly<Record<Status, number>> = { ok: 0, warning: 1, critical: 2, unknown: 3 };
const ORDER: readonly Status[] = ['ok', 'warning', 'unknown', 'critical'];

/** The exit code of a status: statuses below the threshold exit 0. */
export function exitCodeOf(status: Status, failOn: FailOn): number {
  if (failOn === 'never' || ORDER.indexOf(status) < ORDER.indexOf(failOn)) return 0;
  return EXIT_CODES[status];
}
