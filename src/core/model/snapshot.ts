import type { Coverage } from './coverage.ts';
import type { Facts } from './facts.ts';
import type { Handshake, ToolAnswer } from './handshake.ts';
import type { Layer } from './layer.ts';
import type { Key, Placement } from './placement.ts';

/** Raised with every change that an older reader would misread. */
export const SNAPSHOT_SCHEMA_VERSION = 1;

/** What was asked for when the snapshot was taken. */
export interface SnapshotScope {
  readonly context?: string;
  readonly clusterUID?: string;
  readonly node?: string;
  /** Empty: all namespaces. */
  readonly namespaces: readonly string[];
  readonly layers: readonly Layer[];
  /** TARGETs as typed. */
  readonly targets: readonly string[];
  /** `--host`: the name that served and stored chains are checked against. */
  readonly host?: string;
}

/** One cluster at one moment: plain, serialisable, public data; says what it could not see. */
export interface Snapshot {
  readonly schemaVersion: typeof SNAPSHOT_SCHEMA_VERSION;
  /** RFC 3339 UTC. */
  readonly takenAt: string;
  readonly tool: { readonly name: string; readonly version: string };
  readonly scope: SnapshotScope;
  /** DER in base64 by SHA-256 fingerprint. */
  readonly certificates: Readonly<Record<string, string>>;
  readonly crls: readonly { readonly der: string; readonly seen: number }[];
  readonly keys: readonly Key[];
  readonly placements: readonly Placement[];
  readonly facts: Facts;
  readonly handshakes: readonly Handshake[];
  readonly tools: readonly ToolAnswer[];
  readonly coverage: readonly Coverage[];
}
