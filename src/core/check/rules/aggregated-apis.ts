import type { CaBundleFact, Seen } from '../../model/facts.ts';
import type { CodeDefinition } from '../../model/finding.ts';
import { manualStep } from '../../model/step.ts';
import type { Inventory } from '../../snapshot/inventory.ts';
import { draft } from '../draft.ts';
import { restartApiServer } from '../restart.ts';
import type { Cause, Check, Draft } from '../rule.ts';
import { placementsOfRole } from '../trust.ts';
import { list } from '../words.ts';

const API_SERVICE_UNAVAILABLE: CodeDefinition = {
  code: 'API_SERVICE_UNAVAILABLE',
  severity: 'warning',
  title: 'an aggregated API is not available',
  meaning:
    'The API server cannot reach it, does not trust what it serves, or is not believed by it. Answered 401, it is the front-proxy client certificate: expired, of a CA that the backend does not know, or of a name that it does not allow. An x509 error is about the certificate of the service or the caBundle. kubectl top and autoscalers go without it, and deletions of namespaces wait for it.',
  prove: [
    'kubectl get apiservice NAME -o jsonpath="{.status.conditions}": reason FailedDiscoveryCheck and the message',
    'openssl x509 -noout -enddate -in /etc/kubernetes/pki/front-proxy-client.crt',
    'the log of the backend: x509, with the serial of the client certificate',
  ],
  fix: ['401: renew front-proxy-client; x509: renew what the service serves, or put its CA into the caBundle'],
  source: 'kube-aggregator pkg/controllers/status; kubernetes-sigs/metrics-server issue 531',
  since: '0.1.0',
};

const FRONT_PROXY_NAME: CodeDefinition = {
  code: 'FRONT_PROXY_NAME',
  severity: 'critical',
  title: 'aggregated APIs do not allow the name of the front-proxy client certificate',
  meaning:
    'The API server publishes the names that may call them in the ConfigMap extension-apiserver-authentication. The common name of the client certificate is not among them, so that every aggregated API answers 401.',
  prove: [
    'kubectl -n kube-system get cm extension-apiserver-authentication -o jsonpath="{.data.requestheader-allowed-names}"',
    'openssl x509 -noout -subject -in /etc/kubernetes/pki/front-proxy-client.crt',
  ],
  fix: ['make --requestheader-allowed-names of the API server and the common name of --proxy-client-cert-file agree'],
  source: 'kubernetes.io, Configure the Aggregation Layer',
  since: '0.1.0',
};

export const aggregatedApis: Check = {
  id: 'aggregated-apis',
  title: 'aggregated APIs are available and believe the API server',
  codes: [API_SERVICE_UNAVAILABLE, FRONT_PROXY_NAME],
  applies: ({ inventory }) =>
    inventory.facts('caBundle').some(isApiService) || inventory.facts('requestHeader').length > 0,
  run: ({ inventory }) => [
    ...inventory.facts('caBundle').flatMap((fact) => (isApiService(fact) ? unavailable(inventory, fact) : [])),
    ...inventory.facts('requestHeader').flatMap(({ allowedNames, seen }) => wrongNames(inventory, allowedNames, seen)),
  ],
};

function isApiService({ kind }: CaBundleFact): boolean {
  return kind === 'APIService';
}

function unavailable(inventory: Inventory, fact: Seen<CaBundleFact>): Draft[] {
  if (fact.available?.status !== 'False') return [];
  const { reason, message } = fact.available;
  return [
    draft(API_SERVICE_UNAVAILABLE, {
      layer: 'cluster',
      placement: fact.ref,
      message: `the aggregated API ${fact.name} is not available: ${[reason, message].filter(Boolean).join(': ')}`,
      evidence: [inventory.evidence(fact.seen, `condition Available=False, ${reason}`)],
      impact: 'what it serves is gone for everybody, and deletions of namespaces wait for it',
      fix: [manualStep('see', 'see what the API server says of it', ['kubectl', 'describe', 'apiservice', fact.name])],
      causes: [{ code: 'CA_BUNDLE_MISMATCH', placement: fact.ref }, ...frontProxyCauses(inventory)],
    }),
  ];
}

function frontProxyCauses(inventory: Inventory): Cause[] {
  return (['front-proxy-client', 'front-proxy-ca', 'requestheader-ca-bundle'] as const).flatMap((role) =>
    placementsOfRole(inventory, role).flatMap(({ placement }) =>
      ['FRONT_PROXY_NAME', 'CERT_EXPIRED', 'ISSUER_REPLACED', 'CA_DRIFT'].map((code) => ({
        code,
        placement: placement.ref,
      })),
    ),
  );
}

function wrongNames(inventory: Inventory, allowed: readonly string[], seen: number): Draft[] {
  if (allowed.length === 0) return [];
  return placementsOfRole(inventory, 'front-proxy-client').flatMap(({ placement, leaf }) => {
    const name = /(?:^|,)CN=((?:\\.|[^,+\\])*)/.exec(leaf?.subject ?? '')?.[1];
    if (!leaf || (name !== undefined && allowed.includes(name))) return [];
    return [
      draft(FRONT_PROXY_NAME, {
        layer: 'cluster',
        placement: placement.ref,
        message: `${placement.ref} is for ${name ?? 'nobody'}, and aggregated APIs allow ${list(allowed)} only`,
        evidence: [
          inventory.evidence(seen, `requestheader-allowed-names: ${allowed.join(', ')}`),
          inventory.evidence(placement.seen, `subject ${leaf.subject}`),
        ],
        impact: 'aggregated APIs (metrics.k8s.io and others) answer 401',
        fix: [
          manualStep(
            'flag',
            'add the name to --requestheader-allowed-names, or issue the certificate for an allowed name',
          ),
          ...restartApiServer(inventory),
        ],
      }),
    ];
  });
}
