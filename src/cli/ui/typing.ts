/** What became of a line of text that is being typed. */
export type Typed = { readonly is: 'text'; readonly text: string } | { readonly is: 'accepted' | 'cancelled' };

/** What a key does to the text; undefined: nothing, it has a meaning of its own even here (Ctrl-C). */
export function typeInto(text: string, key: string): Typed | undefined {
  if (key === 'enter') return { is: 'accepted' };
  if (key === 'escape') return { is: 'cancelled' };
  const edited = EDITS[key]?.(text) ?? (isCharacter(key) ? text + key : undefined);
  return edited === undefined ? undefined : { is: 'text', text: edited };
}

const EDITS: Readonly<Record<string, (text: string) => string>> = {
  backspace: (text) => [...text].slice(0, -1).join(''),
  'ctrl-u': () => '',
  'ctrl-w': (text) => text.replace(/\S+\s*$/, ''),
};

function isCharacter(key: string): boolean {
  return [...key].length === 1;
}
