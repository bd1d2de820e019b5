/** What a key asks of the world outside the screens. */
export type Effect =
  | { readonly do: 'quit' }
  | { readonly do: 'interrupt' }
  | { readonly do: 'suspend' }
  | { readonly do: 'redraw' }
  | { readonly do: 'copy'; readonly text: string }
  /** Runs the plan that is shown. */
  | { readonly do: 'apply' };
