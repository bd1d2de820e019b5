import type { ToolResult } from '../../ports/tool-runner.ts';
import type { CollectContext } from '../source.ts';

/** Bytes; a dump of secrets has some pages. */
const MAX_OUTPUT = 16 << 20;

/** The command line for istioctl with the kubeconfig and context of this run. */
export async function istioctlCommand(context: CollectContext, words: readonly string[]): Promise<readonly string[]> {
  const { ports, scope } = context;
  const connection = await ports.kube.connection();
  return [
    'istioctl',
    ...words,
    ...(scope.kubeconfig === undefined ? [] : ['--kubeconfig', scope.kubeconfig]),
    ...(connection.context === '' ? [] : ['--context', connection.context]),
  ];
}

/** Runs it under the source's deadline. @throws PortFailure `absent` where there is no such program */
export async function runIstioctl(context: CollectContext, argv: readonly string[]): Promise<ToolResult> {
  const result = await context.ports.tools.run({ argv, maxOutput: MAX_OUTPUT, signal: context.signal });
  context.answered();
  return result;
}
