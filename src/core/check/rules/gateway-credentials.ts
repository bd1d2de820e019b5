import type { IstioGatewayFact, PodFact, Seen } from '../../model/facts.ts';
import type { CodeDefinition, Evidence } from '../../model/finding.ts';
import { ref } from '../../model/ref.ts';
import { manualStep } from '../../model/step.ts';
import type { Inventory } from '../../snapshot/inventory.ts';
import { draft } from '../draft.ts';
import { memo } from '../memo.ts';
import { selects } from '../pod-selection.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { list } from '../words.ts';

const SOURCE = 'istio pilot/pkg/credentials/kube/secrets.go; istio.io Secure Gateways';

const SECRET_WRONG_NAMESPACE: CodeDefinition = {
  code: 'SECRET_WRONG_NAMESPACE',
  severity: 'critical',
  title: "a gateway's credential Secret is in another namespace than its pods",
  meaning:
    "Istio looks a credentialName up in the namespace of the gateway's pods, not in that of the Gateway object. The Secret is elsewhere: the gateway waits for it, and resets every connection to the hosts that need it.",
  prove: [
    'kubectl get secret -A: the name is there, in another namespace than the gateway pods',
    'istioctl proxy-config secret GATEWAY-POD: kubernetes://NAME is WARMING',
  ],
  fix: ["make the Secret, or the Certificate that writes it, in the namespace of the gateway's pods"],
  prevent: ['keep Certificates of an Istio Gateway beside the gateway deployment; istioctl analyze says IST0101'],
  source: SOURCE,
  since: '0.1.0',
};

const GATEWAY_CREDENTIAL_MISSING: CodeDefinition = {
  code: 'GATEWAY_CREDENTIAL_MISSING',
  severity: 'critical',
  title: 'a gateway waits for a credential that it does not get',
  meaning:
    "The gateway's proxy asked istiod for a Secret by its credentialName and has not got it: the Secret is not there, holds no usable pair, or istiod may not give it to this gateway's ServiceAccount. Connections to the hosts that need it are reset.",
  prove: [
    'istioctl proxy-config secret GATEWAY-POD: kubernetes://NAME is WARMING',
    "kubectl auth can-i list secrets -n NAMESPACE --as=system:serviceaccount:NAMESPACE:ACCOUNT for the gateway's account",
  ],
  fix: [
    'make the Secret with tls.crt and tls.key in the namespace of the gateway, or let its account read Secrets there',
    'for a server of mode MUTUAL: with the CA of its clients too, as ca.crt in it or as cacert in NAME-cacert',
  ],
  prevent: ['let cert-manager write it, and watch pilot_sds_certificate_errors_total'],
  source: SOURCE,
  since: '0.1.0',
};

/** Whether gateways of Istio find the Secrets that they are told to use. */
export const gatewayCredentials: Check = {
  id: 'gateway-credentials',
  title: 'gateways of Istio find their credentials in the namespace of their pods',
  codes: [SECRET_WRONG_NAMESPACE, GATEWAY_CREDENTIAL_MISSING],
  applies: ({ inventory }) => inventory.facts('istioGateway').some(({ servers }) => servers.some(isCredentialed)),
  run: (input) => input.inventory.facts('istioGateway').flatMap((gateway) => judge(input, gateway)),
};

type Server = IstioGatewayFact['servers'][number];

function isCredentialed({ credentialName }: Server): boolean {
  return credentialName !== undefined;
}

function judge(input: CheckInput, gateway: Seen<IstioGatewayFact>): Draft[] {
  const { inventory } = input;
  const pods = podsOf(inventory, gateway);
  const byNamespace = Map.groupBy(pods, ({ namespace }) => namespace);
  const names = new Set(gateway.servers.flatMap(({ credentialName }) => credentialName ?? []));
  return [...byNamespace].flatMap(([namespace, own]) =>
    [...names].flatMap((name) => {
      const places = namespacesOf(inventory).get(name) ?? new Set<string>();
      const waiting = waitingFor(inventory, own, name);
      if (!places.has(namespace) && places.size > 0)
        return [elsewhere(input, { gateway, name, namespace, own, waiting, places })];
      if (waiting.length > 0) return [missing(input, { gateway, name, namespace, own, waiting, places })];
      return withoutClientCA(input, { gateway, name, namespace, own, places });
    }),
  );
}

/** Istio's name for the CA of a credential, and the modes in which a gateway verifies its clients by it. */
const CA_SUFFIX = '-cacert';
const VERIFYING: ReadonlySet<string> = new Set(['MUTUAL', 'OPTIONAL_MUTUAL']);

/** It has its own pair, and waits for the CA of its clients. */
function withoutClientCA(input: CheckInput, one: Omit<Case, 'waiting'>): Draft[] {
  const { gateway, name, namespace, own } = one;
  if (!gateway.servers.some((each) => each.credentialName === name && VERIFYING.has(each.mode ?? ''))) return [];
  const ca = `${name}${CA_SUFFIX}`;
  const waiting = waitingFor(input.inventory, own, ca);
  if (waiting.length === 0) return [];
  const at = ref.object('gateway', gateway.name, gateway.namespace);
  return [
    {
      ...missing(input, { ...one, waiting }),
      message: `the gateway of ${at} is to verify its clients (MUTUAL) and waits for their CA: Secret ${namespace}/${name} holds no ca.crt, and no Secret ${ca} holds one`,
      fix: [
        manualStep(
          'ca',
          `put the CA of the clients into Secret ${namespace}/${name} as ca.crt, or into ${ca} as cacert`,
          ['kubectl', '-n', namespace, 'create', 'secret', 'generic', ca, '--from-file=cacert=clients-ca.pem'],
        ),
      ],
    },
  ];
}

