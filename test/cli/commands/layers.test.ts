import { deepStrictEqual, match, ok, rejects, strictEqual } from 'node:assert/strict';
import { parse as parseYaml } from 'yaml';
import { encodeSnapshot } from '../../../src/app/snapshot-file.ts';
import Layers from '../../../src/cli/commands/layers.ts';
import { fakeContext, fakeTerminal } from '../../support/fake-context.ts';
import { memoryFiles } from '../../support/memory-files.ts';
import { runCommand, userError } from '../../support/run-command.ts';
import { sampleSnapshot } from '../../support/sample-snapshot.ts';
import { assertMatchesSchema } from '../../support/schema.ts';

describe('layers --from', () => {
  let file: Uint8Array;
  before(async () => {
    file = encodeSnapshot(await sampleSnapshot());
  });

  const contextWith = (terminal = fakeTerminal()) =>
    fakeContext({ terminal, ports: { files: memoryFiles({ 'a.snapshot': file }) } });
  const layers = (...argv: string[]) => runCommand(Layers, ['--from', 'a.snapshot', ...argv], contextWith());

  it('prints what is there, the first to end first', async () => {
    const { exitCode, stdout } = await layers('-o', 'name');
    strictEqual(exitCode, 0);
    strictEqual(stdout, 'secret/a/soon#tls.crt\nsecret/b/later#tls.crt\n');
  });

  it('says on standard error what is unknown and how old the data is', async () => {
    const { stdout, stderr } = await layers();
    match(stderr, /denied: nodes: nodes is forbidden; unknown: what nodes holds/);
    match(stderr, /^data of 2026-11-24T12:00:00\.000Z \(0s old\)/);
    ok(!/forbidden/.test(stdout));
  });

  for (const [format, read] of [
    ['json', (text: string) => JSON.parse(text)],
    ['yaml', (text: string) => parseYaml(text)],
  ] as const) {
    it(`prints ${format} that the shipped schema accepts`, async () => {
      const { stdout } = await layers('-o', format);
      const document = read(stdout);
      strictEqual(document.kind, 'CertificateInventory');
      assertMatchesSchema(document);
    });
  }

  it('narrows to what ends within a time', async () => {
    strictEqual((await layers('-o', 'name', '--expiring-within', '30d')).stdout, 'secret/a/soon#tls.crt\n');
  });

  it('narrows to targets', async () => {
    strictEqual((await layers('-o', 'name', 'secret/b/later')).stdout, 'secret/b/later#tls.crt\n');
  });

  it('fails for a target that names nothing', async () => {
    await rejects(layers('secret/b/none'), userError(1, /nothing found for secret\/b\/none/));
  });

  it('leaves out headers when asked', async () => {
    strictEqual(
      (await layers('--no-headers')).stdout.split('\n').length,
      (await layers()).stdout.split('\n').length - 1,
    );
  });

  it('judges by the time of the snapshot, or by --at', async () => {
    const evaluatedAt = async (...argv: string[]) =>
      JSON.parse((await layers('-o', 'json', ...argv)).stdout).evaluatedAt;
    strictEqual(await evaluatedAt(), '2026-11-24T12:00:00Z');
    strictEqual(await evaluatedAt('--at', '+1d'), '2026-11-25T12:00:00Z');
    strictEqual(await evaluatedAt('--at', '2030-01-01T00:00:00Z'), '2030-01-01T00:00:00Z');
  });

  it('reads the snapshot from standard input', async () => {
    const terminal = { ...fakeTerminal(), readInput: async () => file };
    const { stdout } = await runCommand(Layers, ['--from', '-', '-o', 'name'], contextWith(terminal));
    strictEqual(stdout.split('\n').length, 3);
  });

  it('refuses to watch standard input, which can be read once', async () => {
    const watching = runCommand(Layers, ['--from', '-', '-w'], contextWith());
    await rejects(watching, userError(64, /--watch reads again and again/));
  });

  it('takes flags that stood before the command, and lets later ones win', async () => {
    const { stdout } = await runCommand(Layers, ['-o', 'name'], contextWith(), ['--from=a.snapshot', '-o', 'json']);
    match(stdout, /^secret\/a/);
  });

  it('colours by meaning where colour is wanted', async () => {
    const { stdout } = await runCommand(
      Layers,
      ['--from', 'a.snapshot', '--at', '+30d'],
      contextWith(fakeTerminal({ color: true })),
    );
    ok(stdout.includes('\x1b['));
    ok(!(await layers('--at', '+30d')).stdout.includes('\x1b['));
  });
});

