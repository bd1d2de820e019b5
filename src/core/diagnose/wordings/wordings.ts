import { BROWSER_WORDINGS } from './browsers.ts';
import { GO_WORDINGS } from './go.ts';
import { JAVA_WORDINGS } from './java.ts';
import { OPENSSL_WORDINGS } from './openssl.ts';
import { OTHER_WORDINGS } from './others.ts';
import { RUST_WORDINGS } from './rust.ts';
import type { FailureClass, Wording } from './wording.ts';

/** Every wording that is known of a certificate that a TLS peer refused. */
export const WORDINGS: readonly Wording[] = [
  ...GO_WORDINGS,
  ...OPENSSL_WORDINGS,
  ...RUST_WORDINGS,
  ...JAVA_WORDINGS,
  ...BROWSER_WORDINGS,
  ...OTHER_WORDINGS,
];

/** Classes that say that it was refused, and not why: beside one that does they say nothing more. */
const UNSPECIFIC: ReadonlySet<FailureClass> = new Set(['verification']);

/**
 * Why peers were refused, as a text has it, line by line: what a library adds that doesn't say why is left out beside
 * what does.
 */
export function failuresIn(text: string): ReadonlySet<FailureClass> {
  return new Set(text.split('\n').flatMap(failuresOfLine));
}

function failuresOfLine(line: string): FailureClass[] {
  const said = [...new Set(WORDINGS.filter(({ says }) => says.test(line)).map(({ failure }) => failure))];
  const specific = said.filter((failure) => !UNSPECIFIC.has(failure));
  return specific.length > 0 ? specific : said;
}

/** Everything that words one class of failure. */
export function patternsOf(...failures: readonly FailureClass[]): readonly RegExp[] {
  return WORDINGS.filter(({ failure }) => failures.includes(failure)).map(({ says }) => says);
}
