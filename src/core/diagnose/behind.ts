import { codesImplied } from '../check/implied-causes.ts';
import type { Finding } from '../model/finding.ts';
import { LAYERS, type Layer } from '../model/layer.ts';
import { refBase, refKind } from '../model/ref.ts';
import type { Inventory } from '../snapshot/inventory.ts';
import { BEHIND_EDGES } from './behind-edges.ts';
import type { Candidate } from './candidate.ts';
import type { Playbook } from './playbook.ts';
import type { Root } from './rank.ts';
import { type StepRun, unreadOf } from './run-steps.ts';
import { RESTS_ON, SHOWN_BY } from './shown-by.ts';

/** What tells whether something unseen may stand behind a cause. */
export interface Seen {
  readonly inventory: Inventory;
  readonly findings: readonly Finding[];
  readonly playbooks: readonly Playbook[];
  readonly runs: readonly StepRun[];
}

/**
 * What could not be read and might show that a cause is only the effect of another one, or is none: by the edges that say
 * what explains its code, and the sources that show these. What is unread because of the very cause speaks for it.
 */
export function unreadBehind({ candidate, chain }: Root, seen: Seen): string[] {
  const deeper = deeperThan(candidate, seen);
  const itsDoing = unreadBecauseOf([candidate, ...chain, ...candidate.explains], seen);
  const shown = deeper.flatMap((code) => SHOWN_BY[code] ?? []);
  const sources = [...new Set([...shown, ...(RESTS_ON[candidate.code] ?? [])])];
  const inReach = layersOf(candidate);
  const said = seen.inventory.snapshot.coverage.filter(
    ({ source, layer }) =>
      sources.includes(source) && !itsDoing.has(source) && (inReach.has(layer) || OF_EVERY_LAYER.has(source)),
  );
  return [
    ...unreadOf([...new Set(said.map(({ source }) => source))], seen.inventory),
    ...askingFor(candidate, deeper, seen).flatMap(({ unread, wanted }) => [
      ...unread,
      ...wanted.map(({ why }) => `${why}: not read`),
    ]),
  ].filter((reason, index, all) => all.indexOf(reason) === index && !itsDoing.has(reason.split(':')[0] as string));
}

/** Sources that would show what explains a symptom, in the layers that it may come from. */
export function sourcesOf(playbooks: readonly Playbook[], { snapshot }: Inventory): string[] {
  const layers = new Set(playbooks.map(({ layer }) => layer));
  const codes = playbooks.flatMap(({ explainedBy, causes }) => [...explainedBy, ...causes.map(({ code }) => code)]);
  const shown = new Set(codes.flatMap((code) => SHOWN_BY[code] ?? []));
  return snapshot.coverage
    .filter(({ source, layer }) => layers.has(layer) || (shown.has(source) && OF_EVERY_LAYER.has(source)))
    .map(({ source }) => source);
}

/** Steps that would show what may stand behind something. */
export function stepsBehind(suspect: Suspect, seen: Seen): StepRun[] {
  return askingFor(suspect, deeperThan(suspect, seen), seen);
}

/** Of playbooks of its layer that are about it, or that alone know the cause. */
function askingFor({ code, layer }: Suspect, deeper: readonly string[], { runs }: Seen): StepRun[] {
  return runs.filter(({ playbook, step }) =>
    step.causes?.some((one) => {
      const isAbout = playbook.layer === layer && playbook.explainedBy.includes(code);
      const isItsOwn = playbook.causes.some((own) => own.code === one && isOf(layer, [own.layer, playbook.layer]));
      return deeper.includes(one) && (isAbout || isItsOwn);
    }),
  );
}

/** Whose layer is not known may be of any. */
function isOf(layer: Layer, layers: readonly Layer[]): boolean {
  return layer === 'none' || layers.includes(layer);
}

/** What something may stand behind: a candidate, or a finding that is none. */
export type Suspect = Pick<Candidate, 'code' | 'object' | 'also' | 'layer'>;

/** Sources that nobody can read because of one of these: of such a code, or for the reason of another that is. */
function unreadBecauseOf(codes: readonly { readonly code: string }[], { findings }: Seen): ReadonlySet<string> {
  const unread = findings.filter(({ code }) => code === 'SOURCE_UNREAD');
  const isIts = ({ explainedBy }: Finding): boolean =>
    explainedBy !== undefined &&
    (codes.some(({ code }) => code === explainedBy.code) ||
      unread.some((other) => other.placement === explainedBy.placement && isIts(other)));
  return new Set(unread.filter(isIts).map(({ placement }) => placement.split('/')[1] as string));
}

/** Sources that are about more than the layer they are listed in. */
const OF_EVERY_LAYER: ReadonlySet<string> = new Set(['secrets', 'configmaps', 'cabundles', 'pods', 'server-pods']);

/** The layer of a cause, and, where it stands in a Secret, that of the keepers of Secrets. */
function layersOf(candidate: Suspect): ReadonlySet<Layer> {
  if (candidate.layer === 'none') return new Set(LAYERS);
  return new Set<Layer>([candidate.layer, 'none', ...(isOfSecret(candidate) ? (['ingress'] as const) : [])]);
}

function isOfSecret({ object, also }: Suspect): boolean {
  return [object, ...also].some((place) => refKind(place) === 'secret' || refKind(place) === 'certificate');
}

/**
 * Codes that may explain it at once. What stands behind these in turn shows in them: where they could be read and were
 * not found, nothing does.
 */
function deeperThan(suspect: Suspect, { playbooks, inventory }: Seen): string[] {
  const { code, object } = suspect;
  const role = (inventory.placement(object) ?? inventory.placement(refBase(object)))?.placement.role;
  const edges = BEHIND_EDGES.filter(
    ({ effects, at, roles }) =>
      effects.includes(code) &&
      (!at || at.includes(refKind(object))) &&
      (!roles || (role !== undefined && roles.includes(role))),
  );
  const all = [
    ...(isOfSecret(suspect) ? codesImplied(code) : []),
    ...playbooks.flatMap(({ hides = [] }) => hides.flatMap((edge) => (edge.hidden === code ? [edge.cause] : []))),
    ...edges.flatMap(({ causes }) => causes),
  ];
  return [...new Set(all)];
}
