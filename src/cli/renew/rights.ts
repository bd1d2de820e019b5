import { EXIT, UserError } from '../../core/model/error.ts';
import type { Plan } from '../../core/model/plan.ts';
import { commandLine } from '../../core/view/plan.ts';
import type { Files } from '../../io/ports/files.ts';
import type { Workshop } from '../../io/ports/workshop.ts';

/** The plugin, kubectl and the user's kubeconfig are found under sudo only when their paths go with it. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's
const SUDO = 'sudo env "PATH=$PATH" "KUBECONFIG=${KUBECONFIG:-$HOME/.kube/config}" kubectl certs renew';

/** @throws UserError (exit 1) with the line that works when files would change that belong to another user */
export async function refuseWithoutRights(
  plan: Plan,
  { files, workshop, argv }: { files: Files; workshop: Workshop; argv: readonly string[] },
): Promise<void> {
  if (workshop.uid === undefined || workshop.uid === 0) return;
  const paths = plan.steps.flatMap(({ kind, params }) =>
    kind === 'backup-files' ? (params?.paths?.split('\n') ?? []) : [],
  );
  for (const path of paths) {
    // What may not be looked at is not ours.
    const stat = await files.stat(path).catch(() => ({ uid: -1 }));
    if (!stat || stat.uid === workshop.uid) continue;
    throw new UserError(`nothing has been changed: ${path} belongs to another user, and only root may renew it`, {
      exitCode: EXIT.failed,
      hints: [`${SUDO} ${commandLine(argv)}`],
    });
  }
}
