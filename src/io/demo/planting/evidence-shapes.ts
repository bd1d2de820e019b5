import { isScalar, isSeq } from 'yaml';
import type { Denial, Expectation, ExpectedFinding, PlantedLog, RecordedTool } from './form.ts';
import { integer, list, oneOf, record, type Shape, text, textLike } from './shape.ts';
import { absolute, address, moment, podName } from './words.ts';

/** Words as a list, or one text that is split at blanks. */
export const argv: Shape<readonly string[]> = (node, source, where) =>
  isSeq(source.resolve(node))
    ? list(text)(node, source, where)
    : text(node, source, where)
        .split(' ')
        .filter((word) => word !== '');

/** A line with its time, or a text whose line was written just now. */
const logLine: Shape<{ at: string; text: string }> = (node, source, where) =>
  isScalar(source.resolve(node))
    ? { at: 'now', text: text(node, source, where) }
    : record({ at: moment, text }, {})(node, source, where);

const logFields = record({ lines: list(logLine) }, { pod: podName, container: text, unit: text });

export const log: Shape<PlantedLog> = (node, source, where) => {
  const value = logFields(node, source, where);
  if ((value.pod === undefined) === (value.unit === undefined))
    source.refuse(node, `${where} needs either pod or unit`);
  return value;
};

export const tool: Shape<RecordedTool> = (node, source, where) => ({
  stdout: '',
  stderr: '',
  exit: 0,
  ...record({ argv }, { stdout: text, stderr: text, exit: integer })(node, source, where),
});

const denialFields = record(
  {},
  { verb: text, resource: text, group: text, namespace: text, name: text, file: absolute, port: address, binary: text },
);

export const denial: Shape<Denial> = (node, source, where) => {
  const { verb, resource, file: path, port, binary, ...rest } = denialFields(node, source, where);
  if (resource !== undefined) return { verb: verb ?? '*', resource, ...rest };
  if (path !== undefined) return { file: path };
  if (port !== undefined) return { port };
  if (binary === undefined) source.refuse(node, `${where} needs one of resource, file, port, binary`);
  return { binary: binary ?? '' };
};

const code = textLike('a code (UPPER_SNAKE)', (value) => /^[A-Z][A-Z0-9_]*$/.test(value));
const causeFields = record({ object: text }, { code, sentence: text });

const cause: Shape<ReturnType<typeof causeFields>> = (node, source, where) => {
  const value = causeFields(node, source, where);
  if (value.code === undefined && value.sentence === undefined) source.refuse(node, `${where} needs code or sentence`);
  return value;
};

const rootCause: Shape<NonNullable<Expectation['rootCause']>> = (node, source, where) => {
  const resolved = source.resolve(node);
  if (isScalar(resolved)) return text(node, source, where);
  return isSeq(resolved) ? list(cause)(node, source, where) : cause(node, source, where);
};

const finding: Shape<ExpectedFinding> = (node, source, where) =>
  isScalar(source.resolve(node))
    ? { code: code(node, source, where) }
    : record({ code }, { placement: text, from: text })(node, source, where);

export const expectation: Shape<Expectation> = record(
  {},
  {
    verdict: oneOf(['root-cause-found', 'no-fault', 'undecided']),
    rootCause,
    findings: list(finding),
    redHerrings: list(text),
    not: list(code),
    evidence: list(text),
    fix: list(text),
    verify: list(text),
  },
);
