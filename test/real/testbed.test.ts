import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { mintRequest } from '../../src/io/demo/mint.ts';
import { until, useBed } from '../testbed/fixture.ts';

describe('the core of the test bed', () => {
  const bed = useBed('core');

  it('has the PKI of kubeadm, with nothing missing or expired', async () => {
    const { certificates, certificateAuthorities } = JSON.parse(
      await bed.kubeadm(['certs', 'check-expiration', '-o', 'json']),
    );
    assert.deepEqual(
      certificates.filter((each: { missing: boolean }) => each.missing),
      [],
    );
    assert.equal(certificates.length, 11);
    assert.equal(certificateAuthorities.length, 3);
    assert.ok(readdirSync(bed.pkiDir).includes('apiserver-kubelet-client.crt'));
  });

  it('publishes the cluster CA in every namespace', async () => {
    const namespace = await bed.namespace('core');
    const text = await until('kube-root-ca.crt appears', async () =>
      bed.kubectl(['get', 'configmap', 'kube-root-ca.crt', '-n', namespace, '-o', 'jsonpath={.data.ca\\.crt}']),
    );
    assert.match(text, /BEGIN CERTIFICATE/);
  });

  it('lets the administrator of admin.conf in by RBAC, and nobody without rights', async () => {
    assert.equal((await bed.kubectl(['auth', 'can-i', '*', '*', '--kubeconfig', bed.kubeconfig])).trim(), 'yes');
    const nobody = await bed.tryRun(['kubectl', 'get', 'secrets', '--as', 'nobody']);
    assert.match(nobody.stderr, /Forbidden/);
  });

  it('signs an approved request and leaves an unapproved one pending', async () => {
    const { pem } = await mintRequest({ subject: 'CN=someone,O=team' });
    const csr = (name: string) => ({
      apiVersion: 'certificates.k8s.io/v1',
      kind: 'CertificateSigningRequest',
      metadata: { name },
      spec: {
        request: Buffer.from(pem).toString('base64'),
        signerName: 'kubernetes.io/kube-apiserver-client',
        usages: ['client auth'],
        expirationSeconds: 600,
      },
    });
    await bed.apply(csr('approved'), csr('pending'));
    await bed.kubectl(['certificate', 'approve', 'approved']);
    const certificate = (name: string) => bed.kubectl(['get', 'csr', name, '-o', 'jsonpath={.status.certificate}']);
    const signed = await until('the certificate is issued', () => certificate('approved'));
    assert.match(Buffer.from(signed, 'base64').toString(), /BEGIN CERTIFICATE/);
    assert.equal(await certificate('pending'), '');
  });
});
