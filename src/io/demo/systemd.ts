import type { ToolResult } from '../ports/tool-runner.ts';
import type { DemoFiles } from './files.ts';

const UNITS = '/etc/systemd/system';

/** The systemd of the demo's node, as far as timers go: which units are started now, and which after a boot. */
export class DemoSystemd {
  readonly #files: DemoFiles;
  readonly #enabled = new Set<string>();
  readonly #active = new Set<string>();

  constructor(files: DemoFiles) {
    this.#files = files;
  }

  /** Answers `systemctl VERB [--now] UNIT`; undefined for what is not about timers. */
  async answer(argv: readonly string[]): Promise<ToolResult | undefined> {
    const [program, verb, ...rest] = argv;
    if (program === 'systemd-analyze' && verb === 'verify')
      return this.#verify(rest.filter((word) => word.startsWith('/')));
    if (program !== 'systemctl') return undefined;
    if (verb === 'daemon-reload') return said('');
    const unit = rest.at(-1) ?? '';
    if (!unit.endsWith('.timer')) return undefined;
    if (verb === 'is-enabled') return this.#enabled.has(unit) ? said('enabled\n') : failed('disabled\n');
    if (verb === 'is-active') return this.#active.has(unit) ? said('active\n') : failed('inactive\n');
    if (!(await this.#files.stat(`${UNITS}/${unit}`))) return failed('', `Unit file ${unit} does not exist.`);
    this.#change(verb, unit, rest.includes('--now'));
    return said('');
  }

  #change(verb: string | undefined, unit: string, now: boolean): void {
    if (verb === 'enable') this.#enabled.add(unit);
    if (verb === 'disable') this.#enabled.delete(unit);
    if (verb === 'restart' || (verb === 'enable' && now)) this.#active.add(unit);
    if (verb === 'stop' || (verb === 'disable' && now)) this.#active.delete(unit);
  }

  async #verify(paths: readonly string[]): Promise<ToolResult> {
    for (const path of paths)
      if (!(await this.#files.stat(path))) return failed('', `${path}: No such file or directory`);
    return said('');
  }
}

function said(stdout: string): ToolResult {
  return { exit: 0, stdout, stderr: '', ms: 0 };
}

function failed(stdout: string, stderr = ''): ToolResult {
  return { exit: 1, stdout, stderr, ms: 0 };
}
