import assert from 'node:assert/strict';
import { takeInventory } from '../../../../src/core/snapshot/inventory.ts';
import { walk } from '../../../../src/core/snapshot/walk.ts';
import { chainDocuments, chainSection, withChains } from '../../../../src/core/view/chain/tree.ts';
import type { Reading } from '../../../../src/io/collect/reading.ts';
import { NOW } from '../../../support/fake-ports.ts';
import { snapshotOf } from '../../../support/snapshot.ts';

const issuer = { name: 'le', kind: 'ClusterIssuer', group: 'cert-manager.io' };
const TARGET = { kind: 'object', text: '', objectKind: 'certificate', name: 'web', namespace: 'shop' } as const;
const certificate = (reading: Reading, more = {}) =>
  reading.fact('certificate', {
    namespace: 'shop',
    name: 'web',
    secretName: 'web-tls',
    dnsNames: [],
    issuer,
    isCA: false,
    ...more,
  });

interface Specs {
  readonly [source: string]: (reading: Reading) => void;
}

function chainsOf(specs: Specs) {
  const inventory = takeInventory(snapshotOf(Object.entries(specs).map(([source, fill]) => ({ source, fill }))));
  return { inventory, chains: chainDocuments(inventory, walk(inventory, TARGET), NOW) };
}

const linesOf = (specs: Specs) =>
  chainSection(chainsOf(specs).chains).rows.map(({ cells }) => cells.slice(0, 2).join(' | '));

describe('the tree of a chain', () => {
  it('draws branches, marks what was meant, and tells missing from unread', () => {
    const read = { certificates: certificate, secrets: () => undefined, issuers: () => undefined };
    assert.deepEqual(linesOf(read), [
      'secret/shop/web-tls | missing',
      '└─ certificate/shop/web * | pending',
      '   └─ clusterissuer/le | missing',
    ]);
    const denied = (reading: Reading) => reading.end('denied', 'forbidden');
    assert.deepEqual(linesOf({ certificates: certificate, secrets: denied, issuers: denied }), [
      'secret/shop/web-tls | unknown',
      '└─ certificate/shop/web * | pending',
      '   └─ clusterissuer/le | unknown',
    ]);
  });

  it('does not take Ready=True for health while renewals fail', () => {
    const failing = {
      ready: { status: 'True', reason: 'Ready', message: '' },
      issuing: { status: 'False', reason: 'Failed', message: 'no' },
      lastFailureTime: new Date(NOW - 1000).toISOString(),
      failedIssuanceAttempts: 2,
    };
    const { chains } = chainsOf({ certificates: (reading) => certificate(reading, failing), secrets: () => undefined });
    const [found] = chains[0]!.children;
    assert.equal(found?.state, 'failed');
    assert.match(found?.says ?? '', /its last 2 issuances failed: the next try is in 119m/);
  });

  it('says of a wrong kind that one of the other kind has that name', () => {
    const issuers = (reading: Reading) =>
      reading.fact('issuer', { kind: 'Issuer', namespace: 'ops', name: 'le', type: 'acme' });
    const { chains } = chainsOf({ certificates: certificate, issuers });
    assert.match(JSON.stringify(chains), /ClusterIssuer le does not exist; there is Issuer le in ops/);
  });

  it('says of an issuer of another group what it says of itself, or why that is not known', () => {
    const step = { name: 'step', kind: 'StepIssuer', group: 'certmanager.step.sm' };
    const wanted = (reading: Reading) => certificate(reading, { issuer: step });
    const saidOf = (fact: object | undefined) => {
      const specs: Specs = {
        certificates: wanted,
        ...(fact && {
          'external-issuers': (reading: Reading) =>
            reading.fact('externalIssuer', { ...step, namespace: 'shop', state: 'found', ...fact }),
        }),
      };
      const [link] = chainsOf(specs).chains[0]?.children[0]?.children ?? [];
      return `${link?.ref} ${link?.state}: ${link?.says}`;
    };
    const at = 'stepissuer.certmanager.step.sm/shop/step';
    const ready = (status: string) => ({ ready: { status, reason: 'Why', message: 'so' } });
    assert.equal(saidOf(ready('True')), `${at} ok: of the group certmanager.step.sm: ready`);
    assert.equal(saidOf(ready('False')), `${at} failed: of the group certmanager.step.sm: not ready: Why: so`);
    assert.equal(saidOf({}), `${at} unknown: of the group certmanager.step.sm: says nothing of its state`);
    assert.equal(saidOf({ state: 'missing', reason: 'does not exist' }), `${at} missing: does not exist`);
    assert.equal(saidOf({ state: 'unread', reason: 'denied' }), `${at} unknown: could not be read: denied`);
    assert.match(saidOf(undefined), /unknown: of the group certmanager\.step\.sm, .*: not read$/);
  });

  it('stands below a report, and leaves one without targets as it was', () => {
    const { inventory } = chainsOf({ certificates: certificate });
    const report = {
      document: { apiVersion: 'v', kind: 'k' },
      names: [],
      sections: [{ title: '', columns: [], rows: [] }],
      notes: [],
    } as const;
    assert.equal(withChains(report, inventory, { chains: [], now: NOW }), report);
    const { document, tree } = withChains(report, inventory, { chains: [walk(inventory, TARGET)], now: NOW });
    assert.equal((document.chains as unknown[]).length, 1);
    assert.equal(tree?.rows.length, 3);
  });
});
