import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { debugLive } from '../../src/app/debug.ts';
import type { Diagnosis } from '../../src/core/model/diagnosis.ts';
import { DEFAULT_POLICY } from '../../src/core/model/policy.ts';
import { BUILT_IN_IDS, builtInIncident } from '../../src/io/demo/incidents/catalogue.ts';
import type { Denial, Incident } from '../../src/io/demo/planting/form.ts';
import { parsePlanting } from '../../src/io/demo/planting/parse.ts';
import { demoPorts } from '../../src/io/demo/ports.ts';
import { createWorld } from '../../src/io/demo/world/world.ts';
import { corpusOf } from '../support/corpus.ts';
import { NOW } from '../support/fake-ports.ts';
import { scopeOf } from '../support/scope.ts';

/** Those of the corpus that Linkerd, the server of a webhook, or nothing of a mesh is behind. */
const KNOWN = BUILT_IN_IDS.map(builtInIncident);
const MORE_FILE = 'test/incidents/linkerd-more.yaml';
const MORE = parsePlanting(readFileSync(MORE_FILE, 'utf8'), { file: MORE_FILE, known: KNOWN });
const SOLVED = corpusOf('mesh').filter(({ id }) => /^(?:linkerd|healthy|sidecar-injector)-/.test(id));

/** The same symptoms as others would word them. */
const OTHER_WORDS: Readonly<Record<string, readonly string[]>> = {
  'linkerd-trust-anchor-expired-upgrade-blocked': [
    'linkerd check says trust roots are not valid anymore',
    'invalid peer certificate: certificate expired: verification time 1795521600 (UNIX), but certificate is not valid after 1795435200',
  ],
  'linkerd-anchor-replaced-without-bundle': [
    'after the upgrade of the trust anchor pods cannot talk to each other: InvalidCertificate(UnknownIssuer)',
    'rustls alert UnknownCA between linkerd proxies',
  ],
  'linkerd-old-anchor-removed-too-early': [
    'received fatal alert: BadCertificate',
    'since we cleaned up the old trust anchor some linkerd pods get 502',
  ],
  'linkerd-trust-manager-bundle-not-picked-up': ['linkerd proxies fail after cert-manager renewed the anchor'],
  'linkerd-injector-webhook-expired-check-green': [
    'new pods are not created in namespace payments, linkerd check is green',
  ],
  'linkerd-tap-one-replica-old-cert': [
    'linkerd tap fails every second time: x509: certificate signed by unknown authority',
    'apiservice v1alpha1.tap.linkerd.io FailedDiscoveryCheck x509',
  ],
  'linkerd-identity-clock-skew': [
    'Waiting for identity to be initialized...',
    'new linkerd proxies do not become ready',
  ],
  'linkerd-multicluster-gateway-identity-domain': ['invalid peer certificate: NotValidForName to linkerd-gateway'],
  'linkerd-multicluster-anchor-check-false-alarm': [
    'the multicluster check says that anchors differ, Problematic clusters: west',
  ],
  'linkerd-rbac-limited-issuer-expiring': ['issuer certificate will expire on 2026-11-27T12:00:00Z'],
  'healthy-503-host-firewall-113': ['503 UF delayed_connect_error:_113', 'no route to host between meshed pods'],
  'healthy-job-never-completes-injected-sidecar': ['job cert-manager-startupapicheck never completes'],
  'sidecar-injector-cert-without-names': [
    'Post https://is-sidecar.control.svc:443/inject: x509: certificate is not valid for any names',
  ],
};

const resource = (name: string): Denial => ({ verb: '*', resource: name });
/** Those that tell most of a mesh. */
const DENIALS: readonly Denial[] = [
  resource('secrets'),
  resource('pods'),
  resource('configmaps'),
  resource('pods/portforward'),
];

async function debug(incident: Incident, text: string): Promise<Diagnosis> {
  const { diagnosis } = await debugLive({
    ports: await demoPorts({ incident, now: NOW }),
    scope: scopeOf({ layers: ['cluster', 'ingress', 'mesh', 'none'] }),
    timeout: 5000,
    signal: new AbortController().signal,
    tool: { name: 'test', version: '0' },
    symptom: { text, targets: [] },
    policy: DEFAULT_POLICY,
  });
  return diagnosis;
}

const symptomOf = (incident: Incident) => createWorld(incident, NOW).render(incident.symptom);

function causeOf({ expect }: Incident): { code?: string; object: string } {
  const [cause] = [expect?.rootCause ?? []].flat();
  assert.ok(typeof cause === 'object');
  return cause;
}

/** The cause that was planted is the first one that is named, and it blames what is to be repaired. */
function assertSolved(incident: Incident, { verdict, rootCauses, headline }: Diagnosis): void {
  assert.equal(verdict, incident.expect?.verdict, headline);
  if (verdict === 'no-fault') {
    assert.deepEqual(rootCauses, []);
    return;
  }
  const { code, object } = causeOf(incident);
  const [first] = rootCauses;
  assert.ok(first, headline);
  assert.equal(first.code, code, headline);
  const blamed = [first.object, ...first.also].flatMap((place) => [
    place.replace(/\[\d+\]$/, ''),
    place.replace(/#.*$/, ''),
  ]);
  assert.ok(blamed.includes(object), `${object} is none of ${blamed.join(', ')}`);
  for (const forbidden of incident.expect?.not ?? [])
    assert.ok(
      rootCauses.every((cause) => cause.code !== forbidden),
      forbidden,
    );
  assert.ok(first.evidence.length > 0 && first.fix.length > 0);
}

describe('debug on the mesh incidents of Linkerd and of no mesh', () => {
  for (const incident of SOLVED) {
    describe(incident.id, () => {
      it('is solved by its symptom', async () => {
        assertSolved(incident, await debug(incident, await symptomOf(incident)));
      });

      for (const words of OTHER_WORDS[incident.id] ?? []) {
        it(`is solved by: ${words}`, async () => assertSolved(incident, await debug(incident, words)));
      }

      it('is never called something else, nor healthy, with any one source denied', async () => {
        const text = await symptomOf(incident);
        for (const denial of DENIALS) {
          const { verdict, rootCauses } = await debug(
            { ...incident, denied: [...(incident.denied ?? []), denial] },
            text,
          );
          const what = JSON.stringify(denial);
          if (incident.expect?.verdict === 'no-fault') {
            assert.notEqual(verdict, 'root-cause-found', what);
            continue;
          }
          assert.notEqual(verdict, 'no-fault', what);
          if (verdict === 'root-cause-found') assert.equal(rootCauses[0]?.code, causeOf(incident).code, what);
        }
      });
    });
  }

  for (const incident of MORE) {
    it(`${incident.id}: ${incident.title}`, async () =>
      assertSolved(incident, await debug(incident, await symptomOf(incident))));
  }

  it('names what misleads: a green check, and sixty days that are a constant', async () => {
    const early = SOLVED.find(({ id }) => id === 'linkerd-old-anchor-removed-too-early')!;
    const { redHerrings } = await debug(early, await symptomOf(early));
    assert.match(redHerrings.map(({ message }) => message).join('\n'), /linkerd check finds nothing/);
    const alarm = SOLVED.find(({ id }) => id === 'linkerd-multicluster-anchor-check-false-alarm')!;
    const { otherCauses, redHerrings: warned } = await debug(alarm, await symptomOf(alarm));
    assert.deepEqual(
      otherCauses.map(({ code, object }) => [code, object]),
      [['VALUES_OUTDATED', 'configmap/linkerd/linkerd-config']],
    );
    assert.match(warned.map(({ why }) => why).join('\n'), /sixty days are a constant/);
  });
});
