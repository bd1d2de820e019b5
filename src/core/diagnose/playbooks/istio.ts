import { effectiveMode, isMeshed } from '../../check/mesh-mtls.ts';
import { meshTrusts, rootOf } from '../../check/mesh-trust.ts';
import type { PodFact } from '../../model/facts.ts';
import type { ObservationRequest } from '../../model/observation.ts';
import { ref } from '../../model/ref.ts';
import type { CauseDefinition, Judgement, Playbook, StepContext } from '../playbook.ts';
import { want } from '../requests.ts';
import { findingsStep } from '../steps.ts';

const CLIENT_OUT_OF_MESH: CauseDefinition = {
  code: 'CLIENT_OUT_OF_MESH',
  severity: 'warning',
  layer: 'mesh',
  title: 'a client without a proxy speaks plain text to a workload that takes mTLS alone',
  meaning:
    'Under STRICT a workload of Istio ends every connection that does not begin with mTLS: the client sees a reset, and no TLS error. Only clients without a proxy are hit, from the moment on at which STRICT was set. No certificate is at fault.',
  prove: [
    "the server's proxy logs NR filter_chain_not_found with the address of the client",
    'istioctl x describe pod POD: Workload mTLS mode STRICT; the client has no istio-proxy',
  ],
  fix: [
    "for a scraper: take Istio's merged metrics on port 15020, or PERMISSIVE for the metrics port alone (portLevelMtls)",
    'else give the client a proxy, or go in by a gateway',
  ],
  verify: ['the client gets an answer', 'the server logs no more NR filter_chain_not_found'],
  source: 'istio.io PeerAuthentication; istio.io Prometheus, TLS settings',
  since: '0.1.0',
};

const TRUST = ['ROOT_REPLACED_WITHOUT_OVERLAP', 'OLD_ROOT_REMOVED_EARLY', 'PROXY_TRUST_STALE', 'NAMESPACE_ROOT_STALE'];
const DATES = ['CERT_EXPIRED', 'CHAIN_EXPIRED', 'CERT_NOT_YET_VALID', 'CLOCK_SKEW'];
const MODES = ['MTLS_MODE_CONFLICT', 'MESH_IDENTITY_MISSING', 'GATEWAY_TERMINATES_MTLS'];
const AMBIENT = ['AMBIENT_IDENTITY_MISSING'];

