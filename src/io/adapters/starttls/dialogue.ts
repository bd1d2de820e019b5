import { quoteLine, type Turn } from '../tls/talk.ts';

/** The turns that precede TLS in one protocol. `host` is the name that is meant, for protocols that say it. */
export type Dialogue = (host: string) => readonly Turn[];

/**
 * A turn whose answer is read by lines: `good` recognises the line that ends it, `bad` one that refuses; other lines
 * (continuations, capabilities) are read over.
 */
export function lines(turn: { send?: string; good: RegExp; bad: RegExp }): Turn {
  return {
    ...(turn.send !== undefined && { send: `${turn.send}\r\n` }),
    expect: (received) => {
      let at = 0;
      for (;;) {
        const end = received.indexOf('\n', at);
        if (end < 0) return 'more';
        const line = received.toString('latin1', at, end);
        if (turn.good.test(line)) return { used: end + 1 };
        if (turn.bad.test(line)) return { refused: `refuses to start TLS: ${quoteLine(line)}` };
        at = end + 1;
      }
    },
  };
}
