import { type Dialogue, lines } from './dialogue.ts';

/** RFC 2595, section 4. */
export const pop3: Dialogue = () => [
  lines({ good: /^\+OK/, bad: /^-ERR/ }),
  lines({ send: 'STLS', good: /^\+OK/, bad: /^-ERR/ }),
];