/** A call in the mesh of Istio fails: certificates, roots, modes, identities. */
export const istio: Playbook = {
  id: 'istio',
  layer: 'mesh',
  title: 'A call in the mesh fails (upstream connect error, 503 UF/UC, connection reset, policy rejection)',
  patterns: [
    /upstream connect error or disconnect\/reset before headers/i,
    /SAN matcher|verify SAN list|SPIFFEValidator|expected spiffe:/i,
    /filter_chain_not_found|reset reason: |upstream_reset_before_response_started|\b503 (?:UF|UC|URX|UH|NR)\b/,
    /(?:read tcp|write tcp|Get "?http:\/\/(?<address>[\d.]+):(?<port>\d+))[^\n]*connection reset by peer/i,
    /closed due to policy rejection|ztunnel|HBONE/i,
    /\bspiffe:\/\//,
  ],
  sharedPatterns: [/OPENSSL_internal|TLS_error:|SSLV3_ALERT_CERTIFICATE|TLSV1_ALERT_UNKNOWN_CA/],
  explainedBy: [...TRUST, ...MODES, ...AMBIENT, ...DATES, 'MESH_ROOTS_DIFFER', 'CHAIN_UNTRUSTED', 'ISSUER_REPLACED'],
  roles: ['workload-svid', 'istio-root', 'istio-ca', 'istiod-serving'],
  kinds: ['destinationrule', 'gateway', 'namespace', 'pod', 'node'],
  reads: ['istio-proxies', 'istio-config', 'pods', 'mesh-bundles'],
  causes: [CLIENT_OUT_OF_MESH],
  steps: [
    findingsStep({
      id: 'trust',
      question: 'Does every proxy trust the root of what the others show?',
      command: 'istioctl proxy-config secret POD -o json, for both ends: compare the fingerprints of ROOTCA',
      codes: TRUST,
      sources: ['istio-proxies', 'mesh-bundles'],
    }),
    findingsStep({
      id: 'dates',
      question: 'Are the certificates of both ends, their chains and the CA within their time?',
      command: 'istioctl proxy-config secret POD',
      codes: DATES,
      roles: ['workload-svid', 'istio-root', 'istio-ca', 'istiod-serving'],
      kinds: ['node'],
      sources: ['istio-proxies'],
    }),
    findingsStep({
      id: 'modes',
      question: 'Do client and server agree on the TLS mode, and is each end in the mesh?',
      command: 'istioctl x describe pod POD; kubectl get peerauthentications,destinationrules -A',
      codes: MODES,
      sources: ['istio-config', 'pods'],
    }),
    findingsStep({
      id: 'ambient',
      question: 'Has the ztunnel of the node a certificate for the account of the Pod?',
      command: 'istioctl ztunnel-config certificates -n istio-system ZTUNNEL-POD',
      codes: AMBIENT,
      sources: ['istio-proxies'],
    }),
    {
      id: 'plain-clients',
      question: 'Does a client without a proxy call a workload that takes mTLS alone?',
      command: () => 'kubectl logs SERVER -c istio-proxy --tail=100 | grep filter_chain_not_found',
      sources: ['pods', 'istio-config'],
      wants: (context) =>
        strictServers(context).map(({ namespace, name }) =>
          want.podLog({ namespace, pod: name, container: 'istio-proxy' }, 'whom the server refused'),
        ),
      causes: [CLIENT_OUT_OF_MESH.code],
      judge: plainClients,
    },
    {
      id: 'other-root',
      question: 'Does what another cluster shows chain to a root of this mesh?',
      command: () => 'openssl s_client -connect GATEWAY:15443 -servername outbound_.PORT_._.HOST -showcerts </dev/null',
      sources: ['mesh-bundles'],
      wants: (context) => (REFUSED_CERTIFICATE.test(context.reading.text) ? otherNetworks(context) : []),
      causes: ['MESH_ROOTS_DIFFER'],
      judge: foreignRoots,
    },
  ],
  hides: [
    { cause: 'ROOT_REPLACED_WITHOUT_OVERLAP', hidden: 'CERT_EXPIRING' },
    { cause: 'CERT_EXPIRED', hidden: 'PROXY_TRUST_STALE' },
    { cause: 'CLOCK_SKEW', hidden: 'CERT_NOT_YET_VALID' },
    { cause: 'MESH_ROOTS_DIFFER', hidden: 'CHAIN_UNTRUSTED' },
  ],
  next: [
    {
      title: 'What do the access logs of both ends say (UF, UC, URX, NR)?',
      command: 'kubectl logs POD -c istio-proxy --tail=50',
    },
    {
      title: 'Does the application behind the proxy answer at all?',
      command: 'kubectl exec POD -c istio-proxy -- curl -sv localhost:PORT',
    },
    { title: 'Does a policy refuse it (403)?', command: 'istioctl x authz check POD' },
  ],
};

/** Servers whose logs are read. */
const MOST_SERVERS = 4;
const RESET = /connection reset by peer|filter_chain_not_found|connection termination/i;

function byAddress({ inventory }: StepContext, address: string | undefined): PodFact | undefined {
  return address === undefined ? undefined : inventory.facts('pod').find(({ ip }) => ip === address);
}

function isStrict({ inventory }: StepContext, pod: PodFact): boolean {
  return isMeshed(pod) && effectiveMode(inventory, pod)?.mode === 'STRICT';
}

/** Workloads under STRICT that the symptom names by their address or name. */
function strictServers(context: StepContext): PodFact[] {
  const { reading, inventory } = context;
  if (!RESET.test(reading.text)) return [];
  const addresses = new Set(reading.text.match(/\d+(?:\.\d+){3}/g) ?? []);
  const named = inventory
    .facts('pod')
    .filter(({ ip, name }) => (ip !== undefined && addresses.has(ip)) || reading.names.has(name.toLowerCase()));
  return named.filter((pod) => isStrict(context, pod)).slice(0, MOST_SERVERS);
}

/** The listener of a workload found nothing that takes plain text: its own address, then the client's. */
const REFUSED = /NR filter_chain_not_found[^\n]*?(?<server>\d+(?:\.\d+){3}):\d+ (?<client>\d+(?:\.\d+){3}):\d+/;
/** Go's words for a connection that was reset: our own address, then the server's. */
const READ = /(?:read|write) tcp (?<client>\d+(?:\.\d+){3}):\d+->(?<server>\d+(?:\.\d+){3}):\d+[^\n]*reset by peer/;

function plainClients(context: StepContext): readonly Judgement[] {
  const { inventory, sayings } = context;
  const said = sayings.flatMap((saying) => {
    const groups = (REFUSED.exec(saying.text) ?? READ.exec(saying.text))?.groups;
    const [client, server] = [byAddress(context, groups?.client), byAddress(context, groups?.server)];
    const is = client && server && !isMeshed(client) && isStrict(context, server);
    return is ? [{ client, server, saying }] : [];
  });
  const pairs = new Map(said.map((one) => [`${one.client.namespace}/${one.client.name}`, one]));
  return [...pairs.values()].map(({ client, server, saying }): Judgement => {
    const object = ref.object('pod', client.name, client.namespace);
    const effective = effectiveMode(inventory, server);
    return {
      is: 'supports',
      code: CLIENT_OUT_OF_MESH.code,
      object,
      message: `${object} has no proxy and speaks plain text to pod ${server.namespace}/${server.name}, which takes mTLS alone (STRICT by ${effective?.by ?? 'default'}): it is reset before any certificate is looked at`,
      evidence: [
        saying.evidence,
        ...(effective?.seen === undefined
          ? []
          : [inventory.evidence(effective.seen, `${effective.by}: mtls.mode is STRICT`)]),
      ],
      also: [ref.object('pod', server.name, server.namespace), ...(effective?.by === undefined ? [] : [effective.by])],
      named: true,
    };
  });
}

/** A proxy did not trust what was shown. */
const REFUSED_CERTIFICATE = /CERTIFICATE_VERIFY_FAILED/;
/** An access log's upstream address and cluster, of a call whose certificate was refused. */
const CALL =
  /CERTIFICATE_VERIFY_FAILED[^\n]*"(?<address>\d+(?:\.\d+){3}):(?<port>\d+)" outbound\|(?<service>\d+)\|(?<subset>[^|\s]*)\|(?<host>[\w.-]+)/;
/** Proxies whose logs say which service they called in another network. */
const MOST_CALLERS = 6;

/**
 * What the gateways of other networks pass on. They choose by the SNI which workload that is, so that the name comes
 * from the log of a proxy that called one: `outbound_.PORT_.SUBSET_.HOST` (istio pkg/config/model BuildDNSSrvSubsetKey).
 */
function otherNetworks({ inventory, sayings }: StepContext): ObservationRequest[] {
  const gateways = inventory.facts('istioMesh').flatMap(({ networkGateways = [] }) => networkGateways);
  if (gateways.length === 0) return [];
  const callers = inventory.facts('pod').filter((pod) => pod.mesh?.kind === 'istio' && pod.phase === 'Running');
  const calls = sayings.flatMap(({ text }) => {
    const groups = CALL.exec(text)?.groups;
    return groups ? [groups] : [];
  });
  const known = gateways.flatMap(({ address, port }) => {
    const call = calls.find((one) => one.address === address && Number(one.port) === port);
    return call ? [{ address, port, sni: `outbound_.${call.service}_.${call.subset}_.${call.host}` }] : [];
  });
  return [
    ...callers
      .slice(0, MOST_CALLERS)
      .map(({ namespace, name }) =>
        want.podLog({ namespace, pod: name, container: 'istio-proxy' }, 'which gateway of another network was refused'),
      ),
    ...known.map((gateway) => want.handshake(gateway, `what ${gateway.address}:${gateway.port} passes on`)),
  ];
}

/** A certificate of this trust domain that another cluster's gateway shows, under a root that this mesh does not have. */
function foreignRoots({ inventory }: StepContext): readonly Judgement[] {
  const [mesh] = meshTrusts(inventory).filter((one) => one.mesh === 'istio');
  const control = inventory.facts('meshControlPlane').find((one) => one.mesh === 'istio');
  if (!mesh || mesh.roots.size === 0) return [];
  const shown = inventory.placements.flatMap((placed) => {
    const isServed = placed.placement.ref.startsWith('tls://') && placed.placement.role !== 'istiod-serving';
    const isWorkload = placed.leaf?.uris.some((uri) => uri.startsWith('spiffe://')) ?? false;
    const root = isServed && isWorkload ? (rootOf(inventory, placed) ?? placed.chain.at(-1)) : undefined;
    return root && !mesh.roots.has(root.spki) ? [{ placed, root }] : [];
  });
  return shown.slice(0, 1).map(
    ({ placed, root }): Judgement => ({
      is: 'supports',
      code: 'MESH_ROOTS_DIFFER',
      object: control?.issuer ?? mesh.bundle,
      message: `${placed.placement.ref} shows a certificate of ${placed.leaf?.uris[0]} that chains to ${root.subject || root.issuer} ${root.sha256.slice(0, 12)}, a root that this mesh does not have: each cluster made its own`,
      evidence: [
        inventory.evidence(
          placed.placement.seen,
          `the chain of ${placed.placement.ref} ends at ${root.sha256.slice(0, 12)}`,
        ),
        ...mesh.published
          .slice(0, 1)
          .map(({ placement, leaf }) =>
            inventory.evidence(placement.seen, `${mesh.bundle} holds ${leaf?.subject} ${leaf?.sha256.slice(0, 12)}`),
          ),
      ],
      also: [mesh.bundle, placed.placement.ref],
      named: true,
    }),
  );
}
