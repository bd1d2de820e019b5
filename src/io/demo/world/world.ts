import type { Incident } from '../planting/form.ts';
import { Factory } from './factory.ts';
import { renderReferences } from './render.ts';

/** An incident at a moment: what a loader plants from. Nothing is made before it is asked for. */
export interface World {
  readonly incident: Incident;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly factory: Factory;
  /** The value with its references replaced. */
  render<T>(value: T): Promise<T>;
}

/** @param now milliseconds since the epoch; an incident that states its own now has that in the demo only */
export function createWorld(incident: Incident, now: number): World {
  const factory = new Factory(incident, now);
  return { incident, now, factory, render: (value) => renderReferences(value, factory, now) };
}
