import assert from 'node:assert/strict';
import type { Target } from '../../../src/core/model/target.ts';
import { parseTarget } from '../../../src/core/parse/target.ts';
import { type Inventory, takeInventory } from '../../../src/core/snapshot/inventory.ts';
import { OBJECT_SOURCES } from '../../../src/core/snapshot/object-sources.ts';
import { select } from '../../../src/core/snapshot/select.ts';
import type { Reading } from '../../../src/io/collect/reading.ts';
import { SOURCES } from '../../../src/io/collect/sources.ts';
import { mint } from '../../../src/io/demo/mint.ts';
import { snapshotOf, VALID } from '../../support/snapshot.ts';

const object = (objectKind: string, name: string, namespace?: string): Target => ({
  kind: 'object',
  text: `${objectKind}/${name}`,
  objectKind,
  name,
  ...(namespace && { namespace }),
});

describe('selecting placements by target', () => {
  let inventory: Inventory;
  before(async () => {
    const { certificate } = await mint({
      subject: 'CN=app',
      dnsNames: ['app.example.com', '*.shop.example'],
      ...VALID,
    });
    const refs = [
      ['secret/shop/app-tls#tls.crt', 'ingress'],
      ['secret/shop/app-tls#ca.crt[0]', 'ingress'],
      ['secret/shop/app-tls-2#tls.crt', 'ingress'],
      ['tls://203.0.113.7:443#app.example.com', 'ingress'],
      ['tls://203.0.113.7:443#app.example.com~2', 'ingress'],
      ['tls://10.0.0.11:10250', 'cluster'],
      ['file:/etc/kubernetes/pki/ca.crt', 'cluster'],
      ['file:/etc/kubernetes/pki-old/ca.crt', 'cluster'],
      ['kubeconfig:/etc/kubernetes/admin.conf#users/kubernetes-admin', 'cluster'],
      ['configmap/shop/istio-ca-root-cert#root-cert.pem[0]', 'mesh'],
    ] as const;
    inventory = takeInventory(
      snapshotOf([
        {
          fill: (reading) => {
            const chain = [reading.certificate(certificate.der)];
            for (const [ref, layer] of refs) reading.place({ ref, layer, role: 'file', manager: 'person', chain });
            reading.place({
              ref: 'secret/dev/app-tls#tls.crt',
              layer: 'ingress',
              role: 'tls-secret',
              manager: 'person',
              chain: [],
              missing: 'x',
            });
            reading.fact('ingress', {
              namespace: 'shop',
              name: 'app',
              hosts: ['app.example.com'],
              tls: [{ hosts: [], secretName: 'app-tls' }],
              addresses: [],
              annotations: {},
            });
            reading.fact('certificate', {
              namespace: 'shop',
              name: 'app',
              secretName: 'app-tls',
              dnsNames: [],
              isCA: false,
              issuer: { kind: 'ClusterIssuer', name: 'le', group: 'cert-manager.io' },
            });
            reading.fact('pod', {
              namespace: 'shop',
              name: 'web-0',
              secrets: ['app-tls-2'],
              configMaps: ['istio-ca-root-cert'],
            });
            reading.fact('node', {
              name: 'cp-1',
              version: '',
              osImage: '',
              addresses: [{ type: 'InternalIP', address: '10.0.0.11' }],
              controlPlane: true,
              labels: {},
            });
          },
        },
      ]),
    );
  });

  const appTls = ['secret/shop/app-tls#ca.crt[0]', 'secret/shop/app-tls#tls.crt'];
  const served = ['tls://203.0.113.7:443#app.example.com', 'tls://203.0.113.7:443#app.example.com~2'];
  const cases: readonly [string, Target, readonly string[]][] = [
    ['a layer', { kind: 'layer', text: 'mesh', layer: 'mesh' }, ['configmap/shop/istio-ca-root-cert#root-cert.pem[0]']],
    ['a Secret with its keys, not another one with a longer name', object('secret', 'app-tls', 'shop'), appTls],
    ['an Ingress: its Secret and what serves its hosts', object('ingress', 'app'), [...appTls, ...served]],
    ['a Certificate', object('certificate', 'app', 'shop'), appTls],
    ['a ClusterIssuer: what it issued', object('clusterissuer', 'le'), appTls],
    [
      'a Pod: what it mounts',
      object('pod', 'web-0', 'shop'),
      ['configmap/shop/istio-ca-root-cert#root-cert.pem[0]', 'secret/shop/app-tls-2#tls.crt'],
    ],
    ['a Node: what its addresses serve', object('node', 'cp-1'), ['tls://10.0.0.11:10250']],
    [
      'a folder, not its neighbour',
      { kind: 'file', text: 'pki', path: '/etc/kubernetes/pki' },
      ['file:/etc/kubernetes/pki/ca.crt'],
    ],
    [
      'an address',
      { kind: 'address', text: '', address: { scheme: 'https', host: '10.0.0.11', port: 10250 } },
      ['tls://10.0.0.11:10250'],
    ],
    [
      'an address by the name it serves',
      { kind: 'address', text: '', address: { scheme: 'https', host: 'app.example.com', port: 443 } },
      served,
    ],
  ];
  for (const [title, target, refs] of cases) {
    it(`finds ${title}`, () =>
      assert.deepEqual([...(select(inventory, [target]).refs ?? [])].sort(), [...refs].sort()));
  }

  it('finds a host by exact name and by one-label wildcard', () => {
    const bySan = (host: string) => select(inventory, [{ kind: 'host', text: host, host }]).refs?.size;
    assert.equal(bySan('app.example.com'), 10);
    assert.equal(bySan('a.shop.example'), 10);
    assert.equal(bySan('a.b.shop.example'), 0);
  });

  it('looks into other namespaces where the one in force has no such object, unless it was typed', () => {
    const found = (target: Target) => [...(select(inventory, [target]).refs ?? [])].sort();
    const gone = object('secret', 'app-tls-2', 'default');
    assert.deepEqual(found({ ...gone, elsewhere: true } as Target), ['secret/shop/app-tls-2#tls.crt']);
    assert.deepEqual(found(gone), []);
    assert.deepEqual(found({ ...object('ingress', 'app', 'default'), elsewhere: true } as Target).length, 4);
    assert.deepEqual(found({ ...object('secret', 'app-tls', 'dev'), elsewhere: true } as Target), [
      'secret/dev/app-tls#tls.crt',
    ]);
  });

  it('takes ./a for a, and . for every relative path', () => {
    const relative = takeInventory(
      snapshotOf([
        {
          fill: (reading) => {
            const chain = [[...inventory.certificates.values()][0]!].map(({ der }) => reading.certificate(der));
            for (const path of ['a/b.pem', './c.pem', '/etc/d.pem'])
              reading.place({ ref: `file:${path}`, layer: 'none', role: 'file', manager: 'unknown', chain });
          },
        },
      ]),
    );
    const found = (path: string) => [...(select(relative, [{ kind: 'file', text: path, path }]).refs ?? [])];
    assert.deepEqual(found('.'), ['file:./c.pem', 'file:a/b.pem']);
    assert.deepEqual(found('./'), ['file:./c.pem', 'file:a/b.pem']);
    assert.deepEqual(found('./a/'), ['file:a/b.pem']);
    assert.deepEqual(found('c.pem'), ['file:./c.pem']);
    assert.deepEqual(found('/etc'), ['file:/etc/d.pem']);
  });

  it('takes a named file that holds no certificate for found', () => {
    const fill = (reading: Reading) =>
      reading.fact('file', {
        path: 'ca.crl',
        format: 'crl',
        mode: '0644',
        uid: 0,
        gid: 0,
        modified: '2026-11-24T12:00:00Z',
        hasPrivateKey: false,
        problems: [],
      });
    const withList = takeInventory(snapshotOf([{ fill }]));
    const file = (path: string): Target => ({ kind: 'file', text: path, path });
    assert.deepEqual(select(withList, [file('./ca.crl')]), { refs: new Set(), unmatched: [] });
    assert.equal(select(withList, [file('other.crl')]).unmatched.length, 1);
  });

  it('keeps to the layers that were asked for, and to what is in none', () => {
    const place = (layer: 'cluster' | 'mesh' | 'none') =>
      ({ layer, role: 'file', manager: 'person', chain: [] }) as const;
    const taken = snapshotOf(
      [
        {
          fill: (reading) =>
            (['cluster', 'mesh', 'none'] as const).map((layer) =>
              reading.place({ ref: `file:/${layer}`, ...place(layer) }),
            ),
        },
      ],
      { layers: ['mesh'] },
    );
    assert.deepEqual([...(select(takeInventory(taken), []).refs ?? [])], ['file:/mesh', 'file:/none']);
  });

  it('does not say that an object is not there when what tells of it was not read', () => {
    const unread = (source: string) =>
      takeInventory(snapshotOf([{ source, fill: (reading) => reading.end('unreachable', 'connection refused') }]));
    const misses = (source: string, kind: string) => select(unread(source), [object(kind, 'x', 'a')]).unmatched.length;
    assert.deepEqual(
      [misses('secrets', 'secret'), misses('ingresses', 'ingress'), misses('nodes', 'secret')],
      [0, 0, 1],
    );
  });

  it('waits, for every kind of object, for sources that there are', () => {
    const known = new Set(SOURCES.map(({ id }) => id));
    const strangers = Object.values(OBJECT_SOURCES)
      .flat()
      .filter((id) => !known.has(id));
    assert.deepEqual(strangers, []);
    const words = [
      'secrets',
      'cm',
      'po',
      'ing',
      'gtw',
      'lset',
      'certs',
      'crs',
      'issuer',
      'clusterissuer',
      'no',
      'csrs',
    ];
    for (const word of [
      ...words,
      'apiservices',
      'crds',
      'mutatingwebhookconfigurations',
      'validatingwebhookconfigurations',
    ]) {
      const target = parseTarget(`${word}/x`, { pathExists: false, namespace: 'a' });
      assert.ok(target.kind === 'object' && OBJECT_SOURCES[target.objectKind], word);
    }
  });

  it('narrows nothing without targets', () => assert.equal(select(inventory, []).refs, undefined));

  it('names what a misspelt target may have meant', () => {
    const [unmatched] = select(inventory, [object('secret', 'app-tsl', 'shop')]).unmatched;
    assert.deepEqual(unmatched?.nearby, ['secret/dev/app-tls', 'secret/shop/app-tls', 'secret/shop/app-tls-2']);
  });
});
