import type { Explored } from '../../../app/explore.ts';
import { LAYERS, type Layer } from '../../../core/model/layer.ts';
import { managerInfo } from '../../../core/model/manager.ts';
import { roleInfo } from '../../../core/model/role.ts';
import { displayName } from '../../../core/view/display-name.ts';
import { SORT_KEYS, type SortKey } from '../../../core/view/inventory.ts';
import type { InventoryEntry } from '../../../core/view/inventory-entry.ts';
import { relativeTime, rfc3339 } from '../../../core/view/time.ts';
import { type Cursor, moveCursor, START, showing } from '../cursor.ts';
import { type Line, line, type Span } from '../line.ts';
import { type Around, type ScreenKind, type Size, screenOf, type Update } from '../screen.ts';
import { headerLine, rowLine, type ScreenTable } from '../table.ts';
import { typeInto } from '../typing.ts';
import { chosenEntries, layerOf } from './atlas.ts';
import { openDetails } from './details-screen.ts';

interface ListState {
  readonly layer?: Layer | undefined;
  readonly filter: string;
  /** The filter is being typed; it holds at once. */
  readonly typing: boolean;
  readonly sort: SortKey;
  readonly cursor: Cursor;
}

interface ListRow {
  readonly entry: InventoryEntry;
  readonly now: number;
  readonly toneOf: Explored['toneOf'];
}

const TABLE: ScreenTable<ListRow> = {
  columns: [
    { header: 'IN', width: 9, cell: ({ entry, now }) => relativeTime(entry.certificate.notAfter, now) },
    { header: 'NAME', width: 24, grow: 2, cell: ({ entry }) => displayName(entry.certificate) },
    { header: 'ROLE', width: 20, grow: 1, cell: ({ entry }) => roleInfo(entry.role).title },
    { header: 'LAYER', width: 7, from: 100, cell: ({ entry }) => entry.first.layer },
    { header: 'RENEWED BY', width: 14, cell: ({ entry }) => managerInfo(entry.first.manager).title },
    { header: 'EXPIRES', width: 20, from: 120, cell: ({ entry }) => rfc3339(entry.certificate.notAfter) },
    { header: 'PLACES', width: 6, from: 140, cell: ({ entry }) => String(entry.placements.length) },
    { header: 'REF', width: 30, grow: 3, from: 150, cell: ({ entry }) => entry.first.ref },
  ],
  toneOf: ({ entry, toneOf }) => toneOf(entry.certificate.sha256),
};

/** All certificates, or a layer's; filtered while one types. */
const listScreen: ScreenKind<ListState> = {
  name: 'list',
  about:
    'Every certificate once, however many places hold it. ! is critical, * a warning, ? unknown. A filter is looked for in names, subjects, roles, managers and places; several words must all occur.',
  keys: [
    { intent: 'open', does: 'look at the certificate', short: 'look' },
    { intent: 'filter', does: 'filter; Enter keeps it, Esc drops it', short: 'filter' },
    { intent: 'sort', does: 'sort by the next of expiry, name, layer, manager, role', short: 'sort' },
    { intent: 'next-layer', does: 'the next layer', short: 'layer' },
    { intent: 'previous-layer', does: 'the layer before' },
    { intent: 'layer-1', does: 'the cluster layer' },
    { intent: 'layer-2', does: 'the ingress layer' },
    { intent: 'layer-3', does: 'the mesh layer' },
    { intent: 'layer-all', does: 'all layers' },
    { intent: 'down', does: 'next certificate' },
    { intent: 'up', does: 'certificate before' },
    { intent: 'refresh', does: 'read everything again' },
    { intent: 'page-down', does: 'a page down' },
    { intent: 'page-up', does: 'a page up' },
    { intent: 'top', does: 'first certificate' },
    { intent: 'bottom', does: 'last certificate' },
    { intent: 'copy', does: 'copy the command that lists the same', short: 'copy command' },
  ],
  title: (state, { world: { explored } }) => (explored ? titleOf(state, explored) : line(' Reading', { strong: true })),
  body: (state, { world: { explored }, size }) => (explored ? bodyOf(state, explored, size) : []),
  prompt: ({ typing, filter }) => (typing ? `/${filter}▏  Enter keeps the filter, Esc drops it` : undefined),
  type: (state, key) => {
    if (!state.typing) return undefined;
    const typed = typeInto(state.filter, key);
    if (typed?.is === 'text') return { state: { ...state, filter: typed.text, cursor: START } };
    if (typed?.is === 'accepted') return { state: { ...state, typing: false } };
    return typed && { state: { ...state, filter: '', typing: false, cursor: START } };
  },
  update: (state, intent, around) => update(state, intent, around),
};

