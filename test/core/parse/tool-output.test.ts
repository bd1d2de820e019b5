import assert from 'node:assert/strict';
import { lastWord } from '../../../src/core/parse/tool-output.ts';

describe('the last word of a tool', () => {
  const cases: readonly (readonly [string, Parameters<typeof lastWord>[0], string])[] = [
    [
      'is the last line of what it complained of',
      { exit: 1, stdout: 'list\n', stderr: 'W1\nerror: no\n\n' },
      'error: no',
    ],
    [
      "leaves kubeadm's advice about its stack trace out",
      { exit: 1, stdout: '', stderr: 'error: no\nTo see the stack trace of this error execute with --v=5 or higher\n' },
      'error: no',
    ],
    ['is the exit code where it said nothing', { exit: 3, stdout: ' \n', stderr: '' }, 'exit code 3'],
    ['is cut', { exit: 1, stdout: '', stderr: 'x'.repeat(400) }, `${'x'.repeat(300)}...`],
  ];
  for (const [title, output, expected] of cases) it(title, () => assert.equal(lastWord(output), expected));
});
