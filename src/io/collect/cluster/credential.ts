import type { CredentialFact } from '../../../core/model/facts.ts';
import { certificatesIn } from '../../../core/parse/pem-contents.ts';
import { PortFailure } from '../../ports/failure.ts';
import type { KubeConnection } from '../../ports/kube-api.ts';
import type { Reading } from '../reading.ts';
import type { CollectContext, Source } from '../source.ts';

const COMMAND = 'kubectl auth whoami';
const UNKNOWN = 'who you are to the API server, and until when';

/** The user's own credential: certificate or token, and when it ends. */
export const credential: Source = {
  id: 'credential',
  layer: 'cluster',
  title: 'your credential',
  needs: [],
  inScope: ({ cluster }) => cluster,
  command: COMMAND,
  unknown: UNKNOWN,
  collect: async (context) => {
    const { kube } = context.ports;
    const { kind } = (await kube.connection()).credential;
    const reading = context.begin({ command: COMMAND, unknown: UNKNOWN });
    const failure = kind === 'exec' ? await runPlugin(context) : undefined;
    const { user, context: contextName, credential: found } = await kube.connection();
    const certificate = found.certificate === undefined ? {} : placeCertificate(reading, found);
    reading.fact('credential', {
      kind: found.kind,
      user,
      context: contextName,
      ...(found.expires !== undefined && { notAfter: new Date(found.expires).toISOString() }),
      ...(found.subject !== undefined && { subject: found.subject }),
      ...(found.ref !== undefined && { ref: found.ref }),
      ...certificate,
    });
    if (failure) reading.end(failure.state, failure.message);
  },
};

/** Only a credential plugin's answer says when its credential ends: a first request makes it run. */
async function runPlugin({ ports, signal, answered }: CollectContext): Promise<PortFailure | undefined> {
  try {
    await ports.kube.request({ path: '/version', signal });
    answered();
    return undefined;
  } catch (error) {
    if (signal.aborted || !(error instanceof PortFailure)) throw error;
    return error;
  }
}

/** A certificate that flags or a plugin gave stands in no kubeconfig: this is its placement. */
function placeCertificate(
  reading: Reading,
  { certificate, ref }: KubeConnection['credential'],
): Partial<CredentialFact> {
  const certificates = certificatesIn(Buffer.from(certificate ?? '')).certificates.map((found) => found.certificate);
  const leaf = certificates[0];
  if (!leaf) return {};
  const chain = reading.chain(certificates.map(({ der }) => der));
  if (ref !== undefined) reading.place({ ref, layer: 'cluster', role: 'user-client', manager: 'person', chain });
  return { notAfter: new Date(leaf.notAfter).toISOString(), subject: leaf.subject };
}
