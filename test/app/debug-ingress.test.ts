import assert from 'node:assert/strict';
import { debugLive } from '../../src/app/debug.ts';
import type { Diagnosis } from '../../src/core/model/diagnosis.ts';
import { DEFAULT_POLICY } from '../../src/core/model/policy.ts';
import type { Incident } from '../../src/io/demo/planting/form.ts';
import { demoPorts } from '../../src/io/demo/ports.ts';
import { corpusOf } from '../support/corpus.ts';
import { NOW } from '../support/fake-ports.ts';
import { scopeOf } from '../support/scope.ts';

const CORPUS = new Map(corpusOf('ingress').map((incident) => [incident.id, incident]));

/** The incident with a resource that may not be read. */
const denying = (id: string, resource: string): Incident => {
  const incident = CORPUS.get(id)!;
  return { ...incident, denied: [...(incident.denied ?? []), { resource, verb: '*' }] };
};

async function diagnosed(incident: Incident, text = incident.symptom): Promise<Diagnosis> {
  const ports = await demoPorts({ incident, now: NOW });
  const round = await debugLive({
    ports,
    scope: scopeOf(),
    timeout: 0,
    signal: new AbortController().signal,
    tool: { name: 'kubectl-certs', version: '0.0.0' },
    symptom: { text, targets: [] },
    policy: DEFAULT_POLICY,
  });
  return round.diagnosis;
}

const codes = (causes: Diagnosis['rootCauses']) => causes.map(({ code }) => code);

/** An incident with some of its text replaced, as if it were another. */
function changed(id: string, ...changes: readonly (readonly [was: string, is: string])[]): Incident {
  const text = changes.reduce(
    (all, [was, is]) => {
      assert.ok(all.includes(was), `${id} does not say ${was}`);
      return all.replaceAll(was, is);
    },
    JSON.stringify(CORPUS.get(id)),
  );
  return JSON.parse(text) as Incident;
}

