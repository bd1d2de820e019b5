import type { Dialogue } from './dialogue.ts';

const OID = Buffer.from('1.3.6.1.4.1.1466.20037');

/** LDAPMessage 1 with an ExtendedRequest of the StartTLS OID: RFC 4511, 4.12 and 4.14.1. */
const REQUEST = Buffer.concat([
  Buffer.from([0x30, OID.length + 7, 0x02, 0x01, 0x01, 0x77, OID.length + 2, 0x80, OID.length]),
  OID,
]);

export const ldap: Dialogue = () => [
  {
    send: REQUEST,
    expect: (received) => {
      const message = element(received, 0);
      if (!message) return 'more';
      const id = element(received, message.start);
      const response = id && element(received, id.end);
      const result = response && response.tag === 0x78 && element(received, response.start);
      if (!result || message.tag !== 0x30 || result.tag !== 0x0a) return { refused: 'does not answer like LDAP' };
      const code = received[result.start];
      return code === 0 ? { used: message.end } : { refused: `refuses to start TLS: LDAP result code ${code}` };
    },
  },
];

/** One BER element with a definite length, when all of it has arrived. */
function element(bytes: Buffer, at: number): { tag: number; start: number; end: number } | undefined {
  const [tag, length] = [bytes[at], bytes[at + 1]];
  if (tag === undefined || length === undefined) return undefined;
  const more = length > 0x80 ? Math.min(length - 0x80, 4) : 0;
  if (bytes.length < at + 2 + more) return undefined;
  const start = at + 2 + more;
  const end = start + (more ? bytes.readUIntBE(at + 2, more) : length);
  return bytes.length < end ? undefined : { tag, start, end };
}