describe('layers', () => {
  it('opens the world that the flags name', async () => {
    const files = memoryFiles({}, { denied: ['/kc'] });
    const context = fakeContext({ ports: { files, env: { KUBECONFIG: '/kc' } } });
    const argv = [
      '--context',
      'c',
      '-n',
      'x',
      '--as',
      'u',
      '--as-group=a',
      '--as-group',
      'b',
      '--request-timeout',
      '5',
      '-v',
      '7',
    ];
    await rejects(runCommand(Layers, argv, context), userError(69, /nothing could be read/));
    deepStrictEqual(context.worlds, [
      { flags: { context: 'c', namespace: 'x', as: 'u', asGroups: ['a', 'b'] }, requestTimeout: 5000, verbosity: 7 },
    ]);
  });

  const worlds: [title: string, argv: string[], world: object][] = [
    ['knows no limit', ['--request-timeout=0'], { flags: {}, requestTimeout: 0, verbosity: 0 }],
    ['logs requests for --verbose', ['--verbose'], { flags: {}, requestTimeout: 10_000, verbosity: 6 }],
    ['opens the demo', ['--demo'], { flags: {}, requestTimeout: 10_000, verbosity: 0, demo: {} }],
    [
      'opens an incident',
      ['--incident', 'x'],
      { flags: {}, requestTimeout: 10_000, verbosity: 0, demo: { incident: 'x' } },
    ],
  ];
  for (const [title, argv, world] of worlds) {
    it(title, async () => {
      const context = fakeContext();
      await rejects(runCommand(Layers, argv, context), userError(69, /nothing could be read/));
      deepStrictEqual(context.worlds, [world]);
    });
  }

  it('ends with the interrupt while it reads', async () => {
    const context = fakeContext();
    const interrupted = new Error('interrupted');
    context.interrupt(interrupted);
    await rejects(runCommand(Layers, [], context), interrupted);
  });
});

describe('layers --timeline', () => {
  let file: Uint8Array;
  before(async () => {
    file = encodeSnapshot(await sampleSnapshot());
  });
  const run = (argv: string[], terminal = fakeTerminal()) => {
    const ports = { files: memoryFiles({ 'a.snapshot': file }) };
    return runCommand(Layers, ['--from', 'a.snapshot', ...argv], fakeContext({ terminal, ports }));
  };

  it('draws the expiries to the width of the terminal, marked by severity', async () => {
    const { stdout, stderr } = await run(['--timeline'], { ...fakeTerminal(), columns: 60 });
    match(stdout, /^CERTIFICATE .*\|/);
    match(stdout, /in 5d .*\|-*!$/m);
    match(stdout, /in 90d .*\|-*[*o]$/m);
    ok(stdout.split('\n').every((line) => line.length <= 60));
    match(stderr, /! critical/);
  });

  it('prints the same document with and without', async () => {
    strictEqual((await run(['--timeline', '-o', 'json'])).stdout, (await run(['-o', 'json'])).stdout);
  });

  it('colours rows by the worst finding about their certificate', async () => {
    const { stdout } = await run([], fakeTerminal({ color: true }));
    const [, soon = '', later = ''] = stdout.split('\n');
    match(soon, /^\x1b\[31m.*secret\/a\/soon/);
    ok(!later.startsWith('\x1b[31m'));
  });
});
