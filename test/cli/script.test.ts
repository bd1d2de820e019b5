import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { freshManifest } from '../../.tools/manifest.ts';
import { installProgram, type Program } from '../support/program.ts';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

describe('the built program', function () {
  this.timeout(60_000);
  let program: Program;
  before(async () => {
    program = await installProgram();
  });
  after(() => program.remove());

  it('has the manifest that is tracked', async () => {
    strictEqual(await freshManifest(program.root), readFileSync('oclif.manifest.json', 'utf8'));
  });

  describe('refuses bad input with 64, one message and nothing on standard output:', () => {
    const cases: [title: string, args: string[], message: RegExp][] = [
      ['an unknown command', ['layres'], /unknown command "layres"\n {2}did you mean: kubectl certs layers\n/],
      [
        'a target where the command belongs',
        ['ca.pem'],
        /unknown command "ca.pem"\n {2}to check it: kubectl certs check ca.pem\n/,
      ],
      ['an unknown command after flags', ['-n', 'x', 'nope'], /unknown command "nope"/],
      ['help for an unknown command', ['help', 'nope'], /unknown command "nope"/],
      ['a flag of one command before it', ['--watch', 'layers'], /flag --watch stands before the command/],
      ['an unknown flag', ['layers', '--contxt', 'x'], /unknown flag --contxt\n {2}did you mean --context\?\n/],
      ['an unknown short flag', ['layers', '-z'], /unknown flag -z/],
      ['a flag without its value', ['layers', '-n'], /--namespace needs a value/],
      ['a format that is none', ['layers', '-o', 'xml'], /--output xml: expected one of table, wide, json/],
      ['a layer that is none', ['layers', '--layer', 'disk'], /--layer disk: expected one of cluster, ingress, mesh/],
      ['a level that is no number', ['layers', '-v', 'x'], /--v: expected an integer but received: x/],
      ['a level out of range', ['layers', '-v', '11'], /--v: expected an integer less than or equal to 10/],
      ['a boolean that is none', ['layers', '-A=maybe'], /--all-namespaces=maybe: expected true or false/],
      ['a timeout that is none', ['layers', '--request-timeout', 'soon'], /--request-timeout soon: not a duration/],
      ['a time that is none', ['layers', '--at', 'soon'], /--at soon: neither a time nor a distance/],
      ['a duration that is none', ['layers', '--expiring-within', 'x'], /--expiring-within x: not a duration/],
      ['an address that is none', ['layers', '--probe', 'a:b'], /a:b/],
      ['a rule to resolve that is none', ['layers', '--resolve', 'a'], /--resolve a is not HOST:PORT:ADDRESS/],
      ['a path that is not there', ['layers', './none.pem'], /none\.pem: no such file or directory/],
      [
        'a snapshot and the demo at once',
        ['layers', '--demo', '--from', 'x'],
        /--from=x cannot also be provided when using --demo/,
      ],
      ['a snapshot that is not there', ['layers', '--from', 'none.gz'], /none\.gz: no such file/],
    ];
    for (const [title, args, message] of cases) {
      it(title, async () => {
        const { exitCode, stdout, stderr } = await program.run(args);
        deepStrictEqual({ exitCode, stdout }, { exitCode: 64, stdout: '' });
        match(stderr, message);
        match(stderr, /^error: [^A-Z]/);
        ok(!/\n {4}at |node:internal|dist\//.test(stderr), stderr);
      });
    }
  });

  describe('help', () => {
    for (const args of [[], ['--help'], ['-h'], ['help']]) {
      it(`lists the commands for ${args.join(' ') || 'no words'}`, async () => {
        const { exitCode, stdout, stderr } = await program.run(args);
        deepStrictEqual({ exitCode, stderr }, { exitCode: 0, stderr: '' });
        match(stdout, /\$ kubectl certs \[COMMAND\]/);
        match(stdout, /^ {2}layers +\S/m);
        strictEqual(stdout.match(/^ {2}snapshot +/gm)?.length, 2, stdout);
      });
    }

    for (const args of [
      ['layers', '--help'],
      ['layers', '-h'],
      ['help', 'layers'],
      ['-n', 'x', 'layers', '--help'],
    ]) {
      it(`explains a command for ${args.join(' ')}`, async () => {
        const { exitCode, stdout, stderr } = await program.run(args);
        deepStrictEqual({ exitCode, stderr }, { exitCode: 0, stderr: '' });
        match(stdout, /\$ kubectl certs layers \[TARGET\]\.\.\. \[flags\]/);
        match(stdout, /\n {4}\$ kubectl certs layers /);
      });
    }

    it('has examples for every command and a summary for every flag', () => {
      const { commands } = JSON.parse(readFileSync('oclif.manifest.json', 'utf8'));
      for (const [id, command] of Object.entries<{ examples?: unknown[]; summary?: string; flags: object }>(commands)) {
        ok(command.summary, id);
        ok(command.examples && command.examples.length > 0, id);
        for (const [name, flag] of Object.entries(command.flags)) ok(flag.summary, `${id} --${name}`);
      }
    });

    it('calls the program as a person does, except for its file and user agent', async () => {
      for (const args of [[], ['layers', '--help'], ['check', '--help'], ['snapshot', '--help']]) {
        const { stdout } = await program.run(args);
        ok(!/kubectl-certs(?!\/\d)/.test(stdout), stdout);
      }
    });
  });

  it('prints its version', async () => {
    const { exitCode, stdout, stderr } = await program.run(['--version']);
    deepStrictEqual({ exitCode, stderr }, { exitCode: 0, stderr: '' });
    match(stdout, new RegExp(`^kubectl-certs/${version.replaceAll('.', '\\.')} `));
  });

  describe('compiled code', () => {
    const compiledIn = (...path: string[]) => existsSync(join(program.root, ...path, 'kubectl-certs', 'compiled'));

    it('is kept in the cache of the user', async () => {
      await program.run(['--version']);
      ok(compiledIn('.cache'));
    });

    it('is kept where XDG_CACHE_HOME says', async () => {
      const folder = join(program.root, 'own');
      mkdirSync(folder);
      await program.run(['--version'], { env: { XDG_CACHE_HOME: folder } });
      ok(compiledIn('own'));
    });

    it('is neither kept in nor loaded from a folder of somebody else', async function () {
      if (process.getuid?.() !== 0) this.skip();
      const folder = join(program.root, 'foreign');
      mkdirSync(folder);
      chownSync(folder, 65_534, 65_534);
      for (const env of [{ XDG_CACHE_HOME: folder }, { HOME: folder }]) {
        strictEqual((await program.run(['--version'], { env })).exitCode, 0);
        deepStrictEqual(readdirSync(folder), []);
      }
    });
  });

  it('runs through a link of another folder', async () => {
    const link = join(program.root, 'kubectl-certs');
    await symlink(program.launcher, link);
    const env = { HOME: program.root, PATH: dirname(process.execPath) };
    const { status, stdout } = spawnSync(link, ['--version'], { env, encoding: 'utf8' });
    strictEqual(status, 0);
    match(stdout, /^kubectl-certs\//);
  });
});
