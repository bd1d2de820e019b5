import assert from 'node:assert/strict';
import { ISSUANCE_KINDS, type IssuanceKind, readIssuanceObject } from '../../src/core/parse/kube/issuance.ts';
import { systemClock } from '../../src/io/adapters/clock.ts';
import { localFiles } from '../../src/io/adapters/files.ts';
import { createKubeApi } from '../../src/io/adapters/kube/kube-api.ts';
import { reissueCertificate } from '../../src/io/apply/handlers/reissue-certificate.ts';
import { demoPorts } from '../../src/io/demo/ports.ts';
import type { KubeApi } from '../../src/io/ports/kube-api.ts';
import { acmeIssuer, caIssuer, certificateOf } from '../testbed/cluster/issuers.ts';
import { useBed } from '../testbed/fixture.ts';
import { certificate, inDays, tlsSecret } from '../testbed/pki.ts';

/** What each kind of object of an issuance says, from one change to the next. */
type Story = Record<IssuanceKind, readonly string[]>;

interface Told {
  readonly kube: KubeApi;
  readonly namespace: string;
  /** Of the Certificate, and of its Secret. */
  readonly name: string;
}

const KINDS = Object.keys(ISSUANCE_KINDS) as IssuanceKind[];

describe("the demo's cert-manager, beside the real one", function () {
  this.timeout(180_000);
  const bed = useBed('pebble', 'cert-manager');
  let namespace = '';
  before('issuers and certificates are there', async () => {
    namespace = await bed.namespace('demo-cm');
    const ca = await certificate({ subject: 'CN=team CA', isCA: true, notAfter: inDays(3650) });
    await bed.apply(
      tlsSecret(namespace, 'team-ca', ca),
      caIssuer(namespace, 'team', 'team-ca'),
      acmeIssuer(bed, namespace, 'acme'),
    );
    await bed.apply(certificateOf(namespace, 'leaf', 'team'), certificateOf(namespace, 'web', 'acme'));
    const names = ['certificate/leaf', 'certificate/web'];
    await bed.kubectl(['wait', '-n', namespace, ...names, '--for=condition=Ready', '--timeout=100s']);
  });

  /** Follows every kind while one Certificate is re-issued, until nothing more comes. */
  async function follow({ kube, namespace: where, name }: Told): Promise<Story> {
    const ended = new AbortController();
    const story = Object.fromEntries(KINDS.map((kind) => [kind, [] as string[]])) as Record<IssuanceKind, string[]>;
    let last = Date.now();
    const path = `/apis/cert-manager.io/v1/namespaces/${where}/certificates/${name}`;
    const signal = AbortSignal.timeout(120_000);
    const before = readIssuanceObject((await kube.request({ path, signal })).body);
    const issuance = `${name}-${(before?.revision ?? 0) + 1}`;
    const watching = KINDS.map(async (kind) => {
      const { group, resource } = ISSUANCE_KINDS[kind];
      const path = `/apis/${group}/v1/namespaces/${where}/${resource}`;
      for await (const event of kube.watch({ path, signal: ended.signal })) {
        if (event.type === 'RESTARTED') continue;
        const said = sayingOf(kind === 'certificate' ? name : issuance, event.object, event.type);
        if (said === undefined || story[kind].at(-1) === said) continue;
        story[kind].push(said);
        last = Date.now();
      }
    });
    const all = Promise.allSettled(watching);
    const context = { signal, run: 'r', progress: () => {}, observe: () => assert.fail('not asked') };
    const params = { namespace: where, name, secretName: name, revision: String(before?.revision ?? 0) };
    const step = { id: 's', kind: 'reissue-certificate', title: '', command: [], risk: 'none', params } as const;
    await reissueCertificate({ kube, clock: systemClock }).run(step, context);
    while (Date.now() - last < 1500) await new Promise((resolve) => setTimeout(resolve, 100));
    ended.abort();
    await all;
    return story;
  }

  /** Conditions by status and reason, and the state; undefined for what belongs to another issuance. */
  function sayingOf(name: string, object: unknown, event: string): string | undefined {
    const found = readIssuanceObject(object);
    if (!found || (found.name !== name && !found.name.startsWith(`${name}-`))) return undefined;
    if (event === 'DELETED') return 'deleted';
    const conditions = Object.entries(found.conditions).map(
      ([type, { status, reason }]) => `${type}=${status}/${reason}`,
    );
    return [...conditions.sort(), found.state, found.processing && 'processing'].filter(Boolean).join(' ');
  }

  /** The demo's own objects: one of a CA issuer, one of ACME. */
  async function demo(name: string): Promise<Story> {
    const { kube } = await demoPorts({ now: Date.now() });
    return follow({ kube, namespace: 'production', name });
  }

  function real(name: string): Promise<Story> {
    const kube = createKubeApi({
      flags: { kubeconfig: bed.kubeconfig },
      env: process.env,
      files: localFiles,
      clock: systemClock,
      requestTimeout: 10_000,
    });
    return follow({ kube, namespace, name });
  }

  for (const [title, ours, theirs] of [
    ['a CA issuer', 'orders-internal-tls', 'leaf'],
    ['ACME', 'app-tls', 'web'],
  ] as const) {
    it(`goes through the same conditions in the same order for ${title}`, async () => {
      const [told, happened] = [await demo(ours), await real(theirs)];
      for (const kind of KINDS) {
        const what = `${kind}\ndemo:\n  ${told[kind].join('\n  ')}\nreal:\n  ${happened[kind].join('\n  ')}`;
        let at = -1;
        for (const said of told[kind]) {
          at = happened[kind].indexOf(said, at + 1);
          assert.ok(at >= 0, `the real one never says "${said}" there: ${what}`);
        }
        assert.equal(told[kind].at(-1), happened[kind].at(-1), what);
      }
      assert.ok(told.request.length > 1 && told.certificate.length > 1, 'nothing was followed');
    });
  }
});
