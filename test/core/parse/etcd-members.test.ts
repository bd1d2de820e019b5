import assert from 'node:assert/strict';
import { initialMembers, readEtcdMembers } from '../../../src/core/parse/etcd-members.ts';

describe('the members of etcd', () => {
  it('are read from what etcdctl lists, those without a name too', () => {
    const members = [
      { ID: 1, name: 'cp-1', peerURLs: ['https://10.0.0.11:2380'], clientURLs: ['https://10.0.0.11:2379'] },
      { ID: 2, peerURLs: ['https://10.0.0.12:2380'] },
    ];
    assert.deepEqual(readEtcdMembers(JSON.stringify({ header: {}, members })), [
      { name: 'cp-1', peerURLs: ['https://10.0.0.11:2380'] },
      { name: '', peerURLs: ['https://10.0.0.12:2380'] },
    ]);
  });

  for (const text of ['', '{}', '[]', 'Error: context deadline exceeded', '{"members": 1}'])
    it(`are unknown of ${JSON.stringify(text)}`, () => assert.equal(readEtcdMembers(text), undefined));

  it('are read from the flag, with every address of each', () =>
    assert.deepEqual(initialMembers('a=https://10.0.0.1:2380,b=https://10.0.0.2:2380, a=https://[fd00::1]:2380'), [
      { name: 'a', peerURLs: ['https://10.0.0.1:2380', 'https://[fd00::1]:2380'] },
      { name: 'b', peerURLs: ['https://10.0.0.2:2380'] },
    ]));

  for (const flag of ['', 'https://10.0.0.1:2380', '=x', 'a='])
    it(`are none of ${JSON.stringify(flag)}`, () => assert.deepEqual(initialMembers(flag), []));
});
