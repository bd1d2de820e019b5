import type { IstioOpinionFact } from '../../../core/model/facts.ts';
import { jsonIn } from '../../../core/parse/istio/json-text.ts';
import { readAnalysis, readProxyStatus, readVersions } from '../../../core/parse/istio/opinion.ts';
import { lastWord } from '../../../core/parse/tool-output.ts';
import { PortFailure } from '../../ports/failure.ts';
import { asksCluster, factsIn } from '../cluster-source.ts';
import type { CollectContext, Source } from '../source.ts';
import { istioctlCommand, runIstioctl } from './istioctl.ts';

/**
 * Without a revision, version and proxy-status wait for the default revision's webhook without end where the API server
 * is away or does not let it be read; --revision passes that by.
 */
const ASKED: readonly {
  readonly words: (revision: string) => readonly string[];
  readonly read: (json: unknown) => Omit<IstioOpinionFact, 'command'> | undefined;
}[] = [
  { words: (revision) => ['version', '-o', 'json', '--revision', revision], read: readVersions },
  { words: (revision) => ['proxy-status', '-o', 'json', '--revision', revision], read: readProxyStatus },
  { words: (revision) => ['analyze', '-A', '-o', 'json', '--revision', revision], read: readAnalysis },
];
const UNKNOWN = "istioctl's own view of the mesh; what it reads was read without it";
const HANGS = 'istioctl did not answer in time (--request-timeout): it waits for istiod or the API server';

/** istioctl's second opinion: versions, secrets that proxies refused, faults of the configuration. Nothing depends on it. */
export const istioctlOpinion: Source = {
  id: 'istioctl',
  layer: 'mesh',
  title: 'istioctl analyze, proxy-status, version',
  needs: [{ kind: 'binary', name: 'istioctl' }],
  after: ['istio-config', 'pods'],
  inScope: asksCluster('mesh'),
  command: 'istioctl analyze -A -o json',
  unknown: UNKNOWN,
  collect: async (context) => {
    const meshes = factsIn(await context.from('istio-config'), 'istioMesh');
    const hasProxies = factsIn(await context.from('pods'), 'pod').some(({ mesh }) => mesh?.kind === 'istio');
    if (meshes.length === 0 && !hasProxies) return;
    const revision = meshes[0]?.revision ?? 'default';
    await Promise.all(ASKED.map(({ words, read }) => ask(context, words(revision), read)));
  },
};

async function ask(
  context: CollectContext,
  words: readonly string[],
  read: (json: unknown) => Omit<IstioOpinionFact, 'command'> | undefined,
): Promise<void> {
  const argv = await istioctlCommand(context, words);
  const command = argv.join(' ');
  const reading = context.begin({ command, unknown: UNKNOWN });
  context.signal.addEventListener('abort', () => reading.end('timed-out', HANGS), { once: true });
  try {
    const result = await runIstioctl(context, argv);
    reading.tool({ command, exit: result.exit, answer: result.stdout });
    const opinion = read(jsonIn(result.stdout));
    if (!opinion) return reading.end('absent', `istioctl gives no ${words[0]}: ${lastWord(result)}`);
    reading.fact('istioOpinion', { command: words[0]!, ...opinion });
    reading.complete();
  } catch (error) {
    if (!(error instanceof PortFailure) || error.state !== 'absent') throw error;
    reading.end('absent', `${error.message}: what it reads was read without it`);
  }
}
