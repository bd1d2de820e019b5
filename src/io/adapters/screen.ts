import type { Writable } from 'node:stream';
import type { JobControl, ScreenStreams } from '../ports/terminal.ts';
import type { TerminalHost } from './terminal-host.ts';

/** Keeps what is written while a screen is drawn, so that neither garbles the other. */
export class ScreenHolder {
  readonly #host: TerminalHost;
  readonly #kept: [stream: Writable, data: string | Uint8Array][] = [];
  #leave: (() => void) | undefined;

  constructor(host: TerminalHost) {
    this.#host = host;
  }

  write(stream: Writable, data: string | Uint8Array): void {
    if (this.#leave) this.#kept.push([stream, data]);
    else stream.write(data);
  }

  take(leave: () => void): ScreenStreams {
    if (this.#leave) throw new Error('a screen is drawn already');
    this.#leave = leave;
    const { stdin, stdout, platform } = this.#host;
    return {
      // A terminal at both ends: whoever takes a screen has asked canShowScreen.
      input: stdin as unknown as NodeJS.ReadStream,
      output: stdout as unknown as NodeJS.WriteStream,
      ...(platform !== 'win32' && { jobControl: jobControlOf(this.#host) }),
    };
  }

  giveBack(): void {
    const leave = this.#leave;
    this.#leave = undefined;
    leave?.();
    for (const [stream, data] of this.#kept.splice(0)) stream.write(data);
  }
}

function jobControlOf(host: TerminalHost): JobControl {
  const listeners = new Set<() => void>();
  const onRequest = () => {
    for (const listener of listeners) listener();
  };
  return {
    stop: () =>
      new Promise((resolve) => {
        // The system's own answer to the signal is to stop; the whole group gets it, as from a terminal.
        host.off('SIGTSTP', onRequest);
        host.once('SIGCONT', () => {
          if (listeners.size > 0) host.on('SIGTSTP', onRequest);
          resolve();
        });
        host.kill(0, 'SIGTSTP');
      }),
    onStopRequest: (listener) => {
      if (listeners.size === 0) host.on('SIGTSTP', onRequest);
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) host.off('SIGTSTP', onRequest);
      };
    },
  };
}
