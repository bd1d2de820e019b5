import { strict as assert } from 'node:assert';
import { execFileSync, spawnSync } from 'node:child_process';

/** Milliseconds that a screen may take to show something, on a machine that is busy with others. */
const PATIENCE = 30_000;
const GLANCE = 30;
/** Longer than screens drop keys that were typed before there was anything to answer. */
const DEAF = 400;

export interface TmuxOptions {
  readonly columns: number;
  readonly rows: number;
  readonly env: Readonly<Record<string, string>>;
}

/** A terminal in tmux, with a shell in it: real keys go in, what a person would see comes out. */
export class TmuxTerminal {
  readonly #socket = `kubectl-certs-${process.pid}-${Math.random().toString(36).slice(2)}`;

  constructor({ columns, rows, env }: TmuxOptions) {
    const shell = ['env', '-i', ...Object.entries(env).map(([name, value]) => `${name}=${value}`), 'sh'];
    const size = ['-x', String(columns), '-y', String(rows)];
    this.#tmux('-f', '/dev/null', 'new-session', '-d', '-s', 't', ...size, shell.map(quote).join(' '));
    this.#tmux('set-option', '-s', 'escape-time', '0');
    this.#tmux('set-option', '-s', 'set-clipboard', 'on');
  }

  /** Types a command line. */
  run(argv: readonly string[]): void {
    this.type(`${argv.map(quote).join(' ')}; echo "ended with $?"`);
    this.keys('Enter');
  }

  /** Presses keys by tmux's names, each in a write of its own. */
  keys(...names: readonly string[]): void {
    for (const name of names) this.#tmux('send-keys', '-t', 't', name);
  }

  /** Sends characters in one chunk. */
  type(text: string): void {
    this.#tmux('send-keys', '-t', 't', '-l', text);
  }

  resize(columns: number, rows: number): void {
    this.#tmux('resize-window', '-t', 't', '-x', String(columns), '-y', String(rows));
  }

  /** The rows that are seen, without the blanks at their ends. */
  get screen(): string {
    return this.#tmux('capture-pane', '-p', '-t', 't');
  }

  /** The same with the sequences that colour it. */
  get coloured(): string {
    return this.#tmux('capture-pane', '-e', '-p', '-t', 't');
  }

  /** Everything that the main screen has shown, what scrolled away too; wrapped lines are one. */
  get history(): string {
    return this.#tmux('capture-pane', '-p', '-J', '-S', '-', '-t', 't');
  }

  /** What programs have put into tmux's clipboard last. */
  get clipboard(): string {
    return this.#tmux('show-buffer');
  }

  /** Whether the alternate screen is shown, and the cursor. */
  get state(): { readonly alternate: boolean; readonly cursor: boolean } {
    const [alternate, cursor] = this.#format('#{alternate_on} #{cursor_flag}').split(' ');
    return { alternate: alternate === '1', cursor: cursor === '1' };
  }

  /** Whether the terminal itself echoes and edits lines, as a shell's user expects. */
  get cooked(): boolean {
    const settings = execFileSync('stty', ['-a', '-F', this.#format('#{pane_tty}')], { encoding: 'utf8' });
    return /(?<!-)\bicanon\b/.test(settings) && /(?<!-)\becho\b/.test(settings);
  }

  /** Processes whose terminal it is, the shell's own left out. */
  get processes(): readonly { readonly pid: number; readonly state: string; readonly command: string }[] {
    const tty = this.#format('#{pane_tty}').replace('/dev/', '');
    const { stdout } = spawnSync('ps', ['-t', tty, '-o', 'pid=,stat=,args='], { encoding: 'utf8' });
    return stdout.split('\n').flatMap((line) => {
      const [, pid, state = '', command = ''] = /^\s*(\d+) (\S+)\s+(.*)$/.exec(line) ?? [];
      return pid === undefined || command === 'sh' ? [] : [{ pid: Number(pid), state, command }];
    });
  }

  /** Waits until the screen shows something. @returns the screen */
  async until(shown: RegExp, patience = PATIENCE): Promise<string> {
    return this.#wait(() => this.screen, shown, patience);
  }

  /** Waits until the first screen shows something, and listens to keys. @returns the screen */
  async opened(shown: RegExp, patience = PATIENCE): Promise<string> {
    await this.until(shown, patience);
    await new Promise((resolve) => setTimeout(resolve, DEAF));
    return this.screen;
  }

  /** Waits until the main screen's history shows something. */
  async untilPrinted(shown: RegExp): Promise<string> {
    return this.#wait(() => this.history, shown, PATIENCE);
  }

  end(): void {
    spawnSync('tmux', ['-L', this.#socket, 'kill-server']);
  }

  async #wait(look: () => string, shown: RegExp, patience: number): Promise<string> {
    const end = performance.now() + patience;
    for (;;) {
      const text = look();
      if (shown.test(text)) return text;
      assert.ok(performance.now() < end, `${shown} was not shown within ${patience} ms:\n${text}`);
      await new Promise((resolve) => setTimeout(resolve, GLANCE));
    }
  }

  #format(format: string): string {
    return this.#tmux('display-message', '-p', '-t', 't', format).trim();
  }

  #tmux(...args: readonly string[]): string {
    return execFileSync('tmux', ['-L', this.#socket, ...args], { encoding: 'utf8' });
  }
}

function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
