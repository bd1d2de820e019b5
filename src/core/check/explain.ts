import { EXIT, UserError } from '../model/error.ts';
import type { CodeDefinition } from '../model/finding.ts';
import { CODES } from './codes.ts';
import { TOPICS, type Topic } from './topics.ts';

export type Explanation =
  | { readonly kind: 'code'; readonly definition: CodeDefinition }
  | { readonly kind: 'topic'; readonly topic: Topic };

/**
 * What `explain NAME` tells: a code or a topic, in any case, with blanks, dashes or underscores.
 * @throws UserError (64) that offers what is written alike
 */
export function explain(name: string): Explanation {
  const code = CODES.get(
    name
      .trim()
      .toUpperCase()
      .replace(/[\s-]+/g, '_'),
  );
  if (code) return { kind: 'code', definition: code };
  const wanted = name
    .trim()
    .toLowerCase()
    .replace(/[\s_]+/g, '-');
  const topic = TOPICS.find(({ id }) => id === wanted);
  if (topic) return { kind: 'topic', topic };
  const near = alike(wanted);
  throw new UserError(`no code or topic ${name}`, {
    exitCode: EXIT.usage,
    hints: [...(near.length > 0 ? [`there is ${near.join(', ')}`] : []), 'kubectl certs explain --list shows all'],
  });
}

/** Names that share a word of some length with what was typed. */
function alike(wanted: string): string[] {
  const words = wanted.split('-').filter((word) => word.length > 2);
  return [...CODES.keys(), ...TOPICS.map(({ id }) => id)]
    .filter((name) => words.some((word) => name.toLowerCase().includes(word.slice(0, 5))))
    .slice(0, 5);
}
