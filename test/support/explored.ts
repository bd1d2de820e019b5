import { type Explored, explore } from '../../src/app/explore.ts';
import { takeInventory } from '../../src/core/snapshot/inventory.ts';
import { mint } from '../../src/io/demo/mint.ts';
import { NOW } from './fake-ports.ts';
import { snapshotOf, VALID } from './snapshot.ts';

const DAY = 86_400_000;

/**
 * A small cluster, read, listed and judged: of the ingress layer `old.example.com`, which has expired, and
 * `app.example.com` below two issuers; of the cluster layer an etcd peer that expires, which nobody could read whole.
 */
export async function exploredSample(): Promise<Explored> {
  const root = await mint({ subject: 'CN=root', isCA: true, ...VALID, notAfter: NOW + 3000 * DAY });
  const issuing = await mint({ subject: 'CN=issuing', isCA: true, issuer: root, ...VALID, notAfter: NOW + 900 * DAY });
  const app = await mint({ subject: 'CN=app', dnsNames: ['app.example.com'], issuer: issuing, ...VALID });
  const old = await mint({ subject: 'CN=old', dnsNames: ['old.example.com'], ...VALID, notAfter: NOW - 2 * DAY });
  const peer = await mint({ subject: 'CN=cp-1', dnsNames: ['cp-1'], ...VALID, notAfter: NOW + 3 * DAY });
  const snapshot = snapshotOf(
    [
      {
        fill: (reading) => {
          const base = { layer: 'ingress', role: 'ingress-tls' } as const;
          const chain = reading.chain([app.certificate.der, issuing.certificate.der]);
          reading.place({ ...base, ref: 'secret/shop/app-tls#tls.crt', manager: 'cert-manager', chain });
          const alone = reading.chain([old.certificate.der]);
          reading.place({ ...base, ref: 'secret/shop/old-tls#tls.crt', manager: 'person', chain: alone });
          const anchor = reading.chain([root.certificate.der]);
          reading.place({
            ...base,
            ref: 'secret/ca/issuing-ca#ca.crt[0]',
            bundle: true,
            role: 'issuer-ca',
            manager: 'person',
            chain: anchor,
          });
          for (const name of ['app', 'old']) {
            const hosts = [`${name}.example.com`];
            const tls = [{ hosts, secretName: `${name}-tls` }];
            reading.fact('ingress', { namespace: 'shop', name, hosts, tls, addresses: [], annotations: {} });
          }
        },
      },
      {
        source: 'kubeadm-files',
        layer: 'cluster',
        fill: (reading) => {
          const chain = reading.chain([peer.certificate.der]);
          const ref = 'file:/etc/kubernetes/pki/etcd/peer.crt';
          reading.place({ ref, layer: 'cluster', role: 'etcd-peer', manager: 'kubeadm', chain });
        },
      },
      { source: 'leases', layer: 'cluster', fill: (reading) => reading.end('denied', 'leases is forbidden') },
    ],
    { context: 'prod' },
  );
  return explore({ snapshot, inventory: takeInventory(snapshot), now: NOW }, []);
}
