import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { readTokenClaims } from '../../../../src/core/parse/jwt.ts';
import { certificatesIn } from '../../../../src/core/parse/pem-contents.ts';
import { parseCertificate } from '../../../../src/core/x509/certificate.ts';
import { builtInIncident } from '../../../../src/io/demo/incidents/catalogue.ts';
import { parsePlanting } from '../../../../src/io/demo/planting/parse.ts';
import { demoPorts } from '../../../../src/io/demo/ports.ts';
import { NOW } from '../../../support/fake-ports.ts';
import { never } from '../plant.ts';

const FILE = 'test/fixtures/planting/stories.yaml';
const DAY = 86_400_000;
const stories = new Map(
  parsePlanting(readFileSync(FILE, 'utf8'), { file: FILE, known: [builtInIncident('kubeadm')] }).map(
    (story) => [story.id, story] as const,
  ),
);

async function portsOf(id: string) {
  const ports = await demoPorts({ incident: stories.get(id)!, now: NOW });
  const get = async (path: string) => (await ports.kube.request({ path, signal: never })).body as never;
  const secret = async (path: string, key: string) => {
    const [namespace, name] = path.split('/');
    const { data } = (await get(`/api/v1/namespaces/${namespace}/secrets/${name}`)) as { data: Record<string, string> };
    return Buffer.from(data[key] ?? '', 'base64');
  };
  return { ...ports, get, secret };
}

describe('stories in the planting form', () => {
  it('keep a revocation list in a Secret', async () => {
    const { secret } = await portsOf('crl-out-of-date');
    const [crl] = certificatesIn(await secret('web/client-ca', 'ca.crl')).crls;
    assert.deepEqual([[...crl!.revoked.keys()], crl?.nextUpdate], [['0bad'], NOW + 7 * DAY]);
  });

  it('end a token in a kubeconfig', async () => {
    const { files } = await portsOf('cni-token-ended');
    const text = Buffer.from(await files.read('/etc/cni/net.d/calico-kubeconfig', 100_000)).toString();
    assert.equal(readTokenClaims(/token: '(.*)'/.exec(text)![1]!).expires, NOW - DAY / 4);
  });

  it('let replicas serve different certificates of one name', async () => {
    const { tls } = await portsOf('two-stores-one-host');
    const ends = async () => {
      const { chain } = await tls.dial({
        address: 'www.example.com',
        port: 443,
        sni: 'www.example.com',
        signal: never,
      });
      return parseCertificate(chain[0]!).notAfter - NOW;
    };
    assert.deepEqual([await ends(), await ends(), await ends()], [60 * DAY, -8 * DAY, 60 * DAY]);
  });

  it('have certificates that end before they begin', async () => {
    const { secret } = await portsOf('born-dead');
    const [leaf, issuing] = certificatesIn(await secret('web/app-tls', 'tls.crt')).certificates;
    assert.ok(leaf!.certificate.notAfter < leaf!.certificate.notBefore);
    assert.equal(leaf?.certificate.notAfter, issuing?.certificate.notAfter);
  });

  it('let a clock be wrong in handshakes, leases and logs', async () => {
    const { tls, get } = await portsOf('old-clock');
    const { date } = await tls.dial({ address: '10.0.0.22', port: 10250, get: '/healthz', signal: never });
    assert.equal(date, NOW - 3 * DAY);
    const lease: { spec: { renewTime: string } } = await get(
      '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/node-b',
    );
    assert.equal(lease.spec.renewTime, '2026-11-21T12:00:00.000000Z');
  });

  it('keep what proxies hold, also when it is nothing yet', () => {
    const { proxies } = stories.get('no-identity-yet')!;
    assert.deepEqual(
      proxies?.map(({ certificates: [first] }) => [first?.chain, first?.state]),
      [
        [['CART', 'ROOT'], 'Available'],
        [undefined, 'Initializing'],
      ],
    );
  });
});
