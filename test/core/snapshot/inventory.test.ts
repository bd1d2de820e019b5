import assert from 'node:assert/strict';
import { fold } from '../../../src/core/snapshot/fold.ts';
import { takeInventory } from '../../../src/core/snapshot/inventory.ts';
import { Reading } from '../../../src/io/collect/reading.ts';
import { type Minted, mint } from '../../../src/io/demo/mint.ts';
import { NOW } from '../../support/fake-ports.ts';

const year = { notBefore: NOW - 1000, notAfter: NOW + 365 * 86_400_000 };

describe('taking inventory of a snapshot', () => {
  let ca: Minted;
  let leaf: Minted;
  before(async () => {
    ca = await mint({ subject: 'CN=ca', isCA: true, ...year });
    leaf = await mint({ subject: 'CN=app', dnsNames: ['app.example.com'], issuer: ca, ...year });
  });

  function inventory() {
    const at = new Date(NOW).toISOString();
    const reading = new Reading({
      source: 'secrets',
      layer: 'ingress',
      at,
      command: 'kubectl get secrets',
      unknown: '',
    });
    const chain = reading.chain([leaf.certificate.der, ca.certificate.der]);
    const base = { layer: 'ingress', role: 'tls-secret', manager: 'person' } as const;
    reading.place({ ...base, ref: 'secret/shop/app-tls#tls.crt', chain });
    reading.place({
      ...base,
      ref: 'secret/shop/app-tls#ca.crt[0]',
      role: 'secret-ca',
      chain: chain.slice(1),
      bundle: true,
    });
    reading.place({ ...base, ref: 'secret/shop/gone#tls.crt', chain: [], missing: 'no such Secret' });
    reading.fact('ingress', {
      namespace: 'shop',
      name: 'app',
      hosts: ['app.example.com'],
      tls: [{ hosts: ['app.example.com'], secretName: 'app-tls' }],
      addresses: [],
      annotations: {},
    });
    reading.complete();
    const scope = { namespaces: [], layers: [], targets: [] };
    return takeInventory(fold([reading.observation()], { takenAt: at, tool: { name: 't', version: '0' }, scope }));
  }

  it('finds every placement that holds a certificate, as leaf first, then inside chains', () => {
    assert.deepEqual(
      inventory()
        .placementsOf(ca.certificate.sha256)
        .map(({ placement }) => placement.ref),
      ['secret/shop/app-tls#ca.crt[0]', 'secret/shop/app-tls#tls.crt'],
    );
  });

  it('looks certificates up by key and by subject', () => {
    const found = inventory();
    assert.deepEqual(
      found.withKey(leaf.certificate.spki).map(({ sha256 }) => sha256),
      [leaf.certificate.sha256],
    );
    assert.deepEqual(
      found.withSubject(leaf.certificate.issuerRaw).map(({ sha256 }) => sha256),
      [ca.certificate.sha256],
    );
  });

  it("names the objects that use a Secret, and the role's own consumers where no object does", () => {
    const found = inventory();
    const consumers = (ref: string) => found.consumers(found.placement(ref)!).map(({ name }) => name);
    assert.deepEqual(consumers('secret/shop/app-tls#tls.crt'), ['ingress/shop/app']);
    assert.deepEqual(consumers('secret/shop/gone#tls.crt'), ['whatever mounts or names it']);
  });

  it('has no leaf where something is missing', () => {
    assert.equal(inventory().placement('secret/shop/gone#tls.crt')?.leaf, undefined);
  });

  it('traces a statement to the reading it comes from', () => {
    assert.deepEqual(inventory().evidence(0, 'the Secret holds it'), {
      fact: 'the Secret holds it',
      source: 'secrets',
      at: new Date(NOW).toISOString(),
      command: 'kubectl get secrets',
    });
  });
});
