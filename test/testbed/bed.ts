import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { BedFolder } from './bed-folder.ts';
import { find, type Present } from './build/build.ts';
import type { Component } from './catalogue/component.ts';
import { componentNamed, withNeeds } from './catalogue/index.ts';
import { type CommandResult, type RunOptions, run, tryRun } from './run.ts';
import { ask } from './supervisor/client.ts';
import type { ProcessSpec, ProcessState } from './supervisor/protocol.ts';

/** A component that was asked for and isn't at hand, or needs one that isn't. */
export class ComponentMissing extends Error {
  readonly component: string;
  constructor(component: string, reason: string) {
    super(`${component}: ${reason}`);
    this.component = component;
  }
}

/** One running set of components, in one run folder, under one supervisor. */
export class Bed extends BedFolder {
  readonly #folders = new Map(this.up.map(({ component, folder }) => [component, folder]));

  /** Loopback ports of these names, that no other bed of the machine uses; the same ones when asked again. */
  async takePorts(names: readonly string[]): Promise<readonly number[]> {
    const taken = await ask(this.runDir, { op: 'ports', names });
    this.addPorts(taken);
    return names.map((name) => taken[name]!);
  }

  /**
   * Brings components up, with all that they need, in order; those that are up stay as they are.
   * @throws ComponentMissing before anything is started; Error with the end of the log when one doesn't come up
   */
  async start(names: readonly string[]): Promise<void> {
    const wanted = withNeeds(names).filter(({ name }) => !this.up.some(({ component }) => component === name));
    const present: Present[] = [];
    for (const component of wanted) present.push(await presentOr(component));
    for (const [i, component] of wanted.entries()) await this.#bringUp(component, present[i]!);
  }

  async #bringUp(component: Component, { path, folder }: Present): Promise<void> {
    this.#folders.set(component.name, folder);
    this.#link([component.name, ...(component.alsoNamed ?? [])], path);
    const processes = component.service === undefined ? [] : await this.#startService(component.service);
    this.addUp({ component: component.name, processes, folder });
  }

  async #startService(service: NonNullable<Component['service']>): Promise<string[]> {
    if (service.ports !== undefined) await this.takePorts(service.ports);
    await service.prepare?.(this);
    const processes = service.processes(this);
    for (const spec of processes) await this.spawn(spec);
    await service.settle?.(this);
    return processes.map(({ name }) => name);
  }

  #link(names: readonly string[], path: string): void {
    mkdirSync(this.binDir, { recursive: true });
    for (const link of names.map((name) => join(this.binDir, name))) {
      rmSync(link, { force: true });
      symlinkSync(path, link);
    }
  }

  /** A file or folder that came with a component (its CRDs). @throws ComponentMissing when it was not brought up */
  fileOf(component: string, path: string): string {
    const folder = this.#folders.get(component);
    if (folder === undefined) throw new ComponentMissing(component, 'was not brought up in this bed');
    return join(folder, 'files', path);
  }

  /** Stops a component's processes and starts them again with what is on disk now; ready when this returns. */
  async restart(component: string): Promise<void> {
    const specs = componentNamed(component).service?.processes(this);
    if (specs === undefined) throw new Error(`${component} is a tool, it has no process`);
    for (const spec of specs) await this.spawn(spec);
  }

  /** Runs a further process in the bed: ready when this returns, ended when the bed ends. */
  spawn(spec: ProcessSpec): Promise<ProcessState> {
    return ask(this.runDir, { op: 'start', spec });
  }
  /** SIGTERM, then SIGKILL; an unknown name is fine. */
  async stop(process: string): Promise<void> {
    await ask(this.runDir, { op: 'stop', name: process });
  }
  async signal(process: string, signal: NodeJS.Signals): Promise<void> {
    await ask(this.runDir, { op: 'signal', name: process, signal });
  }
  processes(): Promise<ProcessState[]> {
    return ask(this.runDir, { op: 'list' });
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
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { generateName: `${prefix}-` } };
    const created = await this.kubectl(['create', '-f', '-', '-o', 'name'], JSON.stringify(namespace));
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
}

async function presentOr(component: Component): Promise<Present> {
  const artifact = await find(component);
  if (artifact.state === 'missing') throw new ComponentMissing(component.name, artifact.reason);
  return artifact;
}

/** `--rootfs` is a chroot: without root, a user namespace gives the right to it. */
const asRoot = () => (process.getuid?.() === 0 ? [] : ['unshare', '--map-root-user']);
