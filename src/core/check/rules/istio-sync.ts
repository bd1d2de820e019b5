import type { IstioSyncFact, Seen } from '../../model/facts.ts';
import type { CodeDefinition } from '../../model/finding.ts';
import { ref } from '../../model/ref.ts';
import { manualStep } from '../../model/step.ts';
import { draft } from '../draft.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { list } from '../words.ts';

const PROXY_UNCONNECTED: CodeDefinition = {
  code: 'PROXY_UNCONNECTED',
  severity: 'warning',
  title: 'running proxies of Istio have no connection to istiod',
  meaning:
    'Every istiod was asked for the proxies that are connected to it, and these run and are among none. They get no configuration, and where istiod is their CA, no new certificate: what they hold ends within a day of its issuance, and calls fail from then on. Until then nothing is seen.',
  prove: [
    'istioctl proxy-status: the pod is not in the list; istiod, port 15014, /debug/syncz',
    'the proxy logs StreamAggregatedResources gRPC config stream closed, and why: refused, unknown authority, token',
  ],
  fix: [
    'read why the proxy cannot connect: its roots (x509: unknown authority), its token, a NetworkPolicy on port 15012',
    'where the control plane is in order, give it a new Pod',
  ],
  prevent: ['alert on istio_agent_num_failed_outgoing_requests and on pilot_xds of fewer proxies than pods'],
  source: 'istio pilot/pkg/xds/debug.go, Syncz',
  since: '0.1.0',
};

const PROXY_BEHIND: CodeDefinition = {
  code: 'PROXY_BEHIND',
  severity: 'info',
  title: 'proxies of Istio did not take what istiod sent them',
  meaning:
    'istiod sent configuration or secrets that these proxies have not acknowledged, or have refused. A secret that is refused (a key that does not match, a chain that does not read) still stands in the own list of the proxy as if it were in use. While much changes this lasts for seconds.',
  prove: ['istioctl proxy-status POD: the difference; istiod, port 15014, /debug/syncz: sent and acked, lastError'],
  fix: ['where it lasts, read what the proxy says against it, and repair the object that it comes from'],
  source: 'istio pilot/pkg/xds/debug.go, Syncz; pilot_total_xds_rejects',
  since: '0.1.0',
};

/** Whether proxies are connected to istiod, and took what it sent. */
export const istioSync: Check = {
  id: 'istio-sync',
  title: 'running proxies of Istio are connected to istiod, and took what it sent',
  codes: [PROXY_UNCONNECTED, PROXY_BEHIND],
  applies: ({ inventory }) => inventory.facts('istioSync').length > 0,
  run: (input) =>
    input.inventory.facts('istioSync').flatMap((sync) => [...unconnected(input, sync), ...behind(input, sync)]),
};

/** Proxies whose evidence is given. */
const MOST = 10;

function unconnected({ inventory }: CheckInput, sync: Seen<IstioSyncFact>): Draft[] {
  const [first] = sync.unconnected;
  if (!first) return [];
  const names = sync.unconnected.map(({ namespace, name }) => `${namespace}/${name}`);
  const more = sync.unconnectedCount - names.length;
  const none = sync.connected === 0 ? ', as no proxy has' : '';
  return [
    draft(PROXY_UNCONNECTED, {
      layer: 'mesh',
      placement: ref.object('pod', first.name, first.namespace),
      message: `${list(names)}${more > 0 ? ` and ${more} more` : ''} run with a proxy of Istio and have no connection to ${istiodsOf(sync)}${none}`,
      evidence: [
        inventory.evidence(
          sync.seen,
          `${istiodsOf(sync)} ${sync.istiods === 1 ? 'is' : 'are'} connected to ${sync.connected} proxies`,
        ),
        ...names.slice(0, MOST).map((name) => inventory.evidence(sync.seen, `pod ${name} is not among these`)),
      ],
      impact: 'they get no new certificate: calls to and from them fail when the one they hold ends, within a day',
      fix: [
        manualStep('look', 'see why the proxy cannot connect', [
          ...['kubectl', 'logs', '-n', first.namespace, first.name, '-c', 'istio-proxy', '--tail=50'],
        ]),
        manualStep('status', 'see which proxies istiod knows', ['istioctl', 'proxy-status']),
      ],
      also: sync.unconnected.slice(1, MOST).map(({ namespace, name }) => ref.object('pod', name, namespace)),
    }),
  ];
}

function istiodsOf({ istiods }: IstioSyncFact): string {
  return istiods === 1 ? 'istiod' : `any of ${istiods} istiods`;
}

function behind({ inventory }: CheckInput, sync: Seen<IstioSyncFact>): Draft[] {
  const [first] = sync.behind;
  if (!first) return [];
  const names = sync.behind.map(({ namespace, name }) => `${namespace}/${name}`);
  const more = sync.behindCount - names.length;
  return [
    draft(PROXY_BEHIND, {
      layer: 'mesh',
      placement: ref.object('pod', first.name, first.namespace),
      message: `${list(names)}${more > 0 ? ` and ${more} more` : ''} did not take what istiod sent`,
      evidence: sync.behind
        .slice(0, MOST)
        .map(({ namespace, name, behind: kinds, error }) =>
          inventory.evidence(
            sync.seen,
            `pod ${namespace}/${name}: ${[...(kinds.length > 0 ? [`${kinds.join(', ')} not acknowledged`] : []), ...(error === undefined ? [] : [`refused: ${error}`])].join('; ')}`,
          ),
        ),
      impact: 'what was changed does not hold for these proxies yet',
      fix: [
        manualStep('status', 'see what is different', ['istioctl', 'proxy-status', `${first.name}.${first.namespace}`]),
      ],
      also: sync.behind.slice(1, MOST).map(({ namespace, name }) => ref.object('pod', name, namespace)),
    }),
  ];
}
