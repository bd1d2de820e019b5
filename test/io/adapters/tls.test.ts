import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TlsOptions } from 'node:tls';
import { describeTlsError, isRefusal } from '../../../src/io/adapters/tls/failure.ts';
import { createTlsDialer } from '../../../src/io/adapters/tls.ts';
import { type Minted, type MintSpec, mint } from '../../../src/io/demo/mint.ts';
import { PortFailure } from '../../../src/io/ports/failure.ts';
import type { DialTarget } from '../../../src/io/ports/tls-dialer.ts';
import { fakePorts, NOW } from '../../support/fake-ports.ts';
import { closedPort, closePeers, credentials, DATE, mintServed, rawPeer, tlsPeer } from './peers.ts';

const { clock } = fakePorts();
/** Around the real time, which node:tls judges by. */
const START = Date.now() - 3_600_000;
const END = Date.now() + 3_600_000;
const forEver = new AbortController().signal;

function dial(port: number, target: Partial<DialTarget> = {}, env: Record<string, string> = {}) {
  return createTlsDialer({ clock, env }).dial({ address: '127.0.0.1', port, signal: forEver, ...target });
}

async function refusal(attempt: Promise<unknown>): Promise<PortFailure> {
  const error = await attempt.then(
    () => assert.fail('a result instead of a failure'),
    (reason) => reason,
  );
  assert.ok(error instanceof PortFailure, String(error));
  return error;
}

const ders = (...minted: Minted[]) => minted.map(({ certificate }) => Buffer.from(certificate.der).toString('hex'));
const sent = (chain: readonly Uint8Array[]) => chain.map((der) => Buffer.from(der).toString('hex'));

