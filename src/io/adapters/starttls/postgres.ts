import type { Dialogue } from './dialogue.ts';

/** SSLRequest: length 8, code 80877103 (PostgreSQL, Message Formats). */
const REQUEST = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);

/** One byte answers: S for yes, N for no; E begins an error of a server that does not know the request. */
export const postgres: Dialogue = () => [
  {
    send: REQUEST,
    expect: (received) => {
      if (received.length === 0) return 'more';
      const answer = received.toString('latin1', 0, 1);
      if (answer === 'S') return { used: 1 };
      return { refused: answer === 'N' ? 'has TLS switched off' : 'does not answer like PostgreSQL' };
    },
  },
];
