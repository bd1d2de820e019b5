import { PLAYBOOKS } from '../../core/diagnose/playbooks.ts';
import { withoutSecrets } from '../../core/snapshot/secret-scanner.ts';
import type { Context } from '../../io/ports/context.ts';

/** What the words of the command line, or standard input, came to. */
export interface WayIn {
  readonly targets: readonly string[];
  /** Pasted text, without secrets. */
  readonly text: string;
  readonly playbook?: string;
}

/** Bytes of a pasted log. */
const MAX_INPUT = 8 << 20;
/** Characters that are read of it, from its end: what happened last is there. */
const READ = 1 << 18;

/**
 * `-` and a pipe are a text; a single word may be a symptom's name; words that all name something are TARGETs; anything
 * else is the error text itself.
 * @throws PortFailure for an input that is too long; the signal's reason
 */
export async function readWayIn(
  words: readonly string[],
  from: string | undefined,
  { terminal }: Context,
): Promise<WayIn> {
  const isPiped = words.length === 0 && terminal.inIsPiped && from !== '-';
  if (isPiped || (words.length === 1 && words[0] === '-')) {
    const text = Buffer.from(await terminal.readInput(MAX_INPUT)).toString('utf8');
    return { targets: [], text: withoutSecrets(text.slice(-READ)).trim() };
  }
  const [only] = words;
  if (words.length === 1 && PLAYBOOKS.some(({ id }) => id === only))
    return { targets: [], text: '', playbook: only as string };
  if (words.length > 0 && words.every(isTarget)) return { targets: words, text: '' };
  return { targets: [], text: withoutSecrets(words.join(' ')) };
}

/** Forms of TARGETs that no error text is made of alone: a URL, a ref, `kind/name`, `host:port`, a layer, a DNS name. */
const TARGET_FORMS = [
  /^[a-z][a-z0-9+.-]*:\/\/[^\s"']+$/i,
  /^(?:file|kubeconfig):\S+$/,
  /^[a-z]{2,40}\/[\w.:*#/[\]-]+$/i,
  /^(?:\[[0-9a-f:]+\]|[\w.-]+):\d{1,5}(?:#\S*)?$/i,
  /^(?:cluster|ingress|mesh)$/,
  /^(?:[a-z0-9*_-]+\.)+[a-z]{2,}$/i,
  /^\.{0,2}\/[^\s"']+$/,
];

function isTarget(word: string): boolean {
  return TARGET_FORMS.some((form) => form.test(word));
}
