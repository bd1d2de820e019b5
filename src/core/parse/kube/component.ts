import type { ComponentFact } from '../../model/facts.ts';
import { ref } from '../../model/ref.ts';
import { componentOf } from '../component-flags.ts';
import { at, recordsOf, textsOf } from './json.ts';
import { metaOf } from './meta.ts';

/** The program of the control plane that a Pod of kube-system runs: its mirror Pod shows a static Pod's command. */
export function readComponent(pod: unknown): ComponentFact | undefined {
  const meta = metaOf(pod);
  if (meta?.namespace !== 'kube-system') return undefined;
  for (const { command, args } of recordsOf(at(pod, 'spec', 'containers'))) {
    const told = componentOf([...textsOf(command), ...textsOf(args)]);
    if (told) return { ...told, by: 'pod', object: ref.object('pod', meta.name, meta.namespace) };
  }
  return undefined;
}
