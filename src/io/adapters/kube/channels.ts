import { createHash, randomBytes } from 'node:crypto';
import type { OutgoingHttpHeaders } from 'node:http';
import type { Duplex } from 'node:stream';
import { encodeFrame, FrameReader, OPCODES } from './frames.ts';

/**
 * The channels of port-forward and exec over a WebSocket: each message begins with the number of its channel
 * (k8s.io/streaming pkg/httpstream/wsstream). API servers pass this protocol on to the kubelet as it is.
 */
const PROTOCOL = 'v4.channel.k8s.io';
/** RFC 6455 section 1.3. */
const MAGIC = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** What asks for channels, and how the answer is known to be one to it. */
export function channelUpgrade(): { readonly headers: OutgoingHttpHeaders; readonly accept: string } {
  const key = randomBytes(16).toString('base64');
  return {
    headers: {
      // A kubelet's routes offer no JSON here, and refuse who wants nothing else.
      accept: '*/*',
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': key,
      'sec-websocket-protocol': PROTOCOL,
    },
    accept: createHash('sha1').update(`${key}${MAGIC}`).digest('base64'),
  };
}

/** Sends and receives on the channels of one WebSocket. */
export class Channels {
  readonly #socket: Duplex;

  constructor(socket: Duplex) {
    this.#socket = socket;
  }

  send(channel: number, bytes: Uint8Array, done: (error?: Error | null) => void): void {
    this.#socket.write(encodeFrame(OPCODES.binary, Buffer.concat([Buffer.from([channel]), bytes])), done);
  }

  /** What comes, channel by channel, until the other side ends. @throws Error when the connection breaks */
  async *receive(): AsyncGenerator<{ readonly channel: number; readonly bytes: Buffer }> {
    const reader = new FrameReader();
    for await (const chunk of this.#socket as AsyncIterable<Buffer>) {
      for (const { opcode, payload } of reader.read(chunk)) {
        if (opcode === OPCODES.close) return this.close();
        if (opcode === OPCODES.ping) this.#socket.write(encodeFrame(OPCODES.pong, payload));
        else if (opcode !== OPCODES.pong && payload.length > 1) {
          yield { channel: payload[0]!, bytes: payload.subarray(1) };
        }
      }
    }
  }

  close(): void {
    if (this.#socket.writable) this.#socket.end(encodeFrame(OPCODES.close, Buffer.alloc(0)));
    this.#socket.destroy();
  }
}
