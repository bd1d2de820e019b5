import assert from 'node:assert/strict';
import { PLAYBOOKS } from '../../../../src/core/diagnose/playbooks.ts';
import type { Diagnosis } from '../../../../src/core/model/diagnosis.ts';
import { builtInIncident } from '../../../../src/io/demo/incidents/catalogue.ts';
import type { Incident } from '../../../../src/io/demo/planting/form.ts';
import { readCorpus } from '../../../bench/incidents/corpus.ts';
import { debugDemo, diagnoseSnapshot } from '../../../bench/incidents/in-process.ts';
import { withoutSource } from '../../../bench/incidents/variants.ts';
import { NOW } from '../../../support/fake-ports.ts';

/** A cause of a playbook, the story that supports it, and what leaves it open while it is unread. */
interface Story {
  readonly playbook: string;
  readonly code: string;
  readonly incident: string;
  /** Default: the symptom of the incident. */
  readonly text?: string;
  /** Sources; each alone, denied, leaves the cause open. */
  readonly open?: readonly string[];
  /** The words alone decide: a cluster where nothing is wrong says the same. */
  readonly byWords?: true;
}

const story = (
  playbook: string,
  code: string,
  incident: string,
  rest: Pick<Story, 'text' | 'open' | 'byWords'> = {},
): Story => ({ playbook, code, incident, ...rest });

const STORIES: readonly Story[] = [
  story('certificate-refused', 'CERTIFICATE_SPEC_REFUSED', 'renewbefore-not-less-than-duration-rejected', {
    byWords: true,
  }),
  story('http01-self-check', 'PROXY_PROTOCOL_BYPASSED', 'http01-selfcheck-proxy-protocol', { open: ['pod-logs'] }),
  story('client-certificates', 'CRL_NOT_RELOADED', 'client-ca-crl-stale-400', {
    open: ['ingresses', 'secrets', 'pod-logs'],
  }),
  story('old-clients', 'CROSS_SIGN_EXPIRED', 'cross-signed-root-expired-old-openssl'),
  story('backend-unavailable', 'SERVICE_WITHOUT_ENDPOINTS', 'healthy-503-no-endpoints', {
    open: ['endpoints', 'ingresses'],
  }),
  story('acme-challenge', 'DNS_CAPTURED_BY_MESH', 'dns01-mesh-intercepts-cert-manager-dns', {
    open: ['pods', 'pod-logs'],
  }),
  story('webhook', 'CA_INJECTION_STUCK', 'crd-conversion-injection-refused', {
    open: ['cabundles', 'pods', 'pod-logs'],
  }),
  story('webhook', 'WEBHOOK_UNREACHABLE', 'injector-of-a-removed-revision', { byWords: true }),
  story('webhook', 'WEBHOOK_DENIED', 'healthy', {
    text: 'admission webhook "validate.policies.example.com" denied the request: no limits are set',
    byWords: true,
  }),
  story('server-replicas', 'SERVED_DIFFERS_FROM_STORED', 'linkerd-tap-one-replica-old-cert', {
    open: ['secrets', 'server-pods'],
  }),
  story('istio-gateway', 'RBAC_MISSING', 'istio-gateway-sa-cannot-list-secrets', { byWords: true }),
  story('istio-issuance', 'AGENT_TOKEN_STALE', 'istio-agent-sends-expired-token', { open: ['pods', 'pod-logs'] }),
  story('istio-issuance', 'ISTIOD_CERT_NOT_ROTATED', 'istiod-dns-cert-from-k8s-ca-not-rotated', {
    open: ['istio-control-planes'],
  }),
  story('istio', 'CLIENT_OUT_OF_MESH', 'istio-strict-plaintext-client-out-of-mesh', {
    open: ['istio-config', 'pods', 'pod-logs'],
  }),
  story('istio', 'MESH_ROOTS_DIFFER', 'multicluster-different-roots', { open: ['mesh-bundles', 'probes'] }),
  story('linkerd-multicluster', 'VALUES_OUTDATED', 'linkerd-multicluster-anchor-check-false-alarm', {
    open: ['linkerd-config', 'mesh-bundles'],
  }),
  story('mesh-calls', 'HOST_UNREACHABLE', 'healthy-503-host-firewall-113', { byWords: true }),
  story('mesh-calls', 'POLICY_DENIED', 'linkerd-policy-403', { byWords: true }),
  story('waiting-job', 'SIDECAR_KEEPS_JOB', 'healthy-job-never-completes-injected-sidecar', { open: ['pods'] }),
  story('kubelet-tls', 'KUBELET_CLIENT_CA_STALE', 'kubelet-client-ca-stale-logs-unauthorized', {
    open: ['kubelet-clients'],
  }),
  story('csr', 'CSR_NOT_ISSUED', 'csr-approved-never-issued', { open: ['csrs'] }),
  story('etcd', 'ETCD_ANSWERS', 'healthy-etcd-without-space', { byWords: true }),
  story('etcd', 'ETCD_SLOW', 'healthy', {
    text: 'etcdserver: failed to send out heartbeat on time (exceeded the 100ms timeout for 1.2s)',
    byWords: true,
  }),
  story('etcd', 'CERT_EXPIRED', 'etcd-peer-expired-one-member', { open: ['probes'] }),
  story('health-probes', 'CERT_EXPIRED', 'rke2-kcm-scheduler-selfsigned-probe-expired', { open: ['rke2-files'] }),
  story('pods-and-api', 'CA_DRIFT', 'kube-root-ca-configmaps-stale-after-ca-change', {
    open: ['configmaps', 'kubeadm-files'],
  }),
  story('handshake-noise', 'TCP_PROBE_NOISE', 'healthy-apiserver-tls-eof-noise', { byWords: true }),
  story('unauthorized', 'PROCESS_OLDER_THAN_FILE', 'kcm-unauthorized-inline-kubeconfig-after-renew'),
  story('unauthorized', 'CREDENTIAL_EXPIRED', 'cni-token-unauthorized-after-expiry-window', {
    open: ['cni-kubeconfigs'],
  }),
  story('unauthorized', 'SA_KEY_MISMATCH', 'sa-token-signing-key-mismatch-401', {
    open: ['manifest-files', 'processes'],
  }),
  story('api-certificate', 'PROCESS_OLDER_THAN_FILE', 'apiserver-renewed-files-old-process', {
    open: ['kubeadm-files'],
  }),
  // A token that never was there is missing in every cluster.
  story('node-join', 'CREDENTIAL_EXPIRED', 'bootstrap-token-expired', { open: ['bootstrap-tokens'], byWords: true }),
  story('remote-clusters', 'CREDENTIAL_EXPIRED', 'remote-secret-token-ended', { open: ['remote-clusters'] }),
];

