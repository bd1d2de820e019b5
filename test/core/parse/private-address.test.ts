import assert from 'node:assert/strict';
import { isPrivateAddress } from '../../../src/core/parse/private-address.ts';

describe('isPrivateAddress', () => {
  for (const address of [
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '100.64.0.1',
    '100.127.0.1',
    '127.0.0.1',
    '169.254.169.254',
    'fd00::1',
    'fe80::1',
    'fe80::1%eth0',
    '::1',
  ])
    it(`${address} is`, () => assert.equal(isPrivateAddress(address), true));
  for (const address of [
    '11.0.0.1',
    '172.32.0.1',
    '192.169.0.1',
    '100.128.0.1',
    '203.0.113.1',
    '2001:db8::1',
    'app.example.com',
  ])
    it(`${address} is not`, () => assert.equal(isPrivateAddress(address), false));
});
