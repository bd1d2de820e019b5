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
  /** Diagnoses an error text, a symptom that was chosen, or without both the present state. */
  | { readonly do: 'diagnose'; readonly text: string; readonly playbook?: string; readonly title?: string }
  /** A trainee's guess of the cause; without a code there is none. */
  | { readonly do: 'guess'; readonly code?: string }
  /** Makes the renewal engine's plan for what stands at a ref, and shows it. */
  | { readonly do: 'plan'; readonly target: string }
  /** Runs the plan that is shown. */
  | { readonly do: 'apply'; readonly plan: Plan };
