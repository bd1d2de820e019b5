import type { Coverage } from '../model/coverage.ts';
import { managerInfo } from '../model/manager.ts';
import type { Placement } from '../model/placement.ts';
import { ref } from '../model/ref.ts';
import { roleInfo } from '../model/role.ts';
import type { Inventory, Placed } from '../snapshot/inventory.ts';
import { coverageNotes, coverageSection, coverageSummary } from './coverage.ts';
import { credentialLine } from './credential.ts';
import { displayName } from './display-name.ts';
import { hostDocuments, hostNotes, hostSection } from './hosts.ts';
import { inventoryDocument } from './inventory-document.ts';
import type { InventoryEntry } from './inventory-entry.ts';
import { layersGlance } from './layers-glance.ts';
import { mtlsDocument, mtlsSection } from './mtls.ts';
import { mtlsNotes } from './mtls-notes.ts';
import type { Column, Note, Report, Row, Section, Tone } from './section.ts';
import { count } from './text.ts';
import { relativeTime, rfc3339 } from './time.ts';
import { TIMELINE_LEGEND, timelineSection } from './timeline.ts';
import { viewpointNotes } from './viewpoint.ts';

/** The fields that may be sorted by. */
export const SORT_KEYS = ['expiry', 'name', 'layer', 'manager', 'role'] as const;
export type SortKey = (typeof SORT_KEYS)[number];

export interface InventoryViewOptions {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly sortBy?: SortKey;
  /** Only certificates that end within so many milliseconds from now, the expired ones among them. */
  readonly within?: number;
  /** Only these placements (by ref); undefined: all. */
  readonly selected?: ReadonlySet<string> | undefined;
  /** The workloads of meshes are shown whatever placements are selected. */
  readonly wholeMesh?: boolean;
  /** Severity of the worst finding about a certificate, for colour. */
  readonly toneOf?: ((sha256: string) => Tone | undefined) | undefined;
  /** `--timeline`: the columns that a drawing of the expiries, in place of the table, may take. */
  readonly timeline?: number | undefined;
}

/** `layers`: every certificate once, with what it is for, who renews it, where it stands and who needs it. */
export function viewInventory(inventory: Inventory, options: InventoryViewOptions): Report {
  const entries = listEntries(inventory, options);
  const chosen = inventory.placements.filter(({ placement }) => options.selected?.has(placement.ref) ?? true);
  const missing = chosen.filter(({ placement }) => placement.missing !== undefined);
  const headline = credentialLine(inventory, options.now);
  const { coverage } = inventory.snapshot;
  const hosts = hostSection(inventory, options);
  const mtls = mtlsSection(inventory, options);
  return {
    document: inventoryDocument(inventory, {
      entries,
      chosen,
      now: options.now,
      hosts: hostDocuments(inventory, options),
      mtls: mtlsDocument(inventory, options),
    }),
    names: [...new Set(entries.flatMap(({ placements }) => placements.map(({ placement }) => placement.ref)))],
    sections: [
      options.timeline === undefined
        ? certificateSection(entries, options)
        : timelineSection(entries, { ...options, width: options.timeline }),
      missingSection(missing),
      keySection(inventory, chosen),
      coverageSection(coverage),
      layersGlance(entries, coverage, options),
    ],
    notes: [
      ...emptyNote(entries, options),
      ...otherFilesNote(inventory, options),
      ...(options.timeline !== undefined && entries.length > 0 ? [TIMELINE_LEGEND] : []),
      ...missingNotes(missing),
      ...coverageNotes(coverage),
      ...hostNotes(inventory, options),
      ...mtlsNotes(inventory, options),
      ...viewpointNotes(inventory),
      summaryNote(entries, coverage),
    ],
    ...(headline !== undefined && { headline }),
    ...(hosts.rows.length > 0 && { hosts }),
    ...(mtls.rows.length > 0 && { mtls }),
  };
}

function summaryNote(entries: readonly InventoryEntry[], coverage: readonly Coverage[]): Note {
  return { tone: 'muted', text: `${count(entries.length, 'certificate')}; sources: ${coverageSummary(coverage)}` };
}

/** The certificates that are shown, each once, in the order that is asked for. */
export function listEntries(inventory: Inventory, options: InventoryViewOptions): InventoryEntry[] {
  const entries: InventoryEntry[] = [];
  for (const certificate of inventory.certificates.values()) {
    if (options.within !== undefined && certificate.notAfter > options.now + options.within) continue;
    const placements = inventory
      .placementsOf(certificate.sha256)
      .filter(({ placement }) => options.selected?.has(placement.ref) ?? isOfTheCluster(placement));
    const [first] = placements;
    if (!first) continue;
    const role = first.leaf === certificate ? first.placement.role : 'intermediate';
    const consumers = new Set(placements.flatMap((placed) => inventory.consumers(placed).map(({ name }) => name)));
    entries.push({ certificate, placements, first: first.placement, role, consumers: [...consumers] });
  }
  return entries.sort(orderOf(options.sortBy ?? 'expiry'));
}

/** Public roots are what clients trust, not what the cluster holds: they are judged by and not listed. */
function isOfTheCluster({ role }: Placement): boolean {
  return role !== 'public-root';
}

const byText = (text: (entry: InventoryEntry) => string) => (a: InventoryEntry, b: InventoryEntry) =>
  text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : byExpiry(a, b);

