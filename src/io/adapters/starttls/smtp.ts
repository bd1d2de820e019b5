import { type Dialogue, lines } from './dialogue.ts';

/** RFC 3207; a reply's last line has a blank after its code, the others a hyphen (RFC 5321, 4.2.1). */
export const smtp: Dialogue = () => [
  lines({ good: /^220 /, bad: /^[45]\d\d / }),
  lines({ send: 'EHLO kubectl-certs.invalid', good: /^250 /, bad: /^[45]\d\d / }),
  lines({ send: 'STARTTLS', good: /^220 /, bad: /^[45]\d\d / }),
];
