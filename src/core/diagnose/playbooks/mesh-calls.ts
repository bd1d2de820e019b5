import { ref } from '../../model/ref.ts';
import type { CauseDefinition, Judgement, Playbook, StepContext } from '../playbook.ts';
import { want } from '../requests.ts';
import type { Saying } from '../sayings.ts';
import { textStep } from '../steps.ts';

const HOST_UNREACHABLE: CauseDefinition = {
  code: 'HOST_UNREACHABLE',
  severity: 'critical',
  layer: 'mesh',
  fault: false,
  title: 'the connection fails before TLS begins',
  meaning:
    'The proxy could not open a TCP connection: 113 is EHOSTUNREACH (a firewall on the node or in between rejects it), 111 ECONNREFUSED (nobody listens), 110 a timeout. No certificate was looked at.',
  prove: [
    'the transport failure reason is "delayed connect error: N" without any TLS_error',
    'kubectl exec POD -c istio-proxy -- curl -sv telnet://PEER_IP:PORT: No route to host',
    'on the node: systemctl is-active firewalld; iptables -S | grep -i reject',
  ],
  fix: [
    '113: stop and disable firewalld on the nodes, or let the networks of Pods through it',
    '111: see why the peer does not listen: its readiness, its port, its address',
  ],
  verify: ['a call from every node answers'],
  source: 'errno(3); Envoy source/common/network/connection_impl.cc',
  since: '0.1.0',
};

const POLICY_DENIED: CauseDefinition = {
  code: 'POLICY_DENIED',
  severity: 'warning',
  layer: 'mesh',
  fault: false,
  title: 'a policy of the mesh refuses the call, which it could only do once TLS was in order',
  meaning:
    'The proxy of the server took the connection and judged who calls: an authorization policy, or the default of its namespace, does not let this identity in, or none at all where the client is not meshed.',
  prove: [
    'the proxy of the server logs that the request or connection was denied or is unauthorized, with the identity of the client (client.id, tls)',
    'linkerd diagnostics policy -n NAMESPACE po/POD PORT; kubectl get authorizationpolicies,servers -A',
  ],
  fix: [
    'let the identity of the client in: an AuthorizationPolicy for its MeshTLSAuthentication',
    'mesh a client that shows no identity, or let unauthenticated callers in for that port',
  ],
  verify: ['the call answers, and the log of the server has the identity of the client'],
  source: 'linkerd2 policy-controller; linkerd2-proxy linkerd/app/inbound/src/policy',
  since: '0.1.0',
};

const SIDECAR_KEEPS_JOB: CauseDefinition = {
  code: 'SIDECAR_KEEPS_JOB',
  severity: 'warning',
  layer: 'mesh',
  fault: false,
  title: "a mesh's sidecar keeps a finished Job from completing",
  meaning:
    "The Job's own container ended well, and the proxy beside it runs on: the Pod never completes, and what waits for the Job (a Helm hook) times out. It has nothing to do with what the Job was for.",
  prove: [
    'kubectl get pod POD -o jsonpath="{.status.containerStatuses}": the container terminated with 0, the proxy is running',
  ],
  fix: [
    'turn injection off for the Job: label sidecar.istio.io/inject: "false", annotation linkerd.io/inject: disabled',
    'or run proxies as native sidecars (init containers with restartPolicy Always), which end with the Job',
  ],
  verify: ['the Job is complete', 'the release is deployed'],
  source: 'kubernetes.io Sidecar Containers; cert-manager issue 4414',
  since: '0.1.0',
};

