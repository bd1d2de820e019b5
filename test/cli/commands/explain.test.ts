import { deepStrictEqual, doesNotMatch, match, rejects, strictEqual } from 'node:assert/strict';
import Explain from '../../../src/cli/commands/explain.ts';
import { CODES } from '../../../src/core/check/codes.ts';
import { TOPICS } from '../../../src/core/check/topics.ts';
import { fakeContext } from '../../support/fake-context.ts';
import { runCommand, userError } from '../../support/run-command.ts';

const explain = (...argv: string[]) => runCommand(Explain, argv, fakeContext());

describe('explain', () => {
  for (const code of ['CERT_EXPIRED', 'cert_expired']) {
    it(`explains ${code}`, async () => {
      const { exitCode, stdout, stderr } = await explain(code);
      strictEqual(exitCode, 0);
      match(stdout, /^CERT_EXPIRED: .*\n[\s\S]*\nWHAT TO DO\n/);
      strictEqual(stderr, '');
    });
  }

  it('answers a topic', async () => {
    const { exitCode, stdout } = await explain('which-issuer');
    strictEqual(exitCode, 0);
    match(stdout, /^Let's Encrypt or a private CA\?\n/);
  });

  it('reads nothing where no cluster is named', async () => {
    const context = fakeContext();
    const { stdout } = await runCommand(Explain, ['which-issuer'], context);
    deepStrictEqual(context.worlds, []);
    doesNotMatch(stdout, /IN THIS CLUSTER/);
  });

  it('reads the cluster that is asked for, refuses where nothing of it can be read, and reads nothing for a code', async () => {
    await rejects(explain('which-issuer', '--here'), userError(69, /nothing could be read/));
    const context = fakeContext();
    await runCommand(Explain, ['CERT_EXPIRED', '--here'], context);
    deepStrictEqual(context.worlds, []);
  });

  it('lists every code and topic', async () => {
    const { stdout } = await explain('--list');
    strictEqual(stdout.trimEnd().split('\n').length, CODES.size + TOPICS.length + 1);
  });

  it('refuses a code that is none, with the nearest', async () => {
    await rejects(explain('CERT_EXPIRD'), userError(64, /no code or topic CERT_EXPIRD/));
  });

  it('refuses to explain nothing', () => rejects(explain(), userError(64, /no code or topic to explain/)));
});
