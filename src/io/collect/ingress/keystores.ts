import type { CertificateFact, KeystoreFact } from '../../../core/model/facts.ts';
import { ref } from '../../../core/model/ref.ts';
import { at, recordOf, textOf } from '../../../core/parse/kube/json.ts';
import { parseCertificate } from '../../../core/x509/certificate.ts';
import { PortFailure } from '../../ports/failure.ts';
import { asksCluster, factsIn } from '../cluster-source.ts';
import { eachOf } from '../handshake/parallel.ts';
import type { Reading } from '../reading.ts';
import { judgeFailure } from '../run.ts';
import type { CollectContext, Source } from '../source.ts';

/** Certificates whose Secrets are read at the same time. */
const PARALLEL = 8;
const COMMAND =
  'kubectl get secret SECRET -o jsonpath="{.data.keystore\\.p12}" | base64 -d | keytool -list -keystore /dev/stdin';
const UNKNOWN = 'whether keystores hold what lies beside them in their Secrets';

type Wanted = NonNullable<CertificateFact['keystores']>[number];

/**
 * The PKCS#12 and Java keystores that cert-manager keeps beside a pair, opened with the password that the Certificate
 * names. The password is used at that moment and goes nowhere else.
 */
export const keystores: Source = {
  id: 'keystores',
  layer: 'ingress',
  title: 'keystores in Secrets',
  needs: [{ kind: 'rbac', group: '', resource: 'secrets', verb: 'get' }],
  after: ['certificates'],
  inScope: asksCluster('ingress'),
  command: COMMAND,
  unknown: UNKNOWN,
  collect: async (context) => {
    const all = factsIn(await context.from('certificates'), 'certificate').filter(
      ({ keystores: of = [] }) => of.length > 0,
    );
    if (all.length === 0) return;
    const reading = context.begin({ command: COMMAND, unknown: UNKNOWN });
    const failures: unknown[] = [];
    await eachOf(PARALLEL, all, async (certificate) => {
      try {
        await readKeystores(context, reading, certificate);
      } catch (error) {
        context.signal.throwIfAborted();
        failures.push(error);
      }
    });
    if (failures.length === 0) return reading.complete();
    const { state, reason } = judgeFailure(failures[0]);
    reading.end(failures.length === all.length ? state : 'partial', reason);
  },
};

async function readKeystores(context: CollectContext, reading: Reading, certificate: CertificateFact): Promise<void> {
  const { namespace, secretName, keystores: wanted = [] } = certificate;
  const data = await dataOf(context, namespace, secretName);
  for (const one of wanted) await readOne(context, reading, { certificate, one, data });
}

interface Opening {
  readonly certificate: CertificateFact;
  readonly one: Wanted;
  /** Undefined: there is no Secret. */
  readonly data: Readonly<Record<string, unknown>> | undefined;
}

async function readOne(context: CollectContext, reading: Reading, { certificate, one, data }: Opening): Promise<void> {
  const { namespace, name, secretName } = certificate;
  const say = (state: KeystoreFact['state'], reason?: string) =>
    reading.fact('keystore', {
      namespace,
      secret: secretName,
      key: one.key,
      kind: one.kind,
      certificate: name,
      ...(one.passwordSecret && { passwordSecret: `${one.passwordSecret.name}#${one.passwordSecret.key}` }),
      state,
      ...(reason !== undefined && { reason }),
    });
  const password = await passwordOf(context, namespace, one);
  if (password === undefined) return say('password-missing');
  const encoded = textOf(data?.[one.key]);
  if (encoded === undefined) return say('missing');
  const bytes = Buffer.from(encoded, 'base64');
  try {
    const { groups, sealed } = await context.ports.keystores.open(one.kind, bytes, [password]);
    for (const { certificates } of groups.filter(({ key }) => key !== undefined)) {
      reading.place({
        ref: ref.secret(namespace, secretName, one.key),
        layer: 'ingress',
        role: 'keystore',
        manager: 'cert-manager',
        chain: reading.chain(certificates.filter(isCertificate)),
      });
    }
    say(sealed || groups.some(({ key }) => key === 'locked') ? 'locked' : 'opened');
  } catch (error) {
    if (!(error instanceof PortFailure)) throw error;
    if (error.state === 'denied') return say('locked');
    say('damaged', error.message);
  } finally {
    bytes.fill(0);
  }
}

function isCertificate(der: Uint8Array): boolean {
  try {
    return parseCertificate(der).der.length > 0;
  } catch {
    return false;
  }
}

/** Undefined where the Secret or its key is not there; a keystore without a named one has its maker's own. */
async function passwordOf(
  context: CollectContext,
  namespace: string,
  { passwordSecret }: Wanted,
): Promise<string | undefined> {
  if (!passwordSecret) return DEFAULT_PASSWORD;
  const data = await dataOf(context, namespace, passwordSecret.name);
  const encoded = textOf(data?.[passwordSecret.key]);
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString();
}

/** What keytool takes where nobody chose: cert-manager's too, where the spec names none. */
const DEFAULT_PASSWORD = 'changeit';

/** The data of a Secret; undefined where there is none. */
async function dataOf({ ports, signal, answered }: CollectContext, namespace: string, name: string) {
  const [space, secret] = [namespace, name].map(encodeURIComponent);
  try {
    const { body } = await ports.kube.request({ path: `/api/v1/namespaces/${space}/secrets/${secret}`, signal });
    answered();
    return recordOf(at(body, 'data'));
  } catch (error) {
    if (!(error instanceof PortFailure) || error.state !== 'absent') throw error;
    answered();
    return undefined;
  }
}
