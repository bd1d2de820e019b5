import { LAYERS, type Layer } from '../core/model/layer.ts';
import type { Target } from '../core/model/target.ts';
import { parseProbeAddress, parseResolveRule } from '../core/parse/address.ts';
import { parseTarget, targetPath } from '../core/parse/target.ts';
import type { Scope } from '../io/collect/scope.ts';
import { PortFailure } from '../io/ports/failure.ts';
import type { Ports } from '../io/ports/ports.ts';
import { refuseUnknownNames } from './explicit-names.ts';
import { pathExists, refuseMissingPaths } from './explicit-paths.ts';
import { given, type ReadingFlags } from './reading-flags.ts';

const PKI_DIR = '/etc/kubernetes';

/**
 * What a command line asks to look at.
 * @throws UserError: 64 for a path, TARGET, address or name that is not there or can't be read, 65 for a --kubeconfig
 *   that is none
 */
export async function scopeOf(flags: ReadingFlags, words: readonly string[], ports: Ports): Promise<Scope> {
  await refuseMissingPaths(flags, ports.files);
  const targets = await readTargets(flags, words, ports);
  const cluster = targets.length === 0 || !targets.every(standsAlone);
  if (cluster && flags.from === undefined) await refuseUnknownNames(flags, ports);
  return given({
    layers: layersOf(flags, targets),
    namespaces: flags.namespace && !flags['all-namespaces'] ? [flags.namespace] : [],
    selector: flags.selector,
    targets,
    probes: (flags.probe ?? []).map(parseProbeAddress),
    resolve: (flags.resolve ?? []).map(parseResolveRule),
    pkiDir: flags['pki-dir'] ?? PKI_DIR,
    pkiDirGiven: flags['pki-dir'] !== undefined,
    allSecrets: flags['all-secrets'],
    all: flags.all,
    caFile: flags.ca,
    host: flags.host,
    kubeconfig: flags.kubeconfig,
    cluster,
  });
}

/** Files, folders and addresses read only themselves: no cluster is asked. */
function standsAlone({ kind }: Target): boolean {
  return kind === 'file' || kind === 'kubeconfig' || kind === 'address';
}

/** `--layer`, or the layers that are named as TARGETs when nothing else is. */
function layersOf({ layer }: ReadingFlags, targets: readonly Target[]): readonly Layer[] {
  if (layer) return layer as Layer[];
  const named = targets.flatMap((target) => (target.kind === 'layer' ? [target.layer] : []));
  return named.length > 0 && named.length === targets.length ? named : LAYERS;
}

async function readTargets(flags: ReadingFlags, words: readonly string[], ports: Ports): Promise<Target[]> {
  if (words.length === 0) return [];
  const namespace = flags.namespace || (await contextNamespace(flags, words, ports));
  const exists = flags.from === undefined ? (word: string) => pathExists(ports.files, targetPath(word)) : looksLikePath;
  return Promise.all(
    words.map(async (word) =>
      parseTarget(word, { pathExists: await exists(word), namespace, namespaceGiven: Boolean(flags.namespace) }),
    ),
  );
}

/** Only `kind/name` needs it. */
async function contextNamespace(flags: ReadingFlags, words: readonly string[], ports: Ports): Promise<string> {
  if (flags.from !== undefined || !words.some((word) => /^[a-z]+\/[^/]+$/i.test(word))) return 'default';
  try {
    return (await ports.kube.connection()).namespace;
  } catch (error) {
    if (error instanceof PortFailure) return 'default';
    throw error;
  }
}

/** A snapshot's paths are those of the machine that it was taken on. */
async function looksLikePath(word: string): Promise<boolean> {
  return /^(file|kubeconfig):|[/\\]/.test(word);
}
