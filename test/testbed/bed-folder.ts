import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { loopbackOf } from './supervisor/ports.ts';

/** A component that was brought up. */
export interface UpComponent {
  component: string;
  /** Names of its processes. */
  processes: string[];
  /** Where its program is, and `files` that came with it. */
  folder: string;
}

interface BedState {
  ports: Record<string, number>;
  /** In the order in which they came up. */
  up: UpComponent[];
}

/** The run folder of a bed: where things are in it, and what processes that hold the bed one after the other share. */
export class BedFolder {
  readonly runDir: string;
  readonly #state: BedState = { ports: {}, up: [] };

  constructor(runDir: string) {
    this.runDir = runDir;
    if (existsSync(this.#stateFile)) this.#state = JSON.parse(readFileSync(this.#stateFile, 'utf8')) as BedState;
  }

  /** Links to every program that is at hand: the folder to put first in PATH. */
  get binDir(): string {
    return join(this.runDir, 'bin');
  }
  /** Stands for / of the control-plane node. */
  get nodeDir(): string {
    return join(this.runDir, 'node');
  }
  /** What `--pki-dir` takes. */
  get kubernetesDir(): string {
    return join(this.nodeDir, 'etc/kubernetes');
  }
  get pkiDir(): string {
    return join(this.kubernetesDir, 'pki');
  }
  /** kubeadm's administrator: group kubeadm:cluster-admins, bound to cluster-admin. */
  get kubeconfig(): string {
    return join(this.kubernetesDir, 'admin.conf');
  }
  /** Group system:masters: no RBAC applies. */
  get superAdminKubeconfig(): string {
    return join(this.kubernetesDir, 'super-admin.conf');
  }
  get server(): string {
    return `https://127.0.0.1:${this.port('kube-apiserver')}`;
  }
  get ports(): Readonly<Record<string, number>> {
    return this.#state.ports;
  }
  get up(): readonly UpComponent[] {
    return this.#state.up;
  }
  /** Environment of a person who uses what is up. */
  get env(): Record<string, string> {
    return { KUBECONFIG: this.kubeconfig, PATH: `${this.binDir}:${process.env.PATH ?? ''}` };
  }
  /** An address of the loopback net that no other bed of the machine uses, for what must listen on a well-known port. */
  get loopback(): string {
    const [any] = Object.values(this.ports);
    if (any === undefined) throw new Error('the bed has taken no port yet, and its address follows from its ports');
    return loopbackOf(any);
  }
  /** Where kubelets are played, on the port that Nodes say by default. */
  get kubelet(): { readonly address: string; readonly port: number } {
    return { address: this.loopback.replace(/\.1$/, '.2'), port: 10250 };
  }

  /** @throws Error when nothing has taken a port of that name (see Bed.takePorts) */
  port(name: string): number {
    const port = this.ports[name];
    if (port === undefined)
      throw new Error(`the bed has no port ${name}; it has ${Object.keys(this.ports).join(', ')}`);
    return port;
  }

  /** Writes a file below the run folder. @returns its absolute path */
  write(path: string, content: string | Uint8Array, mode = 0o600): string {
    const file = join(this.runDir, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content, { mode });
    return file;
  }
  /** The text of a file below the run folder. */
  read(path: string): string {
    return readFileSync(join(this.runDir, path), 'utf8');
  }
  /** What a process has written so far, standard output and error together. */
  log(process: string): string {
    return this.read(join('logs', `${process}.log`));
  }

  protected addPorts(ports: Readonly<Record<string, number>>): void {
    Object.assign(this.#state.ports, ports);
    this.#save();
  }
  protected addUp(component: UpComponent): void {
    this.#state.up.push(component);
    this.#save();
  }

  get #stateFile(): string {
    return join(this.runDir, 'bed.json');
  }
  #save(): void {
    writeFileSync(this.#stateFile, `${JSON.stringify(this.#state, null, 2)}\n`);
  }
}
