import { basename, join } from 'node:path';
import { EXIT, UserError } from '../../../core/model/error.ts';
import { ref } from '../../../core/model/ref.ts';
import { managerFor } from '../../../core/parse/distribution.ts';
import { placeKubeconfig } from '../cluster/kubeconfig-entries.ts';
import type { CollectContext, Source } from '../source.ts';
import { type CatalogueFile, KUBECONFIG_ROLES, type Tree } from './catalogue.ts';
import { FileReadings } from './file-readings.ts';
import { isKubeletOwn } from './kubelet-own.ts';
import { addFileFact, type KeyFile, type Part, placeFile } from './place-file.ts';
import type { LocalFile } from './read-file.ts';
import { expectationsOf } from './tree-expectations.ts';
import { walkFolder } from './walk.ts';

/** Unknown files of a tree: deeper and more than any installer makes. */
const WALK = { depth: 4, most: 2_000 };

export interface TreeOptions {
  /** The tree for this run. */
  readonly tree: (scope: CollectContext['scope']) => Tree;
  /** Whether its absence is worth a line. */
  readonly sayAbsent: boolean;
  readonly inScope: Source['inScope'];
}

/** A source that reads one tree of the catalogue, known files first, then whatever else is in its folders. */
export function treeSource(known: Tree, { tree, sayAbsent, inScope }: TreeOptions): Source {
  const unknown = `the certificates and keys under ${known.root}`;
  return {
    id: known.id,
    layer: 'cluster',
    title: known.title,
    needs: [{ kind: 'file', path: known.root }],
    inScope: (scope) => scope.layers.includes('cluster') && inScope(scope),
    command: known.command,
    unknown,
    collect: async (context) => {
      const wanted = tree(context.scope);
      const stat = await context.ports.files.stat(wanted.root);
      if (stat?.kind === 'directory') return readTree(context, wanted);
      if (context.scope.pkiDirGiven) throw notThere(wanted.root, stat !== undefined);
      if (sayAbsent) {
        const reason = `${wanted.root}: no such directory: there are no ${wanted.title} on this machine`;
        context.begin({ command: wanted.command, unknown }).end('absent', reason);
      }
    },
  };
}

function notThere(root: string, exists: boolean): UserError {
  return new UserError(`--pki-dir ${root}: ${exists ? 'is no directory' : 'no such directory'}`, {
    exitCode: EXIT.usage,
    hints: ['give the folder that has pki/ca.crt (as /etc/kubernetes has) or ca.crt itself'],
  });
}

interface TreeRun {
  readonly tree: Tree;
  /** Where its certificates are. */
  readonly folder: string;
  readonly readings: FileReadings;
  readonly context: CollectContext;
  /** Paths that have been spoken for. */
  readonly seen: Set<string>;
  readonly isExpected: Awaited<ReturnType<typeof expectationsOf>>;
}

async function readTree(context: CollectContext, tree: Tree): Promise<void> {
  const readings = new FileReadings(context, {
    command: tree.command,
    unknown: `the certificates and keys under ${tree.root}`,
  });
  const folder = await certificateFolder(tree, readings);
  const isExpected = await expectationsOf({ root: tree.root, folder }, (path) => readings.exists(path));
  const run: TreeRun = { tree, folder, readings, context, seen: new Set(), isExpected };
  for (const file of tree.files) await readKnown(run, file);
  for (const { path, expected } of tree.kubeconfigs) {
    const at = join(tree.root, path);
    await readKubeconfig(run, at);
    if ((await isExpected(expected)) && (await readings.isAbsent(at)))
      missing(run, at, partOf(run, roleOfKubeconfig(at)));
  }
  await readRest(run);
  readings.end(`${tree.root}: there is no certificate in it`);
}

async function certificateFolder({ root, folders }: Tree, readings: FileReadings): Promise<string> {
  if (await readings.exists(join(root, 'ca.crt'))) return root;
  for (const folder of folders) if (await readings.exists(join(root, folder))) return join(root, folder);
  return root;
}

