import assert from 'node:assert/strict';
import { createResolver } from '../../../src/io/adapters/resolver.ts';

describe('the resolver of this machine', () => {
  const never = new AbortController().signal;

  it('knows the addresses of a name', async () => {
    const addresses = await createResolver({}).addressesOf('localhost', never);
    assert.ok(addresses.includes('127.0.0.1') || addresses.includes('::1'), addresses.join());
  });

  it('leaves a name to the proxy that stands between', async () => {
    const resolver = createResolver({ HTTPS_PROXY: 'http://127.0.0.1:1', NO_PROXY: 'localhost' });
    assert.deepEqual(await resolver.addressesOf('app.example.com', never), ['app.example.com']);
    assert.notDeepEqual(await resolver.addressesOf('localhost', never), ['localhost']);
  });

  it('says that a name leads nowhere, and ends with the signal', async () => {
    await assert.rejects(createResolver({}).addressesOf('nowhere.invalid', never), /nowhere\.invalid: /);
    const over = AbortSignal.abort(new Error('over'));
    await assert.rejects(createResolver({}).addressesOf('localhost', over), /does not answer: over/);
  });
});
