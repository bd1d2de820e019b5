import type { Finding } from '../model/finding.ts';
import { managerInfo } from '../model/manager.ts';
import { refBase } from '../model/ref.ts';
import { roleInfo } from '../model/role.ts';
import type { Inventory } from '../snapshot/inventory.ts';
import type { Certificate } from '../x509/certificate.ts';
import { displayName } from './display-name.ts';
import type { InventoryEntry } from './inventory-entry.ts';
import type { Field, Section, Tone } from './section.ts';
import { relativeTime, rfc3339 } from './time.ts';
import { timelineSection } from './timeline.ts';

export interface DetailsOptions {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Columns that the timeline may take. */
  readonly width: number;
  readonly toneOf: (sha256: string) => Tone | undefined;
}

/** One certificate whole: what it says, its chain, where it stands, who needs it, and when each ends. */
export interface CertificateDetails {
  readonly fields: readonly Field[];
  readonly sections: readonly Section[];
}

export function certificateDetails(
  inventory: Inventory,
  entry: InventoryEntry,
  options: DetailsOptions,
): CertificateDetails {
  const path = pathOf(inventory, entry);
  return {
    fields: certificateFields(entry, options),
    sections: [
      chainSection(path, options),
      placementsSection(inventory, entry),
      consumersSection(inventory, entry),
      timelineSection(
        path.map((certificate) => ({ ...entry, certificate, role: roleIn(certificate, entry) })),
        options,
      ),
    ],
  };
}

/** What was found about the certificate, at any of its places. */
export function findingsAbout({ placements }: InventoryEntry, findings: readonly Finding[]): readonly Finding[] {
  const refs = new Set(placements.map(({ placement }) => placement.ref));
  return findings.filter(({ placement, also = [] }) =>
    [placement, ...also].some((ref) => refs.has(ref) || refs.has(refBase(ref))),
  );
}

function certificateFields({ certificate, first, role }: InventoryEntry, { now, toneOf }: DetailsOptions): Field[] {
  const { subject, issuer, dnsNames, ipAddresses, uris, notBefore, notAfter, publicKey } = certificate;
  const names = [...dnsNames, ...ipAddresses, ...uris];
  const tone = toneOf(certificate.sha256);
  const ends = notAfter < now ? 'expired' : 'expires';
  return [
    { label: 'subject', text: subject || 'empty' },
    { label: 'issuer', text: certificate.selfIssued ? 'itself' : issuer },
    ...(names.length > 0 ? [{ label: 'names', text: names.join(', ') }] : []),
    { label: 'valid from', text: `${rfc3339(notBefore)} (${relativeTime(notBefore, now)})` },
    { label: ends, text: `${rfc3339(notAfter)} (${relativeTime(notAfter, now)})`, ...(tone && { tone }) },
    { label: 'role', text: `${roleInfo(role).title}, ${first.layer} layer` },
    { label: 'renewed by', text: managerInfo(first.manager).title },
    { label: 'breaks', text: roleInfo(role).breaks },
    {
      label: 'key',
      text: `${publicKey.algorithm} ${publicKey.bits}, signed with ${certificate.signatureAlgorithm.name}`,
    },
    { label: 'serial', text: certificate.serialNumber },
    { label: 'fingerprint', text: certificate.sha256 },
  ];
}

/** The certificate and its issuers as they were seen beside it, or anywhere, up to a root or to where nothing is known. */
function pathOf(inventory: Inventory, { certificate, placements }: InventoryEntry): readonly Certificate[] {
  const chain = placements.find((placed) => placed.chain.includes(certificate))?.chain ?? [certificate];
  const path = chain.slice(chain.indexOf(certificate));
  for (let last = path.at(-1); last && !last.selfIssued; ) {
    const issuer: Certificate | undefined = inventory.withSubject(last.issuerRaw).find((one) => !path.includes(one));
    if (!issuer) break;
    path.push(issuer);
    last = issuer;
  }
  return path;
}

function roleIn(certificate: Certificate, entry: InventoryEntry): InventoryEntry['role'] {
  return certificate === entry.certificate ? entry.role : 'intermediate';
}

function chainSection(path: readonly Certificate[], { now, toneOf }: DetailsOptions): Section {
  const rows = path.map((certificate, index) => {
    const tone = toneOf(certificate.sha256);
    const what = certificate.selfIssued ? 'root' : certificate.isCA ? 'intermediate' : 'leaf';
    const cells = [
      String(index),
      what,
      displayName(certificate),
      relativeTime(certificate.notAfter, now),
      certificate.serialNumber,
    ];
    return { cells, ...(tone && { tone }) };
  });
  const last = path.at(-1);
  const open =
    last && !last.selfIssued ? [{ cells: ['', 'not seen', last.issuer, '', ''], tone: 'unknown' as const }] : [];
  const columns = ['#', 'WHAT', 'NAME', 'ENDS', 'SERIAL'].map((header) => ({ header }));
  return { title: 'Chain', columns, rows: [...rows, ...open] };
}

function placementsSection(inventory: Inventory, { placements }: InventoryEntry): Section {
  return {
    title: 'Where it stands',
    columns: ['ROLE', 'REF', 'SEEN'].map((header) => ({ header })),
    rows: placements.map(({ placement: { ref, role, seen } }) => ({
      cells: [roleInfo(role).title, ref, inventory.coverageOf(seen).at],
    })),
  };
}

function consumersSection(inventory: Inventory, { placements }: InventoryEntry): Section {
  const all = placements.flatMap((placed) => inventory.consumers(placed).map(({ name, how }) => [how, name] as const));
  const rows = [...new Map(all.map((pair) => [pair.join(' '), pair])).values()];
  return {
    title: 'Who breaks without it',
    columns: ['HOW', 'WHO'].map((header) => ({ header })),
    rows: rows.map(([how, name]) => ({ cells: [how === 'role' ? 'needs it' : how, name] })),
  };
}
