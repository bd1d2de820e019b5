import type { Dialogue } from './dialogue.ts';

const CLIENT_SSL = 0x0800;
const CLIENT_PROTOCOL_41 = 0x0200;
const CLIENT_SECURE_CONNECTION = 0x8000;

/**
 * The server greets with HandshakeV10; the client asks by a truncated response: capabilities, greatest packet,
 * character set, 23 zeroes (MySQL, Protocol::SSLRequest).
 */
export const mysql: Dialogue = () => [{ expect: readGreeting }, { send: request(), expect: () => ({ used: 0 }) }];

function readGreeting(received: Buffer): { used: number } | { refused: string } | 'more' {
  if (received.length < 4) return 'more';
  const end = 4 + received.readUIntLE(0, 3);
  if (end > 4096) return { refused: 'does not greet like MySQL' };
  if (received.length < end) return 'more';
  if (received[4] === 0xff) return { refused: 'refuses the connection with a MySQL error' };
  // Version byte, NUL-terminated version, thread id (4), scramble (8), filler (1), then the lower capabilities.
  const capabilities = received.indexOf(0, 5) + 14;
  if (received[4] !== 10 || capabilities < 14 || capabilities + 2 > end)
    return { refused: 'does not greet like MySQL' };
  return received.readUInt16LE(capabilities) & CLIENT_SSL ? { used: end } : { refused: 'has TLS switched off' };
}

function request(): Buffer {
  const packet = Buffer.alloc(36);
  packet.writeUIntLE(32, 0, 3);
  packet[3] = 1;
  packet.writeUInt32LE(CLIENT_SSL | CLIENT_PROTOCOL_41 | CLIENT_SECURE_CONNECTION, 4);
  packet.writeUInt32LE(2 ** 24 - 1, 8);
  packet[12] = 45;
  return packet;
}
