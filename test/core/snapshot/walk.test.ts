import assert from 'node:assert/strict';
import type { CertificateFact, ChallengeFact, OrderFact } from '../../../src/core/model/facts.ts';
import type { Target } from '../../../src/core/model/target.ts';
import { takeInventory } from '../../../src/core/snapshot/inventory.ts';
import { type Branch, walk } from '../../../src/core/snapshot/walk.ts';
import { snapshotOf } from '../../support/snapshot.ts';

const issuer = { name: 'le', kind: 'ClusterIssuer', group: 'cert-manager.io' };
const certificate = (name: string, more: Partial<CertificateFact> = {}): CertificateFact => ({
  namespace: 'shop',
  name,
  uid: `${name}-uid`,
  secretName: `${name}-tls`,
  dnsNames: [`${name}.example`],
  issuer,
  isCA: false,
  ...more,
});
const order: OrderFact = {
  namespace: 'shop',
  name: 'web-1-1',
  uid: 'o',
  owner: 'r',
  issuer,
  dnsNames: [],
  authorizations: [],
};
const challenge: ChallengeFact = {
  ...{ namespace: 'shop', name: 'web-1-1-1', uid: 'c', owner: 'o', issuer },
  ...{ type: 'HTTP-01', dnsName: 'web.example', wildcard: false, presented: true, processing: true },
};
const ingress = (name: string, secretName: string, more = {}) => ({
  ...{ namespace: 'shop', name, hosts: [`${name}.example`], addresses: [], annotations: {} },
  tls: [{ hosts: [], secretName }],
  ...more,
});

const inventory = takeInventory(
  snapshotOf([
    {
      fill: (reading) => {
        reading.fact('ingress', ingress('web', 'web-tls'));
        reading.fact('ingress', ingress('solver', '', { tls: [], hosts: [], solver: true, owner: 'c' }));
        reading.fact('certificate', certificate('web'));
        reading.fact('certificate', certificate('lone'));
        reading.fact('certificateRequest', {
          namespace: 'shop',
          name: 'web-1',
          uid: 'r',
          owner: 'web-uid',
          revision: 1,
          issuer,
          isCA: false,
        });
        reading.fact('order', order);
        reading.fact('challenge', challenge);
        reading.fact('issuer', {
          kind: 'ClusterIssuer',
          name: 'le',
          type: 'acme',
          credentials: [{ use: 'route53 credentials', name: 'dns' }],
        });
        reading.fact('pod', { namespace: 'shop', name: 'p', secrets: ['web-tls', 'other'], configMaps: [] });
        reading.fact('route', {
          kind: 'HTTPRoute',
          namespace: 'shop',
          name: 'r',
          hosts: ['gw.example'],
          secrets: [],
          parents: [{ kind: 'Gateway', namespace: 'edge', name: 'gw' }],
          problems: [],
        });
        reading.fact('gateway', {
          kind: 'Gateway',
          namespace: 'edge',
          name: 'gw',
          listeners: [
            {
              name: 'https',
              hostname: 'gw.example',
              port: 443,
              protocol: 'HTTPS',
              mode: 'Terminate',
              secrets: [{ namespace: 'edge', name: 'gw-tls', granted: true }],
            },
          ],
          addresses: [],
          annotations: {},
        });
        reading.fact('gateway', {
          kind: 'ListenerSet',
          namespace: 'team',
          name: 'set',
          listeners: [
            {
              name: 'own',
              port: 443,
              protocol: 'HTTPS',
              mode: 'Terminate',
              secrets: [{ namespace: 'team', name: 'set-tls', granted: true }],
            },
          ],
          addresses: [],
          annotations: {},
          parent: { namespace: 'edge', name: 'shared' },
        });
      },
    },
  ]),
);

/** `a > b, c > d`: a tree in one line. */
function draw({ ref, children, again }: Branch): string {
  const below = children.map(draw).join(', ');
  return `${ref}${again ? ' again' : ''}${below ? ` > (${below})` : ''}`;
}

function walked(objectKind: string, name: string, namespace?: string, elsewhere?: true) {
  const target = {
    kind: 'object',
    text: '',
    objectKind,
    name,
    ...(namespace && { namespace }),
    ...(elsewhere && { elsewhere }),
  } as Target;
  return walk(inventory, target);
}

const ISSUER = 'clusterissuer/le > (secret/cert-manager/dns)';
const TRIES =
  'certificaterequest/shop/web-1 > (order/shop/web-1-1 > (challenge/shop/web-1-1-1 > (ingress/shop/solver)))';
