import assert from 'node:assert/strict';
import type { Incident } from '../../src/io/demo/planting/form.ts';
import { readCorpus } from '../bench/incidents/corpus.ts';
import { debugDemo } from '../bench/incidents/in-process.ts';
import { matchOf } from '../bench/incidents/match.ts';
import { NOW } from '../support/fake-ports.ts';

const EXPIRED = [
  'x509: certificate has expired or is not yet valid',
  'tls: failed to verify certificate: x509: certificate has expired or is not yet valid',
  '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired (_ssl.c:1007)',
  'remote error: tls: bad certificate',
];
const UNTRUSTED = [
  'x509: certificate signed by unknown authority',
  'SSL certificate problem: unable to get local issuer certificate',
  'PKIX path building failed: unable to find valid certification path to requested target',
  'OPENSSL_internal:TLSV1_ALERT_UNKNOWN_CA',
];

/** Of every layer: no name, no host, no program is told. */
const STORIES: Readonly<Record<string, readonly string[]>> = {
  'cluster/etcd-peer-expired-one-member': EXPIRED,
  'cluster/operator-webhook-expired-restart-does-not-help': EXPIRED,
  'ingress/vault-truncated-leaf-expired-issuer': EXPIRED,
  'mesh/linkerd-trust-anchor-expired-upgrade-blocked': EXPIRED,
  'cluster/ca-replaced-kubeconfigs-keep-old-ca-data': UNTRUSTED,
  'ingress/ca-issuer-renewed-leaves-keep-old-ca': UNTRUSTED,
  'mesh/linkerd-old-anchor-removed-too-early': UNTRUSTED,
};

const incidentOf = (file: string): Incident => readCorpus(file)[0]!.incident;

describe('debug with the bare words of a TLS library', function () {
  this.timeout(60_000);

  for (const [file, texts] of Object.entries(STORIES)) {
    const incident = incidentOf(`test/incidents/${file}.yaml`);
    for (const text of texts) {
      it(`finds the cause of ${incident.id} from: ${text}`, async () => {
        const { diagnosis } = await debugDemo(incident, text, NOW);
        assert.ok(diagnosis.symptom.playbooks.length > 0);
        assert.equal(matchOf(diagnosis, incident.expect).result, 'first', diagnosis.headline);
        assert.ok(diagnosis.checked.length > 0);
      });
    }
  }

  it('asks every layer of a cluster where nothing is wrong, and does not call an error of certificates none', async () => {
    const incident = incidentOf('test/incidents/cluster/healthy-apiserver-tls-eof-noise.yaml');
    const { diagnosis } = await debugDemo(incident, EXPIRED[0] as string, NOW);
    assert.equal(diagnosis.verdict, 'undecided');
    assert.deepEqual(
      diagnosis.checked.map(({ id }) => id),
      ['tls-out-of-time/cluster', 'tls-out-of-time/ingress', 'tls-out-of-time/mesh'],
    );
  });
});
