import { podsOf } from '../control-plane.ts';
import type { CauseDefinition, Playbook } from '../playbook.ts';
import { want } from '../requests.ts';
import { textStep } from '../steps.ts';

const TCP_PROBE_NOISE: CauseDefinition = {
  code: 'TCP_PROBE_NOISE',
  severity: 'info',
  layer: 'cluster',
  fault: false,
  title: 'something opens connections and closes them without a handshake',
  meaning:
    'A load balancer or a monitor checks a TLS port by connecting and closing. Go servers log "TLS handshake error from ADDRESS: EOF" (or connection reset) for each. No certificate takes part: a fault of trust would show as an alert, such as "remote error: tls: bad certificate".',
  prove: [
    "the addresses in the lines are the balancer's or the monitor's",
    'the error is EOF or "connection reset by peer", and never "remote error: tls: ..."',
  ],
  fix: ['nothing needs to be done; an HTTPS check of /readyz without verification is quieter'],
  verify: ['the lines stop when the check is changed; no client reports errors'],
  source: 'Go net/http server.go logs every handshake that ends early; kubernetes/kubernetes#70411',
  since: '0.1.0',
};

const NOISE =
  /TLS handshake error from (?<address>\[?[0-9a-fA-F.:]+\]?|[\w.-]+):\d+: (?:EOF|(?:read|write) tcp[^\n]*(?:connection reset by peer|broken pipe)|i\/o timeout|tls: first record does not look like a TLS handshake)\s*$/i;
const REAL = /remote error: tls:|bad certificate|unknown certificate|certificate required|x509:/i;

/** Lines in the log of a TLS server that mostly mean nothing. */
export const handshakeNoise: Playbook = {
  id: 'handshake-noise',
  layer: 'cluster',
  title: '"TLS handshake error from ..." lines in a server\'s log',
  patterns: [
    /TLS handshake error from (?<host>[\d.]+):\d+: (?:EOF|[^\n]*reset|[^\n]*timeout|[^\n]*first record)/i,
    /handshake errors?[^\n]*\bEOF\b/i,
  ],
  explainedBy: [],
  roles: [],
  reads: [],
  causes: [TCP_PROBE_NOISE],
  steps: [
    textStep({
      id: 'alert-or-eof',
      question: 'Did the peer go away before the handshake, or did it refuse the certificate with an alert?',
      command: () => 'kubectl -n kube-system logs kube-apiserver-NODE | grep "TLS handshake error"',
      sources: [],
      wants: ({ inventory }) =>
        podsOf(inventory, 'kube-apiserver')
          .slice(0, 3)
          .map(({ namespace, name }) => want.podLog({ namespace, pod: name }, 'which server says so')),
      clues: [
        {
          code: TCP_PROBE_NOISE.code,
          pattern: NOISE,
          from: ['symptom'],
          object: ({ address = '' }, _saying, { reading, sayings }) =>
            REAL.test(reading.text)
              ? undefined
              : (sayings.find(({ from, text }) => from === 'log' && text.includes(`from ${address}:`))?.object ??
                `address/${address}`),
          message: ({ address }) =>
            `${address} opens connections and closes them before a handshake (EOF, no alert), as the TCP check of a load balancer does`,
        },
      ],
    }),
  ],
  next: [
    {
      title: 'Whose address is it?',
      command: 'kubectl get nodes -o wide; a load balancer checks from its own addresses',
    },
    {
      title: 'Are there alerts among the lines?',
      command: 'kubectl -n kube-system logs kube-apiserver-NODE | grep "remote error: tls"',
    },
  ],
};
