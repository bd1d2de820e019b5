import type { HostWayFact, Seen } from '../../model/facts.ts';
import type { CodeDefinition } from '../../model/finding.ts';
import { ref } from '../../model/ref.ts';
import { manualStep } from '../../model/step.ts';
import { readControllerLog } from '../controller-steps.ts';
import { draft } from '../draft.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { claimsFor, servingClaims } from '../serving.ts';
import { list } from '../words.ts';

const PLAINTEXT_ON_TLS_PORT: CodeDefinition = {
  code: 'PLAINTEXT_ON_TLS_PORT',
  severity: 'critical',
  title: 'a port that is to serve TLS answers in plain text',
  meaning:
    'The address took the connection and answered the TLS hello in the clear. Most often a load balancer that was to pass TLS on ends it or forwards to the plain port, or the port of the Service leads to the wrong target port. Clients report a wrong version number.',
  prove: [
    'openssl s_client -connect ADDRESS:443 </dev/null: wrong version number',
    'curl -s http://ADDRESS:443/: answers',
    'kubectl get service -A -o wide | grep ADDRESS: which target port 443 leads to',
  ],
  fix: ["let the Service's port 443 lead to the controller's TLS port, and the load balancer pass TCP on"],
  prevent: ['probe the port that clients use'],
  source: 'RFC 8446 section 4.1; OpenSSL ssl/record (wrong version number)',
  since: '0.1.0',
};

const NO_CERTIFICATE_SERVED: CodeDefinition = {
  code: 'NO_CERTIFICATE_SERVED',
  severity: 'critical',
  title: 'a host is answered without any certificate',
  meaning:
    'The address took the connection and ended the TLS handshake before it had shown a certificate. Envoy closes it when no listener knows the name, HAProxy refuses a name with strict-sni, and a listener whose Secret cannot be read may have no certificate at all.',
  prove: ['openssl s_client -connect ADDRESS:443 -servername HOST </dev/null: no peer certificate available'],
  fix: ['repair the listener: its Secret, its hostname, the permission to use a Secret of another namespace'],
  prevent: ["watch the conditions ResolvedRefs and Programmed of the Gateway's listeners"],
  source: 'RFC 6066 section 3 (unrecognized_name); Envoy, listener filter chain match',
  since: '0.1.0',
};

export const noCertificateServed: Check = {
  id: 'no-certificate-served',
  title: 'every host is answered with a certificate',
  codes: [PLAINTEXT_ON_TLS_PORT, NO_CERTIFICATE_SERVED],
  applies: ({ inventory }) => inventory.facts('hostWay').length > 0,
  run: (input) => {
    const empty = input.inventory.facts('hostWay').filter(hasNone);
    const groups = Map.groupBy(empty, ({ address, port, plain, error }) => [address, port, plain, error].join(' '));
    return [...groups.values()].flatMap(([first, ...others]) => (first ? [report(input, first, others)] : []));
  },
};

/** It answered, so that an `ended` handshake is told apart from an address that nobody reached. */
function hasNone({ answers, ended }: Seen<HostWayFact>): boolean {
  return answers.length === 0 && ended === true;
}

function portOf({ port, podPort }: HostWayFact): number {
  return podPort ?? port;
}

function report({ inventory }: CheckInput, way: Seen<HostWayFact>, others: readonly Seen<HostWayFact>[]): Draft {
  const { address, host, plain, error = 'sends no certificate', seen } = way;
  const hosts = [way, ...others].map((one) => one.host);
  const objects = [...new Set([way, ...others].flatMap((one) => one.objects))];
  const port = portOf(way);
  const where = ref.tls(address, port).slice('tls://'.length);
  const secrets = claimsFor(servingClaims(inventory), host).map(
    ({ namespace, secretName }) => `secret/${namespace}/${secretName}#tls.crt`,
  );
  return draft(plain === undefined ? NO_CERTIFICATE_SERVED : PLAINTEXT_ON_TLS_PORT, {
    layer: 'ingress',
    placement: ref.tls(address, port, host),
    also: [...others.map((one) => ref.tls(one.address, portOf(one), one.host)), ...objects],
    message:
      plain === undefined
        ? `${where} shows no certificate for ${list(hosts)}: it ${error}`
        : `${where}, which is to serve ${list(hosts)} with TLS, answers in plain ${plain}`,
    evidence: [inventory.evidence(seen, `${where} ${error}`)],
    impact: `no client reaches ${list(hosts)} there over TLS`,
    fix: [
      plain === undefined
        ? readControllerLog(inventory, objects, 'read in the controller log why it has no certificate for the host')
        : manualStep('service', `see where port ${port} of the address leads`, [
            'kubectl',
            'get',
            'services',
            '-A',
            '-o',
            'wide',
          ]),
    ],
    causes: secrets.flatMap((placement) =>
      ['SECRET_MISSING', 'KEY_MISMATCH', 'BAD_DATA', 'CERT_EXPIRED'].map((code) => ({ code, placement })),
    ),
  });
}
