import { type Dialogue, lines } from './dialogue.ts';

/** RFC 9051, 6.2.1. */
export const imap: Dialogue = () => [
  lines({ good: /^\* OK/i, bad: /^\* (BYE|PREAUTH)/i }),
  lines({ send: 'a STARTTLS', good: /^a OK/i, bad: /^a (NO|BAD)|^\* BYE/i }),
];
