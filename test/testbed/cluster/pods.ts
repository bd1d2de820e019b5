import type { Bed } from '../bed.ts';
import { NODES, silence } from '../catalogue/kwok.ts';
import { until } from '../run.ts';

export interface PodRef {
  namespace: string;
  name: string;
}

/** A line of a container's log. */
export interface LogLine {
  text: string;
  /** Milliseconds since the epoch. Default: now. */
  at?: number;
  stream?: 'stdout' | 'stderr';
}

/** A Pod on the worker node, ready to be applied; `spec` and `metadata` are merged over it. */
export function pod({ namespace, name }: PodRef, spec: object = {}, metadata: object = {}): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace, name, ...metadata },
    spec: {
      nodeName: NODES.worker,
      automountServiceAccountToken: false,
      containers: [{ name: 'app', image: 'registry.example/app:1' }],
      ...spec,
    },
  };
}

/** Waits until kwok has a Pod running. */
export async function untilRunning(bed: Bed, { namespace, name }: PodRef): Promise<void> {
  await until(`pod ${namespace}/${name} runs`, async () => {
    return (await bed.kubectl(['get', 'pod', '-n', namespace, name, '-o', 'jsonpath={.status.phase}'])) === 'Running';
  });
}

/** Gives the Pod's containers logs, which `kubectl logs` then reads through the API server. Text is one current line each. */
export async function giveLogs(bed: Bed, pod: PodRef, logs: Readonly<Record<string, readonly (LogLine | string)[]>>) {
  const entries = Object.entries(logs).map(([container, lines]) => ({
    containers: [container],
    logsFile: bed.write(`pod-logs/${pod.namespace}/${pod.name}/${container}.log`, lines.map(criLine).join(''), 0o644),
  }));
  await bed.apply(perPod('Logs', pod, { logs: [...entries, silence(bed)] }));
}

/** Lets `kubectl exec` in the Pod run commands here, in `cwd` and with `env` added. */
export async function giveExec(
  bed: Bed,
  pod: PodRef,
  { cwd = bed.runDir, env = {} }: { cwd?: string; env?: Record<string, string> },
) {
  const envs = Object.entries(env).map(([name, value]) => ({ name, value }));
  await bed.apply(perPod('Exec', pod, { execs: [{ local: { workDir: cwd, envs } }] }));
}

/** Leads the Pod's ports, through port-forward, to ports on loopback. */
export async function giveForward(bed: Bed, pod: PodRef, ports: Readonly<Record<number, number>>) {
  const forwards = Object.entries(ports).map(([port, target]) => ({
    ports: [Number(port)],
    target: { address: '127.0.0.1', port: target },
  }));
  await bed.apply(perPod('PortForward', pod, { forwards }));
}

function perPod(kind: 'Logs' | 'Exec' | 'PortForward', { namespace, name }: PodRef, spec: object): object {
  return { apiVersion: 'kwok.x-k8s.io/v1alpha1', kind, metadata: { namespace, name }, spec };
}

/** The container runtimes' log format, the only one that kwok reads. */
function criLine(line: LogLine | string): string {
  const { text, at = Date.now(), stream = 'stdout' } = typeof line === 'string' ? { text: line } : line;
  return `${new Date(at).toISOString().replace('Z', '000000Z')} ${stream} F ${text}\n`;
}
