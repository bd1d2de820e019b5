import { deepStrictEqual, doesNotMatch, match, ok, rejects, strictEqual } from 'node:assert/strict';
import Explain from '../../../src/cli/commands/explain.ts';
import { CODES } from '../../../src/core/check/codes.ts';
import { TOPICS } from '../../../src/core/check/topics.ts';
import type { KubeApi, KubeRequest } from '../../../src/io/ports/kube-api.ts';
import { fakeContext } from '../../support/fake-context.ts';
import { objectKube, serve } from '../../support/object-kube.ts';
import { runCommand, userError } from '../../support/run-command.ts';

/** The API server's version, which anybody may ask for. */
const answerVersion = async (request: KubeRequest, kube: KubeApi) =>
  request.path === '/version' ? { status: 200, body: { gitVersion: 'v1.37.0' } } : kube.request(request);
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

  it('asks no cluster for a topic that has nothing to say of one, nor where it is told not to', async () => {
    const context = fakeContext();
    for (const argv of [['policy'], ['which-issuer', '--no-here']]) await runCommand(Explain, argv, context);
    deepStrictEqual(context.worlds, []);
  });

  it('says nothing of a cluster where none is configured', async () => {
    const { stdout, stderr, exitCode } = await explain('which-issuer');
    deepStrictEqual([exitCode, stderr], [0, '']);
    doesNotMatch(stdout, /IN THIS CLUSTER/);
  });

  it('answers at once, and says below how it is in the cluster that is at hand, asking only what it needs', async () => {
    const kube = objectKube([
      serve.certManager('clusterissuers', { metadata: { name: 'le' }, spec: { ca: { secretName: 'x' } } }),
    ]);
    const answered = { ...kube, request: (request: KubeRequest) => answerVersion(request, kube) };
    const { stdout } = await runCommand(Explain, ['which-issuer'], fakeContext({ ports: { kube: answered } }));
    match(
      stdout,
      /^Let's Encrypt[\s\S]*\nSEE ALSO\n[\s\S]*\nIN THIS CLUSTER\n {2}Issuer clusterissuer\/le: private CA/,
    );
    deepStrictEqual(
      kube.requests.filter(({ path }) => !path.startsWith('/apis/cert-manager.io/')).map(({ path }) => path),
      [],
    );
  });

  it('does not wait for a cluster that hangs, and says why it was not asked', async () => {
    const hangs = { ...objectKube([]), request: () => new Promise<never>(() => {}) };
    const started = performance.now();
    const { stdout, stderr, exitCode } = await runCommand(
      Explain,
      ['which-issuer'],
      fakeContext({ ports: { kube: hangs } }),
    );
    strictEqual(exitCode, 0);
    doesNotMatch(stdout, /IN THIS CLUSTER/);
    match(stderr, /No cluster was asked: not read within 2 s/);
    ok(performance.now() - started < 4000);
  });

  it('says what it could not read in time, beside what it could', async () => {
    const kube = objectKube([
      serve.certManager('clusterissuers', { metadata: { name: 'le' }, spec: { ca: { secretName: 'x' } } }),
    ]);
    const request = (asked: KubeRequest) =>
      asked.path.endsWith('/certificates') ? new Promise<never>(() => {}) : answerVersion(asked, kube);
    const { stdout } = await runCommand(
      Explain,
      ['which-issuer'],
      fakeContext({ ports: { kube: { ...kube, request } } }),
    );
    match(stdout, /Issuer clusterissuer\/le: private CA/);
    match(stdout.replace(/\s+/g, ' '), /Not known: certificates \(not read within 2 s\)/);
  });

  it('runs no program to log in unasked', async () => {
    const kube = objectKube([]);
    const connection = async () => ({ ...(await kube.connection()), credential: { kind: 'exec' } as const });
    const { stderr } = await runCommand(
      Explain,
      ['which-issuer'],
      fakeContext({ ports: { kube: { ...kube, connection } } }),
    );
    match(stderr, /its login is a program/);
    deepStrictEqual(kube.requests, []);
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
