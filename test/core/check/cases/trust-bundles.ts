import type { FactKinds } from '../../../../src/core/model/facts.ts';
import type { Minted } from '../../../../src/io/demo/mint.ts';
import type { Case } from '../case.ts';
import { makeCA, type World } from '../world.ts';

const ROOTS = 'bundle/roots';
const COPY = 'configmap/shop/roots#ca.crt';
const SYNCED = { status: 'True', reason: 'Synced', message: '' };
const hashes = (roots: readonly Minted[]) => roots.map(({ certificate }) => certificate.sha256).sort();

const bundle = (world: World, parts: Partial<FactKinds['trustBundle']> = {}) =>
  world.fact(
    'trustBundle',
    { kind: 'Bundle', name: 'roots', configMapKey: 'ca.crt', sources: ['secret/ca#tls.crt'], synced: SYNCED, ...parts },
    'copiers',
  );
const source = (world: World, roots: readonly Minted[], parts: Partial<FactKinds['trustSource']> = {}) => {
  roots.forEach((root, index) => world.place(`file:/${index}.crt`, [root]));
  return world.fact(
    'trustSource',
    {
      bundle: 'roots',
      source: 'secret/ca#tls.crt',
      namespace: 'cert-manager',
      certificates: hashes(roots),
      ...parts,
    },
    'trust-copies',
  );
};
const copy = (world: World, roots: readonly Minted[], namespaces = ['shop']) =>
  world.fact(
    'trustCopy',
    { bundle: 'roots', kind: 'ConfigMap', key: 'ca.crt', namespaces, certificates: hashes(roots) },
    'trust-copies',
  );

/** What trust-manager makes of Bundles. */
export const trustBundleCases: readonly Case[] = [
  {
    code: 'TRUST_BUNDLE_NOT_SYNCED',
    title: 'misses a source',
    build: (world) => bundle(world, { synced: { status: 'False', reason: 'SourceNotFound', message: 'no' } }),
    expect: [{ placement: ROOTS, explainedBy: 'none' }],
  },
  {
    code: 'TRUST_BUNDLE_NOT_SYNCED',
    title: 'is explained by the source that is not there',
    build: (world) => {
      bundle(world, { synced: { status: 'False', reason: 'SourceNotFound', message: 'no' } });
      source(world, [], { missing: 'object' });
    },
    expect: [{ placement: ROOTS, explainedBy: 'TRUST_BUNDLE_SOURCE_MISSING' }],
  },
  { code: 'TRUST_BUNDLE_NOT_SYNCED', title: 'is copied', build: (world) => bundle(world), expect: [] },
  {
    code: 'TRUST_BUNDLE_SOURCE_MISSING',
    title: 'lacks the key, where the trust namespace is known',
    build: (world) => {
      bundle(world.controller('trust-manager'));
      source(world, [], { missing: 'key' });
    },
    expect: [
      {
        placement: ROOTS,
        message:
          'Bundle roots is made from what is missing in namespace cert-manager: secret/ca#tls.crt has no such key',
        fix: 'kubectl -n cert-manager get secret ca',
      },
    ],
  },
  {
    code: 'TRUST_BUNDLE_SOURCE_MISSING',
    title: 'is not said of a Bundle that is synced, where the trust namespace was guessed',
    build: (world) => source(bundle(world), [], { missing: 'object' }),
    expect: [],
  },
  {
    code: 'TRUST_BUNDLE_SOURCE_MISSING',
    title: 'is not one that is there',
    build: async (world) => source(bundle(world.controller('trust-manager')), [await makeCA('root')]),
    expect: [],
  },
  {
    code: 'TRUST_BUNDLE_COPY_DIFFERS',
    title: 'lacks a root, and holds one that is in no source any more',
    build: async (world) => {
      const [old, today] = [await makeCA('old root'), await makeCA('new root')];
      world.place('file:/old.crt', [old]);
      copy(source(bundle(world), [today]), [old], ['shop', 'team']);
      world.fact(
        'pod',
        {
          namespace: 'shop',
          name: 'p',
          owner: 'deployment/web',
          phase: 'Running',
          secrets: [],
          configMaps: ['roots'],
        },
        'pods',
      );
    },
    expect: [
      {
        placement: COPY,
        also: [ROOTS, 'configmap/team/roots#ca.crt'],
        message:
          'ConfigMap roots in namespaces shop and team lacks CN=new root and still holds CN=old root, other than the sources of its Bundle',
        impact: /^deployment\/web in shop refuses/,
        fix: 'logs deployment/trust-manager',
      },
    ],
  },
  {
    code: 'TRUST_BUNDLE_COPY_DIFFERS',
    title: 'holds what its sources hold, be it without one that has expired',
    build: async (world) => {
      const [today, ended] = [await makeCA('root'), await makeCA('ended', { to: -1 })];
      copy(source(bundle(world), [today, ended]), [today]);
    },
    expect: [],
  },
  {
    code: 'TRUST_BUNDLE_COPY_DIFFERS',
    title: 'holds more where default CAs, or sources that were not read, go into it',
    build: async (world) => {
      const [today, other] = [await makeCA('root'), await makeCA('other')];
      copy(source(bundle(world, { sources: ['secret/ca#tls.crt', 'default CAs'] }), [today]), [today, other]);
      bundle(world, { name: 'b', sources: ['configmap/unread#*'] });
      world.fact(
        'trustCopy',
        { bundle: 'b', kind: 'ConfigMap', key: 'ca.crt', namespaces: ['shop'], certificates: hashes([other]) },
        'trust-copies',
      );
    },
    expect: [],
  },
  {
    code: 'TRUST_BUNDLE_SOURCE_MISSING',
    title: 'is said of the ClusterBundle that a Bundle was carried over to, and of that alone',
    build: (world) => {
      bundle(bundle(world.controller('trust-manager')), { kind: 'ClusterBundle' });
      source(world, [], { missing: 'object' });
    },
    expect: [{ placement: 'clusterbundle/roots', fix: 'kubectl edit clusterbundle roots' }],
  },
];