/** A connection error that the operating system gave: Envoy's `delayed connect error: 113`, Linkerd's `(os error 111)`. */
const CONNECT = /(?:delayed[ _]connect[ _]error:?[ _]|\(os error )(?<errno>\d+)/i;
const TLS = /TLS[ _]error|CERTIFICATE|SSL[ _]routines/i;
const ERRNO: Readonly<Record<string, string>> = {
  110: 'ETIMEDOUT, nothing answered',
  111: 'ECONNREFUSED, nothing listens there',
  113: 'EHOSTUNREACH, a firewall or a missing route rejects it',
};

/** Linkerd's inbound policy, and Istio's with the one that matched (istio.io, security problems). */
const DENIED =
  /linkerd_app_inbound::policy|(?:request|connection) denied[^\n]*(?:server|policy)|unauthorized (?:request|connection)|rbac_access_denied_matched_policy|RBAC: access denied/i;

/** A call between Pods fails, and what the mesh shows has nothing to do with certificates. */
export const meshCalls: Playbook = {
  id: 'mesh-calls',
  layer: 'mesh',
  title: 'Calls between meshed Pods fail before any TLS (delayed connect error, no route to host)',
  patterns: [CONNECT, /no route to host|EHOSTUNREACH/i, DENIED],
  explainedBy: [],
  roles: ['workload-svid', 'istio-root', 'linkerd-trust-anchor'],
  reads: [],
  causes: [HOST_UNREACHABLE, POLICY_DENIED],
  steps: [
    {
      id: 'before-tls',
      question: 'Did TCP connect at all?',
      command: () => 'kubectl logs POD -c istio-proxy --tail=100 | grep -o "delayed_connect_error:_[0-9]*"',
      sources: [],
      wants: ({ reading, inventory }) =>
        CONNECT.test(reading.text)
          ? inventory
              .facts('pod')
              .filter(({ mesh, phase }) => mesh?.kind === 'istio' && phase === 'Running')
              .slice(0, MOST_LOGS)
              .map(({ namespace, name }) =>
                want.podLog(
                  { namespace, pod: name, container: 'istio-proxy' },
                  'which connections the proxies could not open',
                ),
              )
          : [],
      causes: [HOST_UNREACHABLE.code],
      judge: beforeTls,
    },
    textStep({
      id: 'policy',
      question: 'Does a policy refuse the caller?',
      command: () => 'linkerd diagnostics policy -n NAMESPACE po/POD PORT',
      sources: [],
      clues: [
        {
          code: POLICY_DENIED.code,
          pattern: DENIED,
          from: ['symptom'],
          object: (_groups, { text }, context) => refusedBy(text, context),
          message: (_groups, { text }, context) =>
            `the proxy of the server took the connection, and a policy refuses the caller${refusedBy(text, context) === ANY_POLICY ? '; which policy, and of whom, the text does not tell' : ''}`,
        },
      ],
    }),
  ],
  next: [
    {
      title: 'Does the node reject the traffic of Pods?',
      command: 'systemctl is-active firewalld; iptables -S | grep -i reject',
    },
    {
      title: 'Can the Pod reach the peer without its proxy?',
      command: 'kubectl exec POD -c istio-proxy -- curl -sv telnet://PEER_IP:PORT',
    },
  ],
};

/** The policy that a proxy names, where it does: Istio's by namespace and name, Linkerd's Server by its name alone. */
const ISTIO_POLICY = /matched_policy\[ns\[(?<namespace>[\w.-]+)\]-policy\[(?<name>[\w.-]+)\]/;
const LINKERD_SERVER = /server\.kind="?server"?\s+server\.name="?(?<name>[\w.-]+)/;

/** Stands for the one that is not told. */
const ANY_POLICY = 'authorizationpolicy';
/** Stands for a peer of which nothing is told. */
const ANY_PEER = 'network';

/** The policy that refuses, else the Pod that the text is about, else the object whose lack lets nobody in. */
function refusedBy(text: string, context: StepContext): string {
  const istio = ISTIO_POLICY.exec(text)?.groups;
  if (istio?.name) return ref.object('authorizationpolicy', istio.name, istio.namespace);
  const pod = namedPod(context);
  const server = LINKERD_SERVER.exec(text)?.groups?.name;
  if (server) return ref.object('server', server, pod?.namespace);
  return pod ? ref.object('pod', pod.name, pod.namespace) : ANY_POLICY;
}

/** A Pod that the symptom names, by its own name or its address. */
function namedPod({ reading, inventory }: StepContext) {
  return inventory
    .facts('pod')
    .find(({ name, ip }) => reading.names.has(name.toLowerCase()) || (ip !== undefined && reading.names.has(ip)));
}

/** Proxies whose logs are read: a firewall rejects the calls of all on its side. */
const MOST_LOGS = 6;

/** The symptom's own words count: a TLS error beside them is another story. */
function beforeTls(context: StepContext): readonly Judgement[] {
  const { sayings } = context;
  const pasted = sayings.filter(({ from, text }) => from === 'symptom' && CONNECT.test(text) && !TLS.test(text));
  const [first] = pasted;
  if (!first) return [];
  const errno = CONNECT.exec(first.text)?.groups?.errno ?? '';
  const logged = sayings.filter(({ from, text }) => from === 'log' && CONNECT.test(text) && !TLS.test(text));
  const object = notReached(context, logged[0]);
  return [
    {
      is: 'supports',
      code: HOST_UNREACHABLE.code,
      object,
      message: `TCP did not connect (${errno}: ${ERRNO[errno] ?? 'the operating system refused it'}), so no certificate was looked at${object === ANY_PEER ? '; to whom, the text does not tell' : ''}`,
      evidence: [first.evidence, ...logged.slice(0, 2).map(({ evidence }) => evidence)],
      named: object !== ANY_PEER,
    },
  ];
}

/** Envoy's upstream address in quotes; elsewhere the last address with a port is the one that was dialled. */
const UPSTREAM = /"(?<address>\d+(?:\.\d+){3}):(?<port>\d+)"/;
const DIALLED = /.*\b(?<address>\d+(?:\.\d+){3}):(?<port>\d+)/s;

/** The node of the peer, else the peer, the Pod that could not reach it, or the address as far as it was told. */
function notReached(context: StepContext, logged: Saying | undefined): string {
  const { reading, inventory } = context;
  const told = logged?.text ?? reading.text;
  const { address, port } = (UPSTREAM.exec(told) ?? DIALLED.exec(told))?.groups ?? {};
  const peer = inventory.facts('pod').find(({ ip }) => ip !== undefined && ip === address);
  if (peer)
    return peer.node === undefined ? ref.object('pod', peer.name, peer.namespace) : ref.object('node', peer.node);
  if (logged) return logged.object;
  const named = namedPod(context);
  if (named) return ref.object('pod', named.name, named.namespace);
  return address === undefined ? ANY_PEER : ref.tls(address, Number(port));
}

/** Something waits for a Job, or a Pod that ought to have completed. */
export const waitingJob: Playbook = {
  id: 'waiting-job',
  layer: 'mesh',
  title: 'A Helm hook or a Job does not complete',
  patterns: [
    /timed out waiting for the condition/i,
    /post-install|pre-upgrade|post-upgrade|pre-install/i,
    /\bJob\b[^\n]*(?:not complete|never completes|active)/,
  ],
  explainedBy: [],
  roles: [],
  reads: ['pods'],
  causes: [SIDECAR_KEEPS_JOB],
  steps: [
    {
      id: 'sidecar',
      question: 'Has the own container of a Job ended, while a proxy beside it runs on?',
      command: () => 'kubectl get pods -A -l job-name -o wide',
      sources: ['pods'],
      causes: [SIDECAR_KEEPS_JOB.code],
      judge: ({ inventory }) =>
        inventory.facts('pod').flatMap((pod): Judgement[] => {
          const { namespace, name, waitsForSidecar, seen } = pod;
          if (!waitsForSidecar) return [];
          const object = ref.object('pod', name, namespace);
          return [
            {
              is: 'supports',
              code: SIDECAR_KEEPS_JOB.code,
              object,
              message: `the container of ${object} ended with 0, and only ${waitsForSidecar} beside it runs on: the Job never completes`,
              evidence: [
                inventory.evidence(seen, `${object}: all containers ended with 0 but ${waitsForSidecar}, which runs`),
              ],
              named: true,
            },
          ];
        }),
    },
    {
      id: 'events',
      question: 'What do controllers say of what is waited for?',
      command: () => 'kubectl get events -A --field-selector=type!=Normal',
      sources: [],
      wants: () => [want.events('what controllers warned of')],
      judge: () => [],
    },
  ],
  next: [
    {
      title: 'Which Job is waited for, and what does its Pod log?',
      command: 'kubectl get jobs -A; kubectl logs job/NAME',
    },
    { title: 'Do the hooks of the release say more?', command: 'helm status RELEASE --show-resources' },
  ],
};
