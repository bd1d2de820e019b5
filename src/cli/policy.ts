import { CODES } from '../core/check/codes.ts';
import { EXIT, UserError } from '../core/model/error.ts';
import { DEFAULT_POLICY, type Policy } from '../core/model/policy.ts';
import { applyThresholds, parsePolicy } from '../core/parse/policy.ts';
import { PortFailure } from '../io/ports/failure.ts';
import type { Files } from '../io/ports/files.ts';

/** Bytes; a policy is a page of text. */
const MAX_POLICY = 1024 * 1024;

export interface PolicyFlags {
  /** File that changes the default policy. */
  readonly policy?: string;
  readonly warn?: string;
  readonly critical?: string;
}

/**
 * The default policy, changed by a file and then by flags.
 * @throws UserError: 64 for a flag or a file that is not there, 65 for a file that is no policy
 */
export async function policyOf({ policy: path, ...thresholds }: PolicyFlags, files: Files): Promise<Policy> {
  const policy = path === undefined ? DEFAULT_POLICY : parsePolicy(await readPolicy(path, files), sourceOf(path));
  return applyThresholds(policy, thresholds);
}

function sourceOf(name: string) {
  return { name, codes: new Set(CODES.keys()) };
}

async function readPolicy(path: string, files: Files): Promise<string> {
  try {
    return new TextDecoder().decode(await files.read(path, MAX_POLICY));
  } catch (error) {
    if (!(error instanceof PortFailure)) throw error;
    throw new UserError(`--policy: ${error.message}`, {
      exitCode: error.state === 'absent' ? EXIT.usage : EXIT.unreadable,
      hints: ['--policy takes a YAML file; without it the default policy judges'],
      cause: error,
    });
  }
}
