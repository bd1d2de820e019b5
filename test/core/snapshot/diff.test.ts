import assert from 'node:assert/strict';
import { diffSnapshots } from '../../../src/core/snapshot/diff.ts';
import { takeInventory } from '../../../src/core/snapshot/inventory.ts';
import { viewDiff } from '../../../src/core/view/diff.ts';
import type { Reading } from '../../../src/io/collect/reading.ts';
import { type Minted, mint } from '../../../src/io/demo/mint.ts';
import { snapshotOf, VALID } from '../../support/snapshot.ts';

const REF = 'secret/shop/app-tls#tls.crt';

describe('what changed between two snapshots', () => {
  let old: Minted;
  let renewed: Minted;
  let other: Minted;
  before(async () => {
    const ca = await mint({ subject: 'CN=ca', isCA: true, ...VALID });
    const leaf = (dnsNames: string[], issuer: Minted) => mint({ subject: 'CN=app', dnsNames, issuer, ...VALID });
    const other_ca = await mint({ subject: 'CN=other ca', isCA: true, ...VALID });
    [old, renewed, other] = await Promise.all([
      leaf(['a.example'], ca),
      leaf(['a.example'], ca),
      leaf(['b.example'], other_ca),
    ]);
  });

  const holding = (minted?: Minted, missing?: string) => (reading: Reading) => {
    const chain = minted ? [reading.certificate(minted.certificate.der)] : [];
    reading.place({
      ref: REF,
      layer: 'ingress',
      role: 'tls-secret',
      manager: 'person',
      chain,
      ...(missing && { missing }),
    });
  };

  function changes(before: ((reading: Reading) => void) | undefined, after: ((reading: Reading) => void) | undefined) {
    const taken = [before, after].map((fill) => snapshotOf([fill ? { fill } : {}]));
    return diffSnapshots(takeInventory(taken[0]!), takeInventory(taken[1]!));
  }
  const kinds = (...args: Parameters<typeof changes>) => changes(...args).map(({ kind }) => kind);

  it('is empty for the same state', () => assert.deepEqual(changes(holding(old), holding(old)), []));
  it('calls the same identity with a new certificate renewed', () => {
    const [change] = changes(holding(old), holding(renewed));
    assert.equal(change?.kind, 'renewed');
    assert.deepEqual(change?.differences, ['key changed']);
  });
  it('calls another identity replaced, and says what differs', () => {
    const [change] = changes(holding(old), holding(other));
    assert.equal(change?.kind, 'replaced');
    assert.deepEqual(change?.differences.slice(0, 2), [
      'names: a.example -> b.example',
      'issuer: CN=ca -> CN=other ca',
    ]);
  });
  it('calls what is new added', () => assert.deepEqual(kinds(undefined, holding(old)), ['added']));
  it('calls what is gone lost', () => assert.deepEqual(kinds(holding(old), undefined), ['lost']));
  it('calls what ought to be there and is not lost', () =>
    assert.deepEqual(kinds(holding(old), holding(undefined, 'no such Secret')), ['lost']));
  it('does not call lost what could not be read', () => {
    const [change] = changes(holding(old), (reading) => reading.end('denied', 'secrets is forbidden'));
    assert.deepEqual([change?.kind, change?.differences], ['unread', ['secrets denied: secrets is forbidden']]);
  });
  it('does not call lost what was not asked', () => {
    const after = takeInventory(snapshotOf([{ source: 'pods' }]));
    assert.deepEqual(
      diffSnapshots(takeInventory(snapshotOf([{ fill: holding(old) }])), after).map(({ kind, differences }) => [
        kind,
        differences,
      ]),
      [['unread', ['secrets was not asked']]],
    );
  });

  describe('above the leaf', () => {
    const chained =
      (...chain: Minted[]) =>
      (reading: Reading) =>
        reading.place({
          ref: REF,
          layer: 'ingress',
          role: 'tls-secret',
          manager: 'person',
          chain: reading.chain(chain.map(({ certificate }) => certificate.der)),
        });
    let first: Minted;
    let second: Minted;
    let another: Minted;
    before(async () => {
      const issuer = (subject: string) => mint({ subject, isCA: true, ...VALID });
      [first, second, another] = await Promise.all([issuer('CN=inter'), issuer('CN=inter'), issuer('CN=another')]);
    });
    const said = (before: Minted[], after: Minted[]) =>
      changes(chained(...before), chained(...after)).map(({ kind, ref }) => `${kind} ${ref}`);

    it('says which issuer a chain lost, though its leaf is the same', () =>
      assert.deepEqual(said([old, first], [old]), [`lost ${REF}[1]`]));
    it('says which issuer it was given', () => assert.deepEqual(said([old], [old, first]), [`added ${REF}[1]`]));
    it('takes an issuer of the same name for the same, renewed', () =>
      assert.deepEqual(said([old, first, another], [old, second, another]), [`renewed ${REF}[1]`]));
    it('says so beside a new leaf too', () =>
      assert.deepEqual(said([old, first], [renewed, another]), [
        `renewed ${REF}`,
        `lost ${REF}[1]`,
        `added ${REF}[1]`,
      ]));
    it('is shown by its position, as an issuer', () => {
      const [before, after] = [snapshotOf([{ fill: chained(old, first) }]), snapshotOf([{ fill: chained(old) }])];
      const report = viewDiff(diffSnapshots(takeInventory(before), takeInventory(after)), before, after);
      assert.deepEqual(report.sections[0].rows[0]?.cells.slice(0, 4), [
        'lost',
        'ingress',
        'issuing CA in a chain',
        `${REF}[1]`,
      ]);
    });
    it('is silent about a chain that stayed', () => assert.deepEqual(said([old, first], [old, first]), []));
  });

  it('is viewed as a table with a summary', () => {
    const [before, after] = [snapshotOf([{ fill: holding(old) }]), snapshotOf([{ fill: holding(renewed) }])];
    const report = viewDiff(diffSnapshots(takeInventory(before), takeInventory(after)), before, after);
    assert.equal(report.sections[0].rows[0]?.cells[0], 'renewed');
    assert.match(report.notes[0]?.text ?? '', /^1 change between .*: 1 renewed$/);
  });
});
