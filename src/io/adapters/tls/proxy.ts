import { hostPort } from './failure.ts';
import { quoteLine, type Turn } from './talk.ts';

/** The turns that make a proxy connect us to an address. */
export function tunnelTurns(proxy: URL, host: string, port: number): readonly Turn[] {
  const tunnel = TUNNELS[proxy.protocol];
  if (!tunnel) throw new TypeError(`proxy scheme ${proxy.protocol.slice(0, -1)} is not one of http, https, socks5`);
  return tunnel(proxy, host, port);
}

const TUNNELS: Readonly<Record<string, typeof httpTunnel>> = {
  'http:': httpTunnel,
  'https:': httpTunnel,
  'socks5:': socksTunnel,
  'socks5h:': socksTunnel,
};

/** RFC 9110, 9.3.6. */
function httpTunnel(proxy: URL, host: string, port: number): readonly Turn[] {
  const where = hostPort(host, port);
  const { username, password } = credentials(proxy);
  const basic = Buffer.from(`${username}:${password}`).toString('base64');
  const authorization = username ? `Proxy-Authorization: Basic ${basic}\r\n` : '';
  return [
    {
      send: `CONNECT ${where} HTTP/1.1\r\nHost: ${where}\r\n${authorization}\r\n`,
      expect: (received) => {
        const end = received.indexOf('\r\n\r\n');
        if (end < 0) return 'more';
        const status = received.toString('latin1', 0, received.indexOf('\r\n'));
        if (/^HTTP\/1\.\d 2\d\d/.test(status)) return { used: end + 4 };
        return { refused: `the proxy answers CONNECT with ${quoteLine(status)}` };
      },
    },
  ];
}

/** RFC 1928 and 1929; names are resolved by the proxy, as Go does it. */
function socksTunnel(proxy: URL, host: string, port: number): readonly Turn[] {
  const { username, password } = credentials(proxy);
  const method = username ? 2 : 0;
  const name = Buffer.from(host);
  const request = Buffer.concat([Buffer.from([5, 1, 0, 3, name.length]), name, Buffer.from([port >> 8, port & 255])]);
  const [user, pass] = [Buffer.from(username), Buffer.from(password)];
  return [
    { send: Buffer.from([5, 1, method]), expect: socksAnswer(2, (bytes) => bytes[1] === method) },
    ...(username
      ? [
          {
            send: Buffer.concat([Buffer.from([1, user.length]), user, Buffer.from([pass.length]), pass]),
            expect: socksAnswer(2, (bytes) => bytes[1] === 0),
          },
        ]
      : []),
    { send: request, expect: (received) => socksReply(received) },
  ];
}

function socksAnswer(length: number, accepts: (bytes: Buffer) => boolean): Turn['expect'] {
  return (received) => {
    if (received.length < length) return 'more';
    return accepts(received) ? { used: length } : { refused: 'the SOCKS proxy refuses our authentication' };
  };
}

/** Version, reply, reserved, then the bound address: 4 or 16 bytes, or a length and a name; two bytes of port. */
function socksReply(received: Buffer): ReturnType<Turn['expect']> {
  if (received.length >= 2 && received[1] !== 0)
    return { refused: `the SOCKS proxy answers ${received[1]}: no connection` };
  if (received.length < 5) return 'more';
  const address = received[3] === 1 ? 4 : received[3] === 4 ? 16 : 1 + received[4]!;
  const end = 4 + address + 2;
  return received.length < end ? 'more' : { used: end };
}

function credentials(proxy: URL): { username: string; password: string } {
  return { username: decodeURIComponent(proxy.username), password: decodeURIComponent(proxy.password) };
}
