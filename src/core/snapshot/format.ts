import { EXIT, UserError } from '../model/error.ts';
import type { FactKind } from '../model/facts.ts';
import { SNAPSHOT_SCHEMA_VERSION, type Snapshot } from '../model/snapshot.ts';
import { MalformedCertificate, parseCertificate } from '../x509/certificate.ts';
import { FACT_SHAPES } from './fact-shapes.ts';
import { findLeaks } from './secret-scanner.ts';
import { findMisfit, isRecord, list, record } from './shape.ts';
import { SNAPSHOT_SHAPE } from './snapshot-shape.ts';

const KIND = 'Snapshot';
const API_VERSION = 'certs.kubectl.io/v1';

/**
 * The snapshot as text, one line for each top-level field's entry to keep diffs readable.
 * @throws UserError when something in it looks like a private key, token or password: nothing is written then
 */
export function printSnapshot(snapshot: Snapshot): string {
  const text = `${JSON.stringify({ apiVersion: API_VERSION, kind: KIND, ...snapshot }, null, 1)}\n`;
  const [leak] = findLeaks(text);
  if (leak) {
    const around = text.slice(0, leak.offset).match(/"ref": "[^"]*"(?![\s\S]*"ref": ")/)?.[0];
    throw new UserError(`the snapshot was not written: it holds what looks like ${leak.what}`, {
      exitCode: EXIT.failed,
      hints: [
        `it stands at byte ${leak.offset}${around ? `, after ${around}` : ''}`,
        'find the object that carries it (a name, an annotation or a message), remove it there, and take the snapshot again',
      ],
    });
  }
  return text;
}

/**
 * Reads a snapshot back. @param name of the file, for messages
 * @throws UserError (exit 65) when the text is cut off, is something else, or has a later schema
 */
export function readSnapshotText(text: string, name: string): Snapshot {
  const value = parseJson(text, name);
  if (!isRecord(value) || value.kind !== KIND)
    throw refuse(name, 'is no snapshot of kubectl certs', 'make one with: kubectl certs snapshot -f FILE');
  if (value.schemaVersion !== SNAPSHOT_SCHEMA_VERSION) {
    throw refuse(
      name,
      `has schema version ${JSON.stringify(value.schemaVersion)}, this program reads ${SNAPSHOT_SCHEMA_VERSION}`,
      'read it with the version of kubectl certs that wrote it, or a later one',
    );
  }
  const problem = findProblem(value);
  if (problem) throw refuse(name, `is damaged: ${problem}`, 'take the snapshot again, or ask for the file again');
  const { apiVersion: _apiVersion, kind: _kind, ...snapshot } = value;
  return snapshot as unknown as Snapshot;
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const cutOff = text.trimStart().startsWith('{') && !text.trimEnd().endsWith('}');
    throw refuse(
      name,
      cutOff ? 'is cut off: its end is missing' : 'is no snapshot: it is not JSON',
      cutOff ? 'copy the whole file again' : 'make one with: kubectl certs snapshot -f FILE',
      error,
    );
  }
}

/** Whether it can be worked on: the shape of all, and every statement refers to a reading and to certificates in it. */
function findProblem(value: Record<string, unknown>): string | undefined {
  const { certificates, facts } = value;
  if (!isRecord(certificates) || !isRecord(facts)) return 'certificates or facts are missing';
  return (
    findMisfit(value, SNAPSHOT_SHAPE, '') ??
    findBadFact(facts) ??
    findStray(value as unknown as Snapshot) ??
    findBadCertificate(certificates) ??
    findBadPlacement(value as unknown as Snapshot)
  );
}

/** Kinds of facts that a later version added are passed over by this one. */
function findBadFact(facts: Record<string, unknown>): string | undefined {
  for (const [kind, records] of Object.entries(facts)) {
    const shape = Object.hasOwn(FACT_SHAPES, kind) ? FACT_SHAPES[kind as FactKind] : record({});
    const misfit = findMisfit(records, list(shape), `facts.${kind}`);
    if (misfit) return misfit;
  }
  return undefined;
}

function findStray({ placements, handshakes, crls, tools, facts, coverage }: Snapshot): string | undefined {
  const statements: { seen: unknown; ref?: unknown }[] = [
    placements,
    handshakes,
    crls,
    tools,
    ...Object.values(facts),
  ].flat();
  const stray = statements.find(
    ({ seen }) => !Number.isInteger(seen) || Number(seen) < 0 || Number(seen) >= coverage.length,
  );
  return stray && `${JSON.stringify(stray.ref ?? 'a statement')} comes from no reading`;
}

function findBadCertificate(certificates: Record<string, unknown>): string | undefined {
  for (const [sha256, der] of Object.entries(certificates)) {
    if (typeof der !== 'string') return `certificate ${sha256} is no base64`;
    try {
      const actual = parseCertificate(Buffer.from(der, 'base64')).sha256;
      if (actual !== sha256) return `certificate ${sha256} has the fingerprint ${actual}`;
    } catch (error) {
      if (error instanceof MalformedCertificate) return `certificate ${sha256}: ${error.message}`;
      throw error;
    }
  }
  return undefined;
}

function findBadPlacement({ placements, certificates }: Snapshot): string | undefined {
  for (const { ref, chain } of placements) {
    const absent = chain.find((sha256) => !Object.hasOwn(certificates, sha256));
    if (absent !== undefined) return `${ref} names certificate ${absent}, which is not in the file`;
  }
  return undefined;
}

function refuse(name: string, what: string, hint: string, cause?: unknown): UserError {
  return new UserError(`${name} ${what}`, { exitCode: EXIT.unreadable, hints: [hint], cause });
}
