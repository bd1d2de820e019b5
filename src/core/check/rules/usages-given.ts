import type { CertificateFact, Seen } from '../../model/facts.ts';
import type { CodeDefinition } from '../../model/finding.ts';
import { ref } from '../../model/ref.ts';
import { kubectlEdit, manualStep } from '../../model/step.ts';
import { draft } from '../draft.ts';
import { servedBySecret } from '../relations.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { isFallback } from '../serving.ts';
import { list } from '../words.ts';

const USAGE_NOT_GIVEN: CodeDefinition = {
  code: 'USAGE_NOT_GIVEN',
  severity: 'warning',
  title: 'a certificate lacks a usage that its Certificate asks for',
  meaning:
    'The CA decides what a certificate may be used for, and left out what was asked. cert-manager calls it ready all the same. Public CAs give no more client usage since 2026: a certificate of theirs is refused wherever a server verifies its clients.',
  prove: [
    'openssl x509 -noout -ext extendedKeyUsage: the usage is not there, though spec.usages of the Certificate names it',
    'the peer says: unsupported certificate, certificate specifies an incompatible key usage, unsuitable certificate purpose',
  ],
  fix: [
    'take client certificates from a CA that gives the usage: a private one, whose root the server is given',
    'where nothing uses it so: take the usage out of spec.usages',
  ],
  prevent: ['keep the CA of client certificates apart from that of public servers'],
  source:
    'RFC 5280 section 4.2.1.12; Chrome Root Program Policy 1.6; letsencrypt.org/2025/05/14/ending-tls-client-authentication',
  since: '0.1.0',
};

/** Usages of a Certificate that stand in the extended key usage, by cert-manager's words for them. */
const EXTENDED: Readonly<Record<string, string>> = {
  'server auth': 'serverAuth',
  'client auth': 'clientAuth',
  'code signing': 'codeSigning',
  'email protection': 'emailProtection',
  's/mime': 'emailProtection',
  timestamping: 'timeStamping',
  'ocsp signing': 'OCSPSigning',
};
const ANY = 'anyExtendedKeyUsage';

/** Whether what was issued may be used as its Certificate asks. */
export const usagesGiven: Check = {
  id: 'usages-given',
  title: 'certificates have the usages that their Certificates ask for',
  codes: [USAGE_NOT_GIVEN],
  applies: ({ inventory }) => inventory.facts('certificate').some(({ usages }) => usages !== undefined),
  run: (input) => input.inventory.facts('certificate').flatMap((fact) => judge(input, fact)),
};

function judge({ inventory }: CheckInput, fact: Seen<CertificateFact>): Draft[] {
  const { namespace, name, secretName, usages = [], ready, seen } = fact;
  const placed = servedBySecret(inventory, namespace, secretName);
  const leaf = placed?.leaf;
  // One that is being issued anew may be of another spec.
  if (!placed || !leaf || ready?.status !== 'True' || isFallback(leaf)) return [];
  const { extKeyUsages } = leaf;
  if (extKeyUsages.length === 0 || extKeyUsages.includes(ANY)) return [];
  const asked = usages.flatMap((usage) => EXTENDED[usage] ?? []);
  const lacking = asked.filter((usage) => !extKeyUsages.includes(usage));
  if (lacking.length === 0) return [];
  const object = ref.object('certificate', name, namespace);
  return [
    draft(USAGE_NOT_GIVEN, {
      // Who asks for both serves with it, most likely, and takes the other along.
      severity: lacking.length < asked.length ? 'info' : 'warning',
      layer: placed.placement.layer,
      placement: placed.placement.ref,
      also: [object],
      message: `${placed.placement.ref} may not be used for ${list(lacking)}, which ${object} asks for: its CA gave ${list(extKeyUsages)} alone`,
      evidence: [
        inventory.evidence(seen, `${object}: usages ${usages.join(', ')}`),
        inventory.evidence(
          placed.placement.seen,
          `issued by ${leaf.issuer}: extended key usage ${extKeyUsages.join(', ')}`,
        ),
      ],
      impact: 'peers that verify it for that use refuse it; for its other uses nothing is wrong',
      fix: [
        manualStep(
          'issuer',
          'name an issuer that gives the usage, of a CA that the peer trusts',
          kubectlEdit('certificate', name, namespace),
        ),
      ],
    }),
  ];
}
