import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { connect } from 'node:tls';
import { type Bed, until } from '../testbed/fixture.ts';
import { type Outcome, outcomeOf, type Program } from './program.ts';

/** A control-plane node's files, and the program that renews them with the kubeadm of `PATH`. */
export class RenewalNode {
  /** The node's `/etc/kubernetes`. */
  readonly folder: string;
  readonly stateDir: string;
  readonly #program: Program;
  readonly #env: Record<string, string>;

  constructor(options: { program: Program; folder: string; path: string; env?: Record<string, string> }) {
    this.folder = options.folder;
    this.stateDir = mkdtempSync(join(tmpdir(), 'renew-state-'));
    this.#program = options.program;
    // No kubeconfig is at hand: whatever works, works without the API.
    this.#env = { PATH: options.path, ...options.env };
  }

  run(args: readonly string[], stateDir = this.stateDir): Promise<Outcome> {
    return outcomeOf(this.start(args, stateDir));
  }

  start(args: readonly string[], stateDir = this.stateDir) {
    const where = ['--pki-dir', this.folder, '--state-dir', stateDir];
    return this.#program.start(['renew', ...args, ...where], { env: this.#env });
  }

  /** Runs and expects an exit code; the answer's JSON. */
  async json(args: readonly string[], exitCode = 0) {
    const { stdout, stderr, exitCode: code } = await this.run([...args, '-o', 'json']);
    assert.equal(code, exitCode, stderr);
    return JSON.parse(stdout);
  }

  /** Content, mode and owner of every file, by path. */
  snapshot(): Record<string, string> {
    const files = readdirSync(this.folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    return Object.fromEntries(
      files.map(({ parentPath, name }) => {
        const path = join(parentPath, name);
        const { mode, uid } = statSync(path);
        return [relative(this.folder, path), `${mode.toString(8)} ${uid} ${readFileSync(path, 'latin1')}`];
      }),
    );
  }

  serial(file: string): string {
    return new X509Certificate(readFileSync(join(this.folder, 'pki', file))).serialNumber;
  }

  /** Runs until its journal is so far, then kills it. @returns false when it had ended before */
  async killWhen(isThere: (journal: readonly string[]) => boolean, args: readonly string[]): Promise<boolean> {
    const child = this.start(args);
    const outcome = outcomeOf(child);
    while (child.exitCode === null && !isThere(this.journal())) await new Promise((resolve) => setTimeout(resolve, 2));
    const killed = child.kill('SIGKILL');
    await outcome;
    return killed;
  }

  /** The newest run's journal, line by line; empty while there is none. */
  journal(): string[] {
    const folder = join(this.stateDir, 'journals');
    const [newest] = existsSync(folder) ? readdirSync(folder).sort().reverse() : [];
    return newest === undefined ? [] : readFileSync(join(folder, newest), 'utf8').split('\n').filter(Boolean);
  }
}

/** A node's files alone, below a root of their own: nothing runs from them. */
export function copyNode(kubernetesDir: string): string {
  const folder = join(mkdtempSync(join(tmpdir(), 'renew-node-')), 'etc/kubernetes');
  cpSync(kubernetesDir, folder, { recursive: true, preserveTimestamps: true });
  for (const path of readdirSync(kubernetesDir, { recursive: true, encoding: 'utf8' })) {
    chmodSync(join(folder, path), statSync(join(kubernetesDir, path)).mode);
  }
  return folder;
}

/** A folder for the front of PATH with one program: a script, or a link's target's text. */
export function programFolder(name: string, script: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'renew-path-'));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return folder;
}

/** Serial number of what is served there; undefined while nothing is. */
export function servedSerial(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false });
    socket.setTimeout(5000, () => socket.destroy());
    socket.once('secureConnect', () => {
      resolve(socket.getPeerX509Certificate()?.serialNumber);
      socket.destroy();
    });
    socket.on('error', () => {});
    socket.once('close', () => resolve(undefined));
  });
}

/** A person's kubectl gets through, the API server serves and etcd shows what is on the disk, every manifest is there. */
export async function assertNodeWorks(bed: Bed, node: RenewalNode): Promise<void> {
  await until('the API server answers', () => bed.kubectl(['get', '--raw', '/readyz', '--kubeconfig', bed.kubeconfig]));
  assert.equal(await servedSerial(bed.port('kube-apiserver')), node.serial('apiserver.crt'));
  assert.equal(await servedSerial(bed.port('etcd')), node.serial('etcd/server.crt'));
  for (const manifest of ['etcd', 'kube-apiserver', 'kube-controller-manager'])
    assert.ok(existsSync(join(bed.kubernetesDir, `manifests/${manifest}.yaml`)), manifest);
}