export function openList({ layer, typing = false }: { readonly layer?: Layer; readonly typing?: boolean }) {
  return screenOf(listScreen, { layer, filter: '', typing, sort: 'expiry', cursor: START });
}

function update(
  state: ListState,
  intent: string,
  { world: { explored }, size }: Around,
): Update<ListState> | undefined {
  if (!explored) return undefined;
  if (intent === 'refresh') return { effects: [{ do: 'refresh' }] };
  const shown = entriesOf(state, explored);
  const moved = moveCursor(state.cursor, intent, { count: shown.length, height: listHeight(size) });
  if (moved) return { state: { ...state, cursor: moved } };
  const chosen = shown[state.cursor.at];
  const to = (change: Partial<ListState>) => ({ state: keepChosen({ ...state, ...change }, chosen, explored) });
  if (intent === 'open') return chosen && { open: openDetails({ sha256: chosen.certificate.sha256 }) };
  if (intent === 'filter') return { state: { ...state, typing: true } };
  if (intent === 'back' && state.filter !== '') return to({ filter: '' });
  if (intent === 'sort') return to({ sort: after(SORT_KEYS, state.sort, 1) });
  if (intent === 'layer-all') return to({ layer: undefined });
  if (intent === 'next-layer') return to({ layer: after(TABS, state.layer, 1) });
  if (intent === 'previous-layer') return to({ layer: after(TABS, state.layer, -1) });
  if (intent === 'copy')
    return { effects: [{ do: 'copy', text: commandOf(state) }], flash: `copied: ${commandOf(state)}` };
  const layer = layerOf(intent);
  return layer && to({ layer });
}

const TABS: readonly (Layer | undefined)[] = [undefined, 'cluster', 'ingress', 'mesh'];

function after<T>(all: readonly T[], one: T, step: number): T {
  return all[(all.indexOf(one) + step + all.length) % all.length] as T;
}

function entriesOf({ layer, filter, sort }: ListState, explored: Explored): readonly InventoryEntry[] {
  return chosenEntries(explored, layer, filter, sort);
}

/** The cursor stays on the certificate that it was on, wherever that now stands. */
function keepChosen(state: ListState, chosen: InventoryEntry | undefined, explored: Explored): ListState {
  const at = chosen ? entriesOf(state, explored).indexOf(chosen) : -1;
  return { ...state, cursor: at < 0 ? START : { at, top: Math.max(0, at - 5) } };
}

/** All but the header. */
function listHeight({ rows }: Size): number {
  return Math.max(1, rows - 1);
}

function titleOf(state: ListState, explored: Explored): Line {
  const shown = entriesOf(state, explored).length;
  const tabs = TABS.map((tab, index): Span => {
    const chosen = tab === state.layer;
    return {
      text: ` ${chosen ? '[' : ' '}${index} ${tab ?? 'all'}${chosen ? ']' : ' '}`,
      strong: chosen,
      ...(!chosen && { tone: 'muted' }),
    };
  });
  const filter = state.filter === '' || state.typing ? '' : `  filter: ${state.filter}`;
  return [...tabs, { text: `   ${shown} of ${explored.entries.length}, by ${state.sort}${filter}` }];
}

function bodyOf(state: ListState, explored: Explored, size: Size): readonly Line[] {
  const shown = entriesOf(state, explored);
  const height = listHeight(size);
  const { at, top } = showing(state.cursor, { count: shown.length, height });
  const rows = shown.slice(top, top + height).map((entry, index) => {
    const row = { entry, now: explored.opened.now, toneOf: explored.toneOf };
    return rowLine(TABLE, row, { width: size.columns, marked: top + index === at });
  });
  const empty = line(` no certificate${state.filter === '' ? ' in this layer' : ` has ${state.filter}`}`, {
    tone: 'muted',
  });
  return [headerLine(TABLE, size.columns), ...(rows.length > 0 ? rows : [empty])];
}

/** What lists the same without a screen. */
function commandOf({ layer, sort, filter }: ListState): string {
  const sorted = sort === 'expiry' ? '' : ` --sort-by ${sort}`;
  const words = filter.split(' ').filter((word) => /^[\w.*/:@-]+$/.test(word));
  const filtered = words.map((word) => ` | grep -i -- ${word}`).join('');
  return `kubectl certs layers${layer && LAYERS.includes(layer) ? ` ${layer}` : ''}${sorted}${filtered}`;
}
