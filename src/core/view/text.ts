/**
 * Characters of untrusted text that could act on a terminal, hide, or reorder what is read: C0 and C1 controls, DEL,
 * line and paragraph separators, bidirectional controls, zero-width and other invisible formatting characters.
 */
const ACTING =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;

/** The only sanitiser of untrusted text: makes every acting character visible as `\u{1b}`, newlines and tabs too. */
export function clean(text: string): string {
  return text.replace(ACTING, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/** Whether `clean` would change the text. */
export function acts(text: string): boolean {
  return clean(text) !== text;
}

/** Escapes acting characters inside JSON text; its value stays the same. Newlines between tokens are kept. */
export function escapeInJson(json: string): string {
  return json.replace(ACTING, (character) => (character === '\n' ? character : escapeUnits(character)));
}

/** `1 certificate`, `2 certificates`. */
export function count(number: number, word: string, plural = `${word}s`): string {
  return `${number} ${number === 1 ? word : plural}`;
}

function escapeUnits(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}
