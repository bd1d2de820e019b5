import assert from 'node:assert/strict';
import { makeCA } from '../check/world.ts';
import { said } from './engine.ts';

/** A cluster that shows joining nodes one CA, and has given Pods another or the same. */
async function cluster(isSame: boolean) {
  const own = await makeCA('kubernetes');
  const shown = isSame ? own : await makeCA('kubernetes');
  const reading = {
    source: 'configmaps',
    layer: 'cluster',
    fill: (into: Parameters<NonNullable<Parameters<typeof said>[0][number]['fill']>>[0]) => {
      for (const [ref, role, { certificate }] of [
        ['configmap/kube-public/cluster-info#kubeconfig[0]', 'kubeconfig-ca', shown],
        ['configmap/default/kube-root-ca.crt#ca.crt[0]', 'root-ca-bundle', own],
      ] as const) {
        const chain = into.chain([certificate.der]);
        into.place({ ref, layer: 'cluster', role, manager: 'kubeadm', chain, bundle: true });
      }
    },
  } as const;
  return { reading, hash: shown.certificate.spki };
}

const text = (hash: string) =>
  `error execution phase preflight: couldn't validate the identity of the API Server: cluster CA found in cluster-info ConfigMap is invalid: none of the public keys "sha256:${hash}" are pinned`;

describe('a node that joins by the pin of another CA', () => {
  it("is told so where the key that it refuses is that of the cluster's own CA", async () => {
    const { reading, hash } = await cluster(true);
    const { diagnosis } = said([reading], { text: text(hash) });
    const [first] = diagnosis.rootCauses;
    assert.equal(first?.code, 'JOIN_PIN_FOREIGN');
    assert.equal(first.object, 'configmap/kube-public/cluster-info#kubeconfig');
    assert.equal(first.fix[0]?.command?.join(' '), 'kubeadm token create --print-join-command');
  });

  it('is not told so where the cluster shows a CA that is not its own, or the key is of neither', async () => {
    const { reading, hash } = await cluster(false);
    for (const each of [hash, 'ab'.repeat(32)]) {
      const { diagnosis } = said([reading], { text: text(each) });
      assert.ok(!diagnosis.rootCauses.some(({ code }) => code === 'JOIN_PIN_FOREIGN'));
    }
  });
});
