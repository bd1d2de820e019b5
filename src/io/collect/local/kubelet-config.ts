import type { KubeletFact } from '../../../core/model/facts.ts';
import { flagsOf } from '../../../core/parse/control-plane.ts';
import { type Fields, readYaml, type TextProblem } from '../../../core/parse/yaml-fields.ts';
import { PortFailure } from '../../ports/failure.ts';
import type { CollectContext, Source } from '../source.ts';

/** Where kubeadm puts it: cmd/kubeadm/app/constants, KubeletConfigurationFileName. */
const CONFIG = '/var/lib/kubelet/config.yaml';
const COMMAND = `cat ${CONFIG}`;
const UNKNOWN = 'how the kubelet of this machine gets and renews its certificates';
/** Bytes. */
const MAX_CONFIG = 1 << 20;

/**
 * The kubelet's own configuration: where it serves, and how it comes by its certificates. It lies where the flag of the
 * running kubelet says, else where kubeadm puts it.
 */
export const kubeletConfig: Source = {
  id: 'kubelet-config',
  layer: 'cluster',
  title: 'kubelet configuration',
  needs: [{ kind: 'file', path: CONFIG }],
  inScope: ({ cluster, layers, pkiDirGiven }) => cluster && layers.includes('cluster') && !pkiDirGiven,
  command: COMMAND,
  unknown: UNKNOWN,
  collect: async (context) => {
    const flags = await flagsOfKubelet(context);
    const path = flags.get('config') || CONFIG;
    const text = await readConfig(context, path);
    if (text === undefined) return;
    const reading = context.begin({ command: `cat ${path}`, unknown: UNKNOWN });
    const problems: TextProblem[] = [];
    reading.fact('kubelet', factOf(path, readYaml(text, problems), flags));
    const [problem] = problems;
    if (problem) reading.end('partial', `${path}: line ${problem.line}: ${problem.reason}`);
  },
};

/** None where several run: those of nodes in containers, which are seen from their host, have files of their own. */
async function flagsOfKubelet({ ports }: CollectContext): Promise<ReadonlyMap<string, string>> {
  try {
    const [kubelet, another] = await ports.processes.named(['kubelet']);
    return kubelet && !another ? flagsOf(kubelet.argv) : NONE;
  } catch (error) {
    if (error instanceof PortFailure) return NONE;
    throw error;
  }
}

const NONE: ReadonlyMap<string, string> = new Map();

/** Undefined on a machine that is no node of kubeadm's, and whose kubelet names no file. */
async function readConfig({ ports, answered }: CollectContext, path: string): Promise<string | undefined> {
  try {
    const bytes = await ports.files.read(path, MAX_CONFIG);
    answered();
    return Buffer.from(bytes).toString('utf8');
  } catch (error) {
    if (error instanceof PortFailure && error.state === 'absent') return undefined;
    throw error;
  }
}

/**
 * Defaults of kubelet.config.k8s.io/v1beta1 (pkg/kubelet/apis/config/v1beta1/defaults.go). A flag is taken before what
 * the file says (cmd/kubelet/app/options/options.go, AddKubeletConfigFlags).
 */
function factOf(path: string, config: Fields, flags: ReadonlyMap<string, string>): KubeletFact {
  const bound = flags.get('address') ?? config.text('address') ?? '0.0.0.0';
  const port = Number(flags.get('port') ?? config.raw('port'));
  const servingFile = flags.get('tls-cert-file') ?? config.text('tlsCertFile');
  const inFile = config.fieldsOrEmpty('authentication').fieldsOrEmpty('x509').text('clientCAFile');
  const clientCAFile = flags.get('client-ca-file') ?? inFile;
  return {
    config: path,
    address: bound === '0.0.0.0' || bound === '::' ? '127.0.0.1' : bound,
    port: port > 0 ? port : 10250,
    ...(servingFile !== undefined && { servingFile }),
    ...(clientCAFile !== undefined && { clientCAFile }),
    rotates: isOn(flags.get('rotate-certificates')) ?? config.flag('rotateCertificates'),
    requestsServing: config.flag('serverTLSBootstrap'),
  };
}

/** A flag without value is on. */
function isOn(flag: string | undefined): boolean | undefined {
  return flag === undefined ? undefined : flag !== 'false';
}
