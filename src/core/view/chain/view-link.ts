import { memo } from '../../check/memo.ts';
import type { Inventory } from '../../snapshot/inventory.ts';
import { relativeTime } from '../time.ts';
import {
  viewCertificate,
  viewChallenge,
  viewExternalIssuer,
  viewIssuer,
  viewOrder,
  viewRequest,
} from './issuance-links.ts';
import type { Detail, LinkInput, LinkView, ViewLink } from './link-view.ts';
import { viewExternalSecret, viewPod, viewSecret } from './secret-links.ts';
import { viewGateway, viewHost, viewIngress, viewRoute, viewServed } from './serving-links.ts';

/** How each kind of link is looked at: a new kind is one more line. */
const VIEWS: Readonly<Record<string, ViewLink>> = {
  ingress: viewIngress,
  gateway: viewGateway,
  listenerset: viewGateway,
  httproute: viewRoute,
  tlsroute: viewRoute,
  grpcroute: viewRoute,
  httpproxy: viewRoute,
  ingressroute: viewRoute,
  ingressroutetcp: viewRoute,
  tlsstore: viewRoute,
  tlsoption: viewRoute,
  route: viewRoute,
  host: viewHost,
  'tls:': viewServed,
  secret: viewSecret,
  pod: viewPod,
  externalsecret: viewExternalSecret,
  certificate: viewCertificate,
  certificaterequest: viewRequest,
  order: viewOrder,
  challenge: viewChallenge,
  issuer: viewIssuer,
  clusterissuer: viewIssuer,
};

/** How a link stands. @param now milliseconds since the epoch */
export function viewLink(inventory: Inventory, ref: string, now: number): LinkView {
  const [kind = '', ...path] = ref.split('/');
  const input: LinkInput = {
    inventory,
    ref,
    namespace: path.length > 1 ? (path[0] ?? '') : '',
    name: path.at(-1) ?? '',
    now,
  };
  const view = VIEWS[kind] ?? (kind.includes('.') ? viewExternalIssuer : undefined);
  const found = view?.(input) ?? { state: 'none', says: '', details: [] };
  const events = eventDetails(inventory, ref, now);
  return events.length > 0 ? { ...found, details: [...found.details, ...events] } : found;
}

const saidOf = memo((inventory) =>
  Map.groupBy(
    inventory.facts('message').filter(({ from }) => from === 'event'),
    ({ object }) => object,
  ),
);

/** What was said of an object, the oldest first, with the parts that kubectl's table of events has. */
function eventDetails(inventory: Inventory, ref: string, now: number): Detail[] {
  const said = saidOf(inventory).get(ref) ?? [];
  return said
    .toSorted((a, b) => Date.parse(a.at ?? '') - Date.parse(b.at ?? ''))
    .map(({ type = '', reason = '', at, by = '', text, count }) => {
      const age = at === undefined ? '' : relativeTime(Date.parse(at), now);
      const often = count !== undefined && count > 1 ? ` (x${count})` : '';
      return { name: 'Event', value: [type, reason, `${age}${often}`, by, text].join(' ') };
    });
}