const WEB = `ingress/shop/web > (host/web.example, secret/shop/web-tls > (certificate/shop/web > (${TRIES}, ${ISSUER}), pod/shop/p))`;

describe('walking the chain', () => {
  const whole: [kind: string, name: string][] = [
    ['ingress', 'web'],
    ['secret', 'web-tls'],
    ['certificate', 'web'],
    ['certificaterequest', 'web-1'],
    ['order', 'web-1-1'],
    ['challenge', 'web-1-1-1'],
    ['pod', 'p'],
  ];
  for (const [kind, name] of whole) {
    it(`shows all of it from ${kind}/${name}, both ways`, () => {
      const { roots, meant } = walked(kind, name, 'shop');
      assert.deepEqual(roots.map(draw), [WEB]);
      assert.deepEqual([...meant], [`${kind}/shop/${name}`]);
    });
  }

  it('shows it from a host', () => {
    const { roots } = walk(inventory, { kind: 'host', text: '', host: 'WEB.example' });
    assert.deepEqual(roots.map(draw), [WEB]);
  });

  it('starts at the Secret where nothing shows it', () => {
    assert.deepEqual(walked('certificate', 'lone', 'shop').roots.map(draw), [
      `secret/shop/lone-tls > (certificate/shop/lone > (${ISSUER}))`,
    ]);
  });

  it('goes from an issuer up to everything that it issues, and says no branch twice', () => {
    const { roots } = walked('clusterissuer', 'le');
    assert.deepEqual(roots.map(({ ref }) => ref).sort(), ['ingress/shop/web', 'secret/shop/lone-tls']);
  });

  it('goes from a route by its Gateway to the Secret', () => {
    const tree = 'httproute/shop/r > (gateway/edge/gw > (host/gw.example, secret/edge/gw-tls), host/gw.example again)';
    assert.deepEqual(walked('httproute', 'r', 'shop').roots.map(draw), [tree]);
    assert.deepEqual(walked('secret', 'gw-tls', 'edge').roots.map(draw), [tree]);
  });

  it('goes from a ListenerSet to its Gateway and its Secret, and back from either', () => {
    const tree = 'listenerset/team/set > (gateway/edge/shared, secret/team/set-tls)';
    assert.deepEqual(walked('listenerset', 'set', 'team').roots.map(draw), [tree]);
    for (const [kind, name, namespace] of [
      ['gateway', 'shared', 'edge'],
      ['secret', 'set-tls', 'team'],
    ] as const)
      assert.deepEqual(
        walked(kind, name, namespace).roots.map(({ ref }) => ref),
        ['listenerset/team/set'],
      );
  });

  it('finds one in another namespace where none was typed', () => {
    assert.deepEqual(walked('challenge', 'web-1-1-1', 'default', true).roots.map(draw), [WEB]);
    assert.deepEqual(walked('challenge', 'web-1-1-1', 'default').roots, []);
  });

  it('leads nowhere from what is not there', () => {
    assert.deepEqual(walked('certificate', 'nope', 'shop'), { meant: new Set(), roots: [], more: 0 });
  });

  it('ends in a circle of a CA that signs its own issuer', () => {
    const circle = takeInventory(
      snapshotOf([
        {
          fill: (reading) => {
            reading.fact('certificate', certificate('ca', { isCA: true, issuer: { ...issuer, kind: 'Issuer' } }));
            reading.fact('issuer', {
              kind: 'Issuer',
              namespace: 'shop',
              name: 'le',
              type: 'ca',
              caSecretName: 'ca-tls',
            });
          },
        },
      ]),
    );
    const { roots } = walk(circle, {
      kind: 'object',
      text: '',
      objectKind: 'certificate',
      name: 'ca',
      namespace: 'shop',
    });
    assert.deepEqual(roots.map(draw), [
      'secret/shop/ca-tls > (certificate/shop/ca > (issuer/shop/le > (secret/shop/ca-tls again)))',
    ]);
  });

  it('shows a bounded number of trees, and counts the others', () => {
    const many = takeInventory(
      snapshotOf([
        {
          fill: (reading) =>
            Array.from({ length: 30 }, (_, index) => reading.fact('certificate', certificate(`c${index}`))),
        },
      ]),
    );
    const { roots, more } = walk(many, { kind: 'object', text: '', objectKind: 'clusterissuer', name: 'le' });
    assert.deepEqual([roots.length, more], [20, 10]);
  });
});
