import { join } from 'node:path';
import { EXIT, UserError } from '../../../core/model/error.ts';
import { PortFailure } from '../../ports/failure.ts';
import { ownerOf } from '../cluster/kubeconfig.ts';
import { placeKubeconfig } from '../cluster/kubeconfig-entries.ts';
import type { CollectContext, Source } from '../source.ts';
import { FileReadings } from './file-readings.ts';
import { pairKeys } from './key-pairs.ts';
import { LOOSE, partAt } from './known-paths.ts';
import { addFileFact, placeFile } from './place-file.ts';
import type { LocalFile } from './read-file.ts';
import { walkFolder } from './walk.ts';

/** A folder that was named: deep enough for certbot's and most package managers' trees. */
const WALK = { depth: 6, most: 5_000 };
const COMMAND = 'openssl storeutl -noout -text';
const UNKNOWN = 'what is in the named files';

/** Files and folders that are TARGETs, and the trust anchors of `--ca`. */
export const targets: Source = {
  id: 'targets',
  layer: 'none',
  title: 'named files',
  needs: [{ kind: 'file', path: 'each named file' }],
  inScope: ({ targets: named, caFile }) => caFile !== undefined || named.some(({ kind }) => kind === 'file'),
  command: COMMAND,
  unknown: UNKNOWN,
  collect: async (context) => {
    const { targets: named, caFile } = context.scope;
    const paths = new Set(named.flatMap((target) => (target.kind === 'file' ? [target.path] : [])));
    for (const path of paths) await readTarget(context, path);
    if (caFile !== undefined) await readAnchors(context, caFile);
  },
};

async function readTarget(context: CollectContext, path: string): Promise<void> {
  const readings = begin(context, path);
  if ((await kindOf(context, path, readings)) === 'directory') await readFolder(context, path, readings);
  else await readOne(context, path, readings);
  readings.end(`${path}: no such file or directory`);
}

function begin(context: CollectContext, path: string): FileReadings {
  return new FileReadings(context, { command: `${COMMAND} ${path}`, unknown: `what is in ${path}` });
}

async function kindOf({ ports }: CollectContext, path: string, readings: FileReadings): Promise<string | undefined> {
  try {
    return (await ports.files.stat(path))?.kind;
  } catch (error) {
    if (!(error instanceof PortFailure)) throw error;
    readings.failed(error);
    return undefined;
  }
}

/** @throws UserError (65) when there is nothing of X.509 in it, or it is nothing that can be read whole */
async function readOne(context: CollectContext, path: string, readings: FileReadings): Promise<void> {
  const file = await readings.file(path);
  const [problem] = readings.problems;
  if (!file && problem !== undefined)
    throw new UserError(problem, { exitCode: EXIT.unreadable, hints: [WHAT_IS_READ] });
  if (!file) return;
  if (!holdsAnything(file)) throw notX509(path, file.problems);
  if (file.kubeconfig) await placeUsers(context, file, readings);
  else placeFile(readings.reading, file, { part: partAt(path, context.scope.pkiDir) });
}

const WHAT_IS_READ = 'PEM, DER, PKCS#12, JKS and kubeconfigs are read, up to 16 MiB each';

function holdsAnything(file: LocalFile): boolean {
  return file.format !== 'unreadable';
}

function notX509(path: string, [problem]: readonly string[]): UserError {
  const why = problem === undefined ? '' : `: ${problem}`;
  return new UserError(`${path}: there is no certificate, key, request or revocation list in it${why}`, {
    exitCode: EXIT.unreadable,
    hints: [WHAT_IS_READ],
  });
}

async function placeUsers({ ports, scope }: CollectContext, file: LocalFile, readings: FileReadings): Promise<void> {
  const owner = ownerOf(file.path, scope.pkiDir);
  const { reading } = readings;
  const problems = await placeKubeconfig({ files: ports.files, reading, kubeconfig: file.kubeconfig!, ...owner });
  for (const problem of problems) readings.problem(`${file.path}: ${problem}`);
}

/** @throws UserError (65) when none of its files holds anything of X.509 */
async function readFolder(context: CollectContext, folder: string, readings: FileReadings): Promise<void> {
  const walk = await walkFolder(context.ports.files, folder, WALK);
  for (const failure of walk.failures) readings.failed(failure);
  if (walk.cut) readings.problem(`${folder}: has more files or deeper folders than are read`);
  const files: LocalFile[] = [];
  for (const relative of walk.files) {
    const file = await readings.file(join(folder, relative));
    if (file && (holdsAnything(file) || file.problems.length > 0)) files.push(file);
  }
  if (files.length === 0 && !readings.failing) throw notX509(folder, ['none of its files holds one']);
  await placeFolder(context, files, readings);
}

async function placeFolder(
  context: CollectContext,
  files: readonly LocalFile[],
  readings: FileReadings,
): Promise<void> {
  const pairs = pairKeys(files);
  const paired = new Set(pairs.values());
  for (const file of files) {
    const keyFile = pairs.get(file);
    if (file.kubeconfig) await placeUsers(context, file, readings);
    else if (paired.has(file)) addFileFact(readings.reading, file);
    else {
      const key = keyFile?.keys[0];
      placeFile(readings.reading, file, {
        part: partAt(file.path, context.scope.pkiDir),
        ...(keyFile && { keyFile: { stat: keyFile.stat, ...(key && { key }) } }),
      });
    }
  }
}

/** Every certificate of the file is trusted. @throws UserError (65) when there is none */
async function readAnchors(context: CollectContext, path: string): Promise<void> {
  const readings = begin(context, path);
  const file = await readings.file(path);
  if (file && file.units.length === 0) {
    throw new UserError(
      `--ca ${path}: there is no certificate in it${file.problems[0] ? `: ${file.problems[0]}` : ''}`,
      {
        exitCode: EXIT.unreadable,
        hints: ['give a file with the certificates of the CAs that are to be trusted'],
      },
    );
  }
  if (file) placeFile(readings.reading, file, { part: { ...LOOSE, role: 'given-ca' }, anchors: true });
  readings.end(`${path}: no such file`);
}
