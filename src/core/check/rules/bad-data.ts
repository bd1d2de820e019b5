import type { CodeDefinition } from '../../model/finding.ts';
import type { Layer } from '../../model/layer.ts';
import { ref } from '../../model/ref.ts';
import { manualStep, type Step } from '../../model/step.ts';
import type { Inventory } from '../../snapshot/inventory.ts';
import { draft } from '../draft.ts';
import { renewSteps } from '../remedy.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { servingClaims } from '../serving.ts';
import { list } from '../words.ts';

const BAD_DATA: CodeDefinition = {
  code: 'BAD_DATA',
  severity: 'warning',
  title: 'what should be a certificate or a key cannot be read as one',
  meaning:
    'The file or Secret is there, but its bytes are no PEM, no DER, or cut off. Whatever loads it fails or keeps the old one: an ingress controller logs one line and goes on with the certificate it had.',
  prove: [
    'openssl x509 -noout -in FILE: "Could not find certificate", or an ASN.1 error',
    'kubectl -n NS get secret NAME -o jsonpath="{.data.tls\\.crt}" | base64 -d | head -c 200: look for a second base64, a missing line, Windows line ends',
  ],
  fix: ['write it again from the original; values in a manifest are base64 once, not twice'],
  prevent: ['kubectl create secret tls refuses what it cannot read; kubectl apply takes anything'],
  source: 'RFC 7468; ITU-T X.690',
  since: '0.1.0',
};

/** Something that holds unreadable data. */
interface Broken {
  readonly placement: string;
  readonly layer: Layer;
  readonly problems: readonly string[];
  readonly seen: number;
  /** Who needs it. */
  readonly objects: readonly string[];
}

export const badData: Check = {
  id: 'bad-data',
  title: 'certificates and keys can be read where they stand',
  codes: [BAD_DATA],
  applies: ({ inventory }) =>
    ['secret', 'file', 'kubeconfig', 'caBundle', 'csr', 'configMap'].some(
      (kind) => inventory.facts(kind as 'file').length > 0,
    ),
  run: (input) => broken(input.inventory).map((one) => report(input, one)),
};

function broken(inventory: Inventory): Broken[] {
  const layerOf = (placement: string, seen: number) =>
    inventory.placement(placement)?.placement.layer ?? inventory.coverageOf(seen).layer;
  const told = [...brokenSecrets(inventory), ...brokenFiles(inventory), ...brokenObjects(inventory)];
  return told
    .filter(({ problems }) => problems.length > 0)
    .map((one) => ({ ...one, layer: layerOf(one.placement, one.seen) }));
}

type Told = Omit<Broken, 'layer'>;

/** A Secret that is there and lacks what it is named for counts too. */
function brokenSecrets(inventory: Inventory): Told[] {
  const users = Map.groupBy(servingClaims(inventory), ({ namespace, secretName }) => `${namespace}/${secretName}`);
  return inventory.facts('secret').map(({ namespace, name, problems, seen }) => {
    const placement = ref.secret(namespace, name, 'tls.crt');
    const lacking = problems.length > 0 ? [] : (inventory.placement(placement)?.placement.missing ?? []);
    const objects = [...new Set((users.get(`${namespace}/${name}`) ?? []).map(({ object }) => object))];
    return { placement, problems: [...problems, lacking].flat(), seen, objects };
  });
}

function brokenFiles(inventory: Inventory): Told[] {
  return [...inventory.facts('file'), ...inventory.facts('kubeconfig')].map(({ path, problems, seen }) => ({
    placement: ref.file(path),
    problems,
    seen,
    objects: [],
  }));
}

function brokenObjects(inventory: Inventory): Told[] {
  return [
    ...inventory.facts('caBundle').map((fact) => ({ ...fact, placement: fact.ref })),
    ...inventory.facts('csr').map((fact) => ({ ...fact, placement: ref.csr(fact.name) })),
    ...inventory
      .facts('configMap')
      .map((fact) => ({ ...fact, placement: ref.object('configmap', fact.name, fact.namespace) })),
  ].map(({ placement, problems = [], seen }) => ({ placement, problems, seen, objects: [] }));
}

function report({ inventory }: CheckInput, { placement, layer, problems, seen, objects }: Broken): Draft {
  return draft(BAD_DATA, {
    severity: objects.length > 0 ? 'critical' : 'warning',
    layer,
    placement,
    message: `${placement.split('#')[0]} cannot be read: ${list(problems)}`,
    evidence: problems.slice(0, 5).map((problem) => inventory.evidence(seen, problem)),
    impact:
      objects.length > 0
        ? `${list(objects)} cannot show it: clients get a stand-in or the certificate of before`
        : 'whatever loads it fails, or goes on with what it had',
    fix: fixFor(inventory, placement),
  });
}

function fixFor(inventory: Inventory, placement: string): Step[] {
  const placed = inventory.placement(placement);
  return placed ? renewSteps(inventory, placed) : [manualStep('rewrite', 'write it again from the original')];
}
