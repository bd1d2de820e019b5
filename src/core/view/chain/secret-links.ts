import type { IssuerCredentialFact, Seen } from '../../model/facts.ts';
import { displayName } from '../display-name.ts';
import { relativeTime } from '../time.ts';
import { detail, type LinkInput, type LinkView, unseen, whyUnread } from './link-view.ts';
import { certificateDetails, ends } from './serving-links.ts';

/** A Secret: what it holds, or that it is not there. */
export function viewSecret(input: LinkInput): LinkView {
  const { inventory, namespace, name, now } = input;
  const start = `secret/${namespace}/${name}#`;
  const placed =
    inventory.placement(`${start}tls.crt`) ??
    inventory.placements.find(({ placement }) => placement.ref.startsWith(start));
  const fact = inventory.facts('secret').find((each) => each.namespace === namespace && each.name === name);
  const leaf = placed?.leaf;
  if (!placed || !leaf) return withoutCertificate(input, placed?.placement.missing);
  const pair = placed.placement.key === undefined || placed.placement.key === leaf.spki;
  return {
    state: leaf.notAfter < now || !pair ? 'failed' : 'ok',
    says: `holds ${displayName(leaf)}, serial ${leaf.serialNumber}, ${ends(leaf, now)}${pair ? '' : '; its key belongs to another certificate'}`,
    details: [
      ...certificateDetails(leaf),
      ...detail('Type', fact?.type),
      ...detail('Written by', fact?.writers?.map(({ manager }) => manager).join(', ')),
    ],
    evidence: inventory.evidence(placed.placement.seen, `${start}tls.crt: serial ${leaf.serialNumber}`),
  };
}

/** A credential, a Secret that is not there, or one that could not be read. */
function withoutCertificate(input: LinkInput, missing: string | undefined): LinkView {
  const { inventory, namespace, name } = input;
  const credentials = inventory
    .facts('issuerCredential')
    .filter((each) => each.namespace === namespace && each.name === name);
  const [first] = credentials;
  if (first) return viewCredential(input, credentials);
  if (missing !== undefined) return { state: 'missing', says: missing, details: [] };
  const isCredential = inventory
    .facts('issuer')
    .some(({ credentials = [] }) => credentials.some((each) => each.name === name));
  const unread = whyUnread(inventory, isCredential ? 'issuer-credentials' : 'secrets');
  if (unread !== undefined) return { state: 'unknown', says: `could not be read: ${unread}`, details: [] };
  const known = inventory.facts('secret').some((each) => each.namespace === namespace && each.name === name);
  if (known) return { state: 'failed', says: 'holds no certificate that reads', details: [] };
  return unseen(inventory, 'secrets', 'it');
}

const BAD: Readonly<Record<string, string>> = {
  'secret-missing': 'does not exist',
  'key-missing': 'lacks the key',
  empty: 'holds nothing under the key',
  padded: 'has white space around the value of the key',
};

type Credentials = readonly Seen<IssuerCredentialFact>[];

function viewCredential({ inventory, namespace, name }: LinkInput, credentials: Credentials): LinkView {
  const bad = credentials.find(({ state, made }) => state !== 'present' && !made);
  const one = bad ?? credentials[0]!;
  const elsewhere = one.elsewhere?.length ? `; one of that name is in ${one.elsewhere.join(', ')}` : '';
  const key = one.key === undefined || one.state === 'secret-missing' ? '' : ` ${one.key}`;
  return {
    state: bad ? (one.state === 'padded' ? 'warning' : 'missing') : 'ok',
    says: bad ? `${BAD[one.state]}${key}${elsewhere}` : `is there, for ${one.use}`,
    details: credentials.flatMap(({ use, key: wanted, state }) => detail(use, `${wanted ?? 'whole'}: ${state}`)),
    evidence: inventory.evidence(one.seen, `${namespace}/${name} ${one.state}`),
  };
}

/** A Pod: since when it runs, and whether it can have seen the Secret change. */
export function viewPod({ inventory, namespace, name, now }: LinkInput): LinkView {
  const fact = inventory.facts('pod').find((each) => each.namespace === namespace && each.name === name);
  if (!fact) return unseen(inventory, 'pods', 'it');
  const started = fact.started === undefined ? '' : `, started ${relativeTime(Date.parse(fact.started), now)}`;
  const frozen = fact.frozenSecrets?.length ? '; what it got by subPath or environment never changes' : '';
  return {
    state: 'none',
    says: `${fact.phase ?? 'unknown'}${started}${frozen}`,
    details: [...detail('Owner', fact.owner), ...detail('Node', fact.node)],
    evidence: inventory.evidence(fact.seen, `${namespace}/${name} uses it`),
  };
}

/** What copies into the Secret from outside. */
export function viewExternalSecret({ inventory, namespace, name }: LinkInput): LinkView {
  const fact = inventory.facts('externalSecret').find((each) => each.namespace === namespace && each.name === name);
  if (!fact) return unseen(inventory, 'copiers', 'it');
  return {
    state: fact.ready?.status === 'False' ? 'failed' : 'ok',
    says: `copies into ${fact.target}${fact.refreshInterval ? ` every ${fact.refreshInterval}` : ''}`,
    details: [],
    evidence: inventory.evidence(fact.seen, `${namespace}/${name} writes ${fact.target}`),
  };
}
