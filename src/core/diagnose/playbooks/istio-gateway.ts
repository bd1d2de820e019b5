import { ref } from '../../model/ref.ts';
import type { CauseDefinition, Playbook } from '../playbook.ts';
import { want } from '../requests.ts';
import { findingsStep, textStep } from '../steps.ts';

const RBAC_MISSING: CauseDefinition = {
  code: 'RBAC_MISSING',
  severity: 'critical',
  layer: 'mesh',
  title: 'a ServiceAccount may not read the Secrets that its Pods serve with',
  meaning:
    'The Secret is there, with the right name in the right namespace, and the account of what serves it may not read it: no Role, or one that is bound to another account. The server shows no certificate for the host, and resets the connection.',
  prove: [
    'kubectl auth can-i list secrets -n NAMESPACE --as=system:serviceaccount:NAMESPACE:ACCOUNT: no',
    'it logs: secrets is forbidden: User "system:serviceaccount:..." cannot list resource "secrets"',
  ],
  fix: ["make a Role (get, watch, list secrets) in the namespace of the gateway, and bind it to the gateway's account"],
  verify: ['istioctl proxy-config secret GATEWAY-POD: ACTIVE', 'a handshake shows the certificate'],
  source: 'kubernetes.io Using RBAC Authorization; istio pilot/pkg/xds/sds.go',
  since: '0.1.0',
};

const CREDENTIALS = ['SECRET_WRONG_NAMESPACE', 'GATEWAY_CREDENTIAL_MISSING'];
const FORBIDDEN =
  /secrets? (?:"[^"]*" )?is forbidden: User "system:serviceaccount:(?<namespace>[\w-]+):(?<name>[\w.-]+)" cannot (?:list|get|watch) resource "secrets"/i;

/** A gateway of Istio resets connections instead of serving a certificate. */
export const istioGateway: Playbook = {
  id: 'istio-gateway',
  layer: 'mesh',
  title: 'A gateway of Istio resets the connection, or does not find its credential',
  patterns: [
    FORBIDDEN,
    /secretfetcher|failed to fetch (?:key and certificate|ca certificate) for kubernetes:\/\/|credentialName|gateway-fallback/i,
    /SSL_connect: Connection reset by peer|\(35\)[^\n]*reset|IST0101|IST0161/i,
  ],
  explainedBy: [...CREDENTIALS, 'CERT_EXPIRED', 'KEY_MISMATCH', 'CHAIN_OUT_OF_ORDER', 'SECRET_MISSING'],
  roles: ['gateway-tls', 'ingress-tls', 'tls-secret'],
  kinds: ['gateway'],
  reads: ['istio-config', 'pods', 'secrets'],
  causes: [RBAC_MISSING],
  steps: [
    findingsStep({
      id: 'credentials',
      question: "Is the Secret in the namespace of the gateway's Pods, and has the gateway got it?",
      command: 'kubectl get secret -A | grep CREDENTIAL; istioctl proxy-config secret GATEWAY-POD',
      codes: CREDENTIALS,
      sources: ['istio-config', 'istio-proxies', 'secrets'],
    }),
    textStep({
      id: 'rights',
      question: "May the gateway's account read Secrets?",
      command: () => 'kubectl auth can-i list secrets -n NAMESPACE --as=system:serviceaccount:NAMESPACE:ACCOUNT',
      sources: ['pod-logs'],
      wants: ({ inventory }) => {
        const waiting = inventory
          .facts('meshProxy')
          .filter(({ resources }) =>
            resources.some(({ state, name }) => state === 'warming' && name.startsWith('kubernetes://')),
          );
        const istiods = inventory.facts('pod').filter(({ labels }) => labels?.app === 'istiod');
        return [
          ...waiting
            .slice(0, MOST)
            .map(({ namespace, name }) =>
              want.podLog({ namespace, pod: name, container: 'istio-proxy' }, 'why the gateway has no credential'),
            ),
          ...istiods
            .slice(0, MOST)
            .map(({ namespace, name }) =>
              want.podLog({ namespace, pod: name, container: 'discovery' }, 'why istiod does not give it'),
            ),
        ];
      },
      clues: [
        {
          code: RBAC_MISSING.code,
          pattern: FORBIDDEN,
          object: ({ namespace, name }) => ref.object('serviceaccount', name ?? '', namespace),
          message: ({ namespace, name }) =>
            `the account ${namespace}/${name} may not read Secrets in ${namespace}: no Role that lets it is bound to it`,
        },
      ],
    }),
  ],
  hides: [{ cause: 'RBAC_MISSING', hidden: 'GATEWAY_CREDENTIAL_MISSING' }],
  next: [
    {
      title: 'What does the gateway hold for this host?',
      command: 'istioctl proxy-config secret GATEWAY-POD; istioctl proxy-config listener GATEWAY-POD --port 8443',
    },
    {
      title: 'Does the Gateway select these Pods at all?',
      command: 'kubectl get gateways.networking.istio.io -A -o yaml',
    },
  ],
};

const MOST = 3;
