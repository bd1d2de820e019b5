import assert from 'node:assert/strict';
import type { ComponentFact } from '../../../src/core/model/facts.ts';
import { signingKeyFiles, tokenKeyFiles, verifyingKeyFiles } from '../../../src/core/parse/token-keys.ts';

const of = (component: string, flags: ComponentFact['flags']): ComponentFact => ({
  component,
  by: 'process',
  object: 'process/1',
  flags,
});

describe("the files of service accounts' keys", () => {
  it('verify by each that is named', () => {
    const api = of('kube-apiserver', { 'service-account-key-file': '/a.pub,/b.pub', 'tls-private-key-file': '/t.key' });
    assert.deepEqual(verifyingKeyFiles(api), ['/a.pub', '/b.pub']);
  });

  it('verify by the serving key where none is named', () =>
    assert.deepEqual(verifyingKeyFiles(of('kube-apiserver', { 'tls-private-key-file': '/t.key' })), ['/t.key']));

  it("sign with the controller-manager's, or with the API server's own", () => {
    assert.deepEqual(signingKeyFiles(of('kube-controller-manager', { 'service-account-private-key-file': '/s.key' })), [
      '/s.key',
    ]);
    assert.deepEqual(signingKeyFiles(of('kube-apiserver', { 'service-account-signing-key-file': '/s.key' })), [
      '/s.key',
    ]);
  });

  it('are no serving key of what is no API server', () =>
    assert.deepEqual(tokenKeyFiles(of('kube-controller-manager', { 'tls-private-key-file': '/t.key' })), []));

  it('are paths alone', () =>
    assert.deepEqual(verifyingKeyFiles(of('kube-apiserver', { 'service-account-key-file': 'relative.pub' })), []));
});
