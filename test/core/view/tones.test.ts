import { deepStrictEqual } from 'node:assert/strict';
import type { Finding, Severity } from '../../../src/core/model/finding.ts';
import { takeInventory } from '../../../src/core/snapshot/inventory.ts';
import { tonesOf } from '../../../src/core/view/tones.ts';
import { mint } from '../../../src/io/demo/mint.ts';
import { snapshotOf, VALID } from '../../support/snapshot.ts';

describe('the tones of certificates', () => {
  const finding = (placement: string, severity: Severity): Finding => ({
    code: 'X',
    severity,
    layer: 'ingress',
    placement,
    message: '',
    evidence: [],
    impact: '',
    fix: [],
  });

  async function world() {
    const ca = await mint({ subject: 'CN=ca', isCA: true, ...VALID });
    const leaf = await mint({ subject: 'CN=leaf', issuer: ca, ...VALID });
    const inventory = takeInventory(
      snapshotOf([
        {
          fill: (reading) => {
            const base = { layer: 'ingress', role: 'ingress-tls', manager: 'person' } as const;
            const chain = reading.chain([leaf.certificate.der, ca.certificate.der]);
            reading.place({ ...base, ref: 'secret/a/b#tls.crt', chain });
            reading.place({ ...base, ref: 'file:ca.pem[0]', chain: reading.chain([ca.certificate.der]), bundle: true });
          },
        },
      ]),
    );
    return { inventory, leaf: leaf.certificate.sha256, ca: ca.certificate.sha256 };
  }

  it('are those of the worst finding, whatever the order', async () => {
    const { inventory, leaf } = await world();
    const [place, tones] = ['secret/a/b#tls.crt', [] as unknown[]];
    for (const order of [
      ['warning', 'critical', 'info'],
      ['critical', 'info'],
    ] as Severity[][])
      tones.push([
        ...tonesOf(
          inventory,
          order.map((severity) => finding(place, severity)),
        ),
      ]);
    deepStrictEqual(tones, [[[leaf, 'critical']], [[leaf, 'critical']]]);
  });

  it('go to the member of a chain or bundle that a finding is about', async () => {
    const { inventory, ca } = await world();
    deepStrictEqual([...tonesOf(inventory, [finding('secret/a/b#tls.crt[1]', 'warning')])], [[ca, 'warning']]);
    deepStrictEqual([...tonesOf(inventory, [finding('file:ca.pem[0]', 'info')])], [[ca, 'info']]);
  });

  it('pass over findings about objects that hold no certificate', async () => {
    const { inventory } = await world();
    deepStrictEqual(
      [...tonesOf(inventory, [finding('csr/x', 'warning'), finding('secret/a/b#tls.crt[7]', 'info')])],
      [],
    );
  });
});
