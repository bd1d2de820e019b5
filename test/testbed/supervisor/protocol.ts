/** When a process counts as ready. HTTPS answers are taken whatever their certificate: the bed serves broken ones too. */
export type Probe =
  | { kind: 'tcp'; port: number }
  | { kind: 'http'; url: string; status?: number }
  | { kind: 'file'; path: string }
  | { kind: 'log'; text: string };

/** One process for the supervisor to keep. Pure data: it travels over the control socket. */
export interface ProcessSpec {
  /** Also the name of its log (`logs/NAME.log`) and pid file (`pids/NAME.pid`). */
  name: string;
  /** What to run; absent with `manifest`. */
  argv?: readonly string[];
  /** A static Pod's manifest: run its command while the file is there, start anew when the file changes, as a kubelet does. */
  manifest?: StaticPod;
  env?: Readonly<Record<string, string>>;
  /** Default: the run folder. One elsewhere hides the process from the sweep that follows a killed supervisor. */
  cwd?: string;
  ready?: Probe;
  /** Milliseconds until a process that is not ready is given up. Default 60 s. */
  readyWithinMs?: number;
  /** Milliseconds between SIGTERM and SIGKILL. Default 10 s. */
  stopWithinMs?: number;
}

export interface StaticPod {
  file: string;
  /** Folder that stands for / of the node: paths of the command line begin there. */
  root: string;
  /** Folder with the programs that the command line names. */
  bin: string;
}

export interface ProcessState {
  name: string;
  pid: number | null;
  /** Milliseconds since the epoch. */
  startedAt: number | null;
  /** How often it was started, the first time included. */
  starts: number;
  log: string;
}

export type Request =
  | { op: 'start'; spec: ProcessSpec }
  | { op: 'stop'; name: string }
  | { op: 'signal'; name: string; signal: NodeJS.Signals }
  | { op: 'list' }
  | { op: 'ports'; names: readonly string[] }
  | { op: 'down' };

export interface Replies {
  start: ProcessState;
  stop: null;
  signal: null;
  list: ProcessState[];
  ports: Record<string, number>;
  down: null;
}

export type Reply<Op extends Request['op']> = { ok: Replies[Op] } | { error: string };

/** The control socket of a run folder. */
export const socketOf = (runDir: string): string => `${runDir}/control.sock`;
