import type { IngressFact, SecretFact, Seen } from '../../model/facts.ts';
import type { CodeDefinition } from '../../model/finding.ts';
import { ref } from '../../model/ref.ts';
import { kubectlEdit, manualStep } from '../../model/step.ts';
import { clientCaOf } from '../../parse/kube/client-ca.ts';
import { restartControllers } from '../controller-steps.ts';
import { draft } from '../draft.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { list, when } from '../words.ts';

const CRL_EXPIRED: CodeDefinition = {
  code: 'CRL_EXPIRED',
  severity: 'critical',
  title: 'a revocation list is past its next update',
  meaning:
    'A verifier that was given a revocation list refuses every client of that CA once the list is out of date, revoked or not: OpenSSL says "CRL has expired" (12), and nginx answers 400. The certificates themselves are in order.',
  prove: [
    'kubectl -n NS get secret NAME -o jsonpath="{.data.ca\\.crl}" | base64 -d | openssl crl -noout -nextupdate',
    'kubectl -n ingress-nginx logs deploy/ingress-nginx-controller | grep "CRL has expired"',
  ],
  fix: ['have the CA make a new list, put it into the Secret, and have the controller load it'],
  prevent: ['make the list last longer than the interval of the job that renews it'],
  source:
    'RFC 5280 section 5.1.2.5; OpenSSL X509_V_ERR_CRL_HAS_EXPIRED; ingress-nginx, Client Certificate Authentication',
  since: '0.1.0',
};

export const crl: Check = {
  id: 'crl',
  title: 'revocation lists are up to date',
  codes: [CRL_EXPIRED],
  applies: ({ inventory }) => inventory.facts('secret').some(({ crls = [] }) => crls.length > 0),
  run: (input) => input.inventory.facts('secret').flatMap((secret) => judge(input, secret)),
};

function judge(input: CheckInput, secret: Seen<SecretFact>): Draft[] {
  const { inventory, now } = input;
  const { namespace, name, crls = [], seen } = secret;
  if (crls.length === 0) return [];
  const users = inventory.facts('ingress').filter((ingress) => uses(ingress, secret));
  const objects = users.map((ingress) => ref.object('ingress', ingress.name, ingress.namespace));
  return crls.flatMap(({ key, issuer, nextUpdate }) => {
    const next = nextUpdate === undefined ? Infinity : Date.parse(nextUpdate);
    if (next >= now) return [];
    return [
      draft(CRL_EXPIRED, {
        severity: users.length > 0 ? 'critical' : 'warning',
        layer: 'ingress',
        placement: ref.secret(namespace, name, key),
        also: objects,
        message: `the revocation list of ${issuer} in ${ref.secret(namespace, name, key)} should have been replaced ${when(next, now)}`,
        evidence: [
          inventory.evidence(seen, `${key}: next update ${nextUpdate}`),
          ...users.map((ingress) =>
            inventory.evidence(
              ingress.seen,
              `${ref.object('ingress', ingress.name, ingress.namespace)} verifies clients by it`,
            ),
          ),
        ],
        impact:
          objects.length > 0
            ? `every client certificate is refused at ${list(objects)}, revoked or not`
            : 'whatever verifies by it refuses every client of that CA',
        fix: [
          manualStep(
            'list',
            `have ${issuer} make a new list, and put it into the Secret under ${key}`,
            kubectlEdit('secret', name, namespace),
          ),
          ...(objects.length > 0 ? restartControllers(inventory, objects) : []),
        ],
      }),
    ];
  });
}

function uses(ingress: IngressFact, { namespace, name }: SecretFact): boolean {
  const named = clientCaOf(ingress);
  return named?.namespace === namespace && named.name === name;
}
