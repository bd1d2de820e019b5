import type { CertificateFact, ExternalSecretFact, SecretFact, Seen } from '../../model/facts.ts';
import type { CodeDefinition } from '../../model/finding.ts';
import { ref } from '../../model/ref.ts';
import { kubectlEdit, manualStep } from '../../model/step.ts';
import { currentRequest, secretOwner } from '../../snapshot/cert-manager/issuance.ts';
import { issuedLeaf } from '../../snapshot/cert-manager/renewal.ts';
import type { Inventory } from '../../snapshot/inventory.ts';
import { draft } from '../draft.ts';
import { servedBySecret } from '../relations.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { list } from '../words.ts';

const SECRET_OVERWRITTEN: CodeDefinition = {
  code: 'SECRET_OVERWRITTEN',
  severity: 'critical',
  title: 'something else writes the Secret that cert-manager keeps',
  meaning:
    "An ExternalSecret, a GitOps tool, a reflector or a person puts another certificate into it. cert-manager finds a key that it did not make and issues again at once, without any delay, as long as the other writes: thousands of revisions, an old certificate served most of the time, and the CA's limits used up. It looks like two Certificates on one Secret, and is not.",
  prove: [
    'kubectl -n NS get secret NAME --show-managed-fields -o yaml | grep -A2 manager: two managers own data',
    'kubectl get externalsecrets -n NS: one targets the Secret',
    'kubectl -n NS get certificate NAME -o jsonpath="{.status.revision}": it grows',
  ],
  fix: [
    'stop the other writer, or let it write another Secret; to share the certificate, copy from the Secret (a PushSecret), not into it',
    'then delete the surplus CertificateRequests',
  ],
  source:
    'cert-manager internal/controller/certificates/policies/checks.go, SecretPublicKeyDiffersFromCurrentCertificateRequest',
  since: '0.1.0',
};

/** Only cert-manager writes what cert-manager keeps. */
export const secretOverwritten: Check = {
  id: 'secret-overwritten',
  title: 'only cert-manager writes the Secrets that it keeps',
  codes: [SECRET_OVERWRITTEN],
  applies: ({ inventory }) => inventory.facts('certificate').length > 0,
  run: (input) => input.inventory.facts('certificate').flatMap((certificate) => judge(input, certificate)),
};

interface Found {
  readonly certificate: Seen<CertificateFact>;
  readonly secret: Seen<SecretFact> | undefined;
  readonly external: Seen<ExternalSecretFact> | undefined;
  readonly writer: string | undefined;
  readonly differs: boolean;
}

function judge(input: CheckInput, certificate: Seen<CertificateFact>): Draft[] {
  const { inventory } = input;
  const { namespace, secretName } = certificate;
  if (secretOwner(inventory, certificate).keepers.length > 1) return [];
  const secret = inventory.facts('secret').find((each) => each.namespace === namespace && each.name === secretName);
  const external = inventory
    .facts('externalSecret')
    .find((each) => each.namespace === namespace && each.target === secretName);
  const writer = secret?.writers?.map(({ manager }) => manager).find((manager) => !isCertManager(manager));
  const differs = keyDiffers(inventory, certificate);
  // A Secret that was there before cert-manager has an older writer, and nothing wrong.
  const looping =
    certificate.issuing?.status === 'True' && ['SecretMismatch', 'InvalidKeyPair'].includes(certificate.issuing.reason);
  if (!external && !(writer !== undefined && (differs || looping)) && !(differs && looping)) return [];
  if (external && !secret && !differs) return [];
  return [report(input, { certificate, secret, external, writer, differs })];
}

function isCertManager(manager: string): boolean {
  return /^cert-manager|^controller$|cainjector|issuing/.test(manager);
}

/** The Secret holds another certificate than the one that was issued last. */
function keyDiffers(inventory: Inventory, certificate: CertificateFact): boolean {
  const leaf = servedBySecret(inventory, certificate.namespace, certificate.secretName)?.leaf;
  const request = currentRequest(inventory, certificate);
  const issued = issuedLeaf(inventory, certificate);
  if (!leaf) return false;
  if (issued) return issued.sha256 !== leaf.sha256;
  return request?.asks !== undefined && request.asks.spki !== leaf.spki;
}

function report({ inventory }: CheckInput, { certificate, secret, external, writer, differs }: Found): Draft {
  const { namespace, name, secretName, revision } = certificate;
  const who = external ? `ExternalSecret ${external.name}` : (writer ?? 'something else');
  const tls = ref.secret(namespace, secretName, 'tls.crt');
  const target = external && ref.object('externalsecret', external.name, namespace);
  const writers = secret?.writers?.map(({ manager }) => manager) ?? [];
  return draft(SECRET_OVERWRITTEN, {
    layer: 'ingress',
    placement: target ?? tls,
    also: [...(target ? [tls] : []), ref.object('certificate', name, namespace)],
    message: `${who} writes Secret ${namespace}/${secretName}, which Certificate ${name} keeps${differs ? ': it holds another certificate than the one that was issued' : ''}`,
    evidence: [
      ...(external
        ? [
            inventory.evidence(
              external.seen,
              `ExternalSecret ${external.name} targets ${secretName}${external.refreshInterval ? `, every ${external.refreshInterval}` : ''}`,
            ),
          ]
        : []),
      ...(secret && writers.length > 0
        ? [inventory.evidence(secret.seen, `its data was written by ${list(writers)}`)]
        : []),
      inventory.evidence(
        certificate.seen,
        `Certificate ${name} is at revision ${revision ?? 'none'}${certificate.issuing ? `, Issuing ${certificate.issuing.status}: ${certificate.issuing.reason}` : ''}`,
      ),
    ],
    impact: `clients of ${list(certificate.dnsNames)} are served what the other wrote; the CA is asked without end`,
    fix: [
      external
        ? manualStep(
            'stop',
            `let ExternalSecret ${external.name} write another Secret, or delete it`,
            kubectlEdit('externalsecret', external.name, namespace),
          )
        : manualStep('stop', `find out what writes as ${writer ?? 'another field manager'} and stop it`, [
            'kubectl',
            '-n',
            namespace,
            'get',
            'secret',
            secretName,
            '--show-managed-fields',
            '-o',
            'yaml',
          ]),
      manualStep('requests', 'then delete the surplus CertificateRequests', [
        'kubectl',
        '-n',
        namespace,
        'get',
        'certificaterequests',
        '--sort-by=.metadata.creationTimestamp',
      ]),
    ],
  });
}
