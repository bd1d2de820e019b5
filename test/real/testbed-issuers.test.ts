import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import {
  acmeIssuer,
  caIssuer,
  certificateOf,
  dns01,
  selfSignedIssuer,
  vaultIssuer,
} from '../testbed/cluster/issuers.ts';
import { type Bed, type CommandFailed, until, useBed } from '../testbed/fixture.ts';
import { certificate, inDays, tlsSecret } from '../testbed/pki.ts';

const MINUTE = 60_000;

/** The leaf of a Certificate's Secret, once it is Ready. */
async function issuedIn(bed: Bed, namespace: string, name: string): Promise<X509Certificate> {
  await bed.kubectl(['wait', '-n', namespace, `certificate/${name}`, '--for=condition=Ready', '--timeout=55s']);
  const data = await bed.kubectl(['get', 'secret', '-n', namespace, name, '-o', 'jsonpath={.data.tls\\.crt}']);
  return new X509Certificate(Buffer.from(data, 'base64'));
}

describe('cert-manager on the test bed', () => {
  const bed = useBed('cert-manager');
  let namespace = '';
  before(async () => {
    namespace = await bed.namespace('issuers');
  });

  it('issues from a SelfSigned issuer', async () => {
    await bed.apply(selfSignedIssuer(namespace, 'self'), certificateOf(namespace, 'lonely', 'self'));
    const leaf = await issuedIn(bed, namespace, 'lonely');
    assert.ok(leaf.verify(leaf.publicKey));
    assert.equal(leaf.subjectAltName, 'DNS:lonely.example.test');
  });

  it('issues from a CA in a Secret, with the duration that was asked for', async () => {
    const ca = await certificate({ subject: 'CN=team CA', isCA: true, notAfter: inDays(3650) });
    await bed.apply(tlsSecret(namespace, 'team-ca', ca), caIssuer(namespace, 'team', 'team-ca'));
    await bed.apply(certificateOf(namespace, 'leaf', 'team', { duration: '2h', renewBefore: '30m' }));
    const leaf = await issuedIn(bed, namespace, 'leaf');
    assert.equal(leaf.issuer, 'CN=team CA');
    assert.equal(leaf.validToDate.getTime() - leaf.validFromDate.getTime(), 2 * 60 * MINUTE);
  });

  it('issues for an annotated Ingress', async () => {
    await bed.apply({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { namespace, name: 'shop', annotations: { 'cert-manager.io/issuer': 'self' } },
      spec: {
        tls: [{ hosts: ['shop.example.test'], secretName: 'shop' }],
        rules: [{ host: 'shop.example.test' }],
      },
    });
    await until('the Certificate appears', () => bed.kubectl(['get', 'certificate', '-n', namespace, 'shop']));
    assert.equal((await issuedIn(bed, namespace, 'shop')).subjectAltName, 'DNS:shop.example.test');
  });

  it('refuses through its webhook what it could not issue', async () => {
    const tooShort = certificateOf(namespace, 'short', 'self', { duration: '1m' });
    await assert.rejects(bed.apply(tooShort), (error: CommandFailed) =>
      /webhook.*duration must be greater than/.test(error.message),
    );
  });

  it('tells its metrics of each certificate', async () => {
    const metrics = await fetch(`http://127.0.0.1:${bed.port('cert-manager-metrics')}/metrics`);
    assert.match(await metrics.text(), /certmanager_certificate_expiration_timestamp_seconds\{[^}]*name="lonely"/);
  });
});

describe('pebble on the test bed', () => {
  const bed = useBed('pebble', 'cert-manager');
  let namespace = '';
  before(async () => {
    namespace = await bed.namespace('acme');
  });

  it('validates by HTTP-01 on port 80 of the bed and issues for ninety days', async () => {
    await bed.apply(acmeIssuer(bed, namespace, 'acme'), certificateOf(namespace, 'web', 'acme'));
    const leaf = await issuedIn(bed, namespace, 'web');
    assert.match(leaf.issuer, /Pebble Intermediate CA/);
    assert.equal(Math.round((leaf.validToDate.getTime() - leaf.validFromDate.getTime()) / (24 * 60 * MINUTE)), 90);
  });

  it('presents a DNS-01 challenge in the zone of bind9', async () => {
    const { solver, secret } = dns01(bed, namespace);
    await bed.apply(secret, acmeIssuer(bed, namespace, 'acme-dns', solver));
    await bed.apply(certificateOf(namespace, 'wild', 'acme-dns', { dnsNames: ['*.wild.example.test'] }));
    const dig = [
      'dig',
      '@127.0.0.1',
      '-p',
      String(bed.port('dns')),
      '+short',
      'TXT',
      '_acme-challenge.wild.example.test',
    ];
    assert.match(await until('the record appears', () => bed.run(dig)), /^"[\w-]{43}"/);
  });
});

describe('Vault on the test bed', () => {
  const bed = useBed('vault', 'cert-manager');

  it('signs for cert-manager by AppRole', async () => {
    const namespace = await bed.namespace('vault');
    await bed.apply(
      ...(await vaultIssuer(bed, namespace, 'vault')),
      certificateOf(namespace, 'web', 'vault', { commonName: 'web.example.test' }),
    );
    const leaf = await issuedIn(bed, namespace, 'web');
    assert.equal(leaf.issuer, 'CN=Vault root');
  });
});
