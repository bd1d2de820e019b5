import { deepStrictEqual, match, ok, rejects, strictEqual } from 'node:assert/strict';
import { encodeSnapshot } from '../../../src/app/snapshot-file.ts';
import Check from '../../../src/cli/commands/check.ts';
import { fakeContext } from '../../support/fake-context.ts';
import { fakePorts } from '../../support/fake-ports.ts';
import { memoryFiles } from '../../support/memory-files.ts';
import { runCommand, userError } from '../../support/run-command.ts';
import { sampleSnapshot } from '../../support/sample-snapshot.ts';
import { assertMatchesSchema } from '../../support/schema.ts';

describe('check --from', () => {
  let file: Uint8Array;
  before(async () => {
    file = encodeSnapshot(await sampleSnapshot());
  });

  function check(...argv: string[]) {
    const files = memoryFiles(
      {
        'a.snapshot': file,
        'strict.yaml': 'leaf: {warn: {before: 100d, share: 1}, critical: {before: 100d, share: 1}}',
        'bad.yaml': 'nope: 1',
      },
      { denied: ['denied.yaml'] },
    );
    return runCommand(Check, ['--from', 'a.snapshot', ...argv], fakeContext({ ports: { files } }));
  }
  const codesOf = (stdout: string) =>
    JSON.parse(stdout).findings.map(({ code, severity }: Record<string, string>) => `${severity} ${code}`);

  it('prints findings, with the verdict on standard error', async () => {
    const { exitCode, stdout, stderr } = await check();
    strictEqual(exitCode, 2);
    match(stdout, /^SEVERITY/);
    match(stdout, /CERT_EXPIRING +secret\/a\/soon#tls\.crt/);
    match(stderr, /critical: .*1 critical/);
  });

  it('prints a document that the shipped schema accepts, with the same verdict', async () => {
    const { stdout } = await check('-o', 'json');
    const document = JSON.parse(stdout);
    assertMatchesSchema(document);
    deepStrictEqual([document.kind, document.status], ['CheckReport', 'critical']);
  });

  const exits: [title: string, argv: string[], exitCode: number][] = [
    ['2 for what is critical', [], 2],
    ['2 with --fail-on critical', ['--fail-on', 'critical'], 2],
    ['0 with --fail-on never', ['--fail-on', 'never'], 0],
    ['3 when a reading leaves something unknown and nothing is critical', ['secret/b/later'], 3],
    ['0 for what is unknown when only critical counts', ['secret/b/later', '--fail-on', 'critical'], 0],
  ];
  for (const [title, argv, exitCode] of exits) {
    it(`exits with ${title}`, async () => strictEqual((await check(...argv)).exitCode, exitCode));
  }

  it('names the places of its findings, each once, as TARGETs take them', async () => {
    const { stdout } = await check('-o', 'name', '--critical', '100d');
    deepStrictEqual(stdout.split('\n').slice(0, 2).toSorted(), ['secret/a/soon#tls.crt', 'secret/b/later#tls.crt']);
    strictEqual(new Set(stdout.split('\n')).size, stdout.split('\n').length);
  });

  for (const [argv, sleeping] of [
    [[], [2000]],
    [['-q'], []],
  ] as const) {
    it(`waits to tell its progress ${sleeping.length > 0 ? 'without' : 'never with'} -q`, async () => {
      const asked = Promise.withResolvers<void>();
      const connection = () => {
        asked.resolve();
        return new Promise<never>(() => {});
      };
      const context = fakeContext({ ports: { kube: { ...fakePorts().kube, connection } } });
      const running = runCommand(Check, argv, context);
      await asked.promise;
      deepStrictEqual(context.clock.sleeping, sleeping);
      context.interrupt(new Error('enough'));
      await rejects(running, /enough/);
    });
  }

  it('prints nothing with -q', async () => {
    deepStrictEqual(await check('-q'), { exitCode: 2, stdout: '', stderr: '' });
  });

  it('refuses to watch standard input, which can be read once', async () => {
    await rejects(
      runCommand(Check, ['--from', '-', '-w'], fakeContext()),
      userError(64, /--watch reads again and again/),
    );
  });

  it('judges by flags', async () => {
    const { stdout } = await check('-o', 'json', '--warn', '100d');
    ok(codesOf(stdout).filter((code: string) => code === 'warning CERT_EXPIRING').length === 1);
  });

  it('judges by a policy file', async () => {
    const { stdout } = await check('-o', 'json', '--policy', 'strict.yaml');
    strictEqual(codesOf(stdout).filter((code: string) => code === 'critical CERT_EXPIRING').length, 2);
  });

  it('judges as of another time', async () => {
    const { stdout } = await check('-o', 'json', '--at', '+6d');
    ok(codesOf(stdout).includes('critical CERT_EXPIRED'), stdout);
  });

  const refusals: [title: string, argv: string[], exitCode: 64 | 65, message: RegExp][] = [
    ['a policy that is not there', ['--policy', 'none.yaml'], 64, /--policy: none\.yaml: no such file/],
    ['a policy that may not be read', ['--policy', 'denied.yaml'], 65, /--policy: denied\.yaml: permission denied/],
    ['a policy that is none', ['--policy', 'bad.yaml'], 65, /bad\.yaml.*nope/],
    ['a duration that is none', ['--warn', 'x'], 64, /--warn x: not a duration/],
    ['a warning after what is critical', ['--warn', '1d', '--critical', '2d'], 64, /shorter than/],
  ];
  for (const [title, argv, exitCode, message] of refusals) {
    it(`refuses ${title}`, () => rejects(check(...argv), userError(exitCode, message)));
  }
});
