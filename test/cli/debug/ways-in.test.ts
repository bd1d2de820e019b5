import assert from 'node:assert/strict';
import { readWayIn } from '../../../src/cli/debug/ways-in.ts';
import { fakeContext, fakeTerminal } from '../../support/fake-context.ts';

const read = (words: readonly string[], input?: string, from?: string) =>
  readWayIn(words, from, fakeContext({ terminal: fakeTerminal(input === undefined ? {} : { input }) }));

describe('the ways into debug', () => {
  const cases: readonly (readonly [words: readonly string[], way: 'targets' | 'text' | 'playbook'])[] = [
    [['ingress/app-ingress'], 'targets'],
    [['https://app.example.com'], 'targets'],
    [['app.example.com:443'], 'targets'],
    [['pod/shop/web-1', 'node/cp-1'], 'targets'],
    [['app.example.com'], 'targets'],
    [['webhook'], 'playbook'],
    [['x509: certificate has expired'], 'text'],
    [['Unauthorized'], 'text'],
    [['kubectl', 'says', 'x509:', 'unknown', 'authority'], 'text'],
    [['pod/web-1', 'is', 'refused'], 'text'],
  ];
  for (const [words, way] of cases) {
    it(`take ${JSON.stringify(words.join(' '))} for ${way}`, async () => {
      const { targets, text, playbook } = await read(words);
      const found = playbook === undefined ? (targets.length > 0 ? 'targets' : 'text') : 'playbook';
      assert.equal(found, way);
      if (way === 'text') assert.equal(text, words.join(' '));
    });
  }

  it('read standard input on -, and when there are no words and it is a pipe', async () => {
    assert.equal((await read(['-'], 'a log\n')).text, 'a log');
    assert.equal((await read([], 'a log\n')).text, 'a log');
    assert.equal((await read([])).text, '');
  });

  it('leave a snapshot on standard input to --from -', async () => {
    assert.equal((await read([], '{"schemaVersion":1}', '-')).text, '');
  });

  it('take secrets out of what was pasted', async () => {
    const { text } = await read(['-'], `Authorization: Bearer ${'a'.repeat(40)}\npassword: topsecret123`);
    assert.doesNotMatch(text, /aaaa|topsecret/);
  });
});
