import type { CodeDefinition } from '../../model/finding.ts';
import { ref } from '../../model/ref.ts';
import { manualStep } from '../../model/step.ts';
import { draft } from '../draft.ts';
import { memo } from '../memo.ts';
import {
  keeperOfGateway,
  keeperOfIngress,
  keeperOfLoadBalancer,
  keeperOfRoute,
  type OutsideKeeper,
} from '../outside-keepers.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { list } from '../words.ts';

const CERTIFICATE_KEPT_ELSEWHERE: CodeDefinition = {
  code: 'CERTIFICATE_KEPT_ELSEWHERE',
  severity: 'info',
  title: 'the certificate of an object is kept and renewed outside of the cluster',
  meaning:
    'An annotation, the class or the route itself says that the certificate does not come from a Secret: a cloud load balancer has its own, Traefik has a file of its own, a CSI driver hands it to each Pod, or the backend ends TLS. A Secret that the object names besides may be unused, its expiry harmless, and its renewal without effect.',
  prove: [
    'kubectl -n NS get ingress NAME -o yaml: annotations and class',
    'openssl s_client -connect HOST:443 -servername HOST </dev/null 2>/dev/null | openssl x509 -noout -issuer -enddate: what clients see',
  ],
  fix: ['watch and renew it where it is kept'],
  prevent: ['probe what is served: nothing in the cluster shows it'],
  source:
    'AWS Load Balancer Controller, cert_discovery.md; GKE, managed certificates; Azure Application Gateway Ingress Controller, annotations; Traefik, ACME; cert-manager csi-driver',
  since: '0.1.0',
};

interface Kept {
  readonly object: string;
  readonly keeper: OutsideKeeper;
  readonly hosts: readonly string[];
  readonly secrets: readonly string[];
  readonly seen: number;
}

export const keptElsewhere: Check = {
  id: 'kept-elsewhere',
  title: 'certificates come from Secrets',
  codes: [CERTIFICATE_KEPT_ELSEWHERE],
  applies: ({ inventory }) =>
    ['ingress', 'gateway', 'route', 'loadBalancer'].some((kind) => inventory.facts(kind as 'ingress').length > 0),
  run: (input) => [...allKept(input.inventory).map((one) => report(input, one)), ...reportDrivers(input)],
};

const allKept = memo((inventory): readonly Kept[] => [
  ...inventory.facts('ingress').flatMap((fact) => {
    const keeper = keeperOfIngress(fact, inventory.facts('ingressClass'));
    const { namespace, name, hosts, tls, seen } = fact;
    const secrets = tls.flatMap(({ secretName }) => (secretName ? [ref.object('secret', secretName, namespace)] : []));
    return keeper ? [{ object: ref.object('ingress', name, namespace), keeper, hosts, secrets, seen }] : [];
  }),
  ...inventory.facts('gateway').flatMap((fact) => {
    const keeper = keeperOfGateway(fact);
    const hosts = fact.listeners.flatMap(({ hostname }) => hostname ?? []);
    return keeper
      ? [{ object: ref.object(fact.kind, fact.name, fact.namespace), keeper, hosts, secrets: [], seen: fact.seen }]
      : [];
  }),
  ...inventory.facts('loadBalancer').map((fact) => ({
    object: ref.object('service', fact.name, fact.namespace),
    keeper: keeperOfLoadBalancer(fact),
    hosts: fact.addresses,
    secrets: [],
    seen: fact.seen,
  })),
  ...inventory.facts('route').flatMap((fact) => {
    const keeper = keeperOfRoute(fact);
    const { kind, namespace, name, hosts, seen } = fact;
    return keeper ? [{ object: ref.object(kind, name, namespace), keeper, hosts, secrets: [], seen }] : [];
  }),
]);

function report({ inventory }: CheckInput, { object, keeper, hosts, secrets, seen }: Kept): Draft {
  const unused = keeper.bypasses && secrets.length > 0 ? `; ${list(secrets)}, which it names, is not served` : '';
  return draft(CERTIFICATE_KEPT_ELSEWHERE, {
    layer: 'ingress',
    placement: object,
    also: secrets,
    message: `${object} takes its certificate${hosts.length > 0 ? ` for ${list(hosts)}` : ''} from ${keeper.title}${unused}`,
    evidence: [inventory.evidence(seen, keeper.sign)],
    impact: 'nothing in the cluster renews it or warns of its end',
    fix: [
      manualStep(
        'watch',
        `watch and renew it in ${keeper.title}`,
        hosts[0] ? ['kubectl', 'certs', 'check', `${hosts[0]}:443`] : [],
      ),
    ],
  });
}

/** Certificates that a driver hands to Pods as files: no Secret holds them. */
function reportDrivers({ inventory }: CheckInput): Draft[] {
  const pods = inventory.facts('pod').filter(({ csiCertificates }) => csiCertificates !== undefined);
  const groups = Map.groupBy(pods, ({ namespace, csiCertificates }) => `${namespace} ${csiCertificates}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const refs = group.map(({ namespace, name }) => ref.object('pod', name, namespace));
    return [
      draft(CERTIFICATE_KEPT_ELSEWHERE, {
        layer: 'ingress',
        placement: refs[0]!,
        also: refs.slice(1),
        message: `${list(refs)} ${refs.length > 1 ? 'get their certificates' : 'gets its certificate'} from the volume driver ${first.csiCertificates}: no Secret holds ${refs.length > 1 ? 'them' : 'it'}`,
        evidence: [inventory.evidence(first.seen, `a volume of ${refs[0]} has the driver ${first.csiCertificates}`)],
        impact: 'the driver renews the files in the Pod; the program has to read them again by itself',
        fix: [
          manualStep('see', 'see what was last issued for these Pods', [
            'kubectl',
            '-n',
            first.namespace,
            'get',
            'certificaterequests',
          ]),
        ],
      }),
    ];
  });
}
