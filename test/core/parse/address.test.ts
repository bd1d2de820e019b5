import assert from 'node:assert/strict';
import fc from 'fast-check';
import { EXIT, UserError } from '../../../src/core/model/error.ts';
import type { ProbeAddress, ResolveRule } from '../../../src/core/model/target.ts';
import { parseProbeAddress, parseResolveRule, SCHEME_PORTS } from '../../../src/core/parse/address.ts';
import { STARTTLS } from '../../../src/io/adapters/starttls/schemes.ts';

const addresses: [string, ProbeAddress][] = [
  ['10.0.0.5:6443', { scheme: 'tls', host: '10.0.0.5', port: 6443 }],
  ['api.example.com:6443', { scheme: 'tls', host: 'api.example.com', port: 6443 }],
  ['API.Example.com.:6443', { scheme: 'tls', host: 'api.example.com', port: 6443 }],
  ['localhost:6443#kubernetes', { scheme: 'tls', host: 'localhost', port: 6443, sni: 'kubernetes' }],
  ['[2001:db8::1]:443', { scheme: 'tls', host: '2001:db8::1', port: 443 }],
  ['[fe80::1%eth0]:443', { scheme: 'tls', host: 'fe80::1%eth0', port: 443 }],
  ['tls://[::1]:6443#a.example', { scheme: 'tls', host: '::1', port: 6443, sni: 'a.example' }],
  ['tls://10.0.0.5:443#a.example~2', { scheme: 'tls', host: '10.0.0.5', port: 443, sni: 'a.example' }],
  ['tls://10.0.0.5', { scheme: 'tls', host: '10.0.0.5', port: 443 }],
  ['https://app.example.com', { scheme: 'https', host: 'app.example.com', port: 443 }],
  ['https://app.example.com/login?next=/#top', { scheme: 'https', host: 'app.example.com', port: 443, sni: 'top' }],
  ['HTTPS://app.example.com:8443/login', { scheme: 'https', host: 'app.example.com', port: 8443 }],
  ['https://[2001:db8::1]/', { scheme: 'https', host: '2001:db8::1', port: 443 }],
  ['https://bücher.example', { scheme: 'https', host: 'xn--bcher-kva.example', port: 443 }],
  ['smtp://mail.example.com', { scheme: 'smtp', host: 'mail.example.com', port: 25 }],
  ['smtp://mail.example.com:587', { scheme: 'smtp', host: 'mail.example.com', port: 587 }],
  ['postgresql://db', { scheme: 'postgres', host: 'db', port: 5432 }],
];

const noAddresses: [string, RegExp][] = [
  ['', /is no address/],
  ['app.example.com', /has no port/],
  ['app.example.com:', /is no address/],
  ['app.example.com:0', /port 0, which is not between/],
  ['app.example.com:65536', /port 65536/],
  ['app.example.com:https', /is no address/],
  ['2001:db8::1', /is no address/],
  ['[2001:db8::1', /is no address/],
  ['[not:an:address]:443', /no IPv6 address/],
  ['a b:443', /is no address/],
  ['-a:443', /no host name/],
  ['a..b:443', /no host name/],
  [`${'a'.repeat(254)}:443`, /no host name/],
  ['a:443#b c', /no host name/],
  ['gopher://a:70', /scheme gopher is not known/],
  ['constructor://a', /scheme constructor is not known/],
  ['https://', /is no address/],
];

const rules: [string, ResolveRule][] = [
  ['app.example.com:443:10.0.0.5', { host: 'app.example.com', port: 443, address: '10.0.0.5' }],
  ['App.example.com:443:[2001:db8::1]', { host: 'app.example.com', port: 443, address: '2001:db8::1' }],
  ['app.example.com:443:2001:db8::1', { host: 'app.example.com', port: 443, address: '2001:db8::1' }],
  ['[2001:db8::1]:443:127.0.0.1', { host: '2001:db8::1', port: 443, address: '127.0.0.1' }],
];

const noRules: [string, RegExp][] = [
  ['app.example.com:443', /is not HOST:PORT:ADDRESS/],
  ['app.example.com:443:', /is not HOST:PORT:ADDRESS/],
  ['app.example.com:443:other.example.com', /no IP address behind the port, but "other\.example\.com"/],
  ['app.example.com:443:10.0.0.256', /no IP address/],
  ['app.example.com:x:10.0.0.5', /is not HOST:PORT:ADDRESS/],
  ['app.example.com:0:10.0.0.5', /port 0/],
];

function refuses(read: () => unknown, message: RegExp): void {
  assert.throws(read, (error) => {
    assert.ok(error instanceof UserError);
    assert.match(error.message, message);
    assert.equal(error.exitCode, EXIT.usage);
    assert.equal(error.hints.length, 1);
    return true;
  });
}

describe('reading an address', () => {
  for (const [text, address] of addresses) {
    it(`understands ${text}`, () => assert.deepEqual(parseProbeAddress(text), address));
  }
  for (const [text, message] of noAddresses) {
    it(`refuses ${JSON.stringify(text).slice(0, 40)}`, () => refuses(() => parseProbeAddress(text), message));
  }

  it('has a default port for every scheme that needs a conversation before TLS', () => {
    for (const scheme of Object.keys(STARTTLS)) assert.ok(SCHEME_PORTS[scheme], scheme);
  });

  it('answers whatever is typed with an address or a usage error', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'grapheme' }),
          fc.webUrl(),
          fc.ipV6().map((ip) => `[${ip}]:1`),
        ),
        (text) => {
          try {
            const { port } = parseProbeAddress(text);
            assert.ok(port > 0 && port < 65_536);
          } catch (error) {
            assert.ok(error instanceof UserError, String(error));
          }
        },
      ),
    );
  });
});

describe('reading a --resolve rule', () => {
  for (const [text, rule] of rules) {
    it(`understands ${text}`, () => assert.deepEqual(parseResolveRule(text), rule));
  }
  for (const [text, message] of noRules) {
    it(`refuses ${text}`, () => refuses(() => parseResolveRule(text), message));
  }
});
