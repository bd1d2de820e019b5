import { managerInfo } from '../model/manager.ts';
import { roleInfo } from '../model/role.ts';
import type { Snapshot } from '../model/snapshot.ts';
import type { Change } from '../snapshot/diff.ts';
import type { Certificate } from '../x509/certificate.ts';
import { API_VERSION, type Report, type Section, type Tone } from './section.ts';
import { count } from './text.ts';
import { rfc3339 } from './time.ts';

const TONES: Readonly<Record<Change['kind'], Tone>> = {
  renewed: 'ok',
  replaced: 'warning',
  added: 'info',
  lost: 'warning',
  unread: 'unknown',
};

/** `snapshot diff`: what was renewed, replaced, added, lost, and what could not be read again. */
export function viewDiff(changes: readonly Change[], before: Snapshot, after: Snapshot): Report {
  const section: Section = {
    title: 'Changes',
    columns: [
      ...['CHANGE', 'LAYER', 'ROLE', 'REF', 'ENDED', 'ENDS', 'MANAGER', 'DIFFERENCES'].map((header) => ({ header })),
      ...['SERIAL BEFORE', 'SERIAL AFTER'].map((header) => ({ header, wide: true as const })),
    ],
    rows: changes.map(({ kind, ref, placement, before: old, after: now, differences }) => ({
      cells: [
        kind,
        placement.layer,
        roleInfo(placement.role).title,
        ref,
        old ? rfc3339(old.notAfter) : '',
        now ? rfc3339(now.notAfter) : '',
        managerInfo(placement.manager).title,
        differences.join('; '),
        old?.serialNumber ?? '',
        now?.serialNumber ?? '',
      ],
      tone: TONES[kind],
    })),
  };
  const summary = [...Map.groupBy(changes, ({ kind }) => kind)].map(([kind, list]) => `${list.length} ${kind}`);
  const span = `between ${before.takenAt} and ${after.takenAt}`;
  return {
    document: {
      apiVersion: API_VERSION,
      kind: 'SnapshotDiff',
      before: { takenAt: before.takenAt, scope: before.scope },
      after: { takenAt: after.takenAt, scope: after.scope },
      changes: changes.map(({ kind, ref, placement, before: old, after: now, differences }) => ({
        change: kind,
        ref,
        layer: placement.layer,
        role: placement.role,
        manager: placement.manager,
        ...(old && { before: identify(old) }),
        ...(now && { after: identify(now) }),
        differences,
      })),
    },
    names: changes.map(({ ref }) => ref),
    sections: [section],
    notes: [
      {
        tone: 'muted',
        text:
          changes.length === 0
            ? `No changes ${span}`
            : `${count(changes.length, 'change')} ${span}: ${summary.join(', ')}`,
      },
    ],
  };
}

function identify({ sha256, subject, serialNumber, notAfter }: Certificate) {
  return { fingerprint: sha256, subject, serialNumber, notAfter: rfc3339(notAfter) };
}
