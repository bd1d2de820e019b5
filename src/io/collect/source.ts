import type { Layer } from '../../core/model/layer.ts';
import type { Observation } from '../../core/model/observation.ts';
import type { Ports } from '../ports/ports.ts';
import type { Reading, ReadingStart } from './reading.ts';
import type { Scope } from './scope.ts';

/** What a source needs to see everything: the minimal ClusterRole and the README's table come from it. */
export type Need =
  | {
      readonly kind: 'rbac';
      readonly group: string;
      readonly resource: string;
      readonly verb: 'get' | 'list' | 'create';
    }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'port'; readonly port: string }
  | { readonly kind: 'binary'; readonly name: string };

/** One entry of the catalogue: where certificates or facts about them come from. */
export interface Source {
  readonly id: string;
  readonly layer: Layer;
  readonly title: string;
  readonly needs: readonly Need[];
  /** Ids of sources whose observations it waits for. */
  readonly after?: readonly string[];
  /** Whether this run asks it at all. */
  readonly inScope: (scope: Scope) => boolean;
  /** The equivalent command, for a reading that failed before it began. */
  readonly command: string;
  /** What cannot be said when it fails before it began. */
  readonly unknown: string;
  readonly collect: (context: CollectContext) => Promise<void>;
}

/** What a source gets to work with. */
export interface CollectContext {
  readonly ports: Ports;
  readonly scope: Scope;
  /** Aborts when the source's deadline has passed or the user interrupts. */
  readonly signal: AbortSignal;
  /** Starts a reading; what is added to it survives a deadline. */
  begin(start: ReadingStart): Reading;
  /** Observations of a source named in `after`, once it has ended. */
  from(source: string): Promise<readonly Observation[]>;
  /** To be called with each answer: the deadline counts from the last one. */
  answered(): void;
  /** To be called while many things are asked one after the other: how many of them are done. */
  advanced(done: number, of: number): void;
}
