import type { CodeDefinition } from '../../model/finding.ts';
import { ref } from '../../model/ref.ts';
import { manualStep } from '../../model/step.ts';
import { draft } from '../draft.ts';
import { wasRead } from '../readings.ts';
import { servedBySecret } from '../relations.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { when } from '../words.ts';

const SECRET_ORPHANED: CodeDefinition = {
  code: 'SECRET_ORPHANED',
  severity: 'warning',
  title: 'the Certificate that kept a Secret is gone, and nothing renews it any more',
  meaning:
    'The Secret says by annotation which Certificate made it, and there is none of that name. It stays when its Certificate is deleted, or when a TLS block is taken out of an Ingress; what still uses it will be served an expired certificate one day.',
  prove: [
    'kubectl -n NS get secret NAME -o jsonpath="{.metadata.annotations}"',
    'kubectl -n NS get certificate: none of that name',
  ],
  fix: [
    'make the Certificate again, with the same secretName: it takes the Secret over',
    'or delete the Secret when nothing uses it',
  ],
  source: 'cert-manager documentation, cleaning up Secrets when Certificates are deleted',
  since: '0.1.0',
};

export const secretOrphaned: Check = {
  id: 'secret-orphaned',
  title: 'the Certificates of Secrets are there',
  codes: [SECRET_ORPHANED],
  applies: ({ inventory }) => inventory.facts('secret').some(({ certificateName }) => certificateName !== undefined),
  run: (input) => (wasRead(input.inventory, 'certificates') ? judge(input) : []),
};

function judge({ inventory, now }: CheckInput): Draft[] {
  const known = new Set(inventory.facts('certificate').map(({ namespace, name }) => `${namespace}/${name}`));
  const kept = new Set(inventory.facts('certificate').map(({ namespace, secretName }) => `${namespace}/${secretName}`));
  return inventory.facts('secret').flatMap(({ namespace, name, certificateName, seen }) => {
    if (
      certificateName === undefined ||
      known.has(`${namespace}/${certificateName}`) ||
      kept.has(`${namespace}/${name}`)
    )
      return [];
    const placed = servedBySecret(inventory, namespace, name);
    const used = placed && inventory.consumers(placed).filter(({ how }) => how !== 'role');
    return [
      draft(SECRET_ORPHANED, {
        severity: used && used.length > 0 ? 'warning' : 'info',
        layer: placed?.placement.layer ?? 'ingress',
        placement: ref.secret(namespace, name, 'tls.crt'),
        message: `Secret ${namespace}/${name} was made by Certificate ${certificateName}, which is gone${placed?.leaf ? `: nothing renews it, and it ends ${when(placed.leaf.notAfter, now)}` : ''}`,
        evidence: [inventory.evidence(seen, `its annotation names Certificate ${certificateName}`)],
        impact:
          used && used.length > 0
            ? `${used.map((each) => each.name).join(', ')} will be left with an expired certificate`
            : 'none that is known',
        fix: [
          manualStep('certificate', 'make the Certificate again, or delete the Secret when nothing uses it', [
            'kubectl',
            '-n',
            namespace,
            'get',
            'certificates',
          ]),
        ],
      }),
    ];
  });
}
