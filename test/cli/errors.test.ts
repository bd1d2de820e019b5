import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict';
import { Errors } from '@oclif/core';
import { formatError, reportError } from '../../src/cli/errors.ts';
import { UserError } from '../../src/core/model/error.ts';
import { PortFailure } from '../../src/io/ports/failure.ts';

const quiet = { verbose: false };

describe('judging an error', () => {
  it('takes what was written for the user as it is', () => {
    const error = new UserError('no', { exitCode: 65, hints: ['do this'] });
    deepStrictEqual(reportError(error, quiet), { exitCode: 65, message: 'no', hints: ['do this'] });
  });

  it('takes what a port could not read for unreadable input', () => {
    const { exitCode, message } = reportError(new PortFailure('partial', 'standard input is too long'), quiet);
    deepStrictEqual([exitCode, message], [65, 'standard input is too long']);
  });

  it('says nothing for an exit that was asked for', () => {
    const report = reportError(new Errors.ExitError(0), quiet);
    strictEqual(report.exitCode, 0);
    strictEqual(formatError(report), '');
  });

  it('calls anything else a fault of its own, without a stack trace', () => {
    const report = reportError(new TypeError('x is not a function'), quiet);
    strictEqual(report.exitCode, 70);
    const text = formatError(report);
    match(text, /^error: internal error: x is not a function\n {2}.*--verbose/);
    ok(!text.includes('    at '), text);
  });

  it('shows where a fault happened when asked', () => {
    const text = formatError(reportError(new TypeError('x is not a function'), { verbose: true }));
    match(text, /^error: internal error: TypeError: x is not a function\n {4}at .*errors\.test\.ts/);
  });

  it('survives what is no Error', () => {
    match(reportError('text', quiet).message, /internal error: text/);
  });

  it('gives an error of the parser that it has no words for 64 all the same', () => {
    const { exitCode, message, hints } = reportError(new Errors.CLIError('Something New'), quiet);
    deepStrictEqual([exitCode, message, hints.length], [64, 'something New', 1]);
  });
});

describe('an error on standard error', () => {
  it('indents what to do next', () => {
    strictEqual(formatError({ exitCode: 1, message: 'no', hints: ['a', 'b'] }), 'error: no\n  a\n  b\n');
  });

  it('shows characters that would act on a terminal', () => {
    const text = formatError({ exitCode: 1, message: 'CN=\x1b]52;c;x\x07', hints: ['\u202e'] });
    strictEqual(text, 'error: CN=\\u{1b}]52;c;x\\u{7}\n  \\u{202e}\n');
  });
});
