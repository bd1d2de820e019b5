import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { BUILT_IN_IDS, builtInIncident } from '../../src/io/demo/incidents/catalogue.ts';
import type { Denial } from '../../src/io/demo/planting/form.ts';
import { parsePlanting } from '../../src/io/demo/planting/parse.ts';
import { corpusOf } from '../support/corpus.ts';
import { assertSolved, causeOf, debugIncident, symptomOf } from '../support/debug-incident.ts';

/** Those of the corpus that Linkerd, the server of a webhook, another cluster, or nothing of a mesh is behind. */
const KNOWN = BUILT_IN_IDS.map(builtInIncident);
const MORE_FILE = 'test/incidents/linkerd-more.yaml';
const MORE = parsePlanting(readFileSync(MORE_FILE, 'utf8'), { file: MORE_FILE, known: KNOWN });
const SOLVED = corpusOf('mesh').filter(({ id }) => /^(?:linkerd|healthy|sidecar-injector|multicluster)-/.test(id));

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

describe('debug on the mesh incidents of Linkerd and of no mesh', () => {
  for (const incident of SOLVED) {
    describe(incident.id, () => {
      it('is solved by its symptom', async () => {
        assertSolved(incident, await debugIncident(incident, await symptomOf(incident)));
      });

      for (const words of OTHER_WORDS[incident.id] ?? []) {
        it(`is solved by: ${words}`, async () => assertSolved(incident, await debugIncident(incident, words)));
      }

      it('is never called something else, nor healthy, with any one source denied', async () => {
        const text = await symptomOf(incident);
        for (const denial of DENIALS) {
          const { verdict, rootCauses } = await debugIncident(
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
      assertSolved(incident, await debugIncident(incident, await symptomOf(incident))));
  }

  it('names what misleads: a green check, and sixty days that are a constant', async () => {
    const early = SOLVED.find(({ id }) => id === 'linkerd-old-anchor-removed-too-early')!;
    const { redHerrings } = await debugIncident(early, await symptomOf(early));
    assert.match(redHerrings.map(({ message }) => message).join('\n'), /linkerd check finds nothing/);
    const alarm = SOLVED.find(({ id }) => id === 'linkerd-multicluster-anchor-check-false-alarm')!;
    const { otherCauses, redHerrings: warned } = await debugIncident(alarm, await symptomOf(alarm));
    assert.deepEqual(
      otherCauses.map(({ code, object }) => [code, object]),
      [['VALUES_OUTDATED', 'configmap/linkerd/linkerd-config']],
    );
    assert.match(warned.map(({ why }) => why).join('\n'), /sixty days are a constant/);
  });

  it('blames the Service that clients call before an address behind it', async () => {
    const nameless = SOLVED.find(({ id }) => id === 'sidecar-injector-cert-without-names')!;
    const { rootCauses } = await debugIncident(nameless, await symptomOf(nameless));
    assert.equal(rootCauses[0]?.object, causeOf(nameless).object);
    assert.ok(rootCauses[0]?.also.some((place) => place.startsWith('tls://10.244.1.15:443#')));
  });

  it('takes the SNI by which a gateway routes for no name that a certificate has to have', async () => {
    const apart = SOLVED.find(({ id }) => id === 'multicluster-different-roots')!;
    const { rootCauses, otherCauses } = await debugIncident(apart, await symptomOf(apart));
    assert.deepEqual(
      [...rootCauses, ...otherCauses].map(({ code, object }) => [code, object]),
      [['MESH_ROOTS_DIFFER', causeOf(apart).object]],
    );
  });

  const istioDenial = (policy: string) =>
    `"GET /items HTTP/1.1" 403 - rbac_access_denied_matched_policy[${policy}] - "-" 0 19 0 - "cart.shop:8080"`;
  const LINKERD_DENIAL =
    'INFO inbound: linkerd_app_inbound::policy::http: Request denied server.group=policy.linkerd.io';
  /** What is no certificate's fault, in the words of a proxy, and what it is put down to. */
  const PUT_DOWN_TO: readonly (readonly [incident: string, text: string, code: string, object: string])[] = [
    ['istio', istioDenial('ns[shop]-policy[deny-all]-rule[0]'), 'POLICY_DENIED', 'authorizationpolicy/shop/deny-all'],
    ['linkerd', `${LINKERD_DENIAL} server.kind=server server.name=ledger-http`, 'POLICY_DENIED', 'server/ledger-http'],
    ['istio', 'delayed connect error: 111, upstream 198.51.100.7:8080', 'HOST_UNREACHABLE', 'tls://198.51.100.7:8080'],
  ];
  for (const [text, says] of [
    ['RBAC: access denied', /which policy, and of whom, the text does not tell/],
    ['delayed connect error: 113', /to whom, the text does not tell/],
  ] as const) {
    it(`says what the text leaves out of: ${text}`, async () => {
      const { otherCauses } = await debugIncident(builtInIncident('istio'), text);
      assert.match(otherCauses[0]?.message ?? '', says);
    });
  }

  for (const [id, text, code, object] of PUT_DOWN_TO) {
    it(`puts ${code} down to ${object}`, async () => {
      const { otherCauses } = await debugIncident(builtInIncident(id), text);
      assert.deepEqual(
        otherCauses.map((cause) => [cause.code, cause.object]),
        [[code, object]],
      );
    });
  }
});
