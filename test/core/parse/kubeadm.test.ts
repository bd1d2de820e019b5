import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { readKubeadmReport } from '../../../src/core/parse/kubeadm.ts';

const recorded = (name: string) => readFileSync(new URL(`../../fixtures/kubeadm/${name}`, import.meta.url), 'utf8');

describe('the answer of kubeadm certs check-expiration', () => {
  for (const name of ['fresh.json', 'fresh.txt', 'fresh-1.34.txt']) {
    it(`is read from ${name} of the real program`, () => {
      const rows = readKubeadmReport(recorded(name))?.rows ?? [];
      assert.equal(rows.length, 14);
      assert.deepEqual(
        rows.filter(({ isCA }) => isCA).map((row) => row.name),
        ['ca', 'etcd-ca', 'front-proxy-ca'],
      );
      assert.ok(rows.every(({ missing, externallyManaged, expires }) => !missing && !externallyManaged && expires));
      assert.equal(rows.find((row) => row.name === 'etcd-peer')?.caName, 'etcd-ca');
    });
  }

  it('says the same in JSON and in text, to the minute', () => {
    const minute = (name: string) =>
      readKubeadmReport(recorded(name))?.rows.map(({ expires, ...row }) => ({
        ...row,
        expires: Math.floor((expires ?? 0) / 60_000),
      }));
    assert.deepEqual(minute('fresh.txt'), minute('fresh.json'));
  });

  for (const name of ['external-ca-and-missing.json', 'external-ca-and-missing.txt']) {
    it(`tells an external CA and a missing certificate in ${name}`, () => {
      const rows = new Map(readKubeadmReport(recorded(name))?.rows.map((row) => [row.name, row]));
      assert.deepEqual(
        ['ca', 'apiserver', 'etcd-server'].map((row) => rows.get(row)?.externallyManaged),
        [true, true, false],
      );
      assert.deepEqual([rows.get('etcd-peer')?.missing, rows.get('etcd-peer')?.expires], [true, undefined]);
    });
  }

  it('reads an expired row, whose residual time is <invalid>, and rows of kubeadm before 1.24 without a CA', () => {
    const report = readKubeadmReport(
      [
        '[check-expiration] Reading configuration from the cluster...',
        '[check-expiration] Error reading configuration from the Cluster. Falling back to default configuration',
        '',
        'CERTIFICATE                EXPIRES                  RESIDUAL TIME   CERTIFICATE AUTHORITY   EXTERNALLY MANAGED',
        'admin.conf                 Nov 20, 2026 10:00 UTC   <invalid>                               no      ',
        'apiserver                  Nov 20, 2026 10:00 UTC   <invalid>       ca                      no      ',
        '',
        'CERTIFICATE AUTHORITY   EXPIRES                  RESIDUAL TIME   EXTERNALLY MANAGED',
        'ca                      Nov 18, 2033 10:00 UTC   6y              no      ',
      ].join('\n'),
    );
    assert.equal(report?.fallback, true);
    assert.deepEqual(report?.rows[0], {
      name: 'admin.conf',
      isCA: false,
      missing: false,
      expires: Date.parse('2026-11-20T10:00:00Z'),
      externallyManaged: false,
    });
    assert.equal(report?.rows[1]?.caName, 'ca');
  });

  for (const text of [
    '',
    'error: unknown flag: --output',
    '{"kind": "Status"}',
    '{"kind": "CertificateExpirationInfo"',
    'CERTIFICATE   EXPIRES   RESIDUAL TIME\n',
  ]) {
    it(`is no answer: ${JSON.stringify(text)}`, () => assert.equal(readKubeadmReport(text), undefined));
  }
});
