import assert from 'node:assert/strict';
import { credential } from '../../../../src/io/collect/cluster/credential.ts';
import { mint } from '../../../../src/io/demo/mint.ts';
import type { KubeConnection } from '../../../../src/io/ports/kube-api.ts';
import { fakeKube, kubeFailure } from '../../../support/fake-kube.ts';
import { NOW } from '../../../support/fake-ports.ts';
import { observe } from '../../../support/observe.ts';

const DAY = 86_400_000;
const USER_REF = 'kubeconfig:/k#users/dev';

describe('your own credential', () => {
  it('is the client certificate in force, placed where it stands', async () => {
    const leaf = await mint({ subject: 'CN=dev,O=team', notBefore: NOW - DAY, notAfter: NOW + DAY });
    const kube = fakeKube(() => assert.fail('nothing is asked'), {
      credential: { kind: 'certificate', certificate: leaf.pem, ref: USER_REF },
    });
    const [observation] = await observe([credential], { kube });
    assert.deepEqual(observation?.facts.credential, [
      {
        kind: 'certificate',
        user: 'dev',
        context: 'test',
        notAfter: '2026-11-25T12:00:00.000Z',
        subject: leaf.certificate.subject,
        ref: USER_REF,
      },
    ]);
    assert.deepEqual(
      observation?.placements.map(({ ref, chain }) => [ref, chain]),
      [[USER_REF, [leaf.certificate.sha256]]],
    );
  });

  it('is a token that says when it ends, or one that does not', async () => {
    for (const [expires, notAfter] of [
      [NOW, '2026-11-24T12:00:00.000Z'],
      [undefined, undefined],
    ] as const) {
      const kube = fakeKube(() => ({}), { credential: { kind: 'token', subject: 'sub', ...(expires && { expires }) } });
      const [observation] = await observe([credential], { kube });
      assert.deepEqual(
        [observation?.facts.credential?.[0]?.notAfter, observation?.facts.credential?.[0]?.subject, observation?.state],
        [notAfter, 'sub', 'complete'],
      );
    }
  });

  it('asks a credential plugin before it says when its credential ends', async () => {
    let ran = false;
    const kube = fakeKube(() => {
      ran = true;
      return {};
    });
    const connection = await kube.connection();
    const state = (): KubeConnection => ({ ...connection, credential: { kind: 'exec', ...(ran && { expires: NOW }) } });
    const [observation] = await observe([credential], { kube: { ...kube, connection: async () => state() } });
    assert.equal(observation?.facts.credential?.[0]?.notAfter, '2026-11-24T12:00:00.000Z');
  });

  it('says why a plugin gave none', async () => {
    const kube = fakeKube(
      () => {
        throw kubeFailure.forbidden('the credential plugin aws failed');
      },
      { credential: { kind: 'exec' } },
    );
    const [observation] = await observe([credential], { kube });
    assert.deepEqual([observation?.state, observation?.reason], ['denied', 'the credential plugin aws failed']);
    assert.equal(observation?.facts.credential?.[0]?.kind, 'exec');
  });

  it('is absent without a cluster', async () => {
    const [observation] = await observe([credential], {});
    assert.deepEqual([observation?.state, observation?.reason], ['absent', 'no kubeconfig']);
  });
});
