import type { Effect } from './effects.ts';
import { type Action, reduce, type Ui } from './ui.ts';

/** Holds what is drawn; the reducer alone changes it. */
export interface Store {
  readonly get: () => Ui;
  readonly dispatch: (action: Action) => void;
  /** @returns ends it */
  readonly subscribe: (listener: () => void) => () => void;
}

/** @param perform carries out what a key asks of the world outside */
export function createStore(initial: Ui, perform: (effect: Effect) => void): Store {
  let ui = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => ui,
    dispatch: (action) => {
      const { ui: next, effects } = reduce(ui, action);
      if (next !== ui) {
        ui = next;
        for (const listener of listeners) listener();
      }
      for (const effect of effects) perform(effect);
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
