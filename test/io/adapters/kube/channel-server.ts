import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type https from 'node:https';
import type { Duplex } from 'node:stream';
import { encodeFrame, OPCODES } from '../../../../src/io/adapters/kube/frames.ts';

/** What the kubelet's side does with one WebSocket. */
export interface KubeletEnd {
  readonly request: IncomingMessage;
  /** A message on a channel. */
  send(channel: number, bytes: Uint8Array | string): void;
  /** Its own end of the connection. */
  readonly socket: Duplex;
  close(): void;
}

/** Accepts WebSockets as an API server does, and gives their messages to `onMessage`, unmasked. */
export function acceptChannels(
  server: https.Server,
  onOpen: (end: KubeletEnd) => void,
  onMessage: (end: KubeletEnd, channel: number, bytes: Buffer) => void = () => {},
): void {
  server.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
    const magic = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
    const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}${magic}`).digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\nSec-WebSocket-Protocol: ${request.headers['sec-websocket-protocol']}\r\n\r\n`,
    );
    const end: KubeletEnd = {
      request,
      socket,
      send: (channel, bytes) =>
        void socket.write(unmasked(Buffer.concat([Buffer.from([channel]), Buffer.from(bytes)]))),
      close: () => void socket.end(Buffer.from([0x80 | OPCODES.close, 0])),
    };
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      for (const bytes of unmask(chunk)) if (bytes.length > 0) onMessage(end, bytes[0]!, bytes.subarray(1));
    });
    onOpen(end);
  });
}

function unmasked(payload: Buffer): Buffer {
  const frame = encodeFrame(OPCODES.binary, payload, new Uint8Array(4));
  const head = frame.length - payload.length - 4;
  frame[1]! &= 0x7f;
  return Buffer.concat([frame.subarray(0, head), payload]);
}

/** Short data frames of a client, whole in one chunk; tests send no others. */
function* unmask(chunk: Buffer): Generator<Buffer> {
  for (let at = 0; at < chunk.length; ) {
    const short = chunk[at + 1]! & 0x7f;
    const [length, head] = short < 126 ? [short, 2] : [chunk.readUInt16BE(at + 2), 4];
    const mask = chunk.subarray(at + head, at + head + 4);
    const body = Buffer.from(chunk.subarray(at + head + 4, at + head + 4 + length));
    for (let i = 0; i < body.length; i++) body[i]! ^= mask[i & 3]!;
    if ((chunk[at]! & 0x0f) === OPCODES.binary) yield body;
    at += head + 4 + length;
  }
}
