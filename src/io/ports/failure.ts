import type { CoverageState } from '../../core/model/coverage.ts';

/** Why a port could not answer, already judged as a coverage state. Its message goes to the user as it is. */
export class PortFailure extends Error {
  readonly state: Exclude<CoverageState, 'complete' | 'not-applicable'>;
  /** HTTP status, errno or TLS code, for machines. */
  readonly code: string | undefined;

  constructor(state: PortFailure['state'], message: string, options: { code?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'PortFailure';
    this.state = state;
    this.code = options.code;
  }
}
