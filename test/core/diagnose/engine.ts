import { diagnose } from '../../../src/core/diagnose/diagnose.ts';
import type { Playbook } from '../../../src/core/diagnose/playbook.ts';
import type { Symptom } from '../../../src/core/model/diagnosis.ts';
import { DEFAULT_POLICY } from '../../../src/core/model/policy.ts';
import { takeInventory } from '../../../src/core/snapshot/inventory.ts';
import { mint } from '../../../src/io/demo/mint.ts';
import { NOW } from '../../support/fake-ports.ts';
import { type ReadingSpec, snapshotOf } from '../../support/snapshot.ts';

const DAY = 86_400_000;

/** A reading with one TLS Secret for each host; days until each ends, negative: since it ended. */
export async function secretsFor(hosts: Readonly<Record<string, number>>): Promise<ReadingSpec> {
  const minted = await Promise.all(
    Object.entries(hosts).map(async ([host, days]) => {
      const { certificate } = await mint({
        subject: `CN=${host}`,
        dnsNames: [host],
        notBefore: NOW - 90 * DAY,
        notAfter: NOW + days * DAY,
      });
      return { host, certificate };
    }),
  );
  return {
    source: 'secrets',
    layer: 'ingress',
    fill: (reading) => {
      for (const { host, certificate } of minted) {
        const name = host.replaceAll('.', '-');
        const chain = reading.chain([certificate.der]);
        reading.place({
          ref: `secret/web/${name}#tls.crt`,
          layer: 'ingress',
          role: 'ingress-tls',
          manager: 'person',
          chain,
        });
        reading.fact('ingress', {
          namespace: 'web',
          name,
          hosts: [host],
          tls: [{ hosts: [host], secretName: name }],
          addresses: [],
          annotations: {},
          paths: [],
        } as never);
      }
    },
  };
}

/** What the engine says of these readings. */
export function said(
  readings: readonly ReadingSpec[],
  symptom: Partial<Symptom> = {},
  playbooks?: readonly Playbook[],
) {
  const inventory = takeInventory(snapshotOf(readings));
  const input = { inventory, policy: DEFAULT_POLICY, now: NOW, symptom: { text: '', targets: [], ...symptom } };
  return playbooks ? diagnose(input, playbooks) : diagnose(input);
}

/** A playbook with nothing in it but what a test gives. */
export function playbookOf(parts: Partial<Playbook> & Pick<Playbook, 'id'>): Playbook {
  return {
    layer: 'ingress',
    title: parts.id,
    patterns: [],
    explainedBy: [],
    roles: [],
    reads: [],
    causes: [],
    steps: [],
    next: [],
    ...parts,
  };
}