/** The Pods that a Gateway configures. */
export function podsOf(inventory: Inventory, { selector }: IstioGatewayFact): Seen<PodFact>[] {
  if (Object.keys(selector).length === 0) return [];
  return inventory
    .facts('pod')
    .filter(({ mesh, labels }) => mesh?.kind === 'istio' && selects(inventory, selector, labels));
}

/** Namespaces that have a Secret of each name. */
const namespacesOf = memo((inventory): ReadonlyMap<string, ReadonlySet<string>> => {
  const seen = [
    ...inventory.facts('secret').map(({ namespace, name }) => [name, namespace] as const),
    ...inventory.placements.flatMap(({ placement, leaf }) => {
      const [, namespace, name] = /^secret\/([^/]+)\/([^#]+)#/.exec(placement.ref) ?? [];
      return leaf && namespace && name ? [[name, namespace] as const] : [];
    }),
  ];
  const groups = Map.groupBy(seen, ([name]) => name);
  return new Map([...groups].map(([name, pairs]) => [name, new Set(pairs.map(([, namespace]) => namespace))]));
});

/** What the proxies say that still wait for it. */
function waitingFor(inventory: Inventory, pods: readonly PodFact[], credential: string): Evidence[] {
  return inventory.facts('meshProxy').flatMap(({ namespace, name, resources, seen }) => {
    const isIts = pods.some((pod) => pod.namespace === namespace && pod.name === name);
    const waits = resources.some((one) => one.name === `kubernetes://${credential}` && one.state === 'warming');
    return isIts && waits
      ? [inventory.evidence(seen, `pod ${namespace}/${name} waits for kubernetes://${credential}`)]
      : [];
  });
}

interface Case {
  readonly gateway: Seen<IstioGatewayFact>;
  readonly name: string;
  /** Of the gateway's pods. */
  readonly namespace: string;
  readonly own: readonly PodFact[];
  readonly waiting: readonly Evidence[];
  readonly places: ReadonlySet<string>;
}

function elsewhere({ inventory }: CheckInput, { gateway, name, namespace, own, waiting, places }: Case): Draft {
  const at = ref.object('gateway', gateway.name, gateway.namespace);
  const [from = ''] = places.has(gateway.namespace) ? [gateway.namespace] : places;
  return draft(SECRET_WRONG_NAMESPACE, {
    layer: 'mesh',
    placement: at,
    message: `${at} names the credential ${name}, which is looked for in ${namespace}, where its pods run, and is in ${list([...places])}`,
    evidence: [
      inventory.evidence(gateway.seen, `${at}: credentialName is ${name}`),
      ...secretEvidence(inventory, from, name),
      ...waiting,
    ],
    impact: `connections to ${hostsOf(gateway, name)} are reset`,
    fix: [
      manualStep('move', `make Secret ${name} in ${namespace}: a Certificate there, or a copy`, [
        'kubectl',
        'get',
        'secret',
        '-n',
        from,
        name,
        '-o',
        'yaml',
      ]),
      manualStep('see', 'see that the gateway has it', [
        'istioctl',
        'proxy-config',
        'secret',
        `${own[0]?.name}.${namespace}`,
      ]),
    ],
    also: [ref.object('secret', name, from), ...own.map((pod) => ref.object('pod', pod.name, pod.namespace))],
  });
}

function missing({ inventory }: CheckInput, { gateway, name, namespace, own, waiting, places }: Case): Draft {
  const at = ref.object('gateway', gateway.name, gateway.namespace);
  const account = own[0]?.serviceAccount ?? 'default';
  const there = places.has(namespace);
  return draft(GATEWAY_CREDENTIAL_MISSING, {
    layer: 'mesh',
    placement: at,
    message: there
      ? `the gateway of ${at} does not get the credential ${name}, though Secret ${namespace}/${name} is there: its account ${account} may not read it, or it holds no usable pair`
      : `the gateway of ${at} waits for the credential ${name}, and no Secret of that name was seen in ${namespace}`,
    evidence: [inventory.evidence(gateway.seen, `${at}: credentialName is ${name}`), ...waiting],
    impact: `connections to ${hostsOf(gateway, name)} are reset`,
    fix: [
      manualStep('rights', "see whether the gateway's account may read Secrets", [
        'kubectl',
        'auth',
        'can-i',
        'list',
        'secrets',
        '-n',
        namespace,
        `--as=system:serviceaccount:${namespace}:${account}`,
      ]),
    ],
    also: [
      ref.object('secret', name, namespace),
      ref.object('serviceaccount', account, namespace),
      ...own.map((pod) => ref.object('pod', pod.name, pod.namespace)),
    ],
  });
}

function secretEvidence(inventory: Inventory, namespace: string, name: string): Evidence[] {
  const secret = inventory.facts('secret').find((one) => one.namespace === namespace && one.name === name);
  return secret ? [inventory.evidence(secret.seen, `Secret ${namespace}/${name} is there`)] : [];
}

function hostsOf({ servers }: IstioGatewayFact, credential: string): string {
  return list(servers.filter(({ credentialName }) => credentialName === credential).flatMap(({ hosts }) => hosts));
}
