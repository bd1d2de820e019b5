import type { Plan } from '../../core/model/plan.ts';

/** What a key asks of the world outside the screens. */
export type Effect =
  | { readonly do: 'quit' }
  | { readonly do: 'interrupt' }
  | { readonly do: 'suspend' }
  | { readonly do: 'redraw' }
  /** Reads everything again. */
  | { readonly do: 'refresh' }
  | { readonly do: 'copy'; readonly text: string }
  /** Makes the renewal engine's plan for what stands at a ref, and shows it. */
  | { readonly do: 'plan'; readonly target: string }
  /** Runs the plan that is shown. */
  | { readonly do: 'apply'; readonly plan: Plan };
