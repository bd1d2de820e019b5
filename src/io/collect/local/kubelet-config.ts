import type { KubeletFact } from '../../../core/model/facts.ts';
import { type Fields, readYaml, type TextProblem } from '../../../core/parse/yaml-fields.ts';
import { PortFailure } from '../../ports/failure.ts';
import type { CollectContext, Source } from '../source.ts';

/** Where kubeadm puts it: cmd/kubeadm/app/constants, KubeletConfigurationFileName. */
const CONFIG = '/var/lib/kubelet/config.yaml';
const COMMAND = `cat ${CONFIG}`;
const UNKNOWN = 'how the kubelet of this machine gets and renews its certificates';
/** Bytes. */
const MAX_CONFIG = 1 << 20;

/** The kubelet's own configuration: where it serves, and how it comes by its certificates. */
export const kubeletConfig: Source = {
  id: 'kubelet-config',
  layer: 'cluster',
  title: 'kubelet configuration',
  needs: [{ kind: 'file', path: CONFIG }],
  inScope: ({ cluster, layers, pkiDirGiven }) => cluster && layers.includes('cluster') && !pkiDirGiven,
  command: COMMAND,
  unknown: UNKNOWN,
  collect: async (context) => {
    const text = await readConfig(context);
    if (text === undefined) return;
    const reading = context.begin({ command: COMMAND, unknown: UNKNOWN });
    const problems: TextProblem[] = [];
    reading.fact('kubelet', factOf(readYaml(text, problems)));
    const [problem] = problems;
    if (problem) reading.end('partial', `${CONFIG}: line ${problem.line}: ${problem.reason}`);
  },
};

/** Undefined on a machine that is no node of kubeadm's. */
async function readConfig({ ports, answered }: CollectContext): Promise<string | undefined> {
  try {
    const bytes = await ports.files.read(CONFIG, MAX_CONFIG);
    answered();
    return Buffer.from(bytes).toString('utf8');
  } catch (error) {
    if (error instanceof PortFailure && error.state === 'absent') return undefined;
    throw error;
  }
}

/** Defaults of kubelet.config.k8s.io/v1beta1 (pkg/kubelet/apis/config/v1beta1/defaults.go). */
function factOf(config: Fields): KubeletFact {
  const bound = config.text('address') ?? '0.0.0.0';
  const port = config.raw('port');
  const servingFile = config.text('tlsCertFile');
  const clientCAFile = config.fieldsOrEmpty('authentication').fieldsOrEmpty('x509').text('clientCAFile');
  return {
    config: CONFIG,
    address: bound === '0.0.0.0' || bound === '::' ? '127.0.0.1' : bound,
    port: typeof port === 'number' && port > 0 ? port : 10250,
    ...(servingFile !== undefined && { servingFile }),
    ...(clientCAFile !== undefined && { clientCAFile }),
    rotates: config.flag('rotateCertificates'),
    requestsServing: config.flag('serverTLSBootstrap'),
  };
}
