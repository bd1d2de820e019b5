import type { Unseen } from '../../../core/model/observation.ts';
import type { Key, Placement } from '../../../core/model/placement.ts';
import { ref } from '../../../core/model/ref.ts';
import type { FileStat } from '../../ports/files.ts';
import type { Reading } from '../reading.ts';
import type { FileUnit, LocalFile } from './read-file.ts';

/** What a file's certificates are here. */
export type Part = Pick<Placement, 'layer' | 'role' | 'manager'>;

/** The private key's file when it is another one. */
export interface KeyFile {
  readonly key?: Key;
  readonly stat: FileStat;
}

export interface PlaceFileOptions {
  readonly part: Part;
  readonly keyFile?: KeyFile;
  /** Every certificate is a member of a trust bundle, numbered even when it is alone. */
  readonly anchors?: true;
}

/**
 * Adds what is in a file to a reading. A chain that is alone in its file is `file:PATH`; of several, and of the
 * members of a bundle, each ends in the position of its (first) certificate.
 */
export function placeFile(reading: Reading, file: LocalFile, options: PlaceFileOptions): void {
  addFileFact(reading, file);
  for (const der of file.crls) reading.crl(der);
  for (const key of file.keys) reading.key(key);
  const units = options.anchors ? anchorsOf(file) : file.units;
  const numbered = units.length > 1 || options.anchors;
  for (const unit of units) {
    reading.place({
      ref: numbered ? ref.member(ref.file(file.path), unit.index) : ref.file(file.path),
      ...options.part,
      chain: reading.chain(unit.chain.map(({ der }) => der)),
      ...(unit.bundle && { bundle: true }),
      ...keyOf(reading, unit, file, options),
    });
  }
  if (units.length === 0 && file.keys.length > 0) placeKey(reading, file, options.part);
}

function anchorsOf({ units }: LocalFile): FileUnit[] {
  return units.flatMap(({ index, chain }) =>
    chain.map((one, at) => ({ index: index + at, chain: [one], bundle: true })),
  );
}

/** A key without a certificate: the service accounts', or one whose certificate is elsewhere. */
function placeKey(reading: Reading, file: LocalFile, part: Part): void {
  const [key] = file.keys;
  reading.place({
    ref: ref.file(file.path),
    ...part,
    chain: [],
    key: key!.spki,
    ...(file.hasPrivateKey && { mode: octal(file.stat.mode) }),
  });
}

/** The key's public half and the permission bits of the file that holds it: the file's own, else the one beside it. */
function keyOf(
  reading: Reading,
  { key, bundle, index }: FileUnit,
  file: LocalFile,
  { keyFile, anchors }: PlaceFileOptions,
): Pick<Unseen<Placement>, 'key' | 'mode'> {
  if (anchors) return {};
  if (key !== undefined) return { ...known(reading, key), mode: octal(file.stat.mode) };
  // The first of several CAs is the one that signs (kubeadm, pkiutil.TryLoadCertAndKeyFromDisk).
  if (!keyFile || (bundle && index > 0)) return {};
  return { ...known(reading, keyFile.key), mode: octal(keyFile.stat.mode) };
}

function known(reading: Reading, key: Key | 'locked' | undefined): Pick<Unseen<Placement>, 'key'> {
  if (key === undefined || key === 'locked') return {};
  reading.key(key);
  return { key: key.spki };
}

/** What the file is, and whose. */
export function addFileFact(reading: Reading, { path, stat, format, hasPrivateKey, problems }: LocalFile): void {
  reading.fact('file', {
    path,
    format,
    mode: octal(stat.mode),
    uid: stat.uid,
    gid: stat.gid,
    modified: new Date(stat.modified).toISOString(),
    hasPrivateKey,
    ...(stat.linkTo !== undefined && { linkTo: stat.linkTo }),
    problems,
  });
}

/** `0600`. */
function octal(mode: number): string {
  return `0${(mode & 0o7777).toString(8).padStart(3, '0')}`;
}
