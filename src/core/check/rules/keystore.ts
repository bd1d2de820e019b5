import type { KeystoreFact, Seen } from '../../model/facts.ts';
import type { CodeDefinition } from '../../model/finding.ts';
import { ref } from '../../model/ref.ts';
import { manualStep, type Step } from '../../model/step.ts';
import { rfc3339 } from '../../view/time.ts';
import { draft } from '../draft.ts';
import { servedBySecret } from '../relations.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';

const SOURCE = 'cert-manager, Certificate resource, keystores; pkg/controller/certificates/issuing/internal/secret.go';

const KEYSTORE_DIFFERS: CodeDefinition = {
  code: 'KEYSTORE_DIFFERS',
  severity: 'warning',
  title: 'a keystore holds another certificate than the pair beside it in its Secret',
  meaning:
    'cert-manager writes the keystore and the pair together. Where they differ something else has written one of them, or the Secret was copied in part: programs that read the keystore go on with another certificate than those that read tls.crt.',
  prove: [
    'kubectl -n NS get secret NAME -o jsonpath="{.data.keystore\\.p12}" | base64 -d | openssl pkcs12 -nokeys -clcerts | openssl x509 -noout -serial',
    'kubectl -n NS get secret NAME -o jsonpath="{.data.tls\\.crt}" | base64 -d | openssl x509 -noout -serial: another one',
  ],
  fix: ['renew the Certificate: pair and keystore are written anew', 'stop what else writes the Secret'],
  source: SOURCE,
  since: '0.1.0',
};

const KEYSTORE_LOCKED: CodeDefinition = {
  code: 'KEYSTORE_LOCKED',
  severity: 'warning',
  title: 'the password that is named for a keystore does not open it',
  meaning:
    'The password in the Secret that the Certificate names was changed after the keystore had been written. Programs that read the password now cannot open it; cert-manager writes it anew with the next issuance only.',
  prove: ['keytool -list -keystore keystore.p12 -storepass PASSWORD: password was incorrect'],
  fix: ['renew the Certificate: the keystore is written with the password of today'],
  source: SOURCE,
  since: '0.1.0',
};

const KEYSTORE_MISSING: CodeDefinition = {
  code: 'KEYSTORE_MISSING',
  severity: 'warning',
  title: 'a Certificate asks for a keystore that its Secret does not have',
  meaning:
    'Either nothing was issued since the keystore was asked for, or the password Secret that the Certificate names is not there: cert-manager then writes neither the keystore nor the renewed pair, while the request counts as issued.',
  prove: [
    'kubectl -n NS get secret NAME -o jsonpath="{.data}" | jq keys: no keystore.p12, no keystore.jks',
    'kubectl -n NS describe certificate NAME: KeystorePasswordSecretNotFound',
  ],
  fix: ['make the password Secret that passwordSecretRef names, then renew the Certificate'],
  source: SOURCE,
  since: '0.1.0',
};

export const keystore: Check = {
  id: 'keystore',
  title: 'keystores hold what lies beside them, and open',
  codes: [KEYSTORE_DIFFERS, KEYSTORE_LOCKED, KEYSTORE_MISSING],
  applies: ({ inventory }) => inventory.facts('keystore').length > 0,
  run: (input) => input.inventory.facts('keystore').flatMap((fact) => judge(input, fact)),
};

function judge(input: CheckInput, fact: Seen<KeystoreFact>): Draft[] {
  const { inventory } = input;
  const { namespace, secret, key, certificate, passwordSecret = 'its password', reason, seen, state } = fact;
  const placement = ref.secret(namespace, secret, key);
  const common = {
    layer: 'ingress' as const,
    placement,
    also: [ref.object('certificate', certificate, namespace)],
    evidence: [inventory.evidence(seen, `${placement}: ${STATES[state]}${reason ? `: it ${reason}` : ''}`)],
    fix: renewal(fact),
  };
  if (state === 'opened') return differs(input, fact, common);
  if (state === 'locked' || state === 'damaged') {
    const message =
      state === 'locked' ? `${placement} does not open with ${passwordSecret}` : `${placement} cannot be read`;
    return [draft(KEYSTORE_LOCKED, { ...common, message, impact: 'whatever reads the keystore does not start' })];
  }
  const isPassword = state === 'password-missing';
  return [
    draft(KEYSTORE_MISSING, {
      ...common,
      severity: isPassword ? 'critical' : 'warning',
      message: isPassword
        ? `${passwordSecret}, the password for ${placement}, is not there: nothing that is issued for Certificate ${namespace}/${certificate} is written`
        : `Certificate ${namespace}/${certificate} asks for ${placement}, which is not there`,
      impact: isPassword
        ? 'the pair is not renewed either: it ends where it stands'
        : 'whatever reads the keystore does not start',
    }),
  ];
}

const STATES: Readonly<Record<KeystoreFact['state'], string>> = {
  opened: 'opens',
  locked: 'does not open',
  damaged: 'is damaged',
  missing: 'is not there',
  'password-missing': 'its password is not there',
};

function differs({ inventory, now }: CheckInput, fact: Seen<KeystoreFact>, common: Common): Draft[] {
  const held = inventory.placement(common.placement)?.leaf;
  const pair = servedBySecret(inventory, fact.namespace, fact.secret)?.leaf;
  if (!held || !pair || held.sha256 === pair.sha256) return [];
  return [
    draft(KEYSTORE_DIFFERS, {
      ...common,
      severity: held.notAfter < now ? 'critical' : 'warning',
      message: `${common.placement} holds serial ${held.serialNumber}, not ${pair.serialNumber} as tls.crt beside it`,
      evidence: [
        inventory.evidence(fact.seen, `${fact.key}: serial ${held.serialNumber}, ends ${rfc3339(held.notAfter)}`),
        inventory.evidence(fact.seen, `tls.crt: serial ${pair.serialNumber}, ends ${rfc3339(pair.notAfter)}`),
      ],
      impact: 'programs that read the keystore serve or show another certificate than those that read the pair',
    }),
  ];
}

interface Common extends Pick<Draft, 'layer' | 'placement' | 'evidence'> {
  readonly also: readonly string[];
  readonly fix: readonly Step[];
}

function renewal({ namespace, certificate, passwordSecret, state }: KeystoreFact): Step[] {
  const name = passwordSecret?.split('#')[0] ?? 'PASSWORD';
  const make = manualStep('password', `make Secret ${name}, which the Certificate names for the password`, [
    'kubectl',
    '-n',
    namespace,
    'create',
    'secret',
    'generic',
    name,
  ]);
  const renew = manualStep('renew', 'have pair and keystore written anew', [
    'cmctl',
    'renew',
    certificate,
    '-n',
    namespace,
  ]);
  return state === 'password-missing' ? [make, renew] : [renew];
}
