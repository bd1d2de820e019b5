import type { Plan } from '../../core/model/plan.ts';
import { clean } from '../../core/view/text.ts';
import type { StepContext, StepHandler } from '../../io/apply/handler.ts';
import type { Terminal } from '../../io/ports/terminal.ts';

export interface DryRunOptions extends Pick<StepContext, 'observe' | 'signal'> {
  readonly handlers: ReadonlyMap<string, StepHandler>;
  readonly terminal: Terminal;
}

/** Has the API server judge every step that writes to it; says so on standard error. @throws StepFailure */
export async function dryRunOnServer({ id, steps }: Plan, options: DryRunOptions): Promise<void> {
  const { handlers, terminal, ...rest } = options;
  let asked = 0;
  for (const step of steps) {
    const handler = handlers.get(step.kind);
    if (!handler?.dryRun) continue;
    asked++;
    const said = await handler.dryRun(step, { ...rest, run: id, progress: () => {} });
    terminal.err(`${clean(`${step.id}: the API server accepts it: ${said}`)}\n`);
  }
  if (asked === 0 && steps.length > 0) terminal.err('no step writes to the API: the API server has nothing to judge\n');
}
