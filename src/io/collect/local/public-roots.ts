import type { Observation } from '../../../core/model/observation.ts';
import { ref } from '../../../core/model/ref.ts';
import { parseCertificate } from '../../../core/x509/certificate.ts';
import type { Source } from '../source.ts';

/**
 * The public roots that some chain of this run may end at. They are part of the snapshot so that it is judged alike
 * wherever it is read; those that nothing was issued under are left out.
 */
export function publicRoots(after: readonly string[]): Source {
  return {
    id: 'public-roots',
    layer: 'none',
    title: 'public roots',
    needs: [],
    after,
    inScope: () => true,
    command: 'openssl storeutl -certs /etc/ssl/certs/ca-certificates.crt',
    unknown: 'whether public clients trust the chains that end at a public CA',
    collect: async (context) => {
      const observations = (await Promise.all(after.map((id) => context.from(id)))).flat();
      const wanted = issuersIn(observations);
      if (wanted.size === 0) return;
      const reading = context.begin(publicRoots([]));
      for (const der of await context.ports.trustStore.roots()) {
        const root = parseCertificate(der);
        if (!wanted.has(hex(root.subjectRaw))) continue;
        const sha256 = reading.certificate(der);
        reading.place({
          ref: ref.publicRoot(sha256),
          layer: 'none',
          role: 'public-root',
          manager: 'provider',
          chain: [sha256],
          bundle: true,
        });
      }
    },
  };
}

/** Issuer names, as bytes in hex, of every certificate that was seen. */
function issuersIn(observations: readonly Observation[]): ReadonlySet<string> {
  const issuers = new Set<string>();
  const parsed = new Set<string>();
  for (const { certificates } of observations) {
    for (const [sha256, der] of Object.entries(certificates)) {
      if (parsed.has(sha256)) continue;
      parsed.add(sha256);
      issuers.add(hex(parseCertificate(Buffer.from(der, 'base64')).issuerRaw));
    }
  }
  return issuers;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
