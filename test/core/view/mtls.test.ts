import assert from 'node:assert/strict';
import { mtlsDocument, mtlsSection } from '../../../src/core/view/mtls.ts';
import { mtlsNotes } from '../../../src/core/view/mtls-notes.ts';
import { World } from '../check/world.ts';

interface Mtls {
  readonly workloads: readonly { readonly namespace: string; readonly mode?: string; readonly count: number }[];
  readonly callersWithoutIdentity: readonly { readonly from: string; readonly reception: string }[];
  readonly podsWithoutIdentity: readonly { readonly namespace: string; readonly pods: number }[];
}

function world(mode: 'STRICT' | 'PERMISSIVE', workloads = 1): World {
  const world = new World();
  const common = { phase: 'Running', secrets: [], configMaps: [] };
  for (let index = 0; index < workloads; index++) {
    const name = `web-${index}`;
    world.fact('pod', {
      ...{ namespace: 'shop', name, owner: `deployment/${name}`, labels: { app: 'web' } },
      ...common,
      mesh: { kind: 'istio' },
    });
  }
  for (const name of ['a', 'b']) world.fact('pod', { namespace: 'monitoring', name, ...common });
  world.controller('ingress-nginx').ingress('shop', 'web', [], { services: ['web'] });
  const labels = { 'app.kubernetes.io/name': 'ingress-nginx' };
  world.fact('pod', { namespace: 'ingress-nginx', name: 'controller', ...common, labels });
  world.fact('service', {
    ...{ namespace: 'shop', name: 'web', type: 'ClusterIP', clusterIPs: [], addresses: [] },
    ...{ ports: [{ port: 80, targetPort: '8080' }], selector: { app: 'web' } },
  });
  return world.fact('peerAuthentication', { namespace: 'shop', name: 'default', mode, ports: {} });
}

const NONE = {};

describe('whom workloads of a mesh let in', () => {
  it('is told by namespace and mode, with the callers that are refused', () => {
    const inventory = world('STRICT').inventory();
    assert.deepEqual(
      mtlsSection(inventory, NONE).rows.map(({ cells, tone }) => [...cells, tone]),
      [
        [
          ...['istio', 'shop', 'STRICT', '1 (web-0)', 'refused: by ingress/shop/web'],
          ...['peerauthentication/shop/default', 'warning'],
        ],
      ],
    );
    assert.match(
      mtlsNotes(inventory, NONE)[0]!.text,
      /^1 of 1 workload of Istio refuse 3 Pods .* monitoring 2 and ingress-nginx 1/,
    );
  });

  it('says what would be refused under STRICT, where the mode lets it in today', () => {
    const inventory = world('PERMISSIVE').inventory();
    const [row] = mtlsSection(inventory, NONE).rows;
    assert.equal(row?.cells[4], 'let in, refused under STRICT: by ingress/shop/web');
    const tls = [{ mode: 'DISABLE' }] as const;
    const rule = { namespace: 'shop', name: 'plain', host: 'web', exportTo: [], tls };
    const [told] = mtlsSection(world('PERMISSIVE').fact('destinationRule', rule).inventory(), NONE).rows;
    assert.match(
      told?.cells[4] ?? '',
      /by ingress\/shop\/web and clients that follow destinationrule\/shop\/plain \(port 8080\)$/,
    );
    assert.match(mtlsNotes(inventory, NONE)[0]!.text, /^under STRICT, 1 workload of Istio would refuse 3 Pods/);
  });

  it('is in the document as well, and bounded there and in the table', () => {
    const document = mtlsDocument(world('STRICT', 700).inventory(), NONE) as Mtls;
    assert.deepEqual(
      document.workloads.map(({ namespace, mode, count }) => [namespace, mode, count]),
      [['shop', 'STRICT', 700]],
    );
    assert.equal(document.callersWithoutIdentity.length, 500);
    assert.deepEqual(
      document.podsWithoutIdentity.map(({ namespace, pods }) => [namespace, pods]),
      [
        ['monitoring', 2],
        ['ingress-nginx', 1],
      ],
    );
  });

  it('keeps to the namespaces that are selected, and is absent where nothing has an identity', () => {
    const inventory = world('STRICT').inventory();
    assert.equal(mtlsSection(inventory, { selected: new Set(['secret/other/x#tls.crt']) }).rows.length, 0);
    assert.equal(mtlsSection(inventory, { selected: new Set(['pod/shop/web-0#sds/default']) }).rows.length, 1);
    assert.equal(mtlsSection(inventory, { selected: new Set(), wholeMesh: true }).rows.length, 1);
    assert.equal(mtlsDocument(new World().inventory(), NONE), undefined);
  });

  it('names the CA that signs, and how it was recognised', () => {
    const plane = { mesh: 'istio', namespace: 'istio-system', name: 'istiod', version: '1.30.0' } as const;
    const seen = world('STRICT').fact('meshControlPlane', {
      ...plane,
      caSource: 'spire',
      caEvidence: '3 of 3 proxies mount csi.spiffe.io',
    });
    const [note] = mtlsNotes(seen.inventory(), NONE);
    assert.equal(note?.text, 'the CA of istio-system/istiod, 1.30.0 is SPIRE: 3 of 3 proxies mount csi.spiffe.io');
    const [unknown] = mtlsNotes(
      world('STRICT')
        .fact('meshControlPlane', { ...plane, caSource: 'unknown' })
        .inventory(),
      NONE,
    );
    assert.deepEqual([unknown?.tone, unknown?.text.endsWith('is not known')], ['unknown', true]);
  });

  it('does not guess where namespaces were named, and the policies of the whole mesh were not read', () => {
    const narrow = world('STRICT').read('istio-config');
    narrow.namespaces = ['shop'];
    assert.equal(mtlsSection(narrow.inventory(), NONE).rows[0]?.cells[2], 'STRICT');
    const other = world('STRICT').read('istio-config');
    other.namespaces = ['other'];
    other.fact('pod', {
      namespace: 'other',
      name: 'x',
      phase: 'Running',
      secrets: [],
      configMaps: [],
      mesh: { kind: 'istio' },
    });
    const row = mtlsSection(other.inventory(), NONE).rows.find(({ cells }) => cells[1] === 'other');
    assert.match(row?.cells[2] ?? '', /^unknown: policies of istio-system, .* only other was asked for/);
  });

  it('says why a mode is unknown', () => {
    const odd = { namespace: 'shop', name: 'odd', selector: { team: 'x' }, mode: 'STRICT', ports: {} } as const;
    const inventory = world('STRICT').fact('peerAuthentication', odd).inventory();
    const [row] = mtlsSection(inventory, NONE).rows;
    assert.match(row?.cells[2] ?? '', /^unknown: peerauthentication\/shop\/odd selects by the label team/);
    assert.equal(row?.tone, 'unknown');
  });
});
