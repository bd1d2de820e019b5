import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { encodeSnapshot } from '../../src/app/snapshot-file.ts';
import { mint } from '../../src/io/demo/mint.ts';
import { NOW } from '../support/fake-ports.ts';
import { installProgram, outcomeOf, type Program } from '../support/program.ts';
import { assertMatchesSchema } from '../support/schema.ts';
import { snapshotOf } from '../support/snapshot.ts';

const ESCAPE = '\x1b';

describe('the built program on data', function () {
  this.timeout(60_000);
  let program: Program;
  let snapshot: string;
  before(async () => {
    program = await installProgram();
    snapshot = join(program.root, 'demo.snapshot');
    const { exitCode, stderr } = await program.run(['snapshot', '--demo', '-f', snapshot]);
    strictEqual(exitCode, 0, stderr);
  });
  after(() => program.remove());

  describe('prints data and nothing else on standard output:', () => {
    const cases: [args: string[], kind: string, exitCode: number][] = [
      [['layers', '--demo'], 'CertificateInventory', 0],
      [['check', '--demo'], 'CheckReport', 2],
    ];
    for (const [args, kind, expected] of cases) {
      it(`${args[0]} as JSON by the shipped schema`, async () => {
        const { exitCode, stdout } = await program.run([...args, '-o', 'json']);
        strictEqual(exitCode, expected);
        const document = JSON.parse(stdout);
        strictEqual(document.kind, kind);
        assertMatchesSchema(document);
      });
    }

    it('a verdict and what is unknown go to standard error', async () => {
      const { stdout, stderr } = await program.run(['check', '--demo']);
      match(stdout.split('\n')[0] ?? '', /^SEVERITY +CODE +WHERE/);
      match(stderr, /critical: .* sources: /);
      ok(!stdout.includes('sources:'));
    });

    it('-q prints nothing at all', async () => {
      deepStrictEqual(await program.run(['check', '--demo', '-q']), { exitCode: 2, stdout: '', stderr: '' });
    });
  });

  describe('a snapshot', () => {
    it('gives the same bytes from a file and from standard input', async () => {
      const args = ['-o', 'json', '--at', '2027-01-01T00:00:00Z'];
      const fromFile = await program.run(['layers', '--from', snapshot, ...args]);
      const fromInput = await program.run(['layers', '--from', '-', ...args], { input: readFileSync(snapshot) });
      strictEqual(fromFile.exitCode, 0, fromFile.stderr);
      strictEqual(fromInput.stdout, fromFile.stdout);
    });

    it('differs in nothing from itself', async () => {
      const { exitCode, stdout } = await program.run(['snapshot', 'diff', snapshot, snapshot, '-o', 'name']);
      deepStrictEqual({ exitCode, stdout }, { exitCode: 0, stdout: '' });
    });

    for (const [title, content, message] of [
      ['cut off', () => readFileSync(snapshot).subarray(0, 1000), /cut off/],
      ['foreign', () => Buffer.from('{"kind":"List"}'), /snapshot/],
    ] as const) {
      it(`is refused when it is ${title}`, async () => {
        const path = join(program.root, `${title}.snapshot`);
        writeFileSync(path, content());
        const { exitCode, stdout, stderr } = await program.run(['layers', '--from', path]);
        deepStrictEqual({ exitCode, stdout }, { exitCode: 65, stdout: '' });
        match(stderr, message);
      });
    }
  });

  describe('colour', () => {
    const colours: [title: string, env: Record<string, string>, colour: boolean][] = [
      ['is absent on a pipe', {}, false],
      ['comes with FORCE_COLOR', { FORCE_COLOR: '1' }, true],
      ['is absent with NO_COLOR whatever FORCE_COLOR says', { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
    ];
    for (const [title, env, colour] of colours) {
      it(title, async () => {
        const { stdout } = await program.run(['check', '--demo'], { env });
        strictEqual(stdout.includes(ESCAPE), colour);
      });
    }

    it('never reaches help with NO_COLOR', async () => {
      ok(!(await program.run(['layers', '--help'], { env: { NO_COLOR: '1' } })).stdout.includes(ESCAPE));
    });
  });

  it('takes no word from standard input', async () => {
    const alone = await program.run(['layers', '--demo', '-o', 'name']);
    const piped = await program.run(['layers', '--demo', '-o', 'name'], { input: 'mesh\n' });
    strictEqual(piped.stdout, alone.stdout);
  });

  it('is quiet when its reader has seen enough', () => {
    const script = `"$1" "$2" layers --demo -o json | head -c 100; echo " \${PIPESTATUS[0]}"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', script, 'sh', process.execPath, program.launcher], {
      encoding: 'utf8',
      env: { HOME: program.root, PATH: process.env.PATH },
    });
    // On a slow machine it says what it still waits for.
    strictEqual(stderr.replace(/^reading: .*\n/gm, ''), '');
    match(stdout, / 0\n$/);
  });

  it('delivers all of a long output to a reader that is late', async () => {
    const names = Array.from({ length: 20_000 }, (_, index) => `secret/shop/name-of-some-length-${index}#tls.crt`);
    const file = join(program.root, 'large.snapshot');
    const { certificate } = await mint({ subject: 'CN=a', notBefore: NOW, notAfter: NOW + 1000 });
    const large = snapshotOf([
      {
        fill: (reading) => {
          const chain = reading.chain([certificate.der]);
          for (const ref of names)
            reading.place({ ref, layer: 'ingress', role: 'ingress-tls', manager: 'person', chain });
        },
      },
    ]);
    writeFileSync(file, encodeSnapshot(large));
    const child = program.start(['layers', '--from', file, '-o', 'name']);
    const [age] = await once(child.stderr!, 'data');
    match(String(age), /^data of /);
    const { exitCode, stdout } = await outcomeOf(child);
    strictEqual(exitCode, 0);
    deepStrictEqual(stdout.trimEnd().split('\n').sort(), names.sort());
  });

  describe('an interrupt', () => {
    it('ends a reading with 130 and no data', async () => {
      const silent = createServer(() => {}).listen(0, '127.0.0.1');
      await once(silent, 'listening');
      const { port } = silent.address() as AddressInfo;
      const child = program.start(['layers', '-s', `https://127.0.0.1:${port}`, '--request-timeout', '0']);
      const outcome = outcomeOf(child);
      const [connection] = await once(silent, 'connection');
      child.kill('SIGINT');
      const { exitCode, stdout, stderr } = await outcome;
      deepStrictEqual({ exitCode, stdout, stderr }, { exitCode: 130, stdout: '', stderr: 'error: interrupted\n' });
      connection.destroy();
      silent.close();
    });

    it('ends a watch with 130, after what was printed', async () => {
      const child = program.start(['layers', '--demo', '-w', '-o', 'name']);
      const outcome = outcomeOf(child);
      await once(child.stdout!, 'data');
      child.kill('SIGINT');
      const { exitCode, stdout } = await outcome;
      strictEqual(exitCode, 130);
      match(stdout, /^secret\//m);
    });
  });

  it('ends with 70 and one message for a fault that nobody awaited', () => {
    // The first write of data, while the watch still waits, comes with a rejection.
    const stray = `data:text/javascript,
      const { write } = process.stdout;
      process.stdout.write = function (...all) {
        process.stdout.write = write;
        Promise.reject(new Error('stray'));
        return write.apply(this, all);
      };`;
    const { status, stderr } = spawnSync(
      process.execPath,
      ['--import', encodeURI(stray), program.launcher, 'layers', '--from', snapshot, '-w', '-o', 'json'],
      { encoding: 'utf8', env: { HOME: program.root } },
    );
    strictEqual(status, 70);
    match(stderr, /\nerror: internal error: stray\n {2}[^\n]+\n$/);
  });

  it('says so when a server does not answer, and does not wait for ever', async () => {
    const silent = createServer(() => {}).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const args = ['layers', '-s', `https://127.0.0.1:${port}`, '--request-timeout', '300ms'];
    const { exitCode, stdout, stderr } = await program.run(args).finally(() => silent.close());
    strictEqual(stdout, '');
    match(stderr, /nothing could be read[\s\S]*secrets.*: no answer within 0\.3s \(--request-timeout\)/);
    strictEqual(exitCode, 69);
  });
});
