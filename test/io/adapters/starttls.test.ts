import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import { STARTTLS } from '../../../src/io/adapters/starttls/schemes.ts';
import { createTlsDialer } from '../../../src/io/adapters/tls.ts';
import type { Minted } from '../../../src/io/demo/mint.ts';
import type { DialResult } from '../../../src/io/ports/tls-dialer.ts';
import { fakePorts } from '../../support/fake-ports.ts';
import { closePeers, credentials, mintServed, rawPeer } from './peers.ts';

/** What a server of the protocol says: first the greeting, if it has one, then an answer to each thing it hears. */
interface Script {
  readonly greeting?: string | Buffer;
  readonly turns: readonly (readonly [RegExp, string | Buffer])[];
}

/** HandshakeV10 of MySQL 8.4 with or without CLIENT_SSL. */
function mysqlGreeting(capabilities: number): Buffer {
  const body = Buffer.concat([
    Buffer.from('\x0a8.4.0\0'),
    Buffer.from([1, 0, 0, 0]),
    Buffer.alloc(8, 0x41),
    Buffer.from([0, capabilities & 255, capabilities >> 8, 0xff, 2, 0, 0xff, 0xdf, 21]),
    Buffer.alloc(10),
    Buffer.from('BBBBBBBBBBBB\0caching_sha2_password\0'),
  ]);
  return Buffer.concat([Buffer.from([body.length, 0, 0, 0]), body]);
}

const ldapAnswer = (code: number) => Buffer.from([0x30, 12, 2, 1, 1, 0x78, 7, 0x0a, 1, code, 4, 0, 4, 0]);
const LDAP_REQUEST = /^30 1d 02 01 01 77 18 80 16 31 2e 33 2e 36 2e 31 2e 34 2e 31 2e 31 34 36 36 2e 32 30 30 33 37$/;

