import type { MeshNamespaceFact, PodFact, Seen } from '../../model/facts.ts';
import type { CodeDefinition } from '../../model/finding.ts';
import { ref } from '../../model/ref.ts';
import { manualStep } from '../../model/step.ts';
import { draft } from '../draft.ts';
import { closedMeshes } from '../mesh-guarded.ts';
import { podsByNamespace } from '../pod-selection.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { list } from '../words.ts';

const MESH_IDENTITY_MISSING: CodeDefinition = {
  code: 'MESH_IDENTITY_MISSING',
  severity: 'info',
  title: 'pods have no identity of the mesh, though their namespace asks for one',
  meaning:
    'The namespace is injected, and these pods have neither a proxy nor, in ambient mode, redirection: they were made before the label, or while the injector did not answer. They speak plain text, are refused where mTLS is demanded, and policies by identity do not see them. It is a warning where workloads of that mesh take mTLS alone, for these pods cannot call them; else nothing fails by it.',
  prove: [
    'kubectl get pods -n NAMESPACE -o jsonpath: istio-proxy or linkerd-proxy among containers or init containers (native sidecars)',
    'istioctl x describe pod POD: "is not part of mesh"; istioctl x check-inject POD',
  ],
  fix: [
    'restart their workloads, so that the injector sees the new pods',
    'where a pod is to stay out, say so: sidecar.istio.io/inject: "false" or linkerd.io/inject: disabled',
  ],
  prevent: ['label a namespace before anything runs in it; keep failurePolicy Fail for the injector'],
  source: 'istio.io Installing the Sidecar; linkerd.io Automatic Proxy Injection',
  since: '0.1.0',
};

const AMBIENT_IDENTITY_MISSING: CodeDefinition = {
  code: 'AMBIENT_IDENTITY_MISSING',
  severity: 'warning',
  title: "a node's ztunnel has no certificate for the account of a pod on it",
  meaning:
    "In ambient mode the node's ztunnel speaks for each pod with a certificate of its service account. It has none for this one, or could not get it: what the pod sends has no identity, and policies that ask for one refuse it. Right after the first pod of an account comes to a node this lasts for some seconds.",
  prove: [
    'istioctl ztunnel-config certificates -n istio-system ZTUNNEL-POD: no line, or Unavailable, for the account',
    'ztunnel logs connections of the pod without src.identity, and "closed due to policy rejection"',
  ],
  fix: [
    'where it lasts, look at istiod: whether it signs for this ztunnel (CA_TRUSTED_NODE_ACCOUNTS) and how long it takes',
    'let clients try again at their start; a restart of the ztunnel breaks every connection of the node',
  ],
  prevent: ['keep a pod of the account on each node, or upgrade ztunnel'],
  source: 'istio/ztunnel src/identity/manager.rs',
  since: '0.1.0',
};

/** Whether pods that are to be in a mesh have an identity in it. */
export const meshIdentity: Check = {
  id: 'mesh-identity',
  title: 'pods of injected namespaces have an identity of the mesh',
  codes: [MESH_IDENTITY_MISSING, AMBIENT_IDENTITY_MISSING],
  applies: ({ inventory }) =>
    inventory.facts('meshNamespace').length > 0 || inventory.facts('pod').some(({ mesh }) => mesh?.kind === 'ambient'),
  run: (input) => [
    ...input.inventory.facts('meshNamespace').flatMap((namespace) => judge(input, namespace)),
    ...input.inventory.facts('pod').flatMap((pod) => judgeAmbient(input, pod)),
  ],
};

/** Injectors leave these alone (istio manifests/charts, linkerd2 charts). */
const NEVER: ReadonlySet<string> = new Set([
  'kube-system',
  'kube-public',
  'kube-node-lease',
  'istio-system',
  'linkerd',
]);

