import { Duplex } from 'node:stream';
import { PortFailure } from '../../ports/failure.ts';
import type { Channels } from './channels.ts';

const DATA = 0;
const ERROR = 1;
/** Each channel begins with the number of its port, little endian. Bytes. */
const PORT_PREFIX = 2;

/**
 * The bytes of one forwarded port. What the kubelet says about a port that cannot be reached destroys the stream with
 * it: k8s.io/cri-streaming pkg/streaming/portforward/websocket.go.
 */
export class ForwardedPort extends Duplex {
  readonly #channels: Channels;
  readonly #where: string;
  readonly #skip = [PORT_PREFIX, PORT_PREFIX];
  #readOn: (() => void) | undefined;

  /** @param where names the port in messages */
  constructor(channels: Channels, where: string) {
    super();
    this.#channels = channels;
    this.#where = where;
    // It may fail before its user listens, or after: the next read or write says so, and the process must not end.
    this.on('error', () => undefined);
    this.#receive().catch((error: Error) => this.destroy(error));
  }

  async #receive(): Promise<void> {
    for await (const { channel, bytes } of this.#channels.receive()) {
      const skip = Math.min(this.#skip[channel] ?? 0, bytes.length);
      this.#skip[channel] = (this.#skip[channel] ?? 0) - skip;
      const rest = bytes.subarray(skip);
      if (rest.length === 0) continue;
      if (channel === ERROR) throw failureOf(this.#where, rest.toString('utf8'));
      if (channel === DATA && !this.push(rest)) {
        await new Promise<void>((resolve) => {
          this.#readOn = resolve;
        });
      }
    }
    this.push(null);
  }

  override _read(): void {
    this.#readOn?.();
    this.#readOn = undefined;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#channels.send(DATA, chunk, done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#channels.close();
    done(error);
  }
}

/** `error forwarding port 15000 to pod X, uid Y: ... connection refused`: the reason stands last. */
function failureOf(where: string, said: string): PortFailure {
  const reason = /^error forwarding port \d+ to pod [^:]+: (.*)$/s.exec(said.trim())?.[1] ?? said.trim();
  return new PortFailure('unreachable', `${where}: ${reason}`, { code: 'EFORWARD' });
}
