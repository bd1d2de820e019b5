import assert from 'node:assert/strict';
import { proxyFor } from '../../../src/core/parse/proxy.ts';

const PROXY = 'http://proxy:3128';
const server = (host: string, port = 6443, protocol = 'https:') => ({ host, port, protocol });

describe('the proxy for a connection', () => {
  const bypass: [host: string, noProxy: string, bypassed: boolean][] = [
    ['api.example.com', '', false],
    ['api.example.com', '*', true],
    ['api.example.com', 'example.com', true],
    ['example.com', 'example.com', true],
    ['badexample.com', 'example.com', false],
    ['example.com', '.example.com', false],
    ['api.example.com', '.example.com', true],
    ['api.example.com', 'other.org, *.Example.com', true],
    ['api.example.com', 'example.com:443', false],
    ['api.example.com', 'example.com:6443', true],
    ['10.96.0.1', '10.96.0.0/12', true],
    ['10.112.0.1', '10.96.0.0/12', false],
    ['10.96.0.1', '10.96.0.1', true],
    ['10.96.0.10', '10.96.0.1', false],
    ['10.96.0.1', '0.0.0.0/0', true],
    ['10.96.0.1', '10.0.0.0/99', false],
    ['10.96.0.1', 'fd00::/8', false],
    ['[fd00::1]', 'fd00::/8', true],
    ['[fd00::1]', '[fd00::1]:6443', true],
    ['api.example.com', '10.0.0.0/8', false],
    ['localhost', '', true],
    ['127.0.0.9', '', true],
    ['[::1]', '', true],
  ];
  for (const [host, noProxy, bypassed] of bypass) {
    it(`${bypassed ? 'is none' : 'is used'} for ${host} with NO_PROXY=${noProxy}`, () => {
      const proxy = proxyFor(server(host), { HTTPS_PROXY: PROXY, NO_PROXY: noProxy });
      assert.equal(proxy, bypassed ? undefined : PROXY);
    });
  }

  it("is the cluster's own before any other, for every host", () => {
    assert.equal(proxyFor(server('127.0.0.1'), { HTTPS_PROXY: PROXY, NO_PROXY: '*' }, 'socks5://own'), 'socks5://own');
  });

  it("goes by the server's scheme, takes lower-case names and adds a missing scheme", () => {
    const env = { https_proxy: 'secure:1', HTTP_PROXY: 'http://plain:2' };
    assert.equal(proxyFor(server('a'), env), 'http://secure:1');
    assert.equal(proxyFor(server('a', 80, 'http:'), env), 'http://plain:2');
    assert.equal(proxyFor(server('a'), {}), undefined);
  });
});
