import type { Observation } from '../../../core/model/observation.ts';
import { readLinkerdCheck } from '../../../core/parse/linkerd/check.ts';
import { readLinkerdEdges } from '../../../core/parse/linkerd/edges.ts';
import { readLinkerdVersion } from '../../../core/parse/linkerd/version.ts';
import { lastWord } from '../../../core/parse/tool-output.ts';
import { PortFailure } from '../../ports/failure.ts';
import type { ToolResult } from '../../ports/tool-runner.ts';
import { asksCluster, factsIn } from '../cluster-source.ts';
import type { Reading } from '../reading.ts';
import type { CollectContext, Source } from '../source.ts';
import { linkerdCommand, runLinkerd } from './linkerd-tool.ts';

/** Without --wait it goes on for five minutes, with it for five seconds at least. */
const CHECK = ['check', '--proxy', '--wait', '2s', '-o', 'json'];
const MULTICLUSTER = ['multicluster', 'check', '--wait', '2s', '-o', 'json'];
const EDGES = ['viz', 'edges', 'deployment', '-A', '-o', 'json'];
const UNKNOWN = "Linkerd's own view of its certificates; what it reads was read without it";
const HANGS = 'linkerd did not answer in time (--request-timeout): it waits for the control plane and the API server';

/**
 * Linkerd's second opinion. It compares texts and dates and opens no connection to a proxy, ends at its first fatal
 * failure, and exits with 0 for warnings: nothing depends on its answer.
 */
export const linkerdCheck: Source = {
  id: 'linkerd-check',
  layer: 'mesh',
  title: 'linkerd check',
  needs: [{ kind: 'binary', name: 'linkerd' }],
  after: ['mesh-bundles', 'linkerd-config', 'pods'],
  inScope: asksCluster('mesh'),
  command: `linkerd ${CHECK.join(' ')}`,
  unknown: UNKNOWN,
  collect: async (context) => {
    const config = await context.from('linkerd-config');
    const pods = await context.from('pods');
    const isThere = [config, pods, await context.from('mesh-bundles')].some(tellsOfLinkerd);
    if (!isThere) return;
    const hasLinks = factsIn(config, 'linkerdLink').length > 0;
    const hasViz = factsIn(pods, 'pod').some(({ namespace }) => namespace === 'linkerd-viz');
    await Promise.all([
      ask(context, CHECK, keepChecks),
      hasLinks ? ask(context, MULTICLUSTER, keepChecks) : undefined,
      hasViz ? ask(context, EDGES, keepEdges) : undefined,
    ]);
  },
};

function tellsOfLinkerd(observations: readonly Observation[]): boolean {
  return (
    factsIn(observations, 'linkerdConfig').length > 0 ||
    factsIn(observations, 'pod').some(({ mesh }) => mesh?.kind === 'linkerd') ||
    observations.some(({ placements }) => placements.some(({ role }) => role === 'linkerd-trust-anchor'))
  );
}

/** Keeps what it says; false where it says nothing of the kind. */
type Keep = (context: CollectContext, reading: Reading, result: ToolResult) => Promise<boolean>;

const keepChecks: Keep = async (context, reading, { stdout }) => {
  const report = readLinkerdCheck(stdout);
  if (!report) return false;
  reading.fact('linkerdCheck', { ...report, ...(await versionsOf(context)) });
  return true;
};

async function versionsOf(context: CollectContext): Promise<ReturnType<typeof readLinkerdVersion>> {
  try {
    return readLinkerdVersion((await runLinkerd(context, await linkerdCommand(context, ['version']))).stdout);
  } catch (error) {
    if (context.signal.aborted || !(error instanceof PortFailure)) throw error;
    return undefined;
  }
}

const keepEdges: Keep = async (_context, reading, { stdout }) => {
  const edges = readLinkerdEdges(stdout);
  for (const edge of edges ?? []) reading.fact('linkerdEdge', edge);
  return edges !== undefined;
};

async function ask(context: CollectContext, words: readonly string[], keep: Keep): Promise<void> {
  const argv = await linkerdCommand(context, words);
  const reading = context.begin({ command: argv.join(' '), unknown: UNKNOWN });
  context.signal.addEventListener('abort', () => reading.end('timed-out', HANGS), { once: true });
  try {
    const result = await runLinkerd(context, argv);
    reading.tool({ command: argv.join(' '), exit: result.exit, answer: result.stdout });
    if (await keep(context, reading, result)) reading.complete();
    else reading.end(refusal(result), `linkerd gives no list: ${lastWord(result)}`);
  } catch (error) {
    if (!(error instanceof PortFailure) || error.state !== 'absent') throw error;
    reading.end('absent', `${error.message}: what it reads was read without it`);
  }
}

/** An earlier version may not know the command; an extension may not be installed. */
function refusal({ stdout, stderr }: ToolResult): 'absent' | 'partial' {
  return /unknown (?:command|flag)|not found\nValidate the install/.test(`${stdout}\n${stderr}`) ? 'absent' : 'partial';
}
