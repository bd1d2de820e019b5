/** Which part of a long list is shown, and where its cursor stands. Plain numbers: rows are made for what is shown only. */
export interface Cursor {
  readonly at: number;
  /** The first row that is shown. */
  readonly top: number;
}

export const START: Cursor = { at: 0, top: 0 };

/** Moves of a list's cursor; undefined for any other intent. @param height rows that are shown */
export function moveCursor(cursor: Cursor, intent: string, { count, height }: Extent): Cursor | undefined {
  const target = MOVES[intent]?.(cursor.at, count, Math.max(1, height - 1));
  return target === undefined ? undefined : showing({ ...cursor, at: target }, { count, height });
}

export interface Extent {
  readonly count: number;
  readonly height: number;
}

/** Moved by as little as keeps the cursor in the list and in sight. */
export function showing({ at: wanted, top }: Cursor, { count, height }: Extent): Cursor {
  const at = Math.min(Math.max(0, wanted), Math.max(0, count - 1));
  const highest = Math.max(0, count - height);
  const lowest = Math.max(0, at - height + 1);
  return { at, top: Math.min(Math.max(lowest, Math.min(top, at)), highest) };
}

/** Scrolls text that has no cursor: the cursor is its first line. */
export function scroll(top: number, intent: string, { count, height }: Extent): number | undefined {
  const target = MOVES[intent]?.(top, count, Math.max(1, height - 1));
  return target === undefined ? undefined : Math.min(Math.max(0, target), Math.max(0, count - height));
}

type Move = (at: number, count: number, page: number) => number;

const MOVES: Readonly<Record<string, Move>> = {
  up: (at) => at - 1,
  down: (at) => at + 1,
  'page-up': (at, _count, page) => at - page,
  'page-down': (at, _count, page) => at + page,
  top: () => 0,
  bottom: (_at, count) => count - 1,
};
