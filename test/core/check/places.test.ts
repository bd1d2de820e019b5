import assert from 'node:assert/strict';
import { addressOf, isLoopbackName, isThisMachine } from '../../../src/core/check/addresses.ts';
import { coversHost, patternTakes } from '../../../src/core/check/host-names.ts';
import { secretOf } from '../../../src/core/check/relations.ts';
import { claimsFor, isFallback, servingClaims } from '../../../src/core/check/serving.ts';
import { list } from '../../../src/core/check/words.ts';
import { makeServer, World } from './world.ts';

describe('refs as places', () => {
  const addresses: [string, ReturnType<typeof addressOf>][] = [
    ['tls://10.0.0.1:6443', { host: '10.0.0.1', port: 6443 }],
    ['tls://[::1]:443#a.example', { host: '::1', port: 443, sni: 'a.example' }],
    ['tls://api.example.com:6443#x', { host: 'api.example.com', port: 6443, sni: 'x' }],
    ['file:/tls://x:1', undefined],
    ['tls://nothing', undefined],
  ];
  for (const [ref, expected] of addresses) {
    it(`${ref} is ${expected ? 'an address' : 'none'}`, () => assert.deepEqual(addressOf(ref), expected));
  }

  const secrets: [string, ReturnType<typeof secretOf>][] = [
    ['secret/shop/web-tls#tls.crt', { namespace: 'shop', name: 'web-tls', key: 'tls.crt' }],
    ['secret/shop/web-tls#ca.crt[2]', { namespace: 'shop', name: 'web-tls', key: 'ca.crt' }],
    ['configmap/shop/web-tls#ca.crt', undefined],
    ['secret/shop/web-tls', undefined],
  ];
  for (const [ref, expected] of secrets) {
    it(`${ref} is ${expected ? 'part of a Secret' : 'none'}`, () => assert.deepEqual(secretOf(ref), expected));
  }

  it('tell this machine and the loopback name', () => {
    assert.deepEqual(['localhost', '127.0.0.53', '::1', '10.0.0.1'].map(isThisMachine), [true, true, true, false]);
    assert.ok(isLoopbackName('apiserver-loopback-client') && !isLoopbackName(undefined));
  });
});

describe('names of hosts', () => {
  it('are covered by an address entry in any spelling, and by odd names that are equal', async () => {
    const { certificate } = await makeServer(['my_app.example.com'], { ipAddresses: ['2001:db8::1', '10.0.0.1'] });
    assert.ok(coversHost(certificate, '2001:0db8:0:0::1') && coversHost(certificate, '10.0.0.1'));
    assert.ok(coversHost(certificate, 'MY_APP.example.com') && !coversHost(certificate, '10.0.0.2'));
  });

  it('are taken by patterns of one label, and by no pattern at all', () => {
    assert.ok(patternTakes(undefined, 'a.b') && patternTakes('*.b.c', 'a.b.c') && patternTakes('A.b', 'a.B'));
    assert.ok(!patternTakes('*.c', 'a.b.c') && !patternTakes('*.b.c', 'b.c'));
  });
});

describe('claims', () => {
  it('of the exact host come before those of a wildcard', () => {
    const world = new World()
      .ingress('a', 'wild', [{ hosts: ['*.example.com'], secretName: 'wild' }])
      .ingress('a', 'exact', [{ hosts: ['Shop.example.com'], secretName: 'exact' }]);
    const claims = servingClaims(world.inventory());
    assert.deepEqual(
      claimsFor(claims, 'shop.example.com').map(({ secretName }) => secretName),
      ['exact'],
    );
    assert.deepEqual(
      claimsFor(claims, 'blog.example.com').map(({ secretName }) => secretName),
      ['wild'],
    );
    assert.deepEqual(claimsFor(claims, 'example.org'), []);
  });

  it("know cert-manager's temporary certificate by its issuer", async () => {
    const { certificate } = await makeServer(['a'], { subject: 'CN=cert-manager.local' });
    assert.ok(isFallback(certificate));
    assert.ok(!isFallback((await makeServer(['a'])).certificate));
  });
});

describe('lists in messages', () => {
  const rows: [string[], string][] = [
    [[], ''],
    [['a'], 'a'],
    [['a', 'b'], 'a and b'],
    [['a', 'b', 'c'], 'a, b and c'],
    [['a', 'b', 'c', 'd', 'e'], 'a, b, c and 2 more'],
  ];
  for (const [items, text] of rows) it(`are "${text}"`, () => assert.equal(list(items), text));
});