function byExpiry(a: InventoryEntry, b: InventoryEntry): number {
  return a.certificate.notAfter - b.certificate.notAfter || (a.first.ref < b.first.ref ? -1 : 1);
}

/** How entries are compared; each order falls back on the expiry, then on the ref. */
export function orderOf(key: SortKey): (a: InventoryEntry, b: InventoryEntry) => number {
  return ORDERS[key];
}

const ORDERS: Readonly<Record<SortKey, (a: InventoryEntry, b: InventoryEntry) => number>> = {
  expiry: byExpiry,
  name: byText(({ certificate }) => displayName(certificate)),
  layer: byText(({ first }) => first.layer),
  manager: byText(({ first }) => first.manager),
  role: byText(({ role }) => role),
};

const COLUMNS: readonly Column[] = [
  { header: 'LAYER' },
  { header: 'ROLE' },
  { header: 'NAME' },
  { header: 'EXPIRES' },
  { header: 'IN' },
  { header: 'MANAGER' },
  { header: 'PLACES' },
  { header: 'REF' },
  { header: 'ISSUER', wide: true },
  { header: 'KEY', wide: true },
  { header: 'NOT BEFORE', wide: true },
  { header: 'SERIAL', wide: true },
  { header: 'FINGERPRINT', wide: true },
  { header: 'USED BY', wide: true },
  { header: 'BREAKS', wide: true },
];

function certificateSection(entries: readonly InventoryEntry[], { now, toneOf }: InventoryViewOptions): Section {
  const rows = entries.map(({ certificate, placements, first, role, consumers }): Row => {
    const tone = toneOf?.(certificate.sha256) ?? (certificate.notAfter < now ? 'critical' : undefined);
    const cells = [
      first.layer,
      roleInfo(role).title,
      displayName(certificate),
      rfc3339(certificate.notAfter),
      relativeTime(certificate.notAfter, now),
      managerInfo(first.manager).title,
      String(placements.length),
      first.ref,
      certificate.issuer,
      `${certificate.publicKey.algorithm} ${certificate.publicKey.bits}`,
      rfc3339(certificate.notBefore),
      certificate.serialNumber,
      certificate.sha256,
      consumers.join('; '),
      roleInfo(role).breaks,
    ];
    return { cells, ...(tone && { tone }) };
  });
  return { title: 'Certificates', columns: COLUMNS, rows };
}

function missingSection(missing: readonly Placed[]): Section {
  return {
    title: 'Missing',
    columns: ['LAYER', 'ROLE', 'REF', 'REASON'].map((header) => ({ header })),
    rows: missing.map(({ placement }) => ({
      cells: [placement.layer, roleInfo(placement.role).title, placement.ref, placement.missing ?? ''],
      tone: 'warning',
    })),
  };
}

/** Key pairs without a certificate; a key beside its certificate is not listed again. */
function keySection(inventory: Inventory, chosen: readonly Placed[]): Section {
  const changed = new Map(inventory.facts('file').map(({ path, modified }) => [ref.file(path), modified]));
  return {
    title: 'Keys without a certificate',
    columns: ['LAYER', 'ROLE', 'REF', 'KEY', 'CHANGED', 'ID'].map((header) => ({ header })),
    rows: chosen.flatMap(({ placement, leaf }) => {
      const key = placement.key && !leaf ? inventory.key(placement.key) : undefined;
      if (!key) return [];
      const { layer, role, ref } = placement;
      return [
        { cells: [layer, roleInfo(role).title, ref, `${key.algorithm} ${key.bits}`, changed.get(ref) ?? '', key.spki] },
      ];
    }),
  };
}

function emptyNote(entries: readonly InventoryEntry[], { within }: InventoryViewOptions): Note[] {
  if (entries.length > 0) return [];
  const text = within === undefined ? 'No certificates found' : 'No certificates end within that time';
  return [{ tone: 'muted', text }];
}

/** What people bring with certificates, and what is in it. */
const OTHER_FILES: Readonly<Record<string, string>> = {
  crl: 'a revocation list',
  request: 'a certificate request, which is no certificate yet',
  key: 'a key without a certificate',
};

/** Named files that hold something else than certificates are not passed over in silence. */
function otherFilesNote(inventory: Inventory, { selected }: InventoryViewOptions): Note[] {
  if (selected === undefined || inventory.snapshot.scope.targets.length === 0) return [];
  const others = inventory.facts('file').flatMap(({ path, format }) => {
    const what = OTHER_FILES[format];
    const besideItsCertificate = format === 'key' && !inventory.placement(ref.file(path));
    return what === undefined || besideItsCertificate ? [] : [`${path} holds ${what}`];
  });
  const rest = others.length > 5 ? `, and ${others.length - 5} more` : '';
  return others.length > 0 ? [{ tone: 'muted', text: `${others.slice(0, 5).join(', ')}${rest}` }] : [];
}

function missingNotes(missing: readonly Placed[]): Note[] {
  if (missing.length === 0) return [];
  const some = missing.slice(0, 5).map(({ placement }) => `${placement.ref} (${placement.missing})`);
  const rest = missing.length > 5 ? `, and ${missing.length - 5} more (-o json lists all)` : '';
  return [{ tone: 'warning', text: `${count(missing.length, 'certificate')} missing: ${some.join(', ')}${rest}` }];
}
