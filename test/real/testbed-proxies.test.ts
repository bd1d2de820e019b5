import assert from 'node:assert/strict';
import { type Bed, useBed } from '../testbed/fixture.ts';
import { certificate, inDays, servingCertificate } from '../testbed/pki.ts';
import { startHaproxy } from '../testbed/proxies/haproxy.ts';
import { startNginx } from '../testbed/proxies/nginx.ts';
import type { IngressProxy, Pair } from '../testbed/proxies/proxy.ts';
import { servedCertificate } from '../testbed/proxies/served.ts';

const NAME = 'shop.example.test';

async function pairUntil(days: number): Promise<Pair & { serialNumber: string }> {
  const issuer = await certificate({ subject: 'CN=team CA', isCA: true });
  const validity = { notBefore: inDays(-100), notAfter: inDays(days) };
  const leaf = await servingCertificate({ subject: `CN=${NAME}`, dnsNames: [NAME], issuer, ...validity });
  return {
    certificate: leaf.pem + issuer.pem,
    key: leaf.keyPem,
    serialNumber: leaf.certificate.serialNumber.toUpperCase(),
  };
}

const PROXIES: readonly [
  component: string,
  start: (bed: Bed, name: string, host: string, pair: Pair) => Promise<IngressProxy>,
][] = [
  ['nginx', startNginx],
  ['haproxy', startHaproxy],
];

for (const [component, start] of PROXIES) {
  describe(`${component} on the test bed`, () => {
    const bed = useBed(component);

    it('serves the expired certificate that it was given, and a renewed one only after a reload', async () => {
      const expired = await pairUntil(-1);
      const proxy = await start(bed, `${component}-stale`, NAME, expired);
      assert.equal((await servedCertificate(proxy.port, NAME)).serialNumber, expired.serialNumber);
      const renewed = await pairUntil(90);
      proxy.write(renewed);
      assert.equal((await servedCertificate(proxy.port, NAME)).serialNumber, expired.serialNumber);
      await proxy.reload();
      assert.equal((await servedCertificate(proxy.port, NAME)).serialNumber, renewed.serialNumber);
    });
  });
}
