import { Errors } from '@oclif/core';
import { EXIT, UserError } from '../core/model/error.ts';
import { clean } from '../core/view/text.ts';
import { PortFailure } from '../io/ports/failure.ts';
import { suggest } from './suggest.ts';

/** What a person is told about an error, and the exit code it deserves. */
export interface ErrorReport {
  readonly exitCode: number;
  /** Empty: nothing is to be said. */
  readonly message: string;
  readonly hints: readonly string[];
}

/** Judges whatever a command threw. What is no fault of the user or the world is ours: 70. */
export function reportError(error: unknown, options: { verbose: boolean }): ErrorReport {
  if (error instanceof UserError) return { exitCode: error.exitCode, message: error.message, hints: error.hints };
  if (error instanceof PortFailure) return { exitCode: EXIT.unreadable, message: error.message, hints: [] };
  if (error instanceof Errors.ExitError) return { exitCode: error.oclif.exit ?? EXIT.ok, message: '', hints: [] };
  if (isUsageError(error)) return reportUsage(error);
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return {
    exitCode: EXIT.fault,
    message: `internal error: ${options.verbose ? (stack ?? message) : message}`,
    hints: options.verbose ? [] : ['this is a fault of kubectl certs; --verbose shows where it happened'],
  };
}

/** The report as lines for standard error. What it quotes may come from a cluster, so that each line is cleaned. */
export function formatError({ message, hints }: ErrorReport): string {
  if (message === '') return '';
  const lines = [`error: ${message}`, ...hints.map((hint) => `  ${hint}`)].flatMap((text) => text.split('\n'));
  return `${lines.map(clean).join('\n')}\n`;
}

interface UsageError extends Error {
  /** What oclif's parser had before it when it failed. */
  readonly parse?: { readonly input?: { readonly flags?: Readonly<Record<string, unknown>> } };
}

/** Errors of oclif's parser; a flag's own parse function throws a plain Error, whose message oclif prefixes. */
function isUsageError(error: unknown): error is UsageError {
  return error instanceof Errors.CLIError || (error instanceof Error && error.message.startsWith('Parsing --'));
}

function reportUsage(error: UsageError): ErrorReport {
  const text = error.message.replace(/\s*See more help with --help\s*$/, '');
  const flags = Object.keys(error.parse?.input?.flags ?? {});
  for (const { pattern, say, hint } of WORDINGS) {
    const match = pattern.exec(text);
    if (match) return { exitCode: EXIT.usage, message: say(match), hints: hint?.(match, flags) ?? [HELP_HINT] };
  }
  return { exitCode: EXIT.usage, message: lowerFirst(text), hints: [HELP_HINT] };
}

const HELP_HINT = 'see --help for what this command takes';

interface Wording {
  readonly pattern: RegExp;
  readonly say: (match: RegExpExecArray) => string;
  readonly hint?: (match: RegExpExecArray, flags: readonly string[]) => readonly string[];
}

/** What oclif 5 says (lib/parser/errors.ts and parse.ts there), and how this program says it. */
const WORDINGS: readonly Wording[] = [
  {
    pattern: /^Nonexistent flags?: ([^,]+)/,
    say: (match) => `unknown flag ${match[1]}`,
    hint: (match, flags) => nearestFlags(match[1]!, flags),
  },
  { pattern: /^Unexpected arguments?: ([\s\S]+)$/, say: (match) => `unexpected argument: ${match[1]}` },
  { pattern: /^Missing \d+ required args?:\n(\S+)/, say: (match) => `argument ${match[1]!.toUpperCase()} is missing` },
  {
    pattern: /^Flag --(\S+) expects one of these values: (.+)$/,
    say: (match) => `--${match[1]} needs a value, one of ${match[2]}`,
  },
  { pattern: /^Flag --(\S+) expects a value$/, say: (match) => `--${match[1]} needs a value` },
  {
    pattern: /^Expected --([^=]+)=([\s\S]*) to be one of: (.+)$/,
    say: (match) => `--${match[1]} ${match[2]}: expected one of ${match[3]}`,
  },
  {
    pattern: /^Parsing --(\S+)\s+([\s\S]+)$/,
    say: (match) => `--${match[1]}: ${lowerFirst(match[2]!)}`,
  },
  { pattern: /^The following errors? occurred:\s+([\s\S]+)$/, say: (match) => lowerFirst(match[1]!) },
];

function nearestFlags(word: string, flags: readonly string[]): readonly string[] {
  const near = suggest(word.replace(/^-+/, '').replace(/=.*$/s, ''), flags);
  return near.length > 0 ? [`did you mean ${near.map((name) => `--${name}`).join(' or ')}?`] : [HELP_HINT];
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
