import type { IstioGatewayFact, Seen } from '../../model/facts.ts';
import type { CodeDefinition } from '../../model/finding.ts';
import { ref } from '../../model/ref.ts';
import { manualStep } from '../../model/step.ts';
import { draft } from '../draft.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { list } from '../words.ts';
import { podsOf } from './gateway-credentials.ts';

const GATEWAY_TERMINATES_MTLS: CodeDefinition = {
  code: 'GATEWAY_TERMINATES_MTLS',
  severity: 'critical',
  title: 'an east-west gateway ends the mTLS that it has to pass on',
  meaning:
    "Calls from another cluster carry mTLS from workload to workload and are led by SNI. A gateway whose port for them has another mode than AUTO_PASSTHROUGH answers with its own identity, and the caller refuses that: it expects the workload's. Every certificate is right.",
  prove: [
    "the caller says SAN matcher or verify SAN list, and the names that it saw are the gateway's service account",
    'kubectl get gateways.networking.istio.io -A -o yaml: tls.mode of port 15443',
  ],
  fix: ['set tls.mode: AUTO_PASSTHROUGH for the hosts *.local on that port'],
  prevent: ['make the gateway between networks with the samples of the Istio release that runs'],
  source: 'istio.io Install Multicluster, expose services; networking.istio.io ServerTLSSettings',
  since: '0.1.0',
};

/** The port between networks (istio samples/multicluster). */
const EAST_WEST_PORT = 15443;
/** Hosts of the mesh itself, which only other clusters ask for. */
const OF_THE_MESH = /^(?:[^/]*\/)?\*\.(?:local|global|svc\.cluster\.local)$/;

/** Whether gateways between clusters pass mTLS on. */
export const meshGatewayMode: Check = {
  id: 'mesh-gateway-mode',
  title: 'gateways between clusters pass the mTLS of workloads on',
  codes: [GATEWAY_TERMINATES_MTLS],
  applies: ({ inventory }) => inventory.facts('istioGateway').some(({ servers }) => servers.some(isBetweenClusters)),
  run: (input) => input.inventory.facts('istioGateway').flatMap((gateway) => judge(input, gateway)),
};

function isBetweenClusters({ port, hosts, mode }: IstioGatewayFact['servers'][number]): boolean {
  return mode !== undefined && (port === EAST_WEST_PORT || hosts.some((host) => OF_THE_MESH.test(host)));
}

function judge({ inventory }: CheckInput, gateway: Seen<IstioGatewayFact>): Draft[] {
  const wrong = gateway.servers.filter((server) => isBetweenClusters(server) && server.mode !== 'AUTO_PASSTHROUGH');
  const [server] = wrong.filter(({ hosts }) => hosts.some((host) => OF_THE_MESH.test(host)));
  if (!server) return [];
  const at = ref.object('gateway', gateway.name, gateway.namespace);
  return [
    draft(GATEWAY_TERMINATES_MTLS, {
      layer: 'mesh',
      placement: at,
      message: `${at} has tls.mode ${server.mode} on port ${server.port} for ${list(server.hosts)}: it ends the mTLS of callers in other clusters and shows its own identity, where AUTO_PASSTHROUGH would pass it on`,
      evidence: [inventory.evidence(gateway.seen, `${at}: port ${server.port} has tls.mode ${server.mode}`)],
      impact: 'every call from another cluster fails at the verification of the name',
      fix: [
        manualStep('mode', `set tls.mode: AUTO_PASSTHROUGH for ${list(server.hosts)} on port ${server.port}`, [
          'kubectl',
          'edit',
          '-n',
          gateway.namespace,
          'gateways.networking.istio.io',
          gateway.name,
        ]),
      ],
      also: podsOf(inventory, gateway).map((pod) => ref.object('pod', pod.name, pod.namespace)),
    }),
  ];
}
