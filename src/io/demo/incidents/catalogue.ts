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
import { istio } from './istio.ts';
import { kubeadm } from './kubeadm.ts';
import { linkerd } from './linkerd.ts';
import { renewFails } from './renew-fails.ts';
import { staleIngress } from './stale-ingress.ts';
import { upstreamConnect } from './upstream-connect.ts';

/** The demo's own incidents in the planting form: those to look at first, then what they stand on. */
const BUILT_IN: readonly (readonly [id: string, text: string])[] = [
  ['demo', demo],
  ['healthy', healthy],
  ['challenge', challenge],
  ['renew-fails', renewFails],
  ['stale-ingress', staleIngress],
  ['upstream-connect', upstreamConnect],
  ['frozen', frozen],
  ['cert-manager', certManager],
  ['istio', istio],
  ['linkerd', linkerd],
  ['kubeadm', kubeadm],
  ['control-plane', controlPlane],
  ['bare', bare],
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

/**
 * An incident from a file in the planting form: the first of the list, or the one whose id follows `#`.
 * @throws UserError (exit 65) for a text that is not of the form, 64 for an id that is not in it
 */
export function incidentIn(text: string, file: string, id?: string): Incident {
  const all = parsePlanting(text, { file, known: BUILT_IN_IDS.map(builtInIncident) });
  const found = id === undefined ? all[0] : all.find((each) => each.id === id);
  if (found) return found;
  const hints = [`it has ${all.map((each) => each.id).join(', ')}`];
  throw new UserError(`${file} has no incident ${id}`, { exitCode: EXIT.usage, hints });
}
