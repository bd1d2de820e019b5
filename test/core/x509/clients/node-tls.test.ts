import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:tls';
import { validate } from '../../../../src/core/x509/validate.ts';
import { inputOf, type Made, makeChain } from '../support/scenarios.ts';

const DAY = 86_400_000;
const HOST = 'app.example.com';
const now = Date.now();
const current = { notBefore: now - DAY, notAfter: now + DAY };

/** Whether Node's own client takes the server's chain for the host. */
async function askNode({ leaf, intermediates, anchors }: Made): Promise<boolean> {
  const cert = [leaf, ...intermediates].map(({ pem }) => pem).join('');
  const server = createServer({ cert, key: leaf.keyPem }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const ca = anchors.map((anchor) => anchor.pem);
  const socket = connect({ host: '127.0.0.1', port, servername: HOST, ca, rejectUnauthorized: false });
  try {
    await once(socket, 'secureConnect');
    return socket.authorized;
  } finally {
    socket.destroy();
    server.close();
  }
}

const chains: [what: string, change: Parameters<typeof makeChain>[0]][] = [
  ['nothing is wrong', {}],
  ['the leaf has expired', { leaf: { notAfter: now - 1000 } }],
  ['the intermediate has expired', { middle: { notAfter: now - 1000 } }],
  ['the name is another', { leaf: { dnsNames: ['other.example.com'] } }],
  ['the name is covered by a wildcard', { leaf: { dnsNames: ['*.example.com'] } }],
  ['the intermediate is no CA', { middle: { isCA: false, keyUsages: [] } }],
  ['the root has a path length of 0', { root: { pathLen: 0 } }],
  ['the purpose is another', { leaf: { extKeyUsages: ['clientAuth'] } }],
  ['the key id of the issuer is missing', { leaf: { omitAuthorityKeyId: true } }],
  ['a constraint excludes the name', { root: { nameConstraints: { excluded: { dns: [HOST] } } } }],
  [
    'a critical extension is unknown',
    { leaf: { extensions: [{ oid: '1.2.3', critical: true, value: Uint8Array.of(5, 0) }] } },
  ],
];

describe('what OpenSSL is said to do, beside Node talking TLS', () => {
  for (const [what, change = {}] of chains) {
    it(`agrees where ${what}`, async () => {
      const made = await makeChain({
        root: { ...current, ...change.root },
        middle: { ...current, ...change.middle },
        leaf: { ...current, ...change.leaf },
      });
      assert.equal(await askNode(made), validate({ ...inputOf(made), now }).acceptedBy.openssl.accepted);
    });
  }

  it('agrees where the intermediate or the trust is missing', async () => {
    const chain = await makeChain({ root: current, middle: current, leaf: current });
    const other = await makeChain({ root: { ...current, subject: 'CN=Other' }, middle: current, leaf: current });
    for (const made of [
      { ...chain, intermediates: [] },
      { ...chain, anchors: other.anchors },
      { ...chain, intermediates: [], anchors: [chain.middle] },
    ]) {
      assert.equal(await askNode(made), validate({ ...inputOf(made), now }).acceptedBy.openssl.accepted);
    }
  });
});
