import assert from 'node:assert/strict';
import { proxyFromEnv } from '../../../../src/io/adapters/tls/proxy.ts';

const PROXY = 'proxy.example.com:3128';

/** NO_PROXY, host, port, whether the proxy is used: golang.org/x/net/http/httpproxy has the rules. */
const cases: [string, string, number, boolean][] = [
  ['', 'api.example.com', 6443, true],
  ['*', 'api.example.com', 6443, false],
  ['api.example.com', 'api.example.com', 6443, false],
  ['API.example.com', 'api.Example.com', 6443, false],
  ['example.com', 'api.example.com', 6443, false],
  ['ample.com', 'api.example.com', 6443, true],
  ['.example.com', 'api.example.com', 6443, false],
  ['.example.com', 'example.com', 6443, true],
  ['*.example.com', 'api.example.com', 6443, false],
  ['other.com, example.com ,', 'api.example.com', 6443, false],
  ['example.com:6443', 'api.example.com', 6443, false],
  ['example.com:443', 'api.example.com', 6443, true],
  ['192.0.2.7', '192.0.2.7', 6443, false],
  ['192.0.2.7', '192.0.2.8', 6443, true],
  ['192.0.2.0/24', '192.0.2.8', 6443, false],
  ['192.0.2.0/24', '192.0.3.8', 6443, true],
  ['192.0.2.0/99', '192.0.2.8', 6443, true],
  ['2001:db8::/32', '2001:db8::7', 6443, false],
  ['2001:db8::7', '2001:db8::7', 6443, false],
  ['[2001:db8::7]:6443', '2001:db8::7', 6443, false],
  ['[2001:db8::7]:443', '2001:db8::7', 6443, true],
  ['192.0.2.0/24', 'api.example.com', 6443, true],
  ['', 'localhost', 6443, false],
  ['', '127.0.0.9', 6443, false],
  ['', '::1', 6443, false],
];

describe('the proxy of the environment', () => {
  for (const [NO_PROXY, host, port, used] of cases) {
    it(`${used ? 'serves' : 'does not serve'} ${host}:${port} under NO_PROXY=${NO_PROXY}`, () => {
      const proxy = proxyFromEnv({ HTTPS_PROXY: PROXY, NO_PROXY }, host, port);
      assert.equal(proxy?.href, used ? `http://${PROXY}/` : undefined);
    });
  }

  it('may be named in lower case; the upper case goes first', () => {
    assert.equal(proxyFromEnv({ https_proxy: PROXY }, 'a.example', 443)?.host, PROXY);
    assert.equal(proxyFromEnv({ https_proxy: 'b:1', HTTPS_PROXY: PROXY }, 'a.example', 443)?.host, PROXY);
    assert.equal(proxyFromEnv({ HTTPS_PROXY: PROXY, no_proxy: 'a.example' }, 'a.example', 443), undefined);
  });

  it('keeps its own scheme', () => {
    assert.equal(proxyFromEnv({ HTTPS_PROXY: 'socks5://p:1080' }, 'a.example', 443)?.protocol, 'socks5:');
  });

  it('is none when none is set, or an empty one', () => {
    assert.equal(proxyFromEnv({}, 'a.example', 443), undefined);
    assert.equal(proxyFromEnv({ HTTPS_PROXY: '' }, 'a.example', 443), undefined);
  });
});
