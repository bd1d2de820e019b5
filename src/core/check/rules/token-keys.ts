import type { ComponentFact, Seen } from '../../model/facts.ts';
import type { CodeDefinition } from '../../model/finding.ts';
import { ref } from '../../model/ref.ts';
import { manualStep, type Step } from '../../model/step.ts';
import { signingKeyFiles, verifyingKeyFiles } from '../../parse/token-keys.ts';
import type { Inventory } from '../../snapshot/inventory.ts';
import { componentsNamed } from '../components.ts';
import { draft } from '../draft.ts';
import { restartApiServer } from '../restart.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { list } from '../words.ts';

const SA_KEY_MISMATCH: CodeDefinition = {
  code: 'SA_KEY_MISMATCH',
  severity: 'critical',
  title: 'tokens of service accounts are signed by a key that the API server does not verify by',
  meaning:
    'The controller-manager signs tokens with --service-account-private-key-file, the API server verifies them by --service-account-key-file, or by the key of its serving certificate where that flag is missing. The two have to be halves of one pair. These keys have no certificate and never expire; TLS is in order, and only bearer tokens get 401, which stops every Pod that calls the API.',
  prove: [
    'openssl pkey -in SIGNING.key -pubout | openssl sha256; openssl pkey -in VERIFYING.key -pubout | openssl sha256 (with -pubin for a public key): the two differ',
    'the log of the API server: invalid bearer token, error in cryptographic primitive',
  ],
  fix: [
    'give every API server the public half of the signing key with --service-account-key-file, beside the one that it has while old tokens are about, and restart it',
    'renew token Secrets, and restart the Pods that hold old tokens',
  ],
  prevent: ['let all control-plane nodes share one pair, and give both programs its path'],
  source: 'kubernetes.io, Managing Service Accounts; pkg/kubeapiserver/options/authentication.go',
  since: '0.1.0',
};

export const tokenKeys: Check = {
  id: 'token-keys',
  title: 'the API server verifies tokens by the key that signs them',
  codes: [SA_KEY_MISMATCH],
  applies: ({ inventory }) => signers(inventory).length > 0 && verifiers(inventory).length > 0,
  run: (input) => {
    const keys = verifiers(input.inventory);
    if (keys.length === 0 || keys.some(({ spki }) => spki === undefined)) return [];
    const known = new Set(keys.map(({ spki }) => spki));
    const wrong = signers(input.inventory).filter(({ spki }) => spki !== undefined && !known.has(spki));
    const once = [...new Map(wrong.map((key) => [key.path, key])).values()];
    return once.map((key) => report(input, key, keys));
  },
};

/** A key that a component was given. */
interface TokenKey {
  readonly component: Seen<ComponentFact>;
  readonly path: string;
  /** SHA-256 of its public half; undefined: it was not read. */
  readonly spki: string | undefined;
}

function signers(inventory: Inventory): TokenKey[] {
  return ['kube-controller-manager', 'kube-apiserver'].flatMap((name) =>
    keysOf(inventory, name, (component) => signingKeyFiles(component)),
  );
}

function verifiers(inventory: Inventory): TokenKey[] {
  return keysOf(inventory, 'kube-apiserver', verifyingKeyFiles);
}

/** Files are at hand for what runs on this node: Pods of other nodes name other machines' files. */
function keysOf(
  inventory: Inventory,
  name: string,
  filesOf: (component: ComponentFact) => readonly string[],
): TokenKey[] {
  return componentsNamed(inventory, name)
    .filter(({ by }) => by !== 'pod')
    .flatMap((component) =>
      filesOf(component).map((path) => ({ component, path, spki: inventory.placement(ref.file(path))?.placement.key })),
    );
}

function report({ inventory }: CheckInput, { component, path, spki }: TokenKey, verifying: readonly TokenKey[]): Draft {
  const [first] = verifying as [TokenKey];
  const isDefault = first.component.flags['service-account-key-file'] === undefined;
  const paths = [...new Set(verifying.map((key) => key.path))];
  const how = isDefault ? `the key of its serving certificate, ${list(paths)}, for want of another` : list(paths);
  return draft(SA_KEY_MISMATCH, {
    layer: 'cluster',
    placement: ref.file(path),
    also: paths.map(ref.file),
    message: `${component.component} signs tokens of service accounts with ${path}, and the API server verifies them by ${how}: another key`,
    evidence: [
      inventory.evidence(
        component.seen,
        `${component.object}: signs with ${path}, whose public half has SHA-256 ${spki}`,
      ),
      ...verifying.map((key) =>
        inventory.evidence(key.component.seen, `${key.component.object}: verifies by ${key.path}, ${key.spki}`),
      ),
    ],
    impact: 'the API server answers 401 to every token that was signed so: Pods cannot call the API',
    fix: fixFor(inventory, path),
  });
}

function fixFor(inventory: Inventory, path: string): Step[] {
  return [
    manualStep('public', 'write the public half of the signing key beside it', [
      ...['openssl', 'pkey', '-in', path, '-pubout', '-out', `${path.replace(/(-key)?\.(key|pem)$/, '')}.pub`],
    ]),
    manualStep(
      'flag',
      'name it with --service-account-key-file to every API server, beside what is there',
      [],
      'restart',
    ),
    ...restartApiServer(inventory),
  ];
}
