import { PortFailure } from '../../ports/failure.ts';
import type { Reading } from '../reading.ts';
import type { CollectContext } from '../source.ts';
import { type LocalFile, readLocalFile } from './read-file.ts';

/** The plugin, kubectl and the user's kubeconfig are found under sudo only when their paths go with it. */
export const SUDO_LINE =
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's
  'sudo env "PATH=$PATH" "KUBECONFIG=${KUBECONFIG:-$HOME/.kube/config}" kubectl certs layers';

export interface FileReadingsStart {
  readonly command: string;
  readonly unknown: string;
}

/**
 * The readings of one set of files: what could be read, and beside it, in one statement, what may not be. Each file is
 * read once.
 */
export class FileReadings {
  readonly reading: Reading;
  readonly #context: CollectContext;
  readonly #unknown: string;
  readonly #files = new Map<string, Promise<LocalFile | PortFailure | undefined>>();
  readonly #denied: PortFailure[] = [];
  readonly #problems: string[] = [];

  constructor(context: CollectContext, { command, unknown }: FileReadingsStart) {
    this.#context = context;
    this.#unknown = unknown;
    this.reading = context.begin({ command, unknown });
  }

  /** The file, or undefined when it is not there or could not be read; the latter is remembered for the end. */
  async file(path: string): Promise<LocalFile | undefined> {
    const known = this.#files.get(path);
    const reading = known ?? this.#read(path);
    this.#files.set(path, reading);
    const file = await reading;
    if (!(file instanceof PortFailure)) return file;
    if (!known) this.failed(file);
    return undefined;
  }

  /** Whether something is seen there. */
  async exists(path: string): Promise<boolean> {
    try {
      return (await this.#context.ports.files.stat(path)) !== undefined;
    } catch (error) {
      if (error instanceof PortFailure) return false;
      throw error;
    }
  }

  /** Whether certainly nothing is there: what may not be looked at may be there. */
  async isAbsent(path: string): Promise<boolean> {
    try {
      return (await this.#context.ports.files.stat(path)) === undefined;
    } catch (error) {
      if (error instanceof PortFailure) return false;
      throw error;
    }
  }

  failed(failure: PortFailure): void {
    if (failure.state === 'denied') this.#denied.push(failure);
    else this.#problems.push(failure.message);
  }

  /** Something could not be read. */
  get failing(): boolean {
    return this.#denied.length + this.#problems.length > 0;
  }

  /** What is wrong with what was read or could not be, the denied aside. */
  get problems(): readonly string[] {
    return this.#problems;
  }

  problem(text: string): void {
    this.#problems.push(text);
  }

  /** @param nothing what to say when there was nothing to read and no reason for it */
  end(nothing: string): void {
    if (this.#denied.length > 0) this.#endDenied(this.#denied);
    if (this.#problems.length > 0) this.reading.end('partial', several(this.#problems));
    else if (this.reading.empty) this.reading.end('absent', nothing);
    this.reading.complete();
  }

  /** In a reading of its own when something else was read. What a password locks, no other user can open. */
  #endDenied(denied: readonly PortFailure[]): void {
    const sudoHelps = denied.some(({ code }) => code !== 'EPASSWORD');
    const command = sudoHelps ? SUDO_LINE : 'KUBECTL_CERTS_KEYSTORE_PASSWORD=... kubectl certs layers';
    const reason = several(denied.map(({ message }) => message)) + (sudoHelps ? `; to read it all: ${SUDO_LINE}` : '');
    const reading = this.reading.empty ? this.reading : this.#context.begin({ command, unknown: this.#unknown });
    reading.end('denied', reason);
  }

  async #read(path: string): Promise<LocalFile | PortFailure | undefined> {
    try {
      const file = await readLocalFile(this.#context.ports, path);
      this.#context.answered();
      for (const problem of file?.problems ?? []) this.#problems.push(`${path}: ${problem}`);
      return file;
    } catch (error) {
      if (!(error instanceof PortFailure)) throw error;
      // A keystore's reader does not know the path.
      return error.message.startsWith(path)
        ? error
        : new PortFailure(error.state, `${path} ${error.message}`, {
            ...(error.code !== undefined && { code: error.code }),
            cause: error,
          });
    }
  }
}

function several([first, ...more]: readonly string[]): string {
  return more.length === 0 ? first! : `${first} (and ${more.length} more like it)`;
}
