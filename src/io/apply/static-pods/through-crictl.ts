import { sandboxesIn } from '../../../core/parse/crictl.ts';
import { PortFailure } from '../../ports/failure.ts';
import { type StepContext, StepFailure } from '../handler.ts';
import type { ApplyPorts } from '../ports.ts';
import { runTool } from '../tool.ts';

/** Milliseconds: a sandbox ends when its containers have had their grace, 30 s for what kubeadm makes. */
const DEADLINE = 90_000;
const HANGS = 'the container runtime does not answer: see systemctl status containerd (or crio)';

/**
 * Has the container runtime end a static Pod's sandbox: the kubelet, which finds it gone, starts another one from the
 * manifest that is where it was. Deleting the mirror Pod or restarting the kubelet would leave the container running.
 * @throws StepFailure
 */
export async function stopThroughCrictl(ports: ApplyPorts, component: string, context: StepContext): Promise<void> {
  const crictl = ['crictl', ...(await endpointFlags(ports))];
  const run = (...args: string[]) =>
    runTool(ports, { argv: [...crictl, ...args], deadline: DEADLINE, hangs: HANGS }, context);
  const { stdout } = await run('ps', '--state', 'Running', '--name', `^${component}$`, '-o', 'json');
  const sandboxes = sandboxesIn(stdout, component);
  if (!sandboxes) throw new StepFailure('crictl ps -o json gave no list of containers', ['see crictl version']);
  if (sandboxes.length === 0)
    throw new StepFailure(`crictl shows no running container ${component} in kube-system`, [
      'is it the runtime that the kubelet uses? see containerRuntimeEndpoint in /var/lib/kubelet/config.yaml',
    ]);
  for (const id of sandboxes) {
    await run('stopp', id);
    // The kubelet removes what has stopped, too, and may have been first.
    await run('rmp', id).catch((error: unknown) => {
      if (!(error instanceof StepFailure) || context.signal.aborted) throw error;
    });
  }
}

/** The kubelet knows its runtime; crictl's own configuration may be of another one, or not be there. */
async function endpointFlags({ processes }: ApplyPorts): Promise<string[]> {
  try {
    const argvs = (await processes.named(['kubelet'])).map(({ argv }) => argv.join('\n'));
    const endpoints = argvs.flatMap((argv) => /^--container-runtime-endpoint[=\n](.+)$/m.exec(argv)?.[1] ?? []);
    return new Set(endpoints).size === 1 ? ['--runtime-endpoint', endpoints[0]!] : [];
  } catch (error) {
    if (error instanceof PortFailure) return [];
    throw error;
  }
}