function judge({ inventory }: CheckInput, namespace: Seen<MeshNamespaceFact>): Draft[] {
  const how = asks(namespace);
  if (how === undefined || NEVER.has(namespace.name)) return [];
  const bare = (podsByNamespace(inventory).get(namespace.name) ?? []).filter(isBare);
  if (bare.length === 0) return [];
  const at = ref.object('namespace', namespace.name);
  const closed = closedMeshes(inventory).has(how.startsWith('linkerd') ? 'linkerd' : 'istio');
  const named = bare.slice(0, MOST);
  return [
    draft(MESH_IDENTITY_MISSING, {
      severity: closed ? 'warning' : 'info',
      layer: 'mesh',
      placement: at,
      message: `${bare.length} of the pods in ${namespace.name} have no proxy of a mesh, though the namespace says ${how}: ${list(bare.map(({ name }) => name))}`,
      evidence: [
        inventory.evidence(namespace.seen, `${at} says ${how}`),
        ...named.map(({ seen, name, started = 'an unknown time' }) =>
          inventory.evidence(seen, `pod ${name} runs since ${started} without a proxy`),
        ),
      ],
      impact: closed
        ? 'they speak plain text, and workloads of this mesh that take mTLS alone refuse them'
        : 'they speak plain text; no workload of this mesh that was seen refuses that',
      fix: [
        manualStep(
          'restart',
          'restart their workloads, so that the injector sees the new pods',
          [
            'kubectl',
            '-n',
            namespace.name,
            'rollout',
            'restart',
            ...new Set(named.flatMap(({ owner }) => owner ?? [])),
          ],
          'restart',
        ),
      ],
      also: named.map(({ name }) => ref.object('pod', name, namespace.name)),
    }),
  ];
}

/** Pods that are named. */
const MOST = 10;

/** istio-injection goes before istio.io/rev (istio pkg/kube/inject). */
function asks({ istioInjection, revision, dataplaneMode, linkerdInject }: MeshNamespaceFact): string | undefined {
  if (istioInjection === 'enabled') return 'istio-injection=enabled';
  if (linkerdInject === 'enabled') return 'linkerd.io/inject=enabled';
  if (istioInjection !== undefined) return undefined;
  if (revision !== undefined) return `istio.io/rev=${revision}`;
  return dataplaneMode === 'ambient' ? 'istio.io/dataplane-mode=ambient' : undefined;
}

/** Mirror pods and finished ones are left alone. */
function isBare({ mesh, meshIntent, phase, owner }: PodFact): boolean {
  return mesh === undefined && meshIntent !== 'off' && phase === 'Running' && !owner?.startsWith('node/');
}

function judgeAmbient({ inventory }: CheckInput, pod: Seen<PodFact>): Draft[] {
  const { namespace, name, node, serviceAccount = 'default', mesh, phase } = pod;
  if (mesh?.kind !== 'ambient' || node === undefined || phase !== 'Running') return [];
  const ztunnel = inventory
    .facts('meshProxy')
    .find((proxy) => proxy.kind === 'ztunnel' && nodeOf(inventory.facts('pod'), proxy) === node);
  if (!ztunnel) return [];
  const end = `/ns/${namespace}/sa/${serviceAccount}`;
  const held = ztunnel.resources.find((one) => one.name.endsWith(end));
  if (held?.state === 'active') return [];
  const at = ref.object('pod', name, namespace);
  const state = held
    ? `has it ${held.state === 'warming' ? 'still to come' : `unavailable: ${held.reason ?? 'no reason given'}`}`
    : 'has none';
  return [
    draft(AMBIENT_IDENTITY_MISSING, {
      layer: 'mesh',
      placement: at,
      message: `${at} has no identity of the mesh yet: the ztunnel of ${node}, pod ${ztunnel.namespace}/${ztunnel.name}, ${state} for the account ${namespace}/${serviceAccount}`,
      evidence: [
        inventory.evidence(ztunnel.seen, `pod ${ztunnel.namespace}/${ztunnel.name} on ${node} ${state} for ${end}`),
        inventory.evidence(
          pod.seen,
          `${at} runs on ${node}${pod.started === undefined ? '' : ` since ${pod.started}`}`,
        ),
      ],
      impact: 'what it sends is anonymous: policies that allow its account refuse it',
      fix: [
        manualStep('look', 'see whether the certificate has come meanwhile', [
          'istioctl',
          'ztunnel-config',
          'certificates',
          `${ztunnel.name}.${ztunnel.namespace}`,
        ]),
      ],
      also: [ref.object('pod', ztunnel.name, ztunnel.namespace)],
    }),
  ];
}

function nodeOf(
  pods: readonly PodFact[],
  { namespace, name }: { readonly namespace: string; readonly name: string },
): string | undefined {
  return pods.find((pod) => pod.namespace === namespace && pod.name === name)?.node;
}
