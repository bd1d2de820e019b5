import { type Dialogue, lines } from './dialogue.ts';

/** RFC 4217, section 4. */
export const ftp: Dialogue = () => [
  lines({ good: /^220 /, bad: /^[45]\d\d / }),
  lines({ send: 'AUTH TLS', good: /^234 /, bad: /^[45]\d\d / }),
];