const willing: Record<string, Script> = {
  smtp: {
    greeting: '220-mail.example.com\r\n220 ready\r\n',
    turns: [
      [/^EHLO \S+\r\n$/, '250-mail.example.com\r\n250-STARTTLS\r\n250 SIZE\r\n'],
      [/^STARTTLS\r\n$/, '220 go ahead\r\n'],
    ],
  },
  imap: { greeting: '* OK ready\r\n', turns: [[/^a STARTTLS\r\n$/, '* CAPABILITY IMAP4rev1\r\na OK begin\r\n']] },
  pop3: { greeting: '+OK ready\r\n', turns: [[/^STLS\r\n$/, '+OK begin\r\n']] },
  ftp: { greeting: '220 ready\r\n', turns: [[/^AUTH TLS\r\n$/, '234 begin\r\n']] },
  xmpp: {
    turns: [
      [
        /^<\?xml.* to='app\.example\.com' version='1\.0'>$/,
        "<stream:stream id='1'><stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>",
      ],
      [/^<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'\/>$/, "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"],
    ],
  },
  ldap: { turns: [[LDAP_REQUEST, ldapAnswer(0)]] },
  postgres: { turns: [[/^00 00 00 08 04 d2 16 2f$/, 'S']] },
  mysql: { greeting: mysqlGreeting(0xffff), turns: [[/^20 00 00 01 00 8a 00 00 ff ff ff 00 2d( 00){23}/, '']] },
};

const unwilling: [string, Script, RegExp][] = [
  ['smtp', { greeting: '554 not here\r\n', turns: [] }, /refuses to start TLS: "554 not here"/],
  [
    'smtp',
    {
      greeting: '220 hi\r\n',
      turns: [
        [/EHLO/, '250 hi\r\n'],
        [/STARTTLS/, '502 \x1b[31mno\r\n'],
      ],
    },
    /refuses to start TLS: "502 \?\[31mno"/,
  ],
  ['imap', { greeting: '* OK hi\r\n', turns: [[/STARTTLS/, 'a BAD what\r\n']] }, /refuses to start TLS: "a BAD what"/],
  ['pop3', { greeting: '+OK\r\n', turns: [[/STLS/, '-ERR no\r\n']] }, /refuses to start TLS: "-ERR no"/],
  ['ftp', { greeting: '220 \r\n', turns: [[/AUTH/, '534 no\r\n']] }, /refuses to start TLS: "534 no"/],
  ['xmpp', { turns: [[/<stream/, '<stream:features></stream:features>']] }, /refuses to start TLS: "<stream:features>/],
  ['ldap', { turns: [[/^30/, ldapAnswer(2)]] }, /LDAP result code 2/],
  ['ldap', { turns: [[/^30/, 'HTTP/1.1 400 Bad Request\r\n\r\n'.repeat(9)]] }, /does not answer like LDAP/],
  ['postgres', { turns: [[/^00/, 'N']] }, /has TLS switched off/],
  ['postgres', { turns: [[/^00/, 'HTTP/1.1 400']] }, /does not answer like PostgreSQL/],
  ['mysql', { greeting: mysqlGreeting(0xf7ff), turns: [] }, /has TLS switched off/],
  ['mysql', { greeting: Buffer.from([23, 0, 0, 0, 0xff, ...Buffer.alloc(22)]), turns: [] }, /MySQL error/],
  ['mysql', { greeting: '220 mail.example.com ESMTP\r\n', turns: [] }, /does not greet like MySQL/],
];

/** Words are matched as text, everything else as hex pairs. */
function heard(bytes: Buffer): string {
  return /^[\x20-\x7e\r\n]+$/.test(bytes.toString('latin1'))
    ? bytes.toString('latin1')
    : bytes.toString('hex').replace(/..(?=.)/g, '$& ');
}

describe('starting TLS after a conversation in the clear', () => {
  let leaf: Minted;

  before(async () => {
    ({ leaf } = await mintServed());
  });
  afterEach(closePeers);

  /** Plays the script, then serves TLS. `pieces` sends every byte of an answer alone. */
  function play({ greeting, turns }: Script, pieces: boolean, unexpected: string[]): (socket: Socket) => void {
    return (socket) => {
      const say = (words: string | Buffer) => {
        const bytes = Buffer.from(words);
        for (let at = 0; at < bytes.length; at += pieces ? 1 : bytes.length) {
          socket.write(bytes.subarray(at, pieces ? at + 1 : bytes.length));
        }
      };
      socket.setNoDelay(true);
      if (greeting) say(greeting);
      const left = [...turns];
      const onData = (bytes: Buffer) => {
        const [pattern, answer] = left.shift() ?? [/^$/, ''];
        if (!pattern.test(heard(bytes))) unexpected.push(heard(bytes));
        if (left.length === 0) serve(bytes, answer);
        else say(answer);
      };
      const serve = (bytes: Buffer, answer: string | Buffer) => {
        socket.off('data', onData);
        socket.pause();
        // MySQL's client does not wait between its request and its hello.
        const hello = bytes.subarray(answer.length === 0 ? 36 : bytes.length);
        if (hello.length > 0) socket.unshift(hello);
        say(answer);
        const secureContext = createSecureContext(credentials(leaf));
        new TLSSocket(socket, { isServer: true, secureContext }).on('error', () => {});
      };
      socket.on('data', onData);
    };
  }

  async function dial(scheme: string, script: Script, pieces = false): Promise<DialResult> {
    const unexpected: string[] = [];
    const port = await rawPeer(play(script, pieces, unexpected));
    const dialer = createTlsDialer({ clock: fakePorts().clock, env: {} });
    const signal = new AbortController().signal;
    const result = await dialer.dial({ address: '127.0.0.1', port, sni: 'app.example.com', scheme, signal });
    assert.deepEqual(unexpected, []);
    return result;
  }

  it('has a script here for every scheme', () => {
    assert.deepEqual(Object.keys(STARTTLS).sort(), Object.keys(willing).sort());
  });

  for (const [scheme, script] of Object.entries(willing)) {
    it(`shows the chain behind ${scheme}`, async () => {
      const { chain, error } = await dial(scheme, script);
      assert.deepEqual([chain.map((der) => Buffer.from(der)), error], [[Buffer.from(leaf.certificate.der)], undefined]);
    });

    it(`shows the chain behind ${scheme} when every byte comes alone`, async () => {
      assert.equal((await dial(scheme, script, true)).chain.length, 1);
    });
  }

  for (const [scheme, script, sentence] of unwilling) {
    it(`says how ${scheme} refuses: ${sentence.source}`, async () => {
      const { chain, error } = await dial(scheme, script);
      assert.deepEqual(chain, []);
      assert.match(error!, sentence);
    });
  }

  it('gives up on a server that talks without end', async () => {
    const { error, code } = await dial('smtp', { greeting: '220-more\r\n'.repeat(10_000), turns: [] });
    assert.deepEqual([error, code], ['talks without end before TLS', 'ETALK']);
  });

  it('says that the server closes or resets instead of talking', async () => {
    const signal = new AbortController().signal;
    const dialer = createTlsDialer({ clock: fakePorts().clock, env: {} });
    const greetAndReset = (socket: Socket) => {
      socket.write('220 hi\r\n');
      socket.once('data', () => socket.resetAndDestroy());
    };
    const ends: [(socket: Socket) => void, RegExp][] = [
      [(socket) => socket.end(), /closes the connection before TLS/],
      [greetAndReset, /resets the connection before TLS/],
    ];
    for (const [serve, sentence] of ends) {
      const port = await rawPeer(serve);
      assert.match((await dialer.dial({ address: '127.0.0.1', port, scheme: 'smtp', signal })).error!, sentence);
    }
  });
});
