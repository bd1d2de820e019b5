import type { IssuanceObject } from '../../../core/parse/kube/issuance.ts';
import { readSecret } from '../../../core/parse/kube/secret.ts';
import { type IssuanceStart, type IssuanceState, judgeIssuance } from '../../../core/plan/issuance.ts';
import { type StepContext, StepFailure, type StepHandler } from '../handler.ts';
import { watchIssuance } from '../issuance-watch.ts';
import { patiently } from '../patience.ts';
import type { ApplyPorts } from '../ports.ts';
import { type CertificateAccess, type FoundCertificate, markForReissue, readCertificate } from '../reissue-mark.ts';

/** Milliseconds that a run waits for an issuance: ACME takes minutes at most, and what stalls is tried for ever. */
const PATIENCE = 600_000;
/** How often the mark is set anew on a Certificate that others write at the same time. */
const ATTEMPTS = 10;

/** What the plan says of the Certificate. */
interface Reissue extends IssuanceStart, CertificateAccess {
  readonly secretName: string;
  readonly uid?: string;
  /** SHA-256 of the leaf that is to be replaced. */
  readonly before?: string;
  progress(message: string): void;
}

/**
 * Asks cert-manager for a new certificate as `cmctl renew` does and follows the issuance to its end. Safe to repeat: an
 * issuance that runs is followed, one that has ended since the plan was made counts, and only where there is neither is
 * another one begun.
 */
export function reissueCertificate({ kube, clock }: Pick<ApplyPorts, 'kube' | 'clock'>): StepHandler {
  const read = (params: Readonly<Record<string, string>>, context: StepContext): Reissue => {
    const { namespace = '', name = '', secretName = '', revision = '0', ...rest } = params;
    const { signal, progress } = context;
    return { ...rest, namespace, name, secretName, revision: Number(revision), kube, signal, progress };
  };
  return {
    kind: 'reissue-certificate',
    run: ({ params = {} }, context) =>
      patiently({ clock, patience: PATIENCE, context }, (patient) => reissue(read(params, patient), () => clock.now())),
    dryRun: async ({ params = {} }, context) => {
      const asked = read(params, context);
      await markForReissue(asked, await readCertificate(asked), { now: clock.now(), dryRun: true });
      return `the status of Certificate ${asked.namespace}/${asked.name} with the condition Issuing`;
    },
  };
}

async function reissue(asked: Reissue, now: () => number): Promise<string> {
  const certificate = await begin(asked, now);
  if (certificate) await follow(asked, certificate);
  return await newLeaf(asked);
}

/** @returns the Certificate whose issuance is to be followed; undefined: it has ended well since the plan was made */
async function begin(asked: Reissue, now: () => number): Promise<IssuanceObject | undefined> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const found = await readCertificate(asked);
    const state = stateOf(asked, found);
    if (state.is === 'issued') return undefined;
    if (state.is === 'running') {
      asked.progress('an issuance is under way: following it');
      return found.certificate;
    }
    const marked = await markForReissue(asked, found, { now: now() });
    if (marked) return marked;
  }
  throw new StepFailure(`Certificate ${asked.namespace}/${asked.name} changes too fast to be marked: what writes it?`, [
    `see kubectl -n ${asked.namespace} get certificate ${asked.name} -o yaml --show-managed-fields`,
  ]);
}

const NOTHING = { certificate: new Map(), request: new Map(), order: new Map(), challenge: new Map() };

function stateOf(asked: Reissue, { certificate }: FoundCertificate): IssuanceState {
  if (asked.uid !== undefined && certificate.uid !== asked.uid)
    throw new StepFailure(`Certificate ${asked.namespace}/${asked.name} was made anew since the plan was made`);
  return checked(asked, judgeIssuance(certificate, asked, NOTHING));
}

/** @throws StepFailure when the issuance has failed, or the Certificate is gone */
function checked({ namespace, name }: Reissue, state: IssuanceState): IssuanceState {
  if (state.is === 'gone') throw new StepFailure(`Certificate ${namespace}/${name} was deleted meanwhile`);
  if (state.is !== 'failed') return state;
  throw new StepFailure(`cert-manager could not issue it: ${state.message}`, [
    `see cmctl status certificate ${name} -n ${namespace}; the old certificate stays in place`,
  ]);
}

async function follow(asked: Reissue, certificate: IssuanceObject): Promise<void> {
  const { progress, kube, namespace, signal } = asked;
  let said = '';
  for await (const objects of watchIssuance({ kube, namespace, certificate, signal }, progress)) {
    const state = checked(asked, judgeIssuance(objects.certificate.get(certificate.uid), asked, objects));
    if (state.is === 'issued') return;
    if (state.is === 'running' && state.message !== said) {
      said = state.message;
      progress(said);
    }
  }
}

/** cert-manager writes the Secret before it says that it has issued. */
async function newLeaf({ kube, namespace, secretName, before, signal }: Reissue): Promise<string> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/secrets/${encodeURIComponent(secretName)}`;
  const { body } = await kube.request({ path, signal });
  const leaf = readSecret(body)?.entries.find(({ key }) => key === 'tls.crt')?.certificates[0];
  if (leaf && leaf.sha256 !== before) return `Secret ${namespace}/${secretName} holds serial ${leaf.serialNumber}`;
  const what = leaf ? `still holds serial ${leaf.serialNumber}` : 'holds no certificate';
  throw new StepFailure(`cert-manager says that it has issued, but Secret ${namespace}/${secretName} ${what}`, [
    `something else writes it: kubectl -n ${namespace} get secret ${secretName} -o yaml --show-managed-fields`,
  ]);
}
