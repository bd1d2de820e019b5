import type { NextPlace } from '../../model/diagnosis.ts';
import type { Finding } from '../../model/finding.ts';
import type { Layer } from '../../model/layer.ts';
import { CODES_SHOWN_AS } from '../errors.ts';
import type { Playbook, PlaybookStep, StepContext } from '../playbook.ts';
import type { FailureClass } from '../wordings/wording.ts';
import { patternsOf } from '../wordings/wordings.ts';

/** Where each layer's certificates are read, and how a person would look at them all. */
const LOOKS: readonly {
  readonly layer: Layer;
  readonly where: string;
  readonly command: string;
  readonly sources: readonly string[];
}[] = [
  {
    layer: 'cluster',
    where: 'the control plane, the nodes, kubeconfigs and webhooks',
    command: 'kubeadm certs check-expiration; kubectl certs check cluster',
    sources: [
      'kubeconfig',
      'kubeadm-files',
      'apiserver-handshake',
      'node-handshakes',
      'kubelet-handshakes',
      'cabundles',
    ],
  },
  {
    layer: 'ingress',
    where: 'Ingresses, Gateways, TLS Secrets and what keeps them',
    command: 'kubectl certs check ingress; kubectl get certificates -A',
    sources: ['secrets', 'ingresses', 'gateways', 'certificates', 'host-handshakes'],
  },
  {
    layer: 'mesh',
    where: 'the mesh: its anchors, its issuer, its proxies',
    command: 'kubectl certs check mesh; istioctl proxy-config secret POD; linkerd check --proxy',
    sources: ['mesh-bundles', 'istio-proxies', 'linkerd-proxies', 'istio-control-planes'],
  },
];

/** Whatever makes another certificate be served than the one that is meant shows as any of these failures. */
const ANOTHER_SERVED = [
  'DEFAULT_CERTIFICATE_SERVED',
  'REPLICAS_DIFFER',
  'HOST_CLAIMED_TWICE',
  'SECRET_SHARED',
  'SECRET_OVERWRITTEN',
  'SECRET_ORPHANED',
  'STAGING_CERTIFICATE_KEPT',
];

interface Failure {
  readonly id: string;
  readonly title: string;
  readonly classes: readonly FailureClass[];
  /** What is asked of each layer. */
  readonly question: string;
  readonly next: NextPlace;
}

const FAILURES: readonly Failure[] = [
  {
    id: 'tls-out-of-time',
    title: 'A TLS library says that a certificate has expired or is not yet valid, and not whose',
    classes: ['expired', 'not-yet-valid'],
    question: 'Is every certificate in its time',
    next: {
      title: 'Is the clock of the machine that says so right?',
      command: 'timedatectl; chronyc tracking',
    },
  },
  {
    id: 'tls-untrusted',
    title: 'A TLS library says unknown authority, self-signed or no issuer, and not of whom',
    classes: ['untrusted'],
    question: 'Does every chain lead to what its clients trust',
    next: {
      title: 'Which issuer does the server show, and which CAs has the client?',
      command: 'openssl s_client -connect ADDRESS:PORT -servername HOST -showcerts </dev/null',
    },
  },
  {
    id: 'tls-name',
    title: 'A TLS library says that a certificate is for other names than the one that was asked for',
    classes: ['name'],
    question: 'Does every certificate cover the names that it is asked for',
    next: {
      title: 'Which names has the certificate that is served for this one?',
      command:
        'openssl s_client -connect ADDRESS:PORT -servername HOST </dev/null | openssl x509 -noout -ext subjectAltName',
    },
  },
  {
    id: 'tls-refused',
    title: 'A TLS peer refuses a certificate (bad certificate, certificate unknown, verify failed, revoked)',
    classes: ['verification', 'revoked', 'usage', 'weak'],
    question: 'Would its peers accept every certificate',
    next: {
      title: 'Why does it? An alert that was received is about the own certificate; the other side logs the reason',
      command: 'openssl s_client -connect ADDRESS:PORT -servername HOST -verify_return_error </dev/null',
    },
  },
  {
    id: 'tls-client-refused',
    title: 'A TLS server asks for a client certificate, and gets none or refuses it',
    classes: ['refused-client'],
    question: 'Would servers accept every client certificate',
    next: {
      title: 'Which CAs does the server accept client certificates of?',
      command: 'openssl s_client -connect ADDRESS:PORT </dev/null | grep -A9 "Acceptable client certificate CA names"',
    },
  },
  {
    id: 'tls-pair',
    title: 'A program cannot load its certificate: the private key beside it is another one',
    classes: ['pair'],
    question: 'Does every certificate have its own key beside it, and the leaf first',
    next: {
      title: 'Have both the same public key?',
      command: 'openssl x509 -noout -pubkey -in CRT | sha256sum; openssl pkey -pubout -in KEY | sha256sum',
    },
  },
  {
    id: 'tls-no-certificate',
    title: 'A TLS server has no certificate to show (internal error, no peer certificate available)',
    classes: ['no-certificate'],
    question: 'Has every server a certificate and its key',
    next: {
      title: 'What does the server log when it is asked?',
      command: 'openssl s_client -connect ADDRESS:PORT </dev/null; kubectl logs POD --tail=50',
    },
  },
];

/**
 * What any TLS library says of a certificate, where nothing else in the text tells who was refused: every layer is asked.
 */
export const TLS_FAILURES: readonly Playbook[] = FAILURES.map(({ id, title, classes, question, next }) => {
  const codes = [...new Set([...classes.flatMap((one) => CODES_SHOWN_AS[one]), ...ANOTHER_SERVED])];
  return {
    id,
    layer: 'none',
    title,
    patterns: patternsOf(...classes),
    general: true,
    explainedBy: codes,
    roles: [],
    reads: LOOKS.flatMap(({ sources }) => sources),
    causes: [],
    steps: LOOKS.map((look) => stepOf(look, question, codes)),
    next: [
      next,
      { title: 'Give the whole line, with the host or the address in it', command: 'kubectl certs debug -' },
    ],
  };
});

function stepOf(
  { layer, where, command, sources }: (typeof LOOKS)[number],
  question: string,
  codes: readonly string[],
): PlaybookStep {
  const finds = ({ findings }: StepContext): Finding[] =>
    findings.filter(
      ({ layer: at, code, severity }) =>
        at === layer && codes.includes(code) && (severity === 'critical' || severity === 'warning'),
    );
  return {
    id: layer,
    question: `${question}: ${where}?`,
    command: () => command,
    sources,
    applies: ({ inventory }) => inventory.placements.some(({ placement }) => placement.layer === layer),
    finds,
    judge: () => [],
  };
}
