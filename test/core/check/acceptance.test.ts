import assert from 'node:assert/strict';
import { acceptances } from '../../../src/core/check/acceptance.ts';
import { DEFAULT_POLICY } from '../../../src/core/model/policy.ts';
import { takeInventory } from '../../../src/core/snapshot/inventory.ts';
import { acceptanceNotes } from '../../../src/core/view/acceptance.ts';
import { type Minted, mint } from '../../../src/io/demo/mint.ts';
import { NOW } from '../../support/fake-ports.ts';
import { snapshotOf, VALID } from '../../support/snapshot.ts';

describe('whether clients accept a chain that was asked about', () => {
  let ca: Minted;
  let lax: Minted;
  before(async () => {
    ca = await mint({ subject: 'CN=ca', isCA: true, ...VALID });
    lax = await mint({ subject: 'CN=lax ca', isCA: true, keyUsages: [], ...VALID });
  });

  async function ask(options: { issuer: Minted; host?: string; notAfter?: number; ca?: boolean; of?: 'cluster' }) {
    const leaf = await mint({
      subject: 'CN=app',
      dnsNames: ['app.example.com'],
      issuer: options.issuer,
      extKeyUsages: ['serverAuth'],
      ...VALID,
      ...(options.notAfter && { notAfter: options.notAfter }),
    });
    const snapshot = snapshotOf(
      [
        {
          source: 'targets',
          layer: 'none',
          fill: (reading) => {
            const base = { layer: options.of ?? 'none', manager: 'unknown' } as const;
            reading.place({
              ...base,
              ref: 'file:fullchain.pem',
              role: 'file',
              chain: reading.chain([leaf.certificate.der]),
            });
            if (options.ca === false) return;
            const chain = reading.chain([options.issuer.certificate.der]);
            reading.place({ ...base, ref: 'file:ca.pem[0]', role: 'given-ca', chain, bundle: true });
          },
        },
      ],
      options.host === undefined ? {} : { host: options.host },
    );
    const answers = acceptances({ inventory: takeInventory(snapshot), policy: DEFAULT_POLICY, now: NOW }, undefined);
    return { answers, notes: acceptanceNotes(answers).map(({ tone, text }) => `${tone} ${text}`) };
  }

  it('says so when all do', async () => {
    const { answers, notes } = await ask({ issuer: ca, host: 'app.example.com' });
    assert.equal(answers[0]?.conforms, true);
    assert.deepEqual(notes, [
      'ok file:fullchain.pem for app.example.com: accepted by OpenSSL, strict OpenSSL, Go, browsers',
    ]);
  });

  it('names the family that differs, and its rule', async () => {
    const { answers, notes } = await ask({ issuer: lax });
    assert.deepEqual(notes, [
      'warning file:fullchain.pem: accepted by OpenSSL, Go, browsers; refused by strict OpenSSL: is a CA without keyUsage',
    ]);
    assert.match(answers[0]?.acceptedBy['openssl-strict'].reasons[0]?.source ?? '', /x509_vfy\.c/);
  });

  it('refuses another name, and what has ended, for every family with one reason', async () => {
    const { notes } = await ask({ issuer: ca, host: 'shop.example.com' });
    assert.match(
      notes[0] ?? '',
      /^critical file:fullchain.pem for shop.example.com: refused by OpenSSL, strict OpenSSL, Go, browsers: does not cover shop.example.com/,
    );
    const { notes: ended } = await ask({ issuer: ca, notAfter: NOW - 1000 });
    assert.match(ended[0] ?? '', /refused by OpenSSL, strict OpenSSL, Go, browsers: expired at/);
  });

  it('names the issuer that is not at hand', async () => {
    const { notes } = await ask({ issuer: ca, ca: false });
    assert.match(notes[0] ?? '', /^critical .*its issuer CN=ca with key id [0-9a-f]{40} is not at hand/);
  });

  it('says nothing of a file in a folder of the cluster that nobody named', async () => {
    assert.deepEqual((await ask({ issuer: ca, of: 'cluster' })).answers, []);
  });

  it('does not fill the screen for many chains', async () => {
    const { answers } = await ask({ issuer: ca });
    assert.deepEqual(acceptanceNotes(Array.from({ length: 6 }, () => answers[0]!)), []);
  });
});