describe('shaking hands', () => {
  let root: Minted;
  let inter: Minted;
  let leaf: Minted;

  before(async () => {
    ({ root, inter, leaf } = await mintServed());
  });
  afterEach(closePeers);

  describe('the chain', () => {
    const chains: [string, () => Minted[]][] = [
      ['a whole one', () => [leaf, inter, root]],
      ['one without its intermediate', () => [leaf]],
      ['one in the wrong order', () => [leaf, root, inter]],
      ['one with a certificate twice', () => [leaf, inter, inter]],
    ];
    for (const version of ['TLSv1.3', 'TLSv1.2'] as const) {
      for (const [what, chain] of chains) {
        it(`is ${what} exactly as it was sent (${version})`, async () => {
          const [first, ...issuers] = chain();
          const port = await tlsPeer({ ...credentials(first!, ...issuers), maxVersion: version });
          const result = await dial(port);
          assert.deepEqual(sent(result.chain), ders(...chain()));
          assert.deepEqual([result.protocol, result.error, result.address], [version, undefined, '127.0.0.1']);
        });
      }
    }

    const odd: [string, Parameters<typeof mintServed>[0]][] = [
      ['expired', { notBefore: NOW - 2000_000, notAfter: NOW - 1000_000 }],
      ['valid only later', { notBefore: NOW + 1000_000, notAfter: NOW + 2000_000 }],
      ['for another name', { dnsNames: ['other.example.com'] }],
      ['signed with SHA-1', { signatureHash: 'SHA-1' }],
      ['of a key of 1024 bits', { key: 'RSA-1024' }],
    ];
    for (const [what, spec] of odd) {
      it(`is seen when the certificate is ${what}`, async () => {
        const served = await mintServed(spec);
        const port = await tlsPeer({ ...credentials(served.leaf), ciphers: 'ALL:@SECLEVEL=0' });
        const result = await dial(port, { sni: 'app.example.com' });
        assert.deepEqual([sent(result.chain), result.error], [ders(served.leaf), undefined]);
      });
    }

    for (const version of ['TLSv1', 'TLSv1.1'] as const) {
      it(`is seen on a peer that speaks nothing newer than ${version}`, async () => {
        const old: TlsOptions = { minVersion: 'TLSv1', maxVersion: version, ciphers: 'ALL:@SECLEVEL=0' };
        const result = await dial(await tlsPeer({ ...credentials(leaf), ...old }));
        assert.deepEqual([result.protocol, result.chain.length], [version, 1]);
      });
    }
  });

  describe('a server that demands a client certificate', () => {
    for (const maxVersion of ['TLSv1.3', 'TLSv1.2', 'TLSv1'] as const) {
      it(`shows its chain, its refusal and the CAs it accepts (${maxVersion})`, async () => {
        const port = await tlsPeer({
          ...credentials(leaf, inter),
          ...{ requestCert: true, rejectUnauthorized: true, ca: [root.pem, inter.pem] },
          ...{ minVersion: 'TLSv1', maxVersion, ciphers: 'ALL:@SECLEVEL=0' },
        });
        const result = await dial(port, { get: '/health' });
        assert.deepEqual(sent(result.chain), ders(leaf, inter));
        assert.match(result.error!, /demands a client certificate, none was sent/);
        assert.match(result.code!, /ALERT/);
        assert.deepEqual([...result.acceptedIssuers!].sort(), ['CN=inter', 'CN=root']);
      });
    }

    it('tells the CAs when it only asks and does not insist', async () => {
      const port = await tlsPeer({ ...credentials(leaf), requestCert: true, rejectUnauthorized: false, ca: root.pem });
      const result = await dial(port, { get: '/version' });
      assert.deepEqual([result.acceptedIssuers, result.error, result.status], [['CN=root'], undefined, 403]);
    });
  });

  describe('a client certificate', () => {
    let folder: string;
    before(() => {
      folder = mkdtempSync(join(tmpdir(), 'client-'));
    });
    after(() => rmSync(folder, { recursive: true }));

    async function client(spec: Partial<MintSpec> = {}, key?: Minted) {
      const minted = await mint({ subject: 'CN=client', notBefore: START, notAfter: END, issuer: root, ...spec });
      const at = join(folder, minted.certificate.sha256);
      writeFileSync(`${at}.crt`, minted.pem);
      writeFileSync(`${at}.key`, (key ?? minted).keyPem);
      return { certificate: `${at}.crt`, key: `${at}.key` };
    }
    const demanding = (options: TlsOptions = {}) =>
      tlsPeer({ ...credentials(leaf, inter), requestCert: true, rejectUnauthorized: true, ca: root.pem, ...options });

    for (const maxVersion of ['TLSv1.3', 'TLSv1.2'] as const) {
      it(`that is in order is taken (${maxVersion})`, async () => {
        const result = await dial(await demanding({ maxVersion }), { get: '/health', client: await client() });
        assert.deepEqual([result.error, result.refused, result.status], [undefined, undefined, 403]);
      });
    }

    const alerts = [
      ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED', true, 'refuses the client certificate (alert certificate_expired)'],
      ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', true, 'refuses the client certificate (alert unknown_ca)'],
      ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', true, 'refuses the client certificate (alert bad_certificate)'],
      [
        'ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE',
        false,
        'demands a client certificate, none was sent (alert bad_certificate)',
      ],
      [
        'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
        true,
        'refuses TLS 1.0 to 1.3, all that were offered (alert protocol_version)',
      ],
    ] as const;
    for (const [code, shown, sentence] of alerts) {
      it(`that was ${shown ? '' : 'not '}shown is what ${code} ${shown ? 'may be' : 'is'} about`, () => {
        const context = { code, shown, message: '', received: Buffer.alloc(0), ended: 'open', asked: true } as const;
        assert.equal(describeTlsError(context), sentence);
        assert.equal(isRefusal(context), sentence.startsWith('refuses the client'));
      });
    }

    it('whose files are missing or no pair is a failure that names them', async () => {
      const pair = await client();
      const port = await demanding();
      const missing = { ...pair, key: join(folder, 'none.key') };
      assert.equal((await refusal(dial(port, { client: missing }))).state, 'absent');
      const mixed = await client({ subject: 'CN=mixed' }, leaf);
      assert.match((await refusal(dial(port, { client: mixed }))).message, /are no pair that TLS can use$/);
    });
  });

  describe('names', () => {
    async function askedName(target: Partial<DialTarget>): Promise<unknown> {
      let name: unknown = 'none';
      const SNICallback: TlsOptions['SNICallback'] = (servername, done) => {
        name = servername;
        done(null);
      };
      await dial(await tlsPeer({ ...credentials(leaf), SNICallback }), target);
      return name;
    }

    it('sends the name that was asked for', async () => {
      assert.equal(await askedName({ sni: 'apiserver-loopback-client' }), 'apiserver-loopback-client');
    });
    it('sends none when none was asked for', async () => assert.equal(await askedName({}), 'none'));
    for (const address of ['127.0.0.1', '::1']) {
      it(`never sends the address ${address} as a name`, async () => {
        assert.equal(await askedName({ sni: address }), 'none');
      });
    }

    it('dials IPv6 addresses', async () => {
      const result = await dial(await tlsPeer(credentials(leaf), undefined, '::1'), { address: '::1' });
      assert.deepEqual([result.address, result.chain.length], ['::1', 1]);
    });

    it('says which address of a name answered', async () => {
      assert.equal((await dial(await tlsPeer(credentials(leaf)), { address: 'localhost' })).address, '127.0.0.1');
    });
  });

  describe('the Date header', () => {
    it("is the server's, beside our clock and the status", async () => {
      const { date, dateReadAt, status } = await dial(await tlsPeer(credentials(leaf)), { get: '/version' });
      assert.deepEqual([date, dateReadAt, status], [Date.parse(DATE), NOW, 403]);
    });

    it('asks for the path of the host by its name', async () => {
      let head = '';
      const port = await tlsPeer(credentials(leaf), (socket) =>
        socket.once('data', (data) => {
          head = String(data);
          socket.end();
        }),
      );
      await dial(port, { get: '/version', sni: 'app.example.com' });
      assert.match(head, new RegExp(`^GET /version HTTP/1\\.1\r\nHost: app\\.example\\.com:${port}\r\n`));
    });

    const answers: [string, (write: (text: string) => void, end: () => void) => void, number | undefined][] = [
      ['in pieces', (write) => ['HT', 'TP/1.1 200 OK\r', '\ndate:', ` ${DATE}\r\n\r\n`].forEach((t) => write(t)), 200],
      ['without a date', (write) => write('HTTP/1.1 200 OK\r\n\r\n'), 200],
      ['with a date that is none', (write) => write('HTTP/1.1 200 OK\r\nDate: soon\r\n\r\n'), 200],
      ['not in HTTP', (write) => write('hello\r\n'), undefined],
      ['with nothing', (_, end) => end(), undefined],
      ['with a header without end', (write) => write(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(200_000)}`), 200],
    ];
    for (const [how, answer, status] of answers) {
      it(`does no harm to the chain when the server answers ${how}`, async () => {
        const port = await tlsPeer(credentials(leaf), (socket) =>
          socket.once('data', () =>
            answer(
              (text) => socket.write(text),
              () => socket.end(),
            ),
          ),
        );
        const result = await dial(port, { get: '/' });
        assert.deepEqual([result.chain.length, result.error, result.status], [1, undefined, status]);
        assert.equal(result.date, how === 'in pieces' ? Date.parse(DATE) : undefined);
      });
    }

    it('comes with the name of the software, cut where it is long', async () => {
      const port = await tlsPeer(credentials(leaf), (socket) =>
        socket.once('data', () => socket.end(`HTTP/1.1 200 OK\r\nServer:  ${'x'.repeat(500)}\r\n\r\n`)),
      );
      assert.equal((await dial(port, { get: '/' })).server, 'x'.repeat(80));
    });

    it('is given up with the signal; the chain that came before stays', async () => {
      const abort = new AbortController();
      const port = await tlsPeer(credentials(leaf), (socket) => socket.once('data', () => abort.abort()));
      const result = await dial(port, { get: '/', signal: abort.signal });
      assert.deepEqual([result.chain.length, result.status], [1, undefined]);
    });
  });

  describe('peers that speak no TLS or end it', () => {
    const onFirstData = (act: (socket: Socket) => void) => (socket: Socket) =>
      void socket.once('data', () => act(socket));
    const alert = (code: number) => onFirstData((socket) => socket.end(Buffer.from([21, 3, 3, 0, 2, 2, code])));
    const PLAIN: Readonly<Record<string, string>> = {
      'plain HTTP': 'HTTP',
      SSH: 'SSH',
      'plain SMTP': 'SMTP or FTP',
      'plain MySQL': 'MySQL',
      'plain HTTP/2': 'HTTP/2',
    };
    const peers: [string, (socket: Socket) => void, RegExp, string | RegExp][] = [
      ['plain HTTP', onFirstData((s) => s.end('HTTP/1.1 400 Bad Request\r\n\r\n')), /plain HTTP, not TLS/, /^ERR_SSL/],
      ['SSH', (s) => void s.write('SSH-2.0-OpenSSH_9.9\r\n'), /answers in SSH/, /^ERR_SSL/],
      ['plain SMTP', (s) => void s.write('220 mail ESMTP\r\n'), /smtp:\/\/HOST:PORT/, /^ERR_SSL/],
      ['plain MySQL', (s) => void s.write(Buffer.from('\x4a\0\0\0\x0a8.4.0\0')), /mysql:\/\/HOST:PORT/, /^ERR_SSL/],
      ['plain HTTP/2', (s) => void s.write(Buffer.from('000006040000000000000500004000', 'hex')), /HTTP\/2/, /^ERR/],
      ['noise without end', (s) => void s.write(Buffer.alloc(4_000_000, 65)), /answers, but not in TLS/, /^ERR_SSL/],
      ['a reset', onFirstData((s) => void s.resetAndDestroy()), /resets the connection during the hand/, 'ECONNRESET'],
      ['a close', onFirstData((s) => void s.end()), /closes the connection during the handshake/, 'ECONNRESET'],
      ['internal_error', alert(80), /serving CSR is not approved.*alert internal_error/, /INTERNAL_ERROR/],
      ['protocol_version', alert(70), /refuses TLS 1.0 to 1.3.*alert protocol_version/, /PROTOCOL_VERSION/],
      ['unrecognized_name', alert(112), /no certificate for the name.*unrecognized_name/, /UNRECOGNIZED_NAME/],
      ['handshake_failure', alert(40), /in common \(alert handshake_failure\)/, /HANDSHAKE_FAILURE/],
      ['decode_error', alert(50), /ends the handshake \(alert decode_error\)/, /DECODE_ERROR/],
    ];
    for (const [what, serve, sentence, code] of peers) {
      it(`are told apart: ${what}`, async () => {
        const result = await dial(await rawPeer(serve));
        assert.deepEqual([result.chain, result.protocol], [[], undefined]);
        assert.match(result.error!, sentence);
        assert.equal(result.plain, PLAIN[what]);
        if (typeof code === 'string') assert.equal(result.code, code);
        else assert.match(result.code!, code);
      });
    }

    it('does not take a cut-off greeting for a certificate request', async () => {
      const port = await rawPeer(onFirstData((s) => s.end(Buffer.from('160303003a0200003603', 'hex'))));
      assert.match((await dial(port)).error!, /closes the connection/);
    });
  });

  describe('where nothing answers', () => {
    it('says that nothing listens', async () => {
      const port = await closedPort();
      const { state, message, code } = await refusal(dial(port));
      assert.deepEqual([state, code], ['unreachable', 'ECONNREFUSED']);
      assert.equal(message, `127.0.0.1:${port}: connection refused: nothing listens there`);
    });

    it('says that a name does not resolve', async () => {
      const { state, message } = await refusal(dial(443, { address: 'nowhere.invalid' }));
      assert.equal(state, 'unreachable');
      assert.match(message, /^nowhere\.invalid:443: (no such host|the name cannot be resolved)/);
    });

    it('ends with the signal when the peer accepts and is silent', async () => {
      const abort = new AbortController();
      const port = await rawPeer((socket) => socket.once('data', () => abort.abort(new Error('no answer within 10s'))));
      const { state, message } = await refusal(dial(port, { signal: abort.signal }));
      assert.equal(state, 'timed-out');
      assert.equal(
        message,
        `127.0.0.1:${port}: accepts the connection but does not answer the TLS handshake: no answer within 10s`,
      );
    });

    it('ends with the signal while the connection is made', async () => {
      const abort = new AbortController();
      const attempt = dial(443, { address: '127.0.0.1', signal: abort.signal });
      abort.abort(new Error('interrupted'));
      assert.match((await refusal(attempt)).message, /no answer to the connection attempt: interrupted/);
    });

    it('does not try under a signal that has been given', async () => {
      const port = await tlsPeer(credentials(leaf));
      assert.equal((await refusal(dial(port, { signal: AbortSignal.abort(new Error('late')) }))).state, 'timed-out');
    });
  });

  describe('through a proxy', () => {
    /** Connects to the port that CONNECT names, whatever the host. */
    function httpProxy(seen: string[], status = '200 Connection established'): Promise<number> {
      return rawPeer((socket) =>
        socket.once('data', (head) => {
          seen.push(String(head));
          socket.write(`HTTP/1.1 ${status}\r\nVia: test\r\n\r\n`);
          const port = Number(/^CONNECT \S+:(\d+) /.exec(String(head))?.[1]);
          const onward = connect(port, '127.0.0.1').on('error', () => {});
          socket.pipe(onward).pipe(socket);
        }),
      );
    }

    it('asks the proxy of the environment by name and does not resolve the name itself', async () => {
      const seen: string[] = [];
      const proxy = await httpProxy(seen);
      const port = await tlsPeer(credentials(leaf));
      const env = { HTTPS_PROXY: `http://me:s%20cret@127.0.0.1:${proxy}` };
      const result = await dial(port, { address: 'api.invalid', sni: 'api.invalid', get: '/version' }, env);
      assert.deepEqual([result.chain.length, result.status, result.address], [1, 403, 'api.invalid']);
      assert.match(
        seen[0]!,
        new RegExp(`^CONNECT api\\.invalid:${port} HTTP/1\\.1\r\nHost: api\\.invalid:${port}\r\n`),
      );
      assert.ok(seen[0]!.includes(`Proxy-Authorization: Basic ${Buffer.from('me:s cret').toString('base64')}\r\n`));
    });

    it("prefers the target's own proxy", async () => {
      const seen: string[] = [];
      const proxy = `http://127.0.0.1:${await httpProxy(seen)}`;
      const port = await tlsPeer(credentials(leaf));
      const env = { HTTPS_PROXY: `http://127.0.0.1:${await closedPort()}` };
      assert.equal((await dial(port, { proxy }, env)).chain.length, 1);
      assert.equal(seen.length, 1);
    });

    it("says what the proxy answered, without the proxy's credentials", async () => {
      const proxy = await httpProxy([], '407 Proxy Authentication Required');
      const env = { HTTPS_PROXY: `http://me:secret@127.0.0.1:${proxy}` };
      const { state, message } = await refusal(dial(443, { address: 'api.invalid' }, env));
      assert.equal(state, 'unreachable');
      assert.match(message, /through the proxy 127\.0\.0\.1:\d+: the proxy answers CONNECT with "HTTP\/1\.1 407 Proxy/);
      assert.ok(!message.includes('secret'));
    });

    it('says that the proxy is silent', async () => {
      const abort = new AbortController();
      const proxy = await rawPeer((socket) => socket.once('data', () => abort.abort(new Error('no answer'))));
      const target = { address: 'api.invalid', proxy: `http://127.0.0.1:${proxy}`, signal: abort.signal };
      const { state, message } = await refusal(dial(443, target));
      assert.equal(state, 'timed-out');
      assert.match(message, /the proxy does not answer/);
    });

    it('refuses a setting that is no URL and a scheme that it cannot speak', async () => {
      assert.match((await refusal(dial(443, { proxy: 'http://[' }))).message, /the proxy setting is no URL/);
      const port = await rawPeer(() => {});
      const proxy = `gopher://127.0.0.1:${port}`;
      assert.match((await refusal(dial(443, { proxy }))).message, /proxy scheme gopher is not one of/);
    });

    for (const [what, userinfo, greeting, login] of [
      ['without authentication', '', '050100', ''],
      ['with a user and password', 'me:pw@', '050102', '01026d65027077'],
    ] as const) {
      it(`speaks SOCKS5 ${what}`, async () => {
        const port = await tlsPeer(credentials(leaf));
        const seen: string[] = [];
        const answers = login ? ['0502', '0100', '05000001000000000000'] : ['0500', '05000001000000000000'];
        const proxy = await rawPeer((socket) => {
          const onData = (bytes: Buffer) => {
            seen.push(bytes.toString('hex'));
            socket.write(Buffer.from(answers.shift()!, 'hex'));
            if (answers.length > 0) return;
            socket.off('data', onData);
            const onward = connect(port, '127.0.0.1').on('error', () => {});
            socket.pipe(onward).pipe(socket);
          };
          socket.on('data', onData);
        });
        const result = await dial(port, { address: 'a.invalid', proxy: `socks5://${userinfo}127.0.0.1:${proxy}` });
        assert.equal(result.chain.length, 1);
        const request = `0501000309${Buffer.from('a.invalid').toString('hex')}${port.toString(16).padStart(4, '0')}`;
        assert.deepEqual(seen, login ? [greeting, login, request] : [greeting, request]);
      });
    }
  });
});
