import { join } from 'node:path';
import { certificate, servingCertificate, writePair } from '../pki.ts';
import type { Component } from './component.ts';

const SOLVER = join(import.meta.dirname, '../acme/solver.ts');

const configuration = (port: number, managementPort: number, pair: { cert: string; key: string }) => ({
  pebble: {
    listenAddress: `127.0.0.1:${port}`,
    managementListenAddress: `127.0.0.1:${managementPort}`,
    certificate: pair.cert,
    privateKey: pair.key,
    httpPort: 80,
    tlsPort: 443,
    profiles: {
      default: { description: '90 days', validityPeriod: 90 * 86_400 },
      shortlived: { description: '6 days', validityPeriod: 6 * 86_400 },
    },
  },
});

/**
 * An ACME server that validates for real, and what a cluster's solver Pod would be: a web server on port 80 of the bed's
 * own loopback address, where the zone's names lead, that answers with what cert-manager's Challenges expect.
 */
export const pebble: Component = {
  name: 'pebble',
  version: '2.10.1',
  source: { kind: 'go', upstream: 'pebble', package: 'github.com/letsencrypt/pebble/v2/cmd/pebble' },
  needs: ['kube-controller-manager', 'bind9'],
  service: {
    ports: ['acme', 'acme-management'],
    async prepare(bed) {
      const issuer = await certificate({ subject: 'CN=ACME server CA', isCA: true });
      bed.write('pebble/ca.crt', issuer.pem);
      const pair = writePair(bed, 'pebble/server', await servingCertificate({ issuer }));
      const config = configuration(bed.port('acme'), bed.port('acme-management'), pair);
      bed.write('pebble/config.json', JSON.stringify(config));
    },
    processes(bed) {
      const dns = `127.0.0.1:${bed.port('dns')}`;
      const config = join(bed.runDir, 'pebble/config.json');
      const ready = { kind: 'tcp', port: bed.port('acme') } as const;
      return [
        {
          name: 'pebble',
          argv: [join(bed.binDir, 'pebble'), '-config', config, '-strict=false', '-dnsserver', dns],
          // It would take one name in two for proven already.
          env: { PEBBLE_VA_NOSLEEP: '1', PEBBLE_WFE_NONCEREJECT: '0', PEBBLE_AUTHZREUSE: '0' },
          ready,
        },
        {
          name: 'http01-solver',
          argv: [process.execPath, SOLVER, bed.loopback, join(bed.binDir, 'kubectl'), bed.superAdminKubeconfig],
          ready: { kind: 'log', text: 'listening' },
        },
      ];
    },
  },
};
