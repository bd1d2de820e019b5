import type { CertificateFact, Seen } from '../../model/facts.ts';
import type { CodeDefinition } from '../../model/finding.ts';
import { ref } from '../../model/ref.ts';
import { manualStep } from '../../model/step.ts';
import { issuerOf } from '../../snapshot/cert-manager/issuance.ts';
import { issuedLeaf } from '../../snapshot/cert-manager/renewal.ts';
import { draft } from '../draft.ts';
import { servedBySecret } from '../relations.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { list } from '../words.ts';

const STAGING_CERTIFICATE_KEPT: CodeDefinition = {
  code: 'STAGING_CERTIFICATE_KEPT',
  severity: 'critical',
  title: "a certificate is of a CA's staging server, which nobody trusts",
  meaning:
    'It was issued by a test hierarchy. Where the issuer has been pointed at production since, nothing is issued anew: cert-manager compares the name of the issuer, not the server behind it, and the stored certificate is valid by date and name. Deleting and making the Certificate again takes over the same Secret.',
  prove: [
    'openssl x509 -noout -issuer of tls.crt: (STAGING), or Fake LE',
    'kubectl get clusterissuer NAME -o jsonpath="{.spec.acme.server}"',
  ],
  fix: ['point the issuer at production, if it is not, and have the certificate issued anew: cmctl renew NAME'],
  prevent: ['keep two issuers, and change issuerRef: that issues anew by itself'],
  source: 'letsencrypt.org, Staging Environment; cert-manager internal/controller/certificates/policies/checks.go',
  since: '0.1.0',
};

/** Names of the test hierarchies of public ACME CAs. */
const STAGING = /\(STAGING\)|Fake LE |happy hacker fake CA|staging/i;
const STAGING_SERVER = /staging/i;

export const staging: Check = {
  id: 'staging',
  title: 'no certificate is of a staging CA where clients are real',
  codes: [STAGING_CERTIFICATE_KEPT],
  applies: ({ inventory }) => inventory.facts('certificate').length > 0,
  run: (input) => input.inventory.facts('certificate').flatMap((certificate) => judge(input, certificate)),
};

function judge({ inventory }: CheckInput, certificate: Seen<CertificateFact>): Draft[] {
  const { namespace, name, secretName } = certificate;
  const placed = servedBySecret(inventory, namespace, secretName);
  const leaf = placed?.leaf ?? issuedLeaf(inventory, certificate);
  if (!leaf || !STAGING.test(leaf.issuer)) return [];
  const issuer = issuerOf(certificate, inventory);
  const server = issuer?.acme?.server;
  const switched = server !== undefined && !STAGING_SERVER.test(server);
  return [
    draft(STAGING_CERTIFICATE_KEPT, {
      severity: switched ? 'critical' : 'info',
      layer: 'ingress',
      placement: ref.object('certificate', name, namespace),
      also: [
        ref.secret(namespace, secretName, 'tls.crt'),
        ...inventory.placementsOf(leaf.sha256).map(({ placement }) => placement.ref),
      ],
      message: `the certificate of ${namespace}/${name} is by ${leaf.issuer}${switched ? `, though its issuer uses ${server} now` : ', as its issuer has it'}`,
      evidence: [
        inventory.evidence(placed?.placement.seen ?? certificate.seen, `issued by ${leaf.issuer}`),
        ...(issuer
          ? [inventory.evidence(issuer.seen, `${issuer.kind} ${issuer.name} uses ${server ?? issuer.type}`)]
          : []),
      ],
      impact: `no client trusts what ${list(certificate.dnsNames)} serves`,
      fix: [
        ...(switched
          ? []
          : [manualStep('server', 'point the issuer at the production server, or the Certificate at another issuer')]),
        manualStep('renew', 'have it issued anew', ['cmctl', 'renew', name, '-n', namespace]),
      ],
    }),
  ];
}
