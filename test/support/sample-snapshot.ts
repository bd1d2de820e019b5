import type { Snapshot } from '../../src/core/model/snapshot.ts';
import { mint } from '../../src/io/demo/mint.ts';
import { NOW } from './fake-ports.ts';
import { snapshotOf } from './snapshot.ts';

const DAY = 86_400_000;

/** Two Secrets, `a/soon` that ends five days after NOW and `b/later` after ninety, and a source that was denied. */
export async function sampleSnapshot(): Promise<Snapshot> {
  const [soon, later] = await Promise.all(
    [5, 90].map((days) =>
      mint({
        subject: `CN=in-${days}-days`,
        notBefore: NOW - 100 * DAY,
        notAfter: NOW + days * DAY,
        dnsNames: ['a.example'],
      }),
    ),
  );
  return snapshotOf([
    {
      fill: (reading) => {
        for (const [ref, { certificate }] of [
          ['secret/a/soon#tls.crt', soon!],
          ['secret/b/later#tls.crt', later!],
        ] as const) {
          const chain = reading.chain([certificate.der]);
          reading.place({ ref, layer: 'ingress', role: 'ingress-tls', manager: 'person', chain });
        }
      },
    },
    { source: 'nodes', layer: 'cluster', fill: (reading) => reading.end('denied', 'nodes is forbidden') },
  ]);
}
