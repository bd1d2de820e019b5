import { PortFailure } from '../ports/failure.ts';
import { type KubeObject, type ListOptions, listCommand, listPath, resourceName } from './list.ts';
import type { Reading } from './reading.ts';
import type { CollectContext } from './source.ts';

/** Objects for each page: what bounds memory on large clusters. */
const PAGE_SIZE = 500;
const METADATA_ONLY = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json';

/** Gets one page's items; they are dropped when it returns, so it keeps only what it projects into the reading. */
export type OnItems<T> = (items: readonly T[], reading: Reading) => void;

interface Listing<T> {
  readonly context: CollectContext;
  readonly options: ListOptions;
  readonly onItems: OnItems<T>;
  readonly reading: Reading;
}

/**
 * Lists objects page by page, one reading for each list: one for each namespace asked for, or one for all of them.
 * Where listing all namespaces is denied, the context's namespace is read and the reading is `partial`. A failure
 * ends its reading with the state it deserves (`absent` when the server does not serve the kind) and never throws.
 * @throws only the signal's reason, and what onItems throws
 */
export async function listPages<T extends KubeObject>(
  context: CollectContext,
  options: ListOptions,
  onItems: OnItems<T>,
): Promise<readonly Reading[]> {
  const asked = options.namespaced ? (options.namespaces ?? context.scope.namespaces) : [];
  const readings: Reading[] = [];
  for (const namespace of asked.length > 0 ? asked : [undefined]) {
    const reading = context.begin({ command: listCommand(options, namespace), unknown: options.unknown });
    readings.push(reading);
    await listInto({ context, options, onItems, reading }, namespace);
  }
  return readings;
}

async function listInto<T extends KubeObject>(listing: Listing<T>, namespace: string | undefined): Promise<void> {
  const { context, options, reading } = listing;
  try {
    await listVersions(listing, namespace);
    reading.complete();
  } catch (error) {
    const failure = expectFailure(error, context.signal);
    if (failure.code === '404') reading.end('absent', `the server does not serve ${resourceName(options)}`);
    else if (failure.code === '403') await whenDenied(listing, namespace, failure);
    else reading.end(failure.state, failure.message);
  }
}

/** Tries each version until one is served. */
async function listVersions<T extends KubeObject>(listing: Listing<T>, namespace: string | undefined): Promise<void> {
  const versions = [...listing.options.versions];
  for (let version = versions.shift(); version !== undefined; version = versions.shift()) {
    try {
      return await readPages(listing, listPath(listing.options, version, namespace));
    } catch (error) {
      if (!(error instanceof PortFailure && error.code === '404' && versions.length > 0)) throw error;
    }
  }
}

/**
 * Follows `continue` tokens. An expired one answers 410 with a Status that carries a token for going on from the next
 * key in today's state (Kubernetes API Concepts, "Retrieving large results sets in chunks"): nothing is read twice.
 * A page that is too large to be read (huge Secrets) is asked for again in smaller ones.
 */
async function readPages<T extends KubeObject>(listing: Listing<T>, path: string): Promise<void> {
  const { context, options, reading } = listing;
  let token: string | undefined;
  let most = PAGE_SIZE;
  let pages = 0;
  for (let more = true; more; ) {
    const limit = Math.min(options.pageSize?.() ?? PAGE_SIZE, most);
    try {
      const page = await readPage<T>(context, options, path, { limit, token });
      listing.onItems(page.items, reading);
      token = page.next;
      more = token !== undefined;
      pages++;
    } catch (error) {
      const failure = expectFailure(error, context.signal);
      const next = failure.code === '410' ? tokenOf(failure.cause) : undefined;
      if (next !== undefined && next !== token) token = next;
      else if (failure.code === 'too-large' && limit > 1) most = Math.ceil(limit / 10);
      else if (pages === 0) throw failure;
      else return reading.end('partial', `the list broke off after ${pages} pages: ${failure.message}`);
    }
  }
}

async function readPage<T>(
  context: CollectContext,
  options: ListOptions,
  path: string,
  { limit, token }: { readonly limit: number; readonly token: string | undefined },
) {
  const { body } = await context.ports.kube.request({
    path,
    query: {
      limit: String(limit),
      ...(token !== undefined && { continue: token }),
      ...(options.labelSelector && { labelSelector: options.labelSelector }),
      ...(options.fieldSelector && { fieldSelector: options.fieldSelector }),
    },
    ...(options.metadataOnly && { accept: METADATA_ONLY }),
    signal: context.signal,
  });
  context.answered();
  const items = (body as { items?: unknown } | null)?.items;
  if (!Array.isArray(items)) throw new PortFailure('partial', `${path}: the answer is no Kubernetes list`);
  return { items: items as T[], next: tokenOf(body) };
}

function tokenOf(listOrStatus: unknown): string | undefined {
  const token = (listOrStatus as { metadata?: { continue?: unknown } } | null)?.metadata?.continue;
  return typeof token === 'string' && token !== '' ? token : undefined;
}

/** Denied for all namespaces: the context's is asked. Denied there too, or in a namespace asked for: `denied`. */
async function whenDenied<T extends KubeObject>(
  listing: Listing<T>,
  namespace: string | undefined,
  failure: PortFailure,
): Promise<void> {
  const { context, options, reading } = listing;
  if (!(await isServed(context, options))) {
    return reading.end('absent', `the server does not serve ${resourceName(options)}`);
  }
  if (namespace !== undefined || !options.namespaced) return reading.end('denied', failure.message);
  const own = (await context.ports.kube.connection()).namespace;
  try {
    await listVersions(listing, own);
    reading.end('partial', `${failure.message}; only the context's namespace ${own} was read`);
  } catch (error) {
    const second = expectFailure(error, context.signal);
    reading.end(second.state, `${failure.message}; in the context's namespace ${own}: ${second.message}`);
  }
}

/**
 * Authorization comes before routing, so a kind that does not exist is forbidden too. Discovery, which every
 * authenticated user may read, tells the two apart.
 */
async function isServed(context: CollectContext, { group, versions, resource }: ListOptions): Promise<boolean> {
  if (group === '') return true;
  for (const version of versions) {
    try {
      const { body } = await context.ports.kube.request({ path: `/apis/${group}/${version}`, signal: context.signal });
      context.answered();
      const resources = (body as { resources?: readonly { name: string }[] } | null)?.resources;
      if (resources?.some(({ name }) => name === resource) ?? true) return true;
    } catch (error) {
      if (expectFailure(error, context.signal).code !== '404') return true;
    }
  }
  return false;
}

/** Our own faults and the end of the wait are not this list's business. */
function expectFailure(error: unknown, signal: AbortSignal): PortFailure {
  if (signal.aborted || !(error instanceof PortFailure)) throw error;
  return error;
}
