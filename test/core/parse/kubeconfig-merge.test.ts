import assert from 'node:assert/strict';
import { parse } from 'yaml';
import { mergeUser } from '../../../src/core/parse/kubeconfig-merge.ts';

const SOURCE = `
current-context: admin@k
clusters: [{name: k, cluster: {server: 'https://a', certificate-authority-data: newca}}]
contexts: [{name: admin@k, context: {cluster: k, user: admin}}]
users: [{name: admin, user: {client-certificate-data: newcert, client-key-data: newkey}}]
`;
const TARGET = `# mine
current-context: other
clusters:
- {name: prod, cluster: {server: 'https://b', certificate-authority-data: oldca}}
- {name: dev, cluster: {server: 'https://c', certificate-authority-data: devca}}
- {name: bare, cluster: {server: 'https://d'}}
contexts:
- {name: prod, context: {cluster: prod, user: me}} # keep
- {name: bare, context: {cluster: bare, user: me}}
- {name: other, context: {cluster: dev, user: dev}}
users:
- {name: me, user: {client-certificate: /old.crt, client-key: /old.key}}
- {name: dev, user: {token: t}}
`;

describe('bringing a user of a kubeconfig up to date', () => {
  const merged = mergeUser({ source: SOURCE, target: TARGET, user: 'me' }) ?? '';

  it('gives it the certificate and key of the current context, in place of what it had', () =>
    assert.deepEqual(parse(merged).users[0].user, {
      'client-certificate-data': 'newcert',
      'client-key-data': 'newkey',
    }));

  it('gives its clusters the CA, where they name one, and leaves all others', () =>
    assert.deepEqual(
      parse(merged).clusters.map(
        ({ cluster }: { cluster: Record<string, string> }) => cluster['certificate-authority-data'],
      ),
      ['newca', 'devca', undefined],
    ));

  it('keeps servers, contexts, the current context and comments', () => {
    const [before, after] = [parse(TARGET), parse(merged)];
    assert.deepEqual(after.contexts, before.contexts);
    assert.equal(after['current-context'], 'other');
    assert.deepEqual(after.users[1], before.users[1]);
    assert.match(merged, /^# mine/);
    assert.match(merged, /# keep/);
  });

  for (const [title, options] of [
    ['there is no such user', { source: SOURCE, target: TARGET, user: 'nobody' }],
    [
      'the source names its user by file',
      { source: SOURCE.replaceAll('-data: new', ': /x'), target: TARGET, user: 'me' },
    ],
    ['the source has no current context', { source: SOURCE.replace('admin@k', 'gone'), target: TARGET, user: 'me' }],
    ['either is none', { source: '- 1', target: 'x', user: 'me' }],
  ] as const) {
    it(`does nothing when ${title}`, () => assert.equal(mergeUser(options), undefined));
  }
});
