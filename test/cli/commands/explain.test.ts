import { match, rejects, strictEqual } from 'node:assert/strict';
import Explain from '../../../src/cli/commands/explain.ts';
import { CODES } from '../../../src/core/check/codes.ts';
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

  it('lists every code', async () => {
    const { stdout } = await explain('--list');
    strictEqual(stdout.trimEnd().split('\n').length, CODES.size + 1);
  });

  it('refuses a code that is none, with the nearest', async () => {
    await rejects(explain('CERT_EXPIRD'), userError(64, /no finding has the code CERT_EXPIRD/));
  });

  it('refuses to explain nothing', () => rejects(explain(), userError(64, /no code to explain/)));
});
