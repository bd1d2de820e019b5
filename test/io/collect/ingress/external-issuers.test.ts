import assert from 'node:assert/strict';
import { certificateRequests } from '../../../../src/io/collect/ingress/certificate-requests.ts';
import { certificates } from '../../../../src/io/collect/ingress/certificates.ts';
import { externalIssuers } from '../../../../src/io/collect/ingress/external-issuers.ts';
import type { KubeRequest } from '../../../../src/io/ports/kube-api.ts';
import { fakeKube, kubeFailure, kubeList } from '../../../support/fake-kube.ts';
import { runSources } from '../../../support/run-sources.ts';

const GROUP = 'awspca.cert-manager.io';
const certificate = (namespace: string, issuerRef: object) => ({
  metadata: { namespace, name: 'web' },
  spec: { secretName: 'web-tls', issuerRef: { name: 'pca', group: GROUP, ...issuerRef } },
});
const served = {
  '/apis': { groups: [{ name: GROUP, preferredVersion: { version: 'v1beta1' } }] },
  [`/apis/${GROUP}/v1beta1`]: {
    resources: [
      { name: 'awspcaclusterissuers/status', kind: 'AWSPCAClusterIssuer', namespaced: false },
      { name: 'awspcaclusterissuers', kind: 'AWSPCAClusterIssuer', namespaced: false },
      { name: 'awspcaissuers', kind: 'AWSPCAIssuer', namespaced: true },
    ],
  },
};
const issuer = (status: string, reason = 'Verified') => ({
  status: { conditions: [{ type: 'Ready', status, reason, message: 'so' }] },
});

/** A server with these Certificates that answers these paths, and 404 to any other. */
const kubeOf = (items: readonly object[], answers: Record<string, unknown>) =>
  fakeKube(({ path }: KubeRequest) => {
    if (path.endsWith('/certificates')) return kubeList(items);
    const answer = { ...served, ...answers }[path];
    if (answer instanceof Error) throw answer;
    if (answer === undefined) throw kubeFailure.notFound();
    return answer;
  });
const read = async (items: readonly object[], answers: Record<string, unknown> = {}) => {
  const kube = kubeOf(items, answers);
  const { facts, states } = await runSources([certificates, certificateRequests, externalIssuers], kube);
  return { found: facts('externalIssuer'), states, requests: kube.requests.map(({ path }) => path) };
};

describe('issuers of other groups', () => {
  it('are read by what the server serves: in the namespace of the Certificate, or once for all', async () => {
    const { found, states, requests } = await read(
      [
        certificate('shop', { kind: 'AWSPCAIssuer' }),
        certificate('shop', { kind: 'AWSPCAClusterIssuer' }),
        certificate('team', { kind: 'AWSPCAClusterIssuer' }),
      ],
      {
        [`/apis/${GROUP}/v1beta1/namespaces/shop/awspcaissuers/pca`]: issuer('False', 'Denied'),
        [`/apis/${GROUP}/v1beta1/awspcaclusterissuers/pca`]: issuer('True'),
      },
    );
    assert.deepEqual(
      found.map(({ kind, namespace, state, ready }) => [kind, namespace, state, ready?.reason]),
      [
        ['AWSPCAIssuer', 'shop', 'found', 'Denied'],
        ['AWSPCAClusterIssuer', undefined, 'found', 'Verified'],
      ],
    );
    assert.ok(states.includes('external-issuers complete'), states.join());
    assert.equal(requests.filter((path) => path === '/apis').length, 1);
  });

  it('are missing where the object or its kind is not there', async () => {
    const { found } = await read([
      certificate('shop', { kind: 'AWSPCAIssuer' }),
      certificate('shop', { kind: 'Other' }),
      certificate('shop', { kind: 'X', group: 'none.example' }),
    ]);
    assert.deepEqual(found.map(({ state, reason }) => `${state}: ${reason}`).sort(), [
      'missing: does not exist',
      `missing: the server does not serve Other of ${GROUP}`,
      'missing: the server does not serve X of none.example',
    ]);
  });

  it('are unknown, with the reason, where they may not be read', async () => {
    const forbidden = kubeFailure.forbidden('awspcaissuers is forbidden');
    const { found, states } = await read([certificate('shop', { kind: 'AWSPCAIssuer' })], {
      [`/apis/${GROUP}/v1beta1/namespaces/shop/awspcaissuers/pca`]: forbidden,
    });
    assert.deepEqual(
      found.map(({ state, reason }) => [state, reason]),
      [['unread', 'awspcaissuers is forbidden']],
    );
    assert.ok(states.includes('external-issuers partial'), states.join());
  });

  it("ask nothing where all are cert-manager's own, and keep names out of paths", async () => {
    const own = await read([certificate('shop', { group: 'cert-manager.io', kind: 'Issuer' })]);
    assert.ok(!own.requests.includes('/apis'));
    const odd = await read([certificate('shop', { kind: 'AWSPCAIssuer', name: '../../secrets/x' })]);
    assert.equal(odd.requests.at(-1), `/apis/${GROUP}/v1beta1/namespaces/shop/awspcaissuers/..%2F..%2Fsecrets%2Fx`);
  });
});