describe('debug of the ingress layer', function () {
  this.timeout(30_000);

  it('tells a Service without endpoints from a fault of certificates', async () => {
    const { verdict, rootCauses, otherCauses } = await diagnosed(CORPUS.get('healthy-503-no-endpoints')!);
    assert.equal(verdict, 'no-fault');
    assert.deepEqual(rootCauses, []);
    assert.equal(otherCauses[0]?.object, 'service/polyaxon/polyaxon-api');
    assert.ok(otherCauses[0]?.evidence.some(({ fact }) => /selects Pods with app=polyaxon-api, role=web/.test(fact)));
  });

  it('rules out a Service whose endpoints are ready', async () => {
    const ready = changed('healthy-503-no-endpoints', [
      '"endpoints":[],"ports":[]',
      '"endpoints":[{"addresses":["10.244.2.60"],"conditions":{"ready":true}}],"ports":[]',
    ]);
    const { otherCauses, ruledOut } = await diagnosed(ready);
    assert.deepEqual(codes(otherCauses), []);
    assert.ok(ruledOut.some(({ code }) => code === 'SERVICE_WITHOUT_ENDPOINTS'));
  });

  it('tells a revocation list that was not loaded from one that has expired', async () => {
    const id = 'client-ca-crl-stale-400';
    const { rootCauses } = await diagnosed(CORPUS.get(id)!);
    assert.deepEqual(codes(rootCauses), ['CRL_NOT_RELOADED']);
    assert.ok(rootCauses[0]?.fix.some(({ command }) => command.includes('restart')));
    const expired = await diagnosed(changed(id, ['"nextUpdate":"now+7d"', '"nextUpdate":"now-1d"']));
    assert.deepEqual(codes(expired.rootCauses), ['CRL_EXPIRED']);
  });

  it('blames a cross-signed root only where old clients complain', async () => {
    const incident = CORPUS.get('cross-signed-root-expired-old-openssl')!;
    const { rootCauses } = await diagnosed(incident);
    assert.deepEqual(codes(rootCauses), ['CROSS_SIGN_EXPIRED']);
    assert.ok(rootCauses[0]?.fix.some(({ title }) => /preferredChain of ClusterIssuer letsencrypt/.test(title)));
    const other = await diagnosed(incident, 'curl: (60) SSL certificate problem: certificate has expired');
    assert.deepEqual(codes(other.rootCauses), []);
  });

  it('tells a refused change from a webhook that is not trusted', async () => {
    const incident = CORPUS.get('renewbefore-not-less-than-duration-rejected')!;
    const { rootCauses, redHerrings } = await diagnosed(incident);
    assert.deepEqual(codes(rootCauses), ['CERTIFICATE_SPEC_REFUSED']);
    assert.equal(rootCauses[0]?.object, 'certificate/billing/billing-tls');
    assert.ok(redHerrings.some(({ message }) => /webhook/.test(message)));
  });

  for (const part of [
    'certificate duration 720h0m0s must be greater than renewBefore 720h0m0s',
    'denied the request: spec.renewBefore: Invalid value: certificate duration 720h0m0s must be greater',
  ]) {
    it(`knows a refusal by a part of it: ${part.slice(0, 40)}`, async () => {
      const { rootCauses } = await diagnosed(CORPUS.get('renewbefore-not-less-than-duration-rejected')!, part);
      assert.deepEqual(codes(rootCauses), ['CERTIFICATE_SPEC_REFUSED']);
    });
  }

  it('says nothing of a Certificate when several may be the refused one', async () => {
    const incident = CORPUS.get('renewbefore-not-less-than-duration-rejected')!;
    const own = incident.objects!.find(({ kind }) => kind === 'Certificate')!;
    const twin = { ...own, metadata: { name: 'other', namespace: 'billing' } };
    const { rootCauses } = await diagnosed({ ...incident, objects: [...incident.objects!, twin] });
    assert.ok(!codes(rootCauses).includes('CERTIFICATE_SPEC_REFUSED'));
  });

  it('knows what was refused where Certificates may not be read, though not of which one', async () => {
    const incident = denying('renewbefore-not-less-than-duration-rejected', 'certificates');
    const { verdict, rootCauses } = await diagnosed(incident);
    assert.equal(verdict, 'root-cause-found');
    assert.deepEqual(codes(rootCauses), ['CERTIFICATE_SPEC_REFUSED']);
    assert.match(rootCauses[0]?.message ?? '', /which one it is could not be read/);
  });

  it('does not call a served chain that OpenSSL and Go refuse healthy where nothing was asked', async () => {
    const { verdict, rootCauses } = await diagnosed(CORPUS.get('missing-intermediate-browser-ok-curl-fails')!, '');
    assert.equal(verdict, 'undecided');
    assert.deepEqual(codes(rootCauses), ['CHAIN_INCOMPLETE']);
    assert.equal(rootCauses[0]?.confidence, 'low');
  });

  it('names no cause of an issuer that may stand in a Secret that may not be read', async () => {
    for (const id of ['missing-intermediate-browser-ok-curl-fails', 'ca-issuer-renewed-leaves-keep-old-ca']) {
      const { verdict, rootCauses } = await diagnosed(denying(id, 'secrets'), '');
      assert.equal(verdict, 'undecided', id);
      assert.deepEqual(codes(rootCauses), [], id);
    }
  });

  it('finds in the log of the controller that a PROXY header is missing', async () => {
    const id = 'http01-selfcheck-proxy-protocol';
    const { rootCauses } = await diagnosed(CORPUS.get(id)!);
    assert.equal(rootCauses[0]?.code, 'PROXY_PROTOCOL_BYPASSED');
    assert.match(rootCauses[0]?.message ?? '', /Pod cert-manager\/cert-manager-/);
    const quiet = await diagnosed(changed(id, ['while reading PROXY protocol', 'while reading client request line']));
    assert.ok(!codes(quiet.rootCauses).includes('PROXY_PROTOCOL_BYPASSED'));
  });
});
