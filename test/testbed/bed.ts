import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Artifact, find, type Present } from './build/build.ts';
import type { Component } from './catalogue/component.ts';
import { componentNamed, withNeeds } from './catalogue/index.ts';
import { type CommandResult, type RunOptions, run, tryRun } from './run.ts';
import { ask } from './supervisor/client.ts';
import { loopbackOf } from './supervisor/ports.ts';
import type { ProcessSpec, ProcessState } from './supervisor/protocol.ts';

/** A component that was asked for and isn't at hand, or needs one that isn't. */
export class ComponentMissing extends Error {
  readonly component: string;
  constructor(component: string, reason: string) {
    super(`${component}: ${reason}`);
    this.component = component;
  }
}

interface BedState {
  ports: Record<string, number>;
  /** Components in the order in which they came up. */
  up: { component: string; processes: string[] }[];
}

/**
 * One running set of components, in one run folder, under one supervisor. Several processes may hold a Bed of the same
 * run folder one after the other: what they share is in `bed.json` and in the supervisor.
 */
export class Bed {
  readonly runDir: string;
  #state: BedState = { ports: {}, up: [] };
  #artifacts = new Map<string, Artifact>();

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
  /** Components that were brought up, each with the names of its processes. */
  get up(): BedState['up'] {
    return this.#state.up;
  }
  /** An address of the loopback net that no other bed of the machine uses, for what must listen on a well-known port. */
  get loopback(): string {
    const [any] = Object.values(this.ports);
    if (any === undefined) throw new Error('the bed has taken no port yet, and its address follows from its ports');
    return loopbackOf(any);
  }
  get #stateFile(): string {
    return join(this.runDir, 'bed.json');
  }

  /** @throws Error when nothing has taken a port of that name (see takePorts) */
  port(name: string): number {
    const port = this.#state.ports[name];
    if (port === undefined)
      throw new Error(`the bed has no port ${name}; it has ${Object.keys(this.#state.ports).join(', ')}`);
    return port;
  }

  /** Loopback ports of these names, that no other bed of the machine uses; the same ones when asked again. */
  async takePorts(names: readonly string[]): Promise<readonly number[]> {
    const taken = await ask(this.runDir, { op: 'ports', names });
    Object.assign(this.#state.ports, taken);
    this.#save();
    return names.map((name) => taken[name]!);
  }

  /**
   * Brings components up, with all that they need, in order; those that are up stay as they are.
   * @throws ComponentMissing before anything is started; Error with the end of the log when one doesn't come up
   */
  async start(names: readonly string[]): Promise<void> {
    const wanted = withNeeds(names).filter(({ name }) => !this.#state.up.some(({ component }) => component === name));
    for (const component of wanted) await this.#lookUp(component);
    for (const component of wanted) {
      this.#link(component);
      const processes = component.service === undefined ? [] : await this.#startService(component.service);
      this.#state.up.push({ component: component.name, processes });
      this.#save();
    }
  }

  async #lookUp(component: Component): Promise<void> {
    const artifact = await find(component);
    if (artifact.state === 'missing') throw new ComponentMissing(component.name, artifact.reason);
    this.#artifacts.set(component.name, artifact);
  }

  async #startService(service: NonNullable<Component['service']>): Promise<string[]> {
    if (service.ports !== undefined) await this.takePorts(service.ports);
    await service.prepare?.(this);
    const processes = service.processes(this);
    for (const spec of processes) await this.spawn(spec);
    await service.settle?.(this);
    return processes.map(({ name }) => name);
  }

  #link({ name, alsoNamed = [] }: Component): void {
    const { path } = this.artifact(name);
    mkdirSync(this.binDir, { recursive: true });
    for (const link of [name, ...alsoNamed].map((each) => join(this.binDir, each))) {
      rmSync(link, { force: true });
      symlinkSync(path, link);
    }
  }

  /** Where a component's program and files are. @throws ComponentMissing when it isn't at hand */
  artifact(name: string): Present {
    const artifact = this.#artifacts.get(name);
    if (artifact === undefined || artifact.state === 'missing')
      throw new ComponentMissing(name, 'was not brought up in this bed');
    return artifact;
  }

  /** Stops a component's processes and starts them again with what is on disk now; ready when this returns. */
  async restart(name: string): Promise<void> {
    const specs = componentNamed(name).service?.processes(this);
    if (specs === undefined) throw new Error(`${name} is a tool, it has no process`);
    for (const spec of specs) await this.spawn(spec);
  }

  /** Runs a further process in the bed: ready when this returns, ended when the bed ends. */
  spawn(spec: ProcessSpec): Promise<ProcessState> {
    return ask(this.runDir, { op: 'start', spec });
  }
  /** SIGTERM, then SIGKILL; an unknown name is fine. */
  async stop(name: string): Promise<void> {
    await ask(this.runDir, { op: 'stop', name });
  }
  async signal(name: string, signal: NodeJS.Signals): Promise<void> {
    await ask(this.runDir, { op: 'signal', name, signal });
  }
  processes(): Promise<ProcessState[]> {
    return ask(this.runDir, { op: 'list' });
  }

  /** What a process has written so far, standard output and error together. */
  log(name: string): string {
    return readFileSync(join(this.runDir, 'logs', `${name}.log`), 'utf8');
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

  /** Environment of a person who uses what is up. */
  get env(): Record<string, string> {
    return { KUBECONFIG: this.kubeconfig, PATH: `${this.binDir}:${process.env.PATH ?? ''}` };
  }

  /** Runs a command as a person who uses what is up. @throws CommandFailed */
  run(argv: readonly string[], options: RunOptions = {}): Promise<string> {
    return run(argv, { ...options, env: { ...this.env, ...options.env } });
  }
  /** The same, whatever its exit status. */
  tryRun(argv: readonly string[], options: RunOptions = {}): Promise<CommandResult> {
    return tryRun(argv, { ...options, env: { ...this.env, ...options.env } });
  }

  /** kubectl as super-admin (name another with --kubeconfig). @throws CommandFailed */
  kubectl(args: readonly string[], input?: string): Promise<string> {
    const given = args.some((arg) => arg.startsWith('--kubeconfig'));
    const who = given ? [] : ['--kubeconfig', this.superAdminKubeconfig];
    return this.run([join(this.binDir, 'kubectl'), ...who, ...args], input === undefined ? {} : { input });
  }

  /** Applies YAML text or objects on the server's side. @throws CommandFailed */
  async apply(...what: readonly (string | object)[]): Promise<void> {
    const input = what.map((each) => (typeof each === 'string' ? each : JSON.stringify(each))).join('\n---\n');
    await this.kubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], input);
  }

  /** A new namespace: how suites of one bed stay apart. @returns its name */
  async namespace(prefix: string): Promise<string> {
    const created = await this.kubectl(['create', '-f', '-', '-o', 'name'], namespaceNamedLike(prefix));
    return created.trim().replace('namespace/', '');
  }

  /** The real kubeadm in the bed's node. @throws CommandFailed */
  kubeadm(args: readonly string[], { config = false } = {}): Promise<string> {
    const file = config ? ['--config', '/etc/kubernetes/kubeadm.yaml'] : [];
    return this.run([...asRoot(), join(this.binDir, 'kubeadm'), '--rootfs', this.nodeDir, ...args, ...file]);
  }

  /** Ends every process of the bed and removes its run folder. */
  async down(): Promise<void> {
    await ask(this.runDir, { op: 'down' });
  }

  #save(): void {
    writeFileSync(this.#stateFile, `${JSON.stringify(this.#state, null, 2)}\n`);
  }
}

/** `--rootfs` is a chroot: without root, a user namespace gives the right to it. */
const asRoot = () => (process.getuid?.() === 0 ? [] : ['unshare', '--map-root-user']);

const namespaceNamedLike = (prefix: string) =>
  JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { generateName: `${prefix}-` } });
