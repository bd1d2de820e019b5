import { quoteLine, type Turn } from '../tls/talk.ts';
import type { Dialogue } from './dialogue.ts';

/** RFC 6120, 4.7 and 5.4. The host is escaped for the attribute that it stands in. */
export const xmpp: Dialogue = (host) => [
  element(
    `<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' ` +
      `to='${host.replace(/[<>&'"]/g, '')}' version='1.0'>`,
    /<starttls[\s\S]*<\/stream:features>/,
    /<\/stream:features>|<stream:error/,
  ),
  element(`<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>`, /<proceed[^>]*>(\s*<\/proceed>)?/, /<failure/),
];

function element(send: string, good: RegExp, bad: RegExp): Turn {
  return {
    send,
    expect: (received) => {
      const text = received.toString('latin1');
      const found = good.exec(text);
      if (found) return { used: found.index + found[0].length };
      return bad.test(text) ? { refused: `refuses to start TLS: ${quoteLine(text)}` } : 'more';
    },
  };
}
