import type { Dialogue } from './dialogue.ts';
import { ftp } from './ftp.ts';
import { imap } from './imap.ts';
import { ldap } from './ldap.ts';
import { mysql } from './mysql.ts';
import { pop3 } from './pop3.ts';
import { postgres } from './postgres.ts';
import { smtp } from './smtp.ts';
import { xmpp } from './xmpp.ts';

/** Schemes whose upgrade precedes TLS. A new one is one file and one line here and in core's table of schemes. */
export const STARTTLS: Readonly<Record<string, Dialogue>> = { smtp, imap, pop3, ftp, xmpp, ldap, postgres, mysql };