async function readKnown(run: TreeRun, known: CatalogueFile): Promise<void> {
  const { readings, folder, seen } = run;
  const path = join(folder, known.path);
  seen.add(path);
  const expected = await run.isExpected(known.expected);
  const file = await readings.file(path);
  const keyPath = known.key !== undefined && known.key !== known.path ? join(folder, known.key) : undefined;
  const keyFile = keyPath === undefined ? undefined : await readKey(run, keyPath);
  const part = partOf(run, roleIn(file, known.role));
  if (file) placeFile(readings.reading, file, { part, ...(keyFile && { keyFile }) });
  else if (expected && (await readings.isAbsent(path))) missing(run, path, part);
  const keyIsMissed = file && keyPath !== undefined && !keyFile && expected && !known.keyMayBeAway;
  if (keyIsMissed) missing(run, keyPath, part);
}

/** kubelet.crt is what the kubelet made for itself, unless somebody put a signed one in its place. */
function roleIn(file: LocalFile | undefined, role: CatalogueFile['role']): CatalogueFile['role'] {
  const leaf = file?.units[0]?.chain[0];
  return role === 'kubelet-serving-self-signed' && leaf && !isKubeletOwn(leaf) ? 'kubelet-serving' : role;
}

function partOf({ tree }: TreeRun, role: Part['role']): Part {
  return { layer: 'cluster', role, manager: managerFor(tree.distribution, role) };
}

function missing({ readings }: TreeRun, path: string, part: Part): void {
  readings.reading.place({ ref: ref.file(path), ...part, chain: [], missing: `${path}: no such file` });
}

/** A key that may not be read is there all the same, and its mode is known. */
async function readKey({ readings, context, seen }: TreeRun, path: string): Promise<KeyFile | undefined> {
  seen.add(path);
  const file = await readings.file(path);
  if (!file) {
    const stat = (await readings.exists(path)) ? await context.ports.files.stat(path) : undefined;
    return stat && { stat };
  }
  addFileFact(readings.reading, file);
  const [first] = file.units;
  const key = file.keys[0] ?? (first?.key === 'locked' ? undefined : first?.key);
  return { stat: file.stat, ...(key && { key }) };
}

function roleOfKubeconfig(path: string): Part['role'] {
  return KUBECONFIG_ROLES[basename(path)] ?? 'user-client';
}

async function readKubeconfig(run: TreeRun, path: string): Promise<void> {
  const { readings, context, seen } = run;
  seen.add(path);
  const file = await readings.file(path);
  if (!file) return;
  if (file.kubeconfig) {
    const { role, manager } = partOf(run, roleOfKubeconfig(path));
    const { reading } = readings;
    const problems = await placeKubeconfig({
      files: context.ports.files,
      reading,
      kubeconfig: file.kubeconfig,
      role,
      manager,
    });
    for (const problem of problems) readings.problem(`${path}: ${problem}`);
  } else {
    readings.problem(`${path}: is no kubeconfig`);
  }
}

/** Files that the catalogue does not know but that hold certificates or keys: somebody put them there. */
async function readRest(run: TreeRun): Promise<void> {
  const { tree, folder, readings, context, seen } = run;
  const walks = [{ at: folder, walk: await walkFolder(context.ports.files, folder, WALK) }];
  if (folder !== tree.root) {
    walks.push({ at: tree.root, walk: await walkFolder(context.ports.files, tree.root, { ...WALK, depth: 0 }) });
  }
  for (const { at, walk } of walks) {
    for (const failure of walk.failures) readings.failed(failure);
    if (walk.cut) readings.problem(`${at}: has more files or deeper folders than are read`);
    for (const relative of walk.files) {
      const path = join(at, relative);
      if (seen.has(path) || tree.leftovers?.test(relative)) continue;
      seen.add(path);
      await readUnknown(run, path);
    }
  }
}

async function readUnknown(run: TreeRun, path: string): Promise<void> {
  const file = await run.readings.file(path);
  if (file?.kubeconfig) await readKubeconfig(run, path);
  else if (file && (file.format !== 'unreadable' || file.problems.length > 0)) {
    placeFile(run.readings.reading, file, { part: { layer: 'cluster', role: 'file', manager: 'person' } });
  }
}
