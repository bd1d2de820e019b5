import type { ViewpointFact } from '../model/facts.ts';
import type { Inventory } from '../snapshot/inventory.ts';
import type { Note } from './section.ts';

const SIDES: Record<ViewpointFact['side'], string> = {
  'control-plane-node': 'a control-plane node',
  'worker-node': 'a node without control plane',
  pod: 'a Pod of the cluster',
  'node-network': 'the network of the nodes',
  outside: 'outside: through the API server alone',
};

/** From which side the cluster was looked at, and what cannot be seen from there. */
export function viewpointNotes(inventory: Inventory): Note[] {
  return inventory.facts('viewpoint').map(({ side, node, blind }) => {
    const where = `seen from ${SIDES[side]}${node === undefined ? '' : `, ${node}`}`;
    const unseen = blind.length > 0 ? `; not seen from here: ${blind.join('; ')}` : '';
    return { tone: 'muted', text: `${where}${unseen}` };
  });
}
