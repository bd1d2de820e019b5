import type { CodeDefinition } from '../../model/finding.ts';
import { ref } from '../../model/ref.ts';
import { manualStep, type Step } from '../../model/step.ts';
import { draft } from '../draft.ts';
import { type PlainCaller, plainCallers } from '../mesh-callers.ts';
import { guardedWorkloads, isClosed } from '../mesh-guarded.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { list } from '../words.ts';

const MTLS_CALLER_REFUSED: CodeDefinition = {
  code: 'MTLS_CALLER_REFUSED',
  severity: 'warning',
  title: 'who calls a workload by configuration has no identity, and the workload takes mTLS alone',
  meaning:
    "A controller outside the mesh, the API server, a kubelet or a load balancer is told to call a workload whose proxy lets in nobody without a certificate of the mesh: by STRICT, or by Linkerd's policy. The connection is reset, or answered with 403, before any application sees it. No certificate is at fault. What Pods call of their own accord stands in no configuration and is not judged: layers counts those without an identity.",
  prove: [
    'istioctl x describe pod POD: Effective PeerAuthentication is STRICT; linkerd diagnostics policy -n NAMESPACE pod/POD PORT',
    'the server logs NR filter_chain_not_found; the caller says connection reset by peer (Linkerd: 403)',
  ],
  fix: [
    'bring the caller into the mesh: inject the controller',
    "or let the port in: portLevelMtls PERMISSIVE for that port, traffic.sidecar.istio.io/excludeInboundPorts, or a Linkerd Server with an AuthorizationPolicy for its clients' addresses",
  ],
  prevent: ['before STRICT is turned on, look at the callers without identity that kubectl certs layers mesh lists'],
  source: 'istio.io Mutual TLS Migration, Health Checking of Istio Services; linkerd.io Authorization Policy',
  since: '0.1.0',
};

/** Whether workloads that take mTLS alone are called by those who cannot speak it. */
export const mtlsCallers: Check = {
  id: 'mtls-callers',
  title: 'who calls a workload that takes mTLS alone has an identity of its mesh',
  codes: [MTLS_CALLER_REFUSED],
  applies: ({ inventory }) =>
    guardedWorkloads(inventory).some(({ mode, ports }) => isClosed(mode) || Object.values(ports).some(isClosed)),
  run: (input) => {
    const refused = plainCallers(input.inventory).filter(isRefused);
    const byTarget = Map.groupBy(refused, ({ kind, to, service }) =>
      JSON.stringify([kind, to.namespace, service ?? to.name]),
    );
    return [...byTarget.values()].map((callers) => report(input, callers));
  },
};

/** What a rule tells clients in the mesh is MTLS_MODE_CONFLICT's to judge. */
function isRefused(caller: PlainCaller): caller is Stranger {
  return caller.reception === 'refused' && caller.kind !== 'rule';
}

type Stranger = PlainCaller & { readonly kind: Exclude<PlainCaller['kind'], 'rule'> };

/** Most callers that are named. */
const MOST = 10;

function report({ inventory }: CheckInput, callers: readonly Stranger[]): Draft {
  const [first] = callers as readonly [Stranger];
  const { to, kind, service, port } = first;
  const through = service === undefined ? [] : [ref.object('service', service, to.namespace)];
  const target = `${to.namespace}/${to.name.split('/').at(-1)}${port === undefined ? '' : ` on port ${port}`}`;
  const says = to.mesh === 'istio' ? `STRICT by ${to.by ?? 'default'}` : `its default policy is ${to.mode}`;
  const froms = [...new Set(callers.map(({ from }) => from))];
  return draft(MTLS_CALLER_REFUSED, {
    severity: to.mesh === 'istio' && kind !== 'outside' ? 'warning' : 'info',
    layer: 'mesh',
    placement: first.from,
    message: `${WHO[kind]} for ${list(froms)} has no identity of the mesh, and ${target} takes nobody without one (${says})`,
    evidence: [
      ...callers.slice(0, MOST).map(({ seen, why }) => inventory.evidence(seen, why)),
      ...(to.bySeen === undefined ? [] : [inventory.evidence(to.bySeen, `${to.by}: ${to.mode}`)]),
    ],
    impact: `${IMPACTS[kind]}${to.mesh === 'linkerd' ? ', unless a Server with an AuthorizationPolicy lets them in' : ''}`,
    fix: fixOf(first),
    also: [...froms.slice(1, MOST), ...through, ...(to.by === undefined ? [] : [to.by])].filter(
      (one) => one !== first.from,
    ),
  });
}

const WHO: Readonly<Record<Stranger['kind'], string>> = {
  ingress: 'the controller',
  'api-server': 'the API server that calls',
  kubelet: 'the kubelet that probes',
  outside: 'who comes from outside',
};

const IMPACTS: Readonly<Record<Stranger['kind'], string>> = {
  ingress: 'requests for these hosts end with 502 or 503',
  'api-server': 'what the webhook or API is for fails, or goes on without it, by its failurePolicy',
  kubelet: 'the probe fails: the container is restarted, or never gets ready',
  outside: 'clients outside the mesh are reset, if any come this way',
};

function fixOf({ kind, to, why }: Stranger): Step[] {
  const { namespace } = to;
  const look = ['istioctl', 'x', 'describe', 'pod', `${to.pods[0]?.name}.${namespace}`];
  const policy = ['linkerd', 'diagnostics', 'policy', '-n', namespace, `pod/${to.pods[0]?.name}`, 'PORT'];
  return [
    manualStep('look', `see what the workload takes: ${why}`, to.mesh === 'istio' ? look : policy),
    kind === 'ingress'
      ? manualStep('inject', 'bring the controller into the mesh, or take the port out of mTLS')
      : manualStep('port', 'take this port out of mTLS: portLevelMtls PERMISSIVE, or exclude it from the proxy'),
  ];
}
