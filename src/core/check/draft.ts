import type { CodeDefinition, Evidence, Severity } from '../model/finding.ts';
import type { Layer } from '../model/layer.ts';
import type { Step } from '../model/step.ts';
import type { Cause, Draft } from './rule.ts';

export interface DraftParts {
  readonly layer: Layer;
  /** A placement's ref, or an object's. */
  readonly placement: string;
  /** Default: the severity that the code usually has. */
  readonly severity?: Severity;
  readonly message: string;
  readonly evidence: readonly Evidence[];
  readonly impact: string;
  readonly fix: readonly Step[];
  readonly also?: readonly string[];
  readonly causes?: readonly Cause[];
}

/** Makes a finding of one code. */
export function draft(definition: CodeDefinition, { severity, also, ...parts }: DraftParts): Draft {
  return {
    code: definition.code,
    severity: severity ?? definition.severity,
    ...parts,
    ...(also && also.length > 0 && { also }),
  };
}
