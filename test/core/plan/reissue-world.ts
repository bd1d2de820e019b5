import type { CertificateFact, IssuerFact, SecretFact } from '../../../src/core/model/facts.ts';
import { type Inventory, takeInventory } from '../../../src/core/snapshot/inventory.ts';
import type { Reading } from '../../../src/io/collect/reading.ts';
import { type Minted, mint } from '../../../src/io/demo/mint.ts';
import { NOW } from '../../support/fake-ports.ts';
import { snapshotOf } from '../../support/snapshot.ts';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
export const iso = (at: number) => new Date(at).toISOString().replace('.000Z', 'Z');

/** A Certificate of a test's world with its Secret. */
export interface Kept {
  readonly certificate: CertificateFact;
  readonly secret?: Partial<SecretFact>;
  /** Days until the leaf ends; undefined: the Secret is not there or was not read. */
  readonly ends?: number;
}

export function certificateFact(name: string, more: Partial<CertificateFact> = {}): CertificateFact {
  return {
    namespace: 'shop',
    name,
    uid: `uid-${name}`,
    secretName: name,
    dnsNames: [`${name}.example.test`],
    issuer: { name: 'acme', kind: 'Issuer', group: 'cert-manager.io' },
    isCA: false,
    revision: 3,
    ready: { status: 'True', reason: 'Ready', message: '' },
    ...more,
  };
}

export function issuerFact(name: string, more: Partial<IssuerFact> = {}): IssuerFact {
  const { kind = 'Issuer' } = more;
  return {
    kind,
    ...(kind === 'Issuer' && { namespace: 'shop' }),
    name,
    type: 'acme',
    ready: { status: 'True', reason: 'ACMEAccountRegistered', message: '' },
    ...more,
  };
}

const leaves = new Map<number, Promise<Minted>>();

/** One leaf for each number of days: fingerprints tell them apart. */
export function leafEnding(days: number): Promise<Minted> {
  const made =
    leaves.get(days) ?? mint({ subject: `CN=leaf${days}`, notBefore: NOW - 60 * DAY, notAfter: NOW + days * DAY });
  leaves.set(days, made);
  return made;
}

/** What was seen of a cluster with these Certificates and issuers. */
export async function inventoryOf(
  kept: readonly Kept[],
  issuers: readonly IssuerFact[] = [issuerFact('acme')],
  more: (reading: Reading) => void = () => {},
): Promise<Inventory> {
  const leafOf = await Promise.all(kept.map(({ ends }) => (ends === undefined ? undefined : leafEnding(ends))));
  const fill = (reading: Reading) => {
    for (const issuer of issuers) reading.fact('issuer', issuer);
    for (const [index, one] of kept.entries()) place(reading, one, leafOf[index]);
    more(reading);
  };
  return takeInventory(snapshotOf([{ fill }]));
}

function place(reading: Reading, { certificate, secret }: Kept, leaf: Minted | undefined): void {
  const { namespace, secretName, name } = certificate;
  reading.fact('certificate', certificate);
  if (!leaf) return;
  const common = { type: 'kubernetes.io/tls', keys: [], resourceVersion: '1', problems: [] };
  reading.fact('secret', { ...common, namespace, name: secretName, certificateName: name, ...secret });
  reading.place({
    ref: `secret/${namespace}/${secretName}#tls.crt`,
    layer: 'ingress',
    role: 'ingress-tls',
    manager: 'cert-manager',
    chain: reading.chain([leaf.certificate.der]),
    key: leaf.certificate.spki,
  });
}
