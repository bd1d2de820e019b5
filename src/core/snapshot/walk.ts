import type { Target } from '../model/target.ts';
import type { Inventory } from './inventory.ts';
import { hostRef, type Link, linksOf } from './links.ts';

/** A branch of the chain from what serves to what issues. */
export interface Branch {
  readonly ref: string;
  /** How the one above leads here; empty at a root. */
  readonly how: string;
  readonly children: readonly Branch[];
  /** It stands somewhere else in the tree with what is below it. */
  readonly again?: true;
}

/** What a target leads to, as trees from what serves down to what issues. */
export interface Walk {
  /** Refs of what was meant, to be marked. */
  readonly meant: ReadonlySet<string>;
  readonly roots: readonly Branch[];
  /** Trees beyond the limit, which are not among the roots. */
  readonly more: number;
}

type ObjectTarget = Extract<Target, { kind: 'object' }>;

/** Trees that are shown of one that leads up to many, as an issuer does. */
const MOST_ROOTS = 20;

/** Kinds that stand beside the way and are shown with what they hang on. */
const BESIDE = /^(?:host|pod|tls:\/)\//;

/**
 * Walks the chain both ways from a target: up to whatever shows or uses it, and down to what issues. A try (request,
 * order, challenge) stands for its Certificate, a Pod for the Secrets that it uses, a host for what serves it.
 */
export function walk(inventory: Inventory, target: Target): Walk {
  const meant = meantBy(inventory, target);
  const starts = [...new Set(meant.flatMap((each) => startsOf(inventory, each)))];
  const { up } = linksOf(inventory);
  const relevant = new Set([...starts, ...reach(starts, up, 'from'), ...reach(starts, linksOf(inventory).down, 'to')]);
  const heads = starts.flatMap((start) => headsOf(start, up, new Set()));
  const roots = [...new Set(heads)];
  return {
    meant: new Set(meant),
    roots: roots.slice(0, MOST_ROOTS).map((root) => grow(inventory, { ref: root, how: '', relevant, seen: new Set() })),
    more: Math.max(0, roots.length - MOST_ROOTS),
  };
}

/** Everything that a link of one direction leads to, over any distance. */
function reach(starts: readonly string[], links: ReadonlyMap<string, readonly Link[]>, end: 'from' | 'to'): string[] {
  const found = new Set<string>();
  const queue = [...starts];
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    for (const link of links.get(at) ?? []) {
      const next = link[end];
      if (found.has(next)) continue;
      found.add(next);
      queue.push(next);
    }
  }
  return [...found];
}

/** Where one gets by going up until nothing is above; a circle ends where it closes. */
function headsOf(at: string, up: ReadonlyMap<string, readonly Link[]>, seen: Set<string>): string[] {
  if (seen.has(at)) return [];
  seen.add(at);
  const above = (up.get(at) ?? []).filter(({ from }) => !isSigner(from));
  const heads = above.flatMap(({ from }) => headsOf(from, up, seen));
  return above.length > 0 ? heads : [at];
}

/** A CA's Secret is asked for by its own name: what the issuer above it signs is another tree. */
function isSigner(ref: string): boolean {
  return /^(?:cluster)?issuer\//.test(ref);
}

interface Growth {
  readonly ref: string;
  readonly how: string;
  readonly relevant: ReadonlySet<string>;
  readonly seen: Set<string>;
}

function grow(inventory: Inventory, { ref, how, relevant, seen }: Growth): Branch {
  if (seen.has(ref)) return { ref, how, children: [], again: true };
  seen.add(ref);
  const links = (linksOf(inventory).down.get(ref) ?? []).filter(({ to }) => relevant.has(to) || BESIDE.test(to));
  const children = links.map((link) => grow(inventory, { ref: link.to, how: link.how, relevant, seen }));
  return { ref, how, children };
}

/** Refs of the objects that a target names: with its namespace, or wherever one of that name is. */
function meantBy(inventory: Inventory, target: Target): string[] {
  if (target.kind === 'host') return [hostRef(target.host)];
  if (target.kind === 'address') return target.address.sni ? [hostRef(target.address.sni)] : [];
  if (target.kind !== 'object') return [];
  const { down, up } = linksOf(inventory);
  const known = [...new Set([...down.keys(), ...up.keys()])].filter((ref) => ref.startsWith(`${target.objectKind}/`));
  const exact = known.filter((ref) => ref === exactRef(target));
  return exact.length > 0 || target.elsewhere !== true
    ? exact
    : known.filter((ref) => ref.split('/').at(-1) === target.name);
}

function exactRef({ objectKind, name, namespace }: ObjectTarget): string {
  return `${objectKind}/${namespace === undefined ? '' : `${namespace}/`}${name}`;
}

/** From where the walk goes both ways. */
function startsOf(inventory: Inventory, meant: string): string[] {
  const { up } = linksOf(inventory);
  const above = (ref: string) => (up.get(ref) ?? []).map(({ from }) => from);
  const [kind = ''] = meant.split('/');
  if (TRIES.has(kind)) return climb(meant, up);
  if (kind === 'pod' || kind === 'host') return above(meant).length > 0 ? above(meant) : [meant];
  return [meant];
}

const TRIES: ReadonlySet<string> = new Set(['certificaterequest', 'order', 'challenge']);

function climb(ref: string, up: ReadonlyMap<string, readonly Link[]>): string[] {
  const [kind = ''] = ref.split('/');
  if (!TRIES.has(kind)) return [ref];
  const above = up.get(ref) ?? [];
  return above.length > 0 ? above.flatMap(({ from }) => climb(from, up)) : [ref];
}
