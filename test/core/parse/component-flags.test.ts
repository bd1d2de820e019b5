import assert from 'node:assert/strict';
import { componentOf } from '../../../src/core/parse/component-flags.ts';

describe('the flags of a component that say with what it signs and verifies', () => {
  it('are read in every form, with and without an equals sign, with one dash and with two', () => {
    const argv = [
      '/usr/bin/kube-apiserver',
      '--tls-cert-file=/a.crt',
      '-client-ca-file',
      '/ca.crt',
      '--tls-private-key-file',
    ];
    assert.deepEqual(componentOf(argv), {
      component: 'kube-apiserver',
      flags: { 'tls-cert-file': '/a.crt', 'client-ca-file': '/ca.crt' },
    });
  });

  it('are joined where one is given several times', () => {
    const argv = ['kube-apiserver', '--service-account-key-file=/old.pub', '--service-account-key-file=/new.pub'];
    assert.equal(componentOf(argv)?.flags['service-account-key-file'], '/old.pub,/new.pub');
  });

  it('are these alone: nothing that may hold a secret', () => {
    const argv = [
      'kube-apiserver',
      '--etcd-servers=https://u:p@etcd',
      '--token-auth-file=/t',
      '--controllers',
      '--leader-elect',
    ];
    assert.deepEqual(componentOf(argv)?.flags, {});
  });

  for (const argv of [['nginx', '--tls-cert-file=/a.crt'], []])
    it(`are none of ${argv[0] ?? 'no program'}`, () => assert.equal(componentOf(argv), undefined));
});
