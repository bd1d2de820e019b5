import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Incident } from '../../../src/io/demo/planting/form.ts';
import type { Bed } from '../../testbed/bed.ts';
import { RECORDINGS } from '../../testbed/replay/tool.ts';

/** What other programs say of the same state of a cluster, or `n/a` and why they say nothing. */
export interface PeersSay {
  /** `istioctl analyze` on the planted cluster. */
  readonly istioctl: string;
  /** `linkerd check`, recorded where the cause was the same. */
  readonly linkerd: string;
  /** `cmctl status certificate` or `cmctl check api`, recorded where the cause was the same. */
  readonly cmctl: string;
}

/** As istioctl takes it. */
const PATIENCE = '30s';

/** @param bed where it stands planted; absent on the demo */
export async function peersOf(incident: Incident, bed: Bed | undefined): Promise<PeersSay> {
  return {
    istioctl: await istioctlAnalyze(incident, bed),
    linkerd: linkerdCheck(incident),
    cmctl: cmctlSays(incident),
  };
}

async function istioctlAnalyze({ layer }: Incident, bed: Bed | undefined): Promise<string> {
  if (layer !== 'mesh') return 'n/a: no mesh';
  if (bed === undefined) return 'n/a: on the demo';
  try {
    await bed.start(['istioctl']);
    const argv = ['analyze', '-A', '-o', 'json', `--timeout=${PATIENCE}`, `--kubeconfig=${bed.superAdminKubeconfig}`];
    const { stdout, stderr } = await bed.tryRun([join(bed.binDir, 'istioctl'), ...argv]);
    return warningsIn(stdout) ?? `n/a: ${stderr.trim().split('\n').at(-1)?.slice(0, 80)}`;
  } catch (error) {
    return `n/a: ${error instanceof Error ? error.message : String(error)}`.slice(0, 80);
  }
}

interface Message {
  readonly code: string;
  readonly level: string;
  readonly origin: string;
}

/** Errors and warnings: what is for information is said of healthy clusters as well. */
function warningsIn(stdout: string): string | undefined {
  try {
    const messages = (JSON.parse(stdout) as Message[]).filter(({ level }) => level !== 'Info');
    return [...new Set(messages.map(({ code, origin }) => `${code} ${origin}`))].slice(0, 2).join('; ') || 'nothing';
  } catch {
    return undefined;
  }
}

/** Recordings by the cause of their case: code and object of what an incident expects. */
const SAME_CASE: Readonly<Record<string, string>> = {
  'CERT_EXPIRED secret/linkerd/linkerd-identity-issuer': 'check-issuer-expired-json',
  'CERT_EXPIRING secret/linkerd/linkerd-identity-issuer': 'check-issuer-expiring-json',
  'KEY_MISMATCH secret/linkerd/linkerd-identity-issuer': 'check-issuer-key-mismatch-json',
  'SECRET_MISSING secret/linkerd/linkerd-identity-issuer': 'check-issuer-secret-missing-json',
  'ISSUER_OUTSIDE_ANCHORS secret/linkerd/linkerd-identity-issuer': 'check-issuer-wrong-anchor-json',
  'CERT_EXPIRED configmap/linkerd/linkerd-identity-trust-roots': 'check-anchor-expired-json',
  'CERT_EXPIRING configmap/linkerd/linkerd-identity-trust-roots': 'check-anchor-expiring-json',
  'TRUST_ROOTS_MISSING configmap/linkerd/linkerd-identity-trust-roots': 'check-trust-roots-configmap-missing-json',
  'ROOT_REPLACED_WITHOUT_OVERLAP configmap/linkerd/linkerd-identity-trust-roots': 'check-proxy-anchor-replaced-json',
  'CERT_EXPIRED secret/linkerd/linkerd-proxy-injector-k8s-tls': 'check-webhook-injector-expired-json',
  'CERT_EXPIRED secret/linkerd/linkerd-policy-validator-k8s-tls': 'check-webhook-policy-validator-expired-json',
  'CA_BUNDLE_MISMATCH mutatingwebhookconfiguration/linkerd-proxy-injector-webhook-config':
    'check-webhook-injector-cabundle-mismatch-json',
};

/** Recordings of cmctl by the code of their cause, and by what it blames where that makes the difference. */
const CMCTL_CASE: Readonly<Record<string, string>> = {
  ISSUER_MISSING: 'status-issuer-missing',
  ISSUER_CA_UNUSABLE: 'status-issuer-not-ready',
  ISSUER_UNREACHABLE: 'status-acme-issuer-unreachable',
  REQUEST_NOT_APPROVED: 'status-waiting-for-approval',
  REQUEST_INVALID: 'status-failed-backoff',
  CERT_MANAGER_WEBHOOK_DOWN: 'check-api-webhook-down',
  'CA_BUNDLE_MISMATCH mutatingwebhookconfiguration/cert-manager-webhook': 'check-api-webhook-ca-wrong',
  'CA_INJECTION_STUCK mutatingwebhookconfiguration/cert-manager-webhook': 'check-api-webhook-ca-wrong',
};

/** Codes and what they blame, of the causes that an incident expects. */
function causesOf({ expect }: Incident): { readonly code: string; readonly object: string }[] {
  const causes = [expect?.rootCause ?? []].flat().filter((one) => typeof one !== 'string');
  return causes.map(({ code = '', object }) => ({ code, object: object.split('#')[0] ?? '' }));
}

function cmctlSays(incident: Incident): string {
  const [recording] = causesOf(incident).flatMap(
    ({ code, object }) => CMCTL_CASE[`${code} ${object}`] ?? CMCTL_CASE[code] ?? [],
  );
  if (recording === undefined) return 'n/a: not recorded';
  const said = readFileSync(join(RECORDINGS, 'cmctl', recording, 'stdout.txt'), 'utf8').split('\n');
  // A Certificate without a Secret says so in every case: the reason stands at its issuer, its request, or in an error.
  const telling = said.filter(
    (line) => /^error|Ready: False|Issuing: False/i.test(line.trim()) && !/DoesNotExist/.test(line),
  );
  return (
    telling
      .map((line) => line.trim().slice(0, 120))
      .slice(0, 2)
      .join('; ') || 'nothing'
  );
}

function linkerdCheck(incident: Incident): string {
  const keys = causesOf(incident).map(({ code, object }) => `${code} ${object}`);
  const recording = keys.flatMap((key) => SAME_CASE[key] ?? [])[0];
  return recording === undefined ? 'n/a: not recorded' : complaintsIn(recording);
}

interface Checks {
  readonly categories: readonly {
    readonly checks: readonly { readonly description: string; readonly result: string; readonly error?: string }[];
  }[];
}

function complaintsIn(recording: string): string {
  const { categories } = JSON.parse(
    readFileSync(join(RECORDINGS, 'linkerd', recording, 'stdout.txt'), 'utf8'),
  ) as Checks;
  const failed = categories.flatMap(({ checks }) => checks).filter(({ result }) => result !== 'success');
  return failed.map(({ description, result }) => `${result}: ${description}`).join('; ') || 'nothing';
}
