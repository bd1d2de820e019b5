import { certificateFactOf } from '../../check/relations.ts';
import { manualStep } from '../../model/step.ts';
import type { Placed } from '../../snapshot/inventory.ts';
import type { Certificate } from '../../x509/certificate.ts';
import type { CauseDefinition, Judgement, Playbook, StepContext } from '../playbook.ts';

const CROSS_SIGN_EXPIRED: CauseDefinition = {
  code: 'CROSS_SIGN_EXPIRED',
  severity: 'warning',
  layer: 'ingress',
  title: 'a chain carries a cross-signed root, and old clients follow it to a root that has expired',
  meaning:
    'The certificate of a root that another, older root has signed is served behind the intermediate. Clients of today stop at the root itself, which they trust. OpenSSL up to 1.0.2, old Java and embedded libraries build the path through what was served, up to the older root, and refuse it once that has expired. Nothing of the shortest path has expired, so to renew with the same chain changes nothing.',
  prove: [
    'openssl s_client -connect HOST:443 -servername HOST -showcerts </dev/null: the last certificate has the name of a root and another issuer',
    'the error names a certificate at a depth of 2 or more that is not in the shortest path',
  ],
  fix: [
    'on the server: have the chain end at the newer root (preferredChain of the issuer), and renew',
    'on the client: update its roots and take the expired one out, or update its TLS library',
  ],
  verify: ['leaf and intermediate alone are served, and the old client verifies'],
  source: "Let's Encrypt, DST Root CA X3 Expiration; OpenSSL 1.0.2, X509_V_FLAG_TRUSTED_FIRST; srvrco/getssl#721",
  since: '0.1.0',
};

/** Some clients, all of one old library, say that a certificate has expired which no other client looks at. */
export const oldClients: Playbook = {
  id: 'old-clients',
  layer: 'ingress',
  title: 'Old clients alone say that the chain has expired (verify error:num=10 at depth 2 or more)',
  patterns: [
    /verify error:num=10[^\n]*depth [2-9][^\n]*?(?:CN ?= ?(?<name>[^,)\n]+))?(?:[^\n]*\bhost (?<host>[\w.-]+))?/i,
    /depth=[2-9][^\n]*CN ?= ?(?<name>[^,\n]+)[\s\S]{0,80}verify error:num=10/i,
    /DST Root CA X3|AddTrust External CA Root/i,
  ],
  explainedBy: ['CERT_EXPIRED', 'CHAIN_EXPIRED', 'CHAIN_NOT_CONFORMING'],
  roles: [],
  reads: ['secrets'],
  causes: [CROSS_SIGN_EXPIRED],
  steps: [
    {
      id: 'cross-signed',
      question: 'Does the chain carry a root that another root has signed?',
      command: ({ reading: { names } }) => {
        const host = [...names].find((name) => name.includes('.')) ?? 'HOST';
        return `openssl s_client -connect ${host}:443 -servername ${host} -showcerts </dev/null`;
      },
      sources: ['secrets'],
      causes: [CROSS_SIGN_EXPIRED.code],
      judge: (context) => (isAsked(context) ? crossSigned(context).flatMap((found) => judge(found, context)) : []),
    },
  ],
  next: [
    {
      title: 'Which roots does the client trust, and which library verifies?',
      command: 'openssl version; trust list | grep -i "DST Root"',
    },
  ],
};

/** Clients of today pay no attention to it: it matters only to those that complain. */
function isAsked({ reading }: StepContext): boolean {
  return reading.playbooks.includes('old-clients');
}

interface CrossSigned {
  readonly placed: Placed;
  readonly at: number;
  readonly cross: Certificate;
  /** The root itself, of the same name and key. */
  readonly root: Certificate;
}

/** Stored before served: there it is mended. A cross-sign that has expired itself is the expiry rule's. */
function crossSigned({ inventory, now }: StepContext): CrossSigned[] {
  const found = inventory.placements.flatMap((placed) => {
    const at = placed.chain.findIndex(
      (one, index) => index > 0 && one.isCA && !one.selfIssued && rootOf(one) !== undefined,
    );
    const cross = placed.chain[at];
    const root = cross && rootOf(cross);
    return cross && root && cross.notAfter > now ? [{ placed, at, cross, root }] : [];
  });
  return found.toSorted((a, b) => Number(isServed(a)) - Number(isServed(b)));

  function rootOf(one: Certificate): Certificate | undefined {
    return inventory
      .withKey(one.spki)
      .find((other) => other.selfIssued && other.subject === one.subject && other.notAfter > now);
  }
}

function isServed({ placed }: CrossSigned): boolean {
  return placed.placement.ref.startsWith('tls://');
}

function judge({ placed, at, cross, root }: CrossSigned, { inventory }: StepContext): Judgement[] {
  const { ref, seen } = placed.placement;
  if (ref.startsWith('tls://') && inventory.placementsOf(placed.leaf!.sha256)[0]?.placement.ref !== ref) return [];
  const keeper = certificateFactOf(inventory, ref);
  return [
    {
      is: 'supports',
      code: CROSS_SIGN_EXPIRED.code,
      object: ref,
      message: `the chain in ${ref} carries ${cross.subject} signed by ${cross.issuer}: old clients follow it there, and do not stop at the root of that name, which they may trust`,
      evidence: [
        inventory.evidence(
          seen,
          `${ref}: certificate ${at} of the chain is ${cross.subject}, issued by ${cross.issuer}`,
        ),
        inventory.evidence(seen, `${root.subject} itself is valid until ${new Date(root.notAfter).toISOString()}`),
      ],
      fix: [
        keeper
          ? manualStep(
              'chain',
              `set preferredChain of ${keeper.issuer.kind} ${keeper.issuer.name} to the name of the newer root, then renew`,
              ['kubectl', 'edit', keeper.issuer.kind.toLowerCase(), keeper.issuer.name],
            )
          : manualStep('chain', `take certificate ${at} and what follows it out of the chain`, []),
        manualStep('client', "or update the client's roots and library", []),
      ],
    },
    {
      is: 'misleads',
      object: ref,
      message: 'the leaf was renewed of late',
      why: 'it is valid; to renew it again with the same chain changes nothing',
    },
  ];
}
