import assert from 'node:assert/strict';
import { hostDocuments, hostNotes, hostSection } from '../../../src/core/view/hosts.ts';
import { makeServer, NOW, World } from '../check/world.ts';

const HOST = 'shop.example.com';

/** Everything that an address may show. */
async function world(): Promise<World> {
  const [fresh, older, expired, newer] = await Promise.all(
    [80, 20, -1, 90].map((to) => makeServer([HOST], { from: -30, to })),
  );
  const standIn = await makeServer(['x'], { subject: 'CN=TRAEFIK DEFAULT CERT' });
  const by = (parts: object) => ({ asked: 1, ...parts });
  return new World()
    .tlsSecret('shop', 'web-tls', [fresh!])
    .ingress('shop', 'web', [{ hosts: [HOST], secretName: 'web-tls' }])
    .asked(HOST, '203.0.113.1', [[fresh!], [expired!]])
    .asked(HOST, '203.0.113.2', [[older!]])
    .asked(HOST, '203.0.113.3', [[newer!]])
    .asked(HOST, '203.0.113.4', [[newer!]], by({ by: ['dns'], server: 'cloudflare' }))
    .asked(HOST, '203.0.113.5', [[standIn]])
    .asked(HOST, '203.0.113.6', [[await makeServer(['other.example.com'])]])
    .asked(HOST, '10.244.1.5', [[fresh!]], by({ by: ['pod'], pod: 'pod/edge/r1', podPort: 8443 }))
    .asked(HOST, '203.0.113.7', [], by({ error: 'connection refused' }))
    .asked(HOST, '203.0.113.8', [], by({ ended: true, error: 'answers in plain HTTP, not TLS' }))
    .asked('alone.example.com', '203.0.113.1', [[await makeServer(['alone.example.com'])]], { port: 8443 });
}

describe('the picture of who serves what', () => {
  it('says of each address what it shows and how that compares with what is stored', async () => {
    const { rows, columns } = hostSection((await world()).inventory(), { now: NOW });
    const at = (header: string) => columns.findIndex((column) => column.header === header);
    assert.deepEqual(
      rows.map(({ cells, tone }) => [cells[at('ADDRESS')], cells[at('WHICH IS')], tone]),
      [
        ['203.0.113.1', 'as stored', 'ok'],
        ['203.0.113.1', 'older than stored, expired', 'critical'],
        ['203.0.113.2', 'older than stored', 'warning'],
        ['203.0.113.3', 'other than stored', 'warning'],
        ['203.0.113.4', 'of Cloudflare', 'info'],
        ['203.0.113.5', 'stand-in of Traefik', 'critical'],
        ['203.0.113.6', 'for other names', 'critical'],
        ['pod/edge/r1', 'as stored', 'ok'],
        ['203.0.113.7', 'connection refused', 'unknown'],
        ['203.0.113.8', 'answers in plain HTTP, not TLS', 'critical'],
        ['203.0.113.1', 'nothing stored was seen', 'info'],
      ],
    );
    assert.deepEqual([rows[0]?.cells[at('HOST')], rows.at(-1)?.cells[at('HOST')]], [HOST, 'alone.example.com:8443']);
    assert.equal(rows[0]?.cells[at('STORED IN')], 'secret/shop/web-tls');
  });

  it('draws what is odd first where not all fits, and says how much is left', async () => {
    const [fresh, older] = [await makeServer([HOST]), await makeServer([HOST], { from: -40, to: 30 })];
    const large = new World()
      .tlsSecret('shop', 'web-tls', [fresh])
      .ingress('shop', 'web', [{ hosts: [HOST], secretName: 'web-tls' }]);
    for (let index = 1; index <= 100; index++)
      large.asked(HOST, `203.0.113.${index}`, [[index === 99 ? older : fresh]]);
    const inventory = large.inventory();
    const { rows } = hostSection(inventory, { now: NOW });
    assert.deepEqual([rows.length, rows[0]?.cells[1]], [60, '203.0.113.99']);
    assert.deepEqual(
      hostNotes(inventory, { now: NOW }).map(({ text }) => text),
      ['40 more answers for hosts (-o json lists all)'],
    );
    const [document] = hostDocuments(inventory, { now: NOW }) as { answers: unknown[] }[];
    assert.equal(document?.answers.length, 100);
  });

  it('says which hosts nobody was asked for, those of one reason together', () => {
    const none = { port: 443, objects: [], reason: 'a wildcard is no name' };
    const inventory = new World()
      .fact('unaskedHost', { ...none, host: '*.a.example' })
      .fact('unaskedHost', { ...none, host: '*.b.example' })
      .fact('unaskedHost', { ...none, host: '', reason: 'it takes every host' })
      .inventory();
    assert.deepEqual(
      hostNotes(inventory, { now: NOW }).map(({ text }) => text),
      ['not asked for *.a.example, *.b.example: a wildcard is no name', 'not asked for *: it takes every host'],
    );
    assert.deepEqual(hostNotes(inventory, { now: NOW, selected: new Set() }), []);
  });

  it('keeps to the hosts that are selected', async () => {
    const inventory = (await world()).inventory();
    const selected = new Set(['tls://203.0.113.1:8443#alone.example.com']);
    assert.equal(hostSection(inventory, { now: NOW, selected }).rows.length, 1);
  });
});
