import type { KubeadmFact } from '../../../core/model/facts.ts';
import { refBase } from '../../../core/model/ref.ts';
import { type KubeadmReport, readKubeadmReport } from '../../../core/parse/kubeadm.ts';
import { nodeRoot } from '../../../core/parse/node-root.ts';
import { lastWord } from '../../../core/parse/tool-output.ts';
import { PortFailure } from '../../ports/failure.ts';
import type { ToolResult } from '../../ports/tool-runner.ts';
import type { Reading } from '../reading.ts';
import type { CollectContext, Source } from '../source.ts';
import { SUDO_LINE } from './file-readings.ts';

const COMMAND = 'kubeadm certs check-expiration';
const UNKNOWN = "kubeadm's own view of its certificates; the files speak for themselves";
/** Bytes; the answer is a page of text. */
const MAX_OUTPUT = 1 << 20;
/** Where installers leave kubeadm's configuration: kubespray's name first. */
const CONFIG_FILES = ['kubeadm-config.yaml', 'kubeadm.yaml'];

/**
 * kubeadm's second opinion. It reads every file again, needs root, asks the API server for its configuration before it
 * answers, and gives all or nothing: it is asked under the source's deadline, and nothing depends on its answer.
 */
export const kubeadm: Source = {
  id: 'kubeadm',
  layer: 'cluster',
  title: 'kubeadm',
  needs: [{ kind: 'binary', name: 'kubeadm' }],
  after: ['kubeadm-files'],
  inScope: ({ cluster, layers }) => cluster && layers.includes('cluster'),
  command: COMMAND,
  unknown: UNKNOWN,
  collect: async (context) => {
    const certDir = await certificateFolder(context);
    if (certDir === undefined) return;
    const folder = context.scope.pkiDir.replace(/(?<=.)\/+$/, '');
    const root = nodeRoot(folder);
    if (root === undefined) {
      const reason = `kubeadm reads kubeconfigs in /etc/kubernetes alone: ${folder} is a copy, judged by its files`;
      return context.begin({ command: COMMAND, unknown: UNKNOWN }).end('not-applicable', reason);
    }
    await new Question(context, { folder, root, certDir }).ask();
  },
};

/** Where kubeadm's files were found; undefined on a worker and a laptop, where there is nothing to ask about. */
async function certificateFolder(context: CollectContext): Promise<string | undefined> {
  const placements = (await context.from('kubeadm-files')).flatMap((observation) => observation.placements);
  const ca = placements.find(({ role, ref }) => role === 'cluster-ca' && ref.startsWith('file:'));
  return (
    ca &&
    refBase(ca.ref)
      .replace(/^file:/, '')
      .replace(/\/[^/]*$/, '')
  );
}

interface Where {
  readonly folder: string;
  /** Root of the node: empty on the node itself. */
  readonly root: string;
  readonly certDir: string;
}

class Question {
  readonly #context: CollectContext;
  readonly #where: Where;
  readonly #argv: readonly string[];
  readonly #reading: Reading;

  constructor(context: CollectContext, where: Where) {
    const { root, certDir } = where;
    this.#context = context;
    this.#where = where;
    // Without the flag its default is taken for the folder, whatever the cluster's configuration says.
    this.#argv = [
      ...COMMAND.split(' '),
      ...['--cert-dir', certDir.slice(root.length)],
      ...(root ? ['--rootfs', root] : []),
    ];
    this.#reading = context.begin({ command: this.#argv.join(' '), unknown: UNKNOWN });
    context.signal.addEventListener('abort', () => this.#reading.end('timed-out', HANGS), { once: true });
  }

  /** JSON has the seconds (1.30 on); only the text says when kubeadm fell back to a default configuration. */
  async ask(): Promise<void> {
    const [text, json] = await Promise.all([this.#run([]), this.#run(['-o', 'json'])]);
    const told = readKubeadmReport(text.stdout);
    const report = (json.exit === 0 ? readKubeadmReport(json.stdout) : undefined) ?? told;
    if (!report || text.exit !== 0) return this.#refuse(text, report);
    if (!told?.fallback) return this.#keep(report, 'cluster', text);
    await this.#askWithConfig(report, text);
  }

  /** Without the cluster, a configuration that lies beside the files is better than none. */
  async #askWithConfig(report: KubeadmReport, text: ToolResult): Promise<void> {
    const { folder, root } = this.#where;
    for (const name of CONFIG_FILES) {
      const path = `${folder}/${name}`;
      if (!(await isThere(this.#context, path))) continue;
      const result = await this.#run(['--config', path.slice(root.length)]);
      const better = result.exit === 0 ? readKubeadmReport(result.stdout) : undefined;
      if (better) return this.#keep(better, 'file', result);
    }
    this.#keep(report, 'fallback', text);
  }

  #keep({ rows }: KubeadmReport, configuration: KubeadmFact['configuration'], { exit, stdout }: ToolResult): void {
    this.#reading.tool({ command: this.#argv.join(' '), exit, answer: stdout });
    this.#reading.fact('kubeadm', {
      certDir: this.#where.certDir,
      configuration,
      rows: rows.map(({ name, missing, expires, externallyManaged }) => ({
        name,
        missing,
        ...(expires !== undefined && { expires: new Date(expires).toISOString() }),
        externallyManaged,
      })),
    });
    this.#reading.complete();
  }

  async #run(more: readonly string[]): Promise<ToolResult> {
    const { ports, signal, answered } = this.#context;
    try {
      const result = await ports.tools.run({ argv: [...this.#argv, ...more], maxOutput: MAX_OUTPUT, signal });
      answered();
      return result;
    } catch (error) {
      if (!(error instanceof PortFailure) || error.state !== 'absent') throw error;
      throw new PortFailure('absent', `${error.message}: ${FILES_SAY}`, { code: 'ENOENT' });
    }
  }

  /** It answered with an error: too old, no rights, or a file that it stumbled over. */
  #refuse(result: ToolResult, report: KubeadmReport | undefined): void {
    const { exit, stdout, stderr } = result;
    const said = lastWord(result);
    this.#reading.tool({ command: this.#argv.join(' '), exit, answer: stdout + stderr });
    const output = `${stdout}\n${stderr}`;
    if (/unknown command|unknown flag/.test(output)) {
      this.#reading.end('absent', `this kubeadm is too old to tell (${said}); ${FILES_SAY}`);
    } else if (/permission denied|operation not permitted/i.test(output)) {
      this.#reading.end('denied', `kubeadm needs root: ${said}; ${SUDO_LINE}`);
    } else if (report) {
      this.#reading.end('partial', `kubeadm stopped halfway, after ${report.rows.length} rows: ${said}; ${FILES_SAY}`);
    } else {
      const what = exit === 0 ? 'answers something else than a list' : `failed with exit code ${exit}`;
      this.#reading.end('partial', `kubeadm ${what}: ${said}; it gives no part of its list then; ${FILES_SAY}`);
    }
  }
}

const FILES_SAY = 'the files were read without it';

const HANGS = `kubeadm did not answer in time (--request-timeout): it first asks the API server for its configuration, which takes connections and does not answer; ${FILES_SAY}`;

async function isThere({ ports }: CollectContext, path: string): Promise<boolean> {
  try {
    return (await ports.files.stat(path))?.kind === 'file';
  } catch (error) {
    if (error instanceof PortFailure) return false;
    throw error;
  }
}
