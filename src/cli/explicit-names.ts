import { delimiter } from 'node:path';
import { EXIT, UserError } from '../core/model/error.ts';
import { type Kubeconfig, parseKubeconfig } from '../core/parse/kubeconfig.ts';
import { kubeconfigPaths, mergeKubeconfigs, unknownName } from '../core/parse/kubeconfig-resolve.ts';
import { PortFailure } from '../io/ports/failure.ts';
import type { Ports } from '../io/ports/ports.ts';
import { given, type ReadingFlags } from './reading-flags.ts';

/** Bytes. */
const MAX_KUBECONFIG = 16 << 20;

/**
 * A kubeconfig that was typed and is none, and a context, cluster or user that was typed and does not exist, are
 * mistakes, not outages.
 * @throws UserError: 65 for the file, 64 for the names
 */
export async function refuseUnknownNames(flags: ReadingFlags, { files, env }: Ports): Promise<void> {
  const { kubeconfig, context, cluster, user } = flags;
  if (!(kubeconfig || context || cluster || user)) return;
  const parsed: Kubeconfig[] = [];
  for (const path of kubeconfigPaths(kubeconfig, env, delimiter)) {
    try {
      parsed.push(parseKubeconfig(Buffer.from(await files.read(path, MAX_KUBECONFIG)).toString('utf8'), path));
    } catch (error) {
      // What may not be read may have the name: the reading will say why it was not.
      if (!(error instanceof PortFailure)) throw error;
      if (error.state !== 'absent') return;
    }
  }
  if (kubeconfig) refuseNoKubeconfig(parsed);
  const problem = unknownName(mergeKubeconfigs(parsed), given({ context, cluster, user }));
  if (problem === undefined) return;
  throw new UserError(problem, {
    exitCode: EXIT.usage,
    hints: ['kubectl config get-contexts lists what there is; --kubeconfig names another file'],
  });
}

/** An empty file is an empty kubeconfig, as kubectl has it. */
function refuseNoKubeconfig([file]: readonly Kubeconfig[]): void {
  const [problem] = file?.problems ?? [];
  if (!file || !problem || file.users.length + file.clusters.length + file.contexts.length > 0) return;
  throw new UserError(`--kubeconfig ${file.path} is no kubeconfig: line ${problem.line}: ${problem.reason}`, {
    exitCode: EXIT.unreadable,
    hints: ['kubectl config view --kubeconfig FILE says whether kubectl reads it'],
  });
}
