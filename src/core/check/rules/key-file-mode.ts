import type { CodeDefinition } from '../../model/finding.ts';
import { ref, refBase } from '../../model/ref.ts';
import { manualStep } from '../../model/step.ts';
import type { Inventory } from '../../snapshot/inventory.ts';
import { draft } from '../draft.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';

const KEY_FILE_MODE: CodeDefinition = {
  code: 'KEY_FILE_MODE',
  severity: 'warning',
  title: 'a file that holds a private key is readable by others',
  meaning:
    'Whoever can read the file can act as its owner until the certificate ends: a CA key makes certificates for anybody, an admin kubeconfig is the cluster. Readable by everyone is a warning; readable by the group alone is information, since some services need it.',
  prove: ['stat -c "%a %U:%G %n" FILE: the last two digits are not 0'],
  fix: ['chmod 600 FILE', 'when others had access to the machine, take the key for known and replace it'],
  prevent: ['umask 077 before keys are made or copied'],
  source: 'CIS Kubernetes Benchmark, control plane node configuration files; kubeadm writes keys with 0600',
  since: '0.1.0',
};

export const keyFileMode: Check = {
  id: 'key-file-mode',
  title: 'private key files are readable by their owner alone',
  codes: [KEY_FILE_MODE],
  applies: ({ inventory }) => keyFiles(inventory).length > 0,
  run: (input) =>
    keyFiles(input.inventory)
      .filter(({ mode }) => (bits(mode) & 0o077) !== 0)
      .map((file) => report(input, file)),
};

/** A file with a private key in it. */
interface KeyFile {
  readonly path: string;
  readonly mode: string;
  readonly seen: number;
  readonly owner?: string;
  /** A keystore: whoever reads it still has to find its password. */
  readonly hasPassword?: true;
  /** The placement that told of it, where that is not the file's own. */
  readonly placement?: string;
}

const KEYSTORES: ReadonlySet<string> = new Set(['pkcs12', 'jks']);

/** Files that were read, and those that a kubeconfig holds its users' keys in or names. */
function keyFiles(inventory: Inventory): KeyFile[] {
  const files = inventory
    .facts('file')
    .filter(({ hasPrivateKey, linkTo }) => hasPrivateKey && linkTo === undefined)
    .map(({ path, mode, seen, uid, gid, format }) => ({
      path,
      mode,
      seen,
      owner: `, owner ${uid}, group ${gid}`,
      ...(KEYSTORES.has(format) && { hasPassword: true as const }),
    }));
  const known = new Set(files.map(({ path }) => path));
  const kubeconfigs = inventory.placements.flatMap(({ placement: { ref: placement, mode, key, seen } }) => {
    const [, path] = /^kubeconfig:(.+)#users\//.exec(placement) ?? [];
    return path !== undefined && mode !== undefined && key !== undefined && !known.has(path)
      ? [{ path, mode, seen, placement }]
      : [];
  });
  return [...files, ...kubeconfigs];
}

function report({ inventory }: CheckInput, file: KeyFile): Draft {
  const { path, mode, seen, owner = '' } = file;
  const placement = file.placement ?? placementOf(inventory, path);
  const others = (bits(mode) & 0o027) !== 0;
  return draft(KEY_FILE_MODE, {
    severity: others ? 'warning' : 'info',
    layer: inventory.placement(placement)?.placement.layer ?? inventory.coverageOf(seen).layer,
    placement,
    also: certificatesOf(inventory, file).filter((other) => other !== placement),
    message: `${file.placement ? `the file with the private key of ${placement}` : `${path} holds a private key and`} has mode ${mode}: ${others ? 'others' : 'its group'} may read${writers(mode)} it${file.hasPassword ? ', and only its password keeps the key from them' : ''}`,
    evidence: [inventory.evidence(seen, `mode ${mode}${owner}`)],
    impact: file.hasPassword
      ? 'whoever reads it and has or guesses its password can act as its owner until the certificate ends'
      : 'whoever reads it can act as its owner until the certificate ends',
    fix: [manualStep('chmod', file.placement ? OF_KUBECONFIG : 'leave it to its owner', ['chmod', '600', path])],
  });
}

const OF_KUBECONFIG = 'leave the kubeconfig, or the client-key file that it names, to its owner';

function writers(mode: string): string {
  return (bits(mode) & 0o022) !== 0 ? ' or change' : '';
}

/** The file's own placement, or that of a kubeconfig user in it. */
function placementOf(inventory: Inventory, path: string): string {
  const own = ref.file(path);
  if (inventory.placement(own)) return own;
  const inside = inventory.placements.find(({ placement }) => placement.key !== undefined && isIn(placement.ref, path));
  return inside?.placement.ref ?? own;
}

/** The certificates that the key is for: beside it under the same name, with its mode noted. */
function certificatesOf(inventory: Inventory, { path, mode }: KeyFile): string[] {
  const stem = path.replace(/\.[^./]+$/, '');
  return inventory.placements.flatMap(({ placement }) => {
    const [, other] = /^file:(.+)\.[^./]+(?:\[\d+\])?$/.exec(placement.ref) ?? [];
    return other === stem && placement.mode === mode ? [placement.ref] : [];
  });
}

function isIn(placement: string, path: string): boolean {
  return refBase(placement) === ref.file(path) || placement.startsWith(`kubeconfig:${path}#`);
}

function bits(mode: string): number {
  return Number.parseInt(mode, 8);
}
