import { randomBytes } from 'node:crypto';

/** RFC 6455 section 5.2. */
export const OPCODES = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** One message, its fragments put together; or a control frame. */
export interface Message {
  readonly opcode: number;
  readonly payload: Buffer;
}

/** What a server of ours would send in one frame is far below: a longer one is not WebSocket at all. Bytes. */
const MAX_FRAME = 16 << 20;
const FIN = 0x80;
const MASKED = 0x80;

/** A frame as clients send it: final and masked. */
export function encodeFrame(opcode: number, payload: Uint8Array, mask: Uint8Array = randomBytes(4)): Buffer {
  const body = Buffer.from(payload);
  for (let i = 0; i < body.length; i++) body[i]! ^= mask[i & 3]!;
  return Buffer.concat([Buffer.from([FIN | opcode]), lengthOf(body.length), mask, body]);
}

function lengthOf(length: number): Buffer {
  if (length < 126) return Buffer.from([MASKED | length]);
  const long = length > 0xffff;
  const bytes = Buffer.alloc(long ? 9 : 3);
  bytes[0] = MASKED | (long ? 127 : 126);
  if (long) bytes.writeBigUInt64BE(BigInt(length), 1);
  else bytes.writeUInt16BE(length, 1);
  return bytes;
}

/** Reads the messages of a server out of its bytes, however these are cut. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);
  #fragments: Buffer[] = [];
  #opcode: number = OPCODES.binary;

  /** @throws Error for bytes that are no frame of a server */
  read(chunk: Buffer): Message[] {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const messages: Message[] = [];
    for (let frame = this.#next(); frame; frame = this.#next()) {
      const message = this.#join(frame);
      if (message) messages.push(message);
    }
    return messages;
  }

  #next(): (Message & { readonly final: boolean }) | undefined {
    const bytes = this.#rest;
    if (bytes.length < 2) return undefined;
    const short = bytes[1]! & 0x7f;
    const start = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (bytes.length < start) return undefined;
    const length = short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
    if ((bytes[1]! & MASKED) !== 0 || length > MAX_FRAME) throw new Error('the answer is no WebSocket frame');
    if (bytes.length < start + length) return undefined;
    this.#rest = bytes.subarray(start + length);
    return {
      final: (bytes[0]! & FIN) !== 0,
      opcode: bytes[0]! & 0x0f,
      payload: bytes.subarray(start, start + length),
    };
  }

  /** Control frames may stand between fragments (RFC 6455 section 5.4). */
  #join({ final, opcode, payload }: Message & { readonly final: boolean }): Message | undefined {
    if (opcode >= OPCODES.close) return { opcode, payload };
    if (opcode !== OPCODES.continuation) this.#opcode = opcode;
    this.#fragments.push(payload);
    if (!final) return undefined;
    return { opcode: this.#opcode, payload: Buffer.concat(this.#fragments.splice(0)) };
  }
}