const CORPUS = new Map(readCorpus('test/incidents').map(({ incident }) => [incident.id, incident]));
const incidentOf = (id: string): Incident => CORPUS.get(id) ?? builtInIncident(id);

function supports({ rootCauses, otherCauses }: Diagnosis, code: string): boolean {
  return [...rootCauses, ...otherCauses].some(
    (cause) => cause.code === code || cause.chain.some((effect) => effect.code === code),
  );
}

/** What became of the steps of a playbook that may name a cause. */
function outcomes({ checked }: Diagnosis, { playbook, code }: Story): string[] {
  const steps = PLAYBOOKS.find(({ id }) => id === playbook)!.steps.filter(({ causes }) => causes?.includes(code));
  return checked
    .filter(({ id }) => steps.some((step) => id === `${playbook}/${step.id}`))
    .map(({ outcome }) => outcome);
}

describe('each cause of a playbook', function () {
  this.timeout(60_000);

  for (const one of STORIES) {
    const { playbook, code, incident, text, open = [], byWords = false } = one;
    describe(`${code} of ${playbook}`, () => {
      const told = async () => {
        const planted = incidentOf(incident);
        const words = text ?? planted.symptom;
        return { words, ...(await debugDemo(planted, words, NOW)) };
      };

      it(`is supported by ${incident}, with evidence, by a step of its own`, async () => {
        const { diagnosis } = await told();
        assert.ok(diagnosis.symptom.playbooks.some(({ id }) => id === playbook));
        assert.ok(supports(diagnosis, code), diagnosis.headline);
        assert.ok(outcomes(diagnosis, one).includes('failed'));
        const causes = [...diagnosis.rootCauses, ...diagnosis.otherCauses].filter((cause) => cause.code === code);
        for (const cause of causes) assert.ok(cause.evidence.length > 0 && cause.message.length > 0);
      });

      it(
        byWords ? 'is told by the words alone' : 'is not supported by the same words where nothing is wrong',
        async () => {
          const { symptom } = incidentOf(incident);
          const { diagnosis } = await debugDemo(builtInIncident('healthy'), text ?? symptom, NOW);
          assert.equal(supports(diagnosis, code), byWords, diagnosis.headline);
          assert.equal(outcomes(diagnosis, one).includes('failed'), byWords);
        },
      );

      for (const source of open) {
        it(`is left open while ${source} is unread`, async () => {
          const { words, opened } = await told();
          const diagnosis = diagnoseSnapshot(withoutSource(opened.snapshot, source), words, opened.now);
          assert.ok(!supports(diagnosis, code));
          assert.notEqual(diagnosis.verdict, 'no-fault');
          assert.ok(diagnosis.rootCauses.every(({ confidence }) => confidence !== 'high'));
          assert.ok(outcomes(diagnosis, one).includes('unknown'), outcomes(diagnosis, one).join());
          assert.ok(diagnosis.open.some((cause) => cause.code === code));
        });
      }
    });
  }

  it('that is its own has such a story', () => {
    const own = PLAYBOOKS.flatMap(({ id, causes }) => causes.map(({ code }) => `${id}: ${code}`));
    const told = new Set(STORIES.map(({ playbook, code }) => `${playbook}: ${code}`));
    assert.deepEqual(
      own.filter((cause) => !told.has(cause) && !TOLD_ELSEWHERE.has(cause)),
      [],
    );
  });
});

/** By a text that holds the hash of a key of the cluster: node-join.test.ts. */
const TOLD_ELSEWHERE: ReadonlySet<string> = new Set(['node-join: JOIN_PIN_FOREIGN']);
