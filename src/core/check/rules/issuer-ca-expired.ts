import type { CertificateFact, Seen } from '../../model/facts.ts';
import type { CodeDefinition } from '../../model/finding.ts';
import { ref } from '../../model/ref.ts';
import { manualStep } from '../../model/step.ts';
import { issuedLeaf } from '../../snapshot/cert-manager/renewal.ts';
import { issuerRef } from '../../snapshot/links.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { draft } from '../draft.ts';
import { issuersOf, servedBySecret } from '../relations.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { when } from '../words.ts';

const ISSUING_CA_EXPIRED: CodeDefinition = {
  code: 'ISSUING_CA_EXPIRED',
  severity: 'critical',
  title: 'an issuer signs with a CA that has expired',
  meaning:
    'The CA behind the issuer has ended, and it signs all the same: what it signs is cut to its own end (truncation in Vault), so that a new certificate is dead when it is born. Requests succeed, the issuer is ready, and each renewal gives another dead one. The root above may be valid for years.',
  prove: [
    'openssl x509 -noout -dates -issuer of tls.crt: notAfter lies before notBefore, or in the past right after the issuance',
    'openssl x509 -noout -enddate of the issuing certificate (ca.crt, or the second block of tls.crt): the same moment',
    'vault read pki/config/issuers; vault read pki/issuer/default',
  ],
  fix: [
    'make a new intermediate at the CA, under the same root, and make it the one that signs',
    'let the CA refuse what would outlive it (leaf_not_after_behavior=err) instead of cutting it',
    'then renew the Certificates of the issuer',
  ],
  prevent: ['watch the end of the CA behind each issuer, months ahead'],
  source:
    'hashicorp/vault builtin/logical/pki, leaf_not_after_behavior; cert-manager pkg/controller/certificates/issuing',
  since: '0.1.0',
};

export const issuerCaExpired: Check = {
  id: 'issuer-ca-expired',
  title: 'no issuer signs with an expired CA',
  codes: [ISSUING_CA_EXPIRED],
  applies: ({ inventory }) => inventory.facts('certificate').length > 0,
  run: (input) => {
    const found = input.inventory.facts('certificate').flatMap((certificate) => judge(input, certificate) ?? []);
    const groups = Map.groupBy(found, ({ issuer }) => issuer);
    return [...groups].map(([issuer, each]) => report(input, issuer, each));
  },
};

interface Found {
  readonly issuer: string;
  readonly certificate: Seen<CertificateFact>;
  readonly leaf: Certificate;
  readonly ca: Certificate | undefined;
}

/** A dead leaf that ends with its CA, or before it began. One that was simply not renewed ended long after its CA's days. */
function judge({ inventory, now }: CheckInput, certificate: Seen<CertificateFact>): Found | undefined {
  const { namespace, secretName } = certificate;
  const placed = servedBySecret(inventory, namespace, secretName);
  const leaf = placed?.leaf ?? issuedLeaf(inventory, certificate);
  if (!leaf || leaf.notAfter > now || leaf.selfIssued) return undefined;
  const ca = [...(placed?.chain.slice(1) ?? []), ...issuersOf(inventory, leaf)].find(
    (each) => each.notAfter <= now && Math.abs(each.notAfter - leaf.notAfter) <= SAME_MOMENT,
  );
  const unborn = leaf.notAfter <= leaf.notBefore;
  if (!ca && !unborn) return undefined;
  return { issuer: issuerRef(certificate.issuer, namespace), certificate, leaf, ca };
}

/** Milliseconds: the CA cuts to the second, or to the minute. */
const SAME_MOMENT = 60_000;

function report({ inventory, now }: CheckInput, issuer: string, found: readonly Found[]): Draft {
  const [{ leaf, ca, certificate }] = found as [Found];
  const names = found.map((each) => `${each.certificate.namespace}/${each.certificate.name}`);
  const places = ca ? inventory.placementsOf(ca.sha256).map(({ placement }) => placement.ref) : [];
  const secrets = found.map((each) => ref.secret(each.certificate.namespace, each.certificate.secretName, 'tls.crt'));
  const what = ca ? `its CA ${ca.subject} ended ${when(ca.notAfter, now)}` : 'what it signs ends before it begins';
  return draft(ISSUING_CA_EXPIRED, {
    layer: 'ingress',
    placement: issuer,
    also: [
      ...new Set([
        ...found.map((each) => ref.object('certificate', each.certificate.name, each.certificate.namespace)),
        ...secrets,
        ...places,
      ]),
    ],
    message: `${issuer} gives out dead certificates: ${what}`,
    evidence: [
      inventory.evidence(
        certificate.seen,
        `Certificate ${names[0]} is at revision ${certificate.revision ?? 'none'}, and what it was issued ended ${when(leaf.notAfter, now)}`,
      ),
      ...(ca
        ? [
            inventory.evidence(
              certificate.seen,
              `the issuing CA ended at the same moment: ${new Date(ca.notAfter).toISOString()}`,
            ),
          ]
        : []),
    ],
    impact: `clients of ${names.join(', ')} see an expired certificate, however often it is renewed`,
    fix: [
      manualStep('ca', 'make a new intermediate at the CA under the same root, and let it sign from now on'),
      manualStep('renew', 'then renew what the issuer has signed', ['kubectl', 'certs', 'renew', issuer]),
    ],
  });
}
