import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { readFromTar } from '../../.tools/package/tar.ts';
import { singleExecutable } from '../../.tools/package/windows-executable.ts';
import { useBed } from '../testbed/fixture.ts';

const ARCHES = { x64: 'amd64', arm64: 'arm64' } as const;
const HERE = `linux-${ARCHES[process.arch as keyof typeof ARCHES]}`;
/** Machine of a PE header (PE format, "Machine Types"), by krew's word for it. */
const PE_MACHINES = { amd64: 0x8664, arm64: 0xaa64 } as const;
/** Where node finds that it carries a program; the digit behind it says whether it does (lib/sea in Node). */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';
/** What sh and the launcher need, and no Node. */
const BARE_PATH = '/usr/bin:/bin';

describe('the packed plugin', function () {
  this.timeout(180_000);
  const bed = useBed('kubectl', 'krew', 'validate-krew-manifest');
  const folder = mkdtempSync(join(tmpdir(), 'kubectl-certs-packed-'));
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  const archiveOf = (platform: string) => join(folder, `kubectl-certs-v${version}-${platform}.tar.gz`);
  const runKubectl = (args: readonly string[], plugins: string) =>
    bed.tryRun(['kubectl', ...args], {
      env: { HOME: folder, KUBECONFIG: '', PATH: [plugins, bed.binDir, BARE_PATH].join(delimiter) },
    });

  before(() => {
    execFileSync('node', ['.tools/build.ts']);
    const only = [HERE, 'windows-amd64', 'windows-arm64'].flatMap((platform) => ['--only', platform]);
    execFileSync('node', ['.tools/package.ts', '--out', folder, ...only]);
  });
  after(() => rmSync(folder, { recursive: true }));

  for (const [title, manifest] of [
    ['made here', () => join(folder, 'certs.yaml')],
    ['that is tracked', () => 'krew-manifest.yaml'],
  ] as const) {
    it(`has a manifest that krew's index accepts: the one ${title}`, async () => {
      const copy = join(mkdtempSync(join(folder, 'index-')), 'certs.yaml');
      copyFileSync(manifest(), copy);
      const { stderr, exitCode } = await bed.tryRun(['validate-krew-manifest', '-manifest', copy, '-skip-install']);
      strictEqual(exitCode, 0, stderr);
    });
  }

  describe('installed by krew', () => {
    const root = join(folder, 'krew');
    const bin = join(root, 'bin');
    before(async () => {
      const argv = ['krew', 'install', `--manifest=${join(folder, 'certs.yaml')}`, `--archive=${archiveOf(HERE)}`];
      await bed.run(argv, { env: { KREW_ROOT: root } });
    });

    it('shows the layers of the demo cluster, with no other Node at hand', async () => {
      const { stdout, stderr, exitCode } = await runKubectl(['certs', 'layers', '--demo', '-o', 'json'], bin);
      strictEqual(exitCode, 0, stderr);
      strictEqual(JSON.parse(stdout).kind, 'CertificateInventory');
    });

    it('is not steered by Node options that are meant for other programs', async () => {
      const env = { HOME: folder, PATH: BARE_PATH, NODE_OPTIONS: '--no-such-option' };
      const { status, stdout } = spawnSync(join(bin, 'kubectl-certs'), ['--version'], { env, encoding: 'utf8' });
      strictEqual(status, 0);
      match(stdout, new RegExp(`^kubectl-certs/${version} `));
    });

    it('hands on its exit codes', async () => {
      strictEqual((await runKubectl(['certs', 'layers', '--nope'], bin)).exitCode, 64);
    });
  });

  it('runs from what npm packs, with nothing else installed', async () => {
    const [{ filename, files }] = JSON.parse(
      execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder]).toString(),
    );
    const outside = files
      .map(({ path }: { path: string }) => path)
      .filter((path: string) => !/^(dist\/|[^/]+$)/.test(path));
    deepStrictEqual(outside, []);
    execFileSync('tar', ['-xzf', join(folder, filename), '-C', folder]);
    const bin = join(folder, 'npm-bin');
    mkdirSync(bin);
    symlinkSync(join(folder, 'package', 'dist', 'kubectl-certs.cjs'), join(bin, 'kubectl-certs'));
    const plugins = [bin, dirname(process.execPath)].join(delimiter);
    const { stdout, exitCode } = await runKubectl(['certs', '--version'], plugins);
    strictEqual(exitCode, 0);
    match(stdout, /^kubectl-certs\//);
  });

  describe('for Windows', () => {
    for (const [arch, machine] of Object.entries(PE_MACHINES)) {
      it(`is an executable for ${arch} that carries its launcher, beside the program`, () => {
        const tar = gunzipSync(readFileSync(archiveOf(`windows-${arch}`)));
        const executable = readFromTar(tar, 'kubectl-certs.exe')!;
        strictEqual(executable.toString('latin1', 0, 2), 'MZ');
        strictEqual(executable.readUInt16LE(executable.readUInt32LE(0x3c) + 4), machine);
        ok(executable.includes(`${FUSE}:1`));
        ok(executable.includes(readFileSync('.tools/package/launcher.cjs')));
        for (const name of [
          'LICENSE',
          'package.json',
          'oclif.manifest.json',
          'dist/kubectl-certs.cjs',
          'dist/main.js',
        ]) {
          ok(readFromTar(tar, name), name);
        }
      });
    }

    it('is installed by krew as the .exe that it links there, with the licence', async () => {
      const root = join(folder, 'krew-windows');
      const argv = ['krew', 'install', `--manifest=${join(folder, 'certs.yaml')}`];
      const env = { KREW_ROOT: root, KREW_OS: 'windows', KREW_ARCH: 'amd64' };
      await bed.run([...argv, `--archive=${archiveOf('windows-amd64')}`], { env });
      const installed = dirname(realpathSync(join(root, 'bin', 'kubectl-certs.exe')));
      ok(existsSync(join(installed, 'LICENSE')));
      ok(existsSync(join(installed, 'dist', 'main.js')));
    });

    it('starts the program beside it through a link, as the same kind of executable shows here', async () => {
      const home = mkdtempSync(join(folder, 'single-'));
      execFileSync('tar', ['-xzf', archiveOf(HERE), '-C', home]);
      rmSync(join(home, 'kubectl-certs'));
      writeFileSync(join(home, 'certs.exe'), await singleExecutable(readFileSync(process.execPath)), { mode: 0o755 });
      const link = join(folder, 'linked');
      symlinkSync(join(home, 'certs.exe'), link);
      const env = { HOME: folder, PATH: BARE_PATH, NODE_OPTIONS: '--no-such-option' };
      const { status, stdout, stderr } = spawnSync(link, ['layers', '--nope'], { env, encoding: 'utf8' });
      deepStrictEqual([status, stdout], [64, '']);
      match(stderr, /unknown flag --nope/);
    });
  });
});
