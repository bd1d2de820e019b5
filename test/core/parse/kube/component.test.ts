import assert from 'node:assert/strict';
import { readComponent } from '../../../../src/core/parse/kube/component.ts';

const pod = (namespace: string, ...containers: object[]) => ({
  metadata: { name: 'kube-apiserver-cp-1', namespace },
  spec: { containers },
});
const server = { command: ['kube-apiserver', '--client-ca-file=/ca.crt'], args: ['--tls-cert-file=/a.crt'] };

describe('the component that a Pod of kube-system runs', () => {
  it('is told by the command and the arguments of its container', () =>
    assert.deepEqual(readComponent(pod('kube-system', { command: ['sh'] }, server)), {
      component: 'kube-apiserver',
      by: 'pod',
      object: 'pod/kube-system/kube-apiserver-cp-1',
      flags: { 'client-ca-file': '/ca.crt', 'tls-cert-file': '/a.crt' },
    }));

  for (const [title, object] of [
    ['of another namespace', pod('default', server)],
    ['without a command', pod('kube-system', { image: 'x' })],
    ['without containers', { metadata: { name: 'a', namespace: 'kube-system' } }],
    ['that is none', 'text'],
  ] as const)
    it(`is none for a Pod ${title}`, () => assert.equal(readComponent(object), undefined));
});
