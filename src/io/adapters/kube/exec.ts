import { PortFailure } from '../../ports/failure.ts';
import type { ExecAnswer } from '../../ports/kube-api.ts';
import type { Channels } from './channels.ts';

const CHANNELS = { stdout: 1, stderr: 2, status: 3 } as const;
/** Bytes of output: a proxy's dump of its secrets is far below. */
const MAX_OUTPUT = 64 << 20;

/** A Status of the API, as the end of a command is told: k8s.io/cri-streaming pkg/streaming/remotecommand. */
interface EndStatus {
  readonly status?: string;
  readonly message?: string;
  readonly reason?: string;
  readonly details?: { readonly causes?: readonly { readonly reason?: string; readonly message?: string }[] };
}

/** Collects the output of a command until its end. @throws PortFailure when it did not run, or says too much */
export async function collectOutput(channels: Channels, where: string): Promise<ExecAnswer> {
  const chunks: Record<number, Buffer[]> = { 1: [], 2: [], 3: [] };
  let size = 0;
  for await (const { channel, bytes } of channels.receive()) {
    size += bytes.length;
    if (size > MAX_OUTPUT) {
      channels.close();
      throw new PortFailure('partial', `${where}: the output is larger than ${MAX_OUTPUT >> 20} MiB`);
    }
    chunks[channel]?.push(bytes);
  }
  const text = (channel: number) => Buffer.concat(chunks[channel] ?? []).toString('utf8');
  return { stdout: text(CHANNELS.stdout), stderr: text(CHANNELS.stderr), exit: exitOf(text(CHANNELS.status), where) };
}

function exitOf(text: string, where: string): number {
  const status = parse(text);
  if (!status) throw new PortFailure('partial', `${where}: the connection ended before the command did`);
  if (status.status === 'Success') return 0;
  const code = status.details?.causes?.find(({ reason }) => reason === 'ExitCode')?.message;
  if (status.reason === 'NonZeroExitCode' && code !== undefined) return Number(code);
  const message = status.message ?? 'the command did not run';
  const isMissing = /no such file|not found/i.test(message);
  throw new PortFailure(isMissing ? 'absent' : 'unreachable', `${where}: ${message}`, { cause: status });
}

function parse(text: string): EndStatus | undefined {
  try {
    return JSON.parse(text) as EndStatus;
  } catch {
    return undefined;
  }
}
