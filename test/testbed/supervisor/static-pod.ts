import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import type { StaticPod } from './protocol.ts';

/** Folders of a node that kubeadm's manifests point into; in a bed they lie below the node's root. */
const NODE_PATHS = /(?<==)\/(?=(?:etc|var)\/)/g;

/**
 * The command of a static Pod's only container, with the node's paths put below its root.
 * @throws Error when the manifest can't be read or has no command
 */
export function readStaticPod({ file, root, bin }: StaticPod): { argv: string[]; text: string } {
  const text = readFileSync(file, 'utf8');
  const command: unknown = parse(text)?.spec?.containers?.[0]?.command;
  if (!Array.isArray(command) || command.length === 0) throw new Error(`${file}: no command in the first container`);
  const [program, ...args] = command.map(String);
  return {
    argv: [join(bin, basename(program ?? '')), ...args.map((arg) => arg.replace(NODE_PATHS, `${root}/`))],
    text,
  };
}
