import type { ComponentFact, CsrFact, Seen } from '../../model/facts.ts';
import type { CodeDefinition } from '../../model/finding.ts';
import { ref } from '../../model/ref.ts';
import { manualStep, type Step } from '../../model/step.ts';
import type { Inventory } from '../../snapshot/inventory.ts';
import { relativeTime } from '../../view/time.ts';
import { casWithoutKey } from '../ca-keys.ts';
import { componentsNamed, valuesOf } from '../components.ts';
import { draft } from '../draft.ts';
import { restartComponent } from '../restart.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { list } from '../words.ts';

const CSR_NOT_ISSUED: CodeDefinition = {
  code: 'CSR_NOT_ISSUED',
  severity: 'warning',
  title: 'a certificate request was approved, and nobody signs it',
  meaning:
    'To approve a request is not to sign it. The signers of Kubernetes itself are controllers of the controller-manager, which run only where it was given a CA certificate and key: without --cluster-signing-cert-file and --cluster-signing-key-file (or those of one signer) it leaves every request as it is, without an event and without a condition. The same happens while it does not run, with --controllers=-csrsigning, and where the CA is external.',
  prove: [
    'kubectl get csr: Approved, without Issued',
    'grep cluster-signing /etc/kubernetes/manifests/kube-controller-manager.yaml: nothing',
    'kubectl -n kube-system logs -l component=kube-controller-manager | grep -i csrsigning: "skipping CSR signer controller because no csr cert/key was specified"',
  ],
  fix: [
    'give the controller-manager of every control-plane node --cluster-signing-cert-file and --cluster-signing-key-file, and restart it; the same request is then signed',
    'where the CA is external, run a signer for these names',
  ],
  source: 'kubernetes.io, Certificate Signing Requests; cmd/kube-controller-manager/app/certificates.go',
  since: '0.1.0',
};

/** What the controller-manager signs, and the flags of that signer alone: pkg/controller/certificates/signer. */
const SIGNERS: Readonly<Record<string, string>> = {
  'kubernetes.io/kube-apiserver-client': 'kube-apiserver-client',
  'kubernetes.io/kube-apiserver-client-kubelet': 'kubelet-client',
  'kubernetes.io/kubelet-serving': 'kubelet-serving',
  'kubernetes.io/legacy-unknown': 'legacy-unknown',
};
/** Milliseconds: an approved request is signed within seconds. */
const PATIENCE = 5 * 60_000;

export const csrNotIssued: Check = {
  id: 'csr-not-issued',
  title: 'approved certificate requests are signed',
  codes: [CSR_NOT_ISSUED],
  applies: ({ inventory }) => inventory.facts('csr').some(isBuiltIn),
  run: (input) => {
    const waiting = input.inventory.facts('csr').filter((csr) => isBuiltIn(csr) && isForgotten(input, csr));
    const groups = Map.groupBy(waiting, ({ signerName }) => signerName);
    return [...groups.values()].map((group) => report(input, group.toSorted(newestFirst)));
  },
};

function isBuiltIn({ signerName }: CsrFact): boolean {
  return Object.hasOwn(SIGNERS, signerName);
}

/** Approved for a while, and its requestor has got no later one. */
function isForgotten({ inventory, now }: CheckInput, csr: CsrFact): boolean {
  if (csr.state !== 'approved' || now - Date.parse(csr.created) <= PATIENCE) return false;
  return !inventory
    .facts('csr')
    .some(
      ({ state, signerName, username, created }) =>
        state === 'issued' && signerName === csr.signerName && username === csr.username && created > csr.created,
    );
}

function newestFirst(a: CsrFact, b: CsrFact): number {
  return a.created < b.created ? 1 : a.created > b.created ? -1 : a.name < b.name ? -1 : 1;
}

function report({ inventory, now }: CheckInput, group: readonly Seen<CsrFact>[]): Draft {
  const [latest] = group as [Seen<CsrFact>];
  const managers = componentsNamed(inventory, 'kube-controller-manager');
  const idle = managers.flatMap((one) => {
    const why = whyIdle(one, SIGNERS[latest.signerName]!);
    return why === undefined ? [] : [{ one, why }];
  });
  const because = idle.length > 0 && idle.length === managers.length ? `: ${idle[0]!.one.object} ${idle[0]!.why}` : '';
  const keyless = casWithoutKey(inventory, 'cluster-ca').map(({ placement }) => placement.ref);
  const away = because === '' && keyless.length > 0 ? `; the key of ${list(keyless)} is not on this machine` : '';
  return draft(CSR_NOT_ISSUED, {
    layer: 'cluster',
    placement: ref.csr(latest.name),
    also: group.slice(1).map(({ name }) => ref.csr(name)),
    message: `the request ${latest.name} of ${latest.username} to ${latest.signerName}, made ${relativeTime(Date.parse(latest.created), now)}, is approved, but nobody has signed it${because}${away}`,
    evidence: [
      ...group
        .slice(0, 5)
        .map((csr) => inventory.evidence(csr.seen, `csr/${csr.name}: approved, without a certificate`)),
      ...managers.map((one) => inventory.evidence(one.seen, `${one.object}: ${signingFlags(one)}`)),
    ],
    impact: 'whoever asked waits for ever: the request says neither Failed nor Denied',
    fix: fixFor(inventory, managers, because !== ''),
    causes: [{ code: 'LEADER_SILENT', placement: 'lease/kube-system/kube-controller-manager' }],
  });
}

/** Why a controller-manager does not sign for such a signer, by its flags; undefined: they let it. */
function whyIdle(manager: ComponentFact, signer: string): string | undefined {
  const controllers = valuesOf(manager, 'controllers');
  const isOff = controllers.some(
    (name) => /^-csrsigning/.test(name) || name === '-certificatesigningrequest-signing-controller',
  );
  if (isOff) return `runs without its signing controller (--controllers=${controllers.join(',')})`;
  const isGiven = [`cluster-signing-${signer}`, 'cluster-signing'].some((stem) =>
    ['cert', 'key'].every((half) => valuesOf(manager, `${stem}-${half}-file`).length > 0),
  );
  return isGiven
    ? undefined
    : 'was given no certificate and key to sign with (--cluster-signing-cert-file, --cluster-signing-key-file)';
}

function signingFlags({ flags }: ComponentFact): string {
  const told = Object.entries(flags).filter(([name]) => name.startsWith('cluster-signing-') || name === 'controllers');
  return told.length > 0 ? told.map(([name, value]) => `--${name}=${value}`).join(' ') : 'no flag to sign with';
}

function fixFor(inventory: Inventory, managers: readonly ComponentFact[], isUnarmed: boolean): Step[] {
  if (managers.length === 0 || !isUnarmed) {
    const command = ['kubectl', '-n', 'kube-system', 'logs', '-l', 'component=kube-controller-manager'];
    return [manualStep('signer', 'see why the controller-manager does not sign', command)];
  }
  const title =
    'add --cluster-signing-cert-file and --cluster-signing-key-file with the CA pair to the controller-manager of every control-plane node';
  return [manualStep('flags', title, [], 'restart'), ...restartComponent(inventory, 'kube-controller-manager')];
}
