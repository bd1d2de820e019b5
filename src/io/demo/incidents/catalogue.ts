import { EXIT, UserError } from '../../../core/model/error.ts';
import type { Incident } from '../planting/form.ts';
import { parsePlanting } from '../planting/parse.ts';
import { bare } from './bare.ts';
import { certManager } from './cert-manager.ts';
import { challenge } from './challenge.ts';
import { controlPlane } from './control-plane.ts';
import { demo } from './demo.ts';
import { frozen } from './frozen.ts';
import { healthy } from './healthy.ts';
import { kubeadm } from './kubeadm.ts';
import { staleIngress } from './stale-ingress.ts';
import { upstreamConnect } from './upstream-connect.ts';

/** The demo's own incidents in the planting form; each may extend those above it. */
const BUILT_IN: readonly (readonly [id: string, text: string])[] = [
  ['bare', bare],
  ['control-plane', controlPlane],
  ['kubeadm', kubeadm],
  ['cert-manager', certManager],
  ['healthy', healthy],
  ['demo', demo],
  ['challenge', challenge],
  ['stale-ingress', staleIngress],
  ['upstream-connect', upstreamConnect],
  ['frozen', frozen],
];

export const BUILT_IN_IDS: readonly string[] = BUILT_IN.map(([id]) => id);

/** @throws UserError (exit 64) for an id that is not in the list */
export function builtInIncident(id: string): Incident {
  const found = BUILT_IN.find(([each]) => each === id);
  if (!found) {
    throw new UserError(`the demo has no incident ${id}`, {
      exitCode: EXIT.usage,
      hints: [`it has ${BUILT_IN_IDS.join(', ')}`],
    });
  }
  const [, text] = found;
  const base = /^ {2}extends: (\S+)$/m.exec(text)?.[1];
  const known = base === undefined ? [] : [builtInIncident(base)];
  return parsePlanting(text, { file: `demo incident ${id}`, known })[0]!;
}
