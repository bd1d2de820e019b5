import type { Snapshot } from '../../src/core/model/snapshot.ts';
import { mint } from '../../src/io/demo/mint.ts';
import { NOW } from './fake-ports.ts';
import { snapshotOf, VALID } from './snapshot.ts';

const DAY = 86_400_000;
const MARK = '00000';

/**
 * A snapshot of so many Secrets, each with a certificate of its own for `host-00042.example.com`. One is minted, and the
 * number in its name is written over: that is fast, and nothing here looks at signatures.
 */
export async function manyCertificates(count: number): Promise<Snapshot> {
  const { certificate } = await mint({
    subject: `CN=host-${MARK}.example.com`,
    dnsNames: [`host-${MARK}.example.com`],
    ...VALID,
    notAfter: NOW + 90 * DAY,
  });
  const model = Buffer.from(certificate.der);
  const places = [...model.toString('latin1').matchAll(new RegExp(`host-${MARK}`, 'g'))].map(({ index }) => index + 5);
  return snapshotOf([
    {
      fill: (reading) => {
        for (let number = 0; number < count; number++) {
          const name = String(number).padStart(MARK.length, '0');
          const der = Buffer.from(model);
          for (const place of places) der.write(name, place, 'latin1');
          const chain = reading.chain([der]);
          const ref = `secret/team-${String(Math.floor(number / 500)).padStart(2, '0')}/tls-${name}#tls.crt`;
          reading.place({ ref, layer: 'ingress', role: 'ingress-tls', manager: 'cert-manager', chain });
        }
      },
    },
  ]);
}
