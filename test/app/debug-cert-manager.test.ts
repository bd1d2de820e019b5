import assert from 'node:assert/strict';
import { debugLive } from '../../src/app/debug.ts';
import type { Diagnosis } from '../../src/core/model/diagnosis.ts';
import { DEFAULT_POLICY } from '../../src/core/model/policy.ts';
import { builtInIncident } from '../../src/io/demo/incidents/catalogue.ts';
import type { Denial, Incident } from '../../src/io/demo/planting/form.ts';
import { demoPorts } from '../../src/io/demo/ports.ts';
import { corpusOf, probesOf } from '../support/corpus.ts';
import { NOW } from '../support/fake-ports.ts';
import { scopeOf } from '../support/scope.ts';

const CORPUS = new Map(corpusOf('ingress').map((incident) => [incident.id, incident]));

async function diagnosed(incident: Incident, text = incident.symptom): Promise<Diagnosis> {
  const { diagnosis } = await debugLive({
    ports: await demoPorts({ incident, now: NOW }),
    scope: scopeOf({ layers: ['cluster', 'ingress', 'mesh', 'none'], probes: probesOf(incident) }),
    timeout: 0,
    signal: new AbortController().signal,
    tool: { name: 'kubectl-certs', version: '0.0.0' },
    symptom: { text, targets: [] },
    policy: DEFAULT_POLICY,
  });
  return diagnosis;
}

/** The incident with more denied. */
const denying = (incident: Incident, ...resources: string[]): Incident => ({
  ...incident,
  denied: [...(incident.denied ?? []), ...resources.map((resource): Denial => ({ resource, verb: '*' }))],
});

/** What a person might type or paste in other words than the corpus has them. */
const OTHER_WORDS: Readonly<Record<string, readonly string[]>> = {
  'caa-record-forbids-issuer': [
    'why does our order fail: CAA record for staging.example.org forbids it',
    'acme: urn:ietf:params:acme:error:caa',
  ],
  'caa-lookup-servfail-parent-zone': ['DNS problem: query timed out looking up CAA for example.com'],
  'dns01-mesh-intercepts-cert-manager-dns': ['the DNS-01 challenge for mydomain.com has been pending for two hours'],
  'dns01-zone-detected-as-tld': ['Error presenting challenge for fn.kite.run: 404 from api.digitalocean.com'],
  'external-secrets-overwrites-managed-secret': ['Certificate shop/api-tls is re-issued every few seconds'],
  'http01-404-solver-ingress-class': ['the HTTP-01 challenge of app.example.com is stuck: 404'],
  'staging-certificate-reused-after-switch': ['NET::ERR_CERT_AUTHORITY_INVALID at https://app.example.com'],
  'vault-clamped-duration-renew-loop': ['revision 900 and 8000 CertificateRequests in namespace internal'],
  'vault-issuer-serviceaccount-token-forbidden': ['ClusterIssuer vault-issuer is not ready: VaultError'],
  'vault-ttl-beyond-ca-expiry': ['Vault failed to sign certificate for ledger-tls: Code: 400'],
  'wildcard-with-http01-only': [
    'the order for *.quivr.be stays pending and there is no challenge',
    'Certificate quivr/wildcard-cert not ready: DoesNotExist',
  ],
};

const OURS = [
  ...Object.keys(OTHER_WORDS),
  'contour-delegated-secret-without-namespace',
  'http01-selfcheck-hairpin-nat',
  'rbac-limited-user-cannot-read-secrets',
  'two-certificates-one-secretname',
  'vault-truncated-leaf-expired-issuer',
];

describe('debug of what cert-manager keeps', function () {
  this.timeout(120_000);

  for (const id of OURS) {
    const incident = CORPUS.get(id)!;
    const expected = [incident.expect?.rootCause].flat()[0] as { code: string; object: string };

    it(`blames ${expected.object} in ${id}`, async () => {
      const { verdict, rootCauses } = await diagnosed(incident);
      assert.deepEqual(
        [verdict, rootCauses[0]?.code, rootCauses[0]?.object],
        ['root-cause-found', expected.code, expected.object],
      );
      const forbidden = new Set(incident.expect?.not);
      assert.deepEqual(
        rootCauses.filter(({ code }) => forbidden.has(code)),
        [],
      );
      assert.ok(rootCauses[0]!.fix.length > 0 && rootCauses[0]!.evidence.length > 0);
    });

    for (const text of OTHER_WORDS[id] ?? []) {
      it(`and in other words: ${text}`, async () => {
        const { rootCauses } = await diagnosed(incident, text);
        assert.equal(rootCauses[0]?.code, expected.code);
      });
    }
  }

  it('does not turn to another cause where Secrets, or events, may not be read', async () => {
    for (const id of ['wildcard-with-http01-only', 'vault-ttl-beyond-ca-expiry', 'http01-404-solver-ingress-class']) {
      const incident = CORPUS.get(id)!;
      const expected = [incident.expect?.rootCause].flat()[0] as { code: string };
      for (const resource of ['secrets', 'events', 'pods']) {
        const { rootCauses } = await diagnosed(denying(incident, resource));
        assert.equal(rootCauses[0]?.code, expected.code, `${id} without ${resource}`);
      }
    }
  });

  it('says no cause of a challenge where Challenges, Orders, events and logs may not be read', async () => {
    const incident = denying(CORPUS.get('http01-selfcheck-hairpin-nat')!, 'challenges', 'orders', 'events', 'pods');
    const { rootCauses } = await diagnosed(incident, 'the challenge of www.example.com is pending');
    assert.ok(rootCauses.every(({ code }) => !code.startsWith('SELF_CHECK_') && code !== 'SOLVER_CLASS_UNSERVED'));
  });

  it('takes "error presenting challenge" to the credentials that may not change the zone', async () => {
    const { rootCauses } = await diagnosed(builtInIncident('challenge'));
    assert.deepEqual(
      rootCauses.map(({ code, object }) => [code, object]),
      [['DNS_PERMISSION_MISSING', 'clusterissuer/letsencrypt-prod']],
    );
    assert.match(rootCauses[0]!.evidence.map(({ fact }) => fact).join('\n'), /AccessDenied/);
  });
});
