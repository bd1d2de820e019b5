import type { AcceptanceFact, Seen } from '../../model/facts.ts';
import type { CodeDefinition } from '../../model/finding.ts';
import { type RoleId, roleInfo } from '../../model/role.ts';
import { manualStep, type Step } from '../../model/step.ts';
import type { Inventory, Placed } from '../../snapshot/inventory.ts';
import { addressOf } from '../addresses.ts';
import { draft } from '../draft.ts';
import { renewSteps } from '../remedy.ts';
import { restartKubelet } from '../restart.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { list, when } from '../words.ts';

const CLIENT_REFUSED: CodeDefinition = {
  code: 'CLIENT_REFUSED',
  severity: 'critical',
  title: 'a server refuses the client certificate that it is shown',
  meaning:
    "The server's own certificate is not what is wrong: it judged the client's. etcd says so with a TLS alert, with TLS 1.3 only after the handshake seems done; the API server and the kubelet finish every handshake and answer 401. The client certificate has expired, comes from a CA that the server does not know, or the server has not loaded a CA that was replaced.",
  prove: [
    'curl -k --cert FILE.crt --key FILE.key https://127.0.0.1:2379/health: "alert certificate expired", "unknown ca", or an answer',
    'openssl x509 -noout -enddate -issuer -in FILE.crt',
    'the log of etcd: rejected connection ... remote error, or failed to verify certificate',
  ],
  fix: ['renew the client certificate; when it is in its time, see which CA the server trusts and since when it runs'],
  prevent: ['renew clients and servers of one CA together'],
  source:
    'RFC 8446 sections 4.4.2.4 and 6.2; etcd client/pkg/transport; kubernetes authentication by X509 client certs',
  since: '0.1.0',
};

export const clientRefused: Check = {
  id: 'client-refused',
  title: "servers take the control plane's client certificates",
  codes: [CLIENT_REFUSED],
  applies: ({ inventory }) => inventory.facts('acceptance').length > 0,
  run: (input) => {
    const refused = input.inventory.facts('acceptance').filter(({ accepted }) => !accepted);
    return [...Map.groupBy(refused, ({ client }) => client).values()].map((facts) => report(input, facts));
  },
};

function report(input: CheckInput, facts: readonly Seen<AcceptanceFact>[]): Draft {
  const { inventory } = input;
  const [fact] = facts as [Seen<AcceptanceFact>];
  const servers = facts.map(({ server }) => server);
  const client = inventory.placement(fact.client);
  const others = takersOf(inventory, fact);
  const byOthers = others.length > 0 ? `; ${list(others)} ${others.length > 1 ? 'take' : 'takes'} it` : '';
  return draft(CLIENT_REFUSED, {
    layer: 'cluster',
    placement: fact.client,
    also: servers,
    message: `${list(servers)} (${roleInfo(fact.serverRole).title}) ${fact.answer} to ${fact.client}${reasonIn(input, client)}${serverNote(input, fact)}${byOthers}`,
    evidence: [
      ...facts.map((one) => inventory.evidence(one.seen, `${one.server} ${one.answer}`)),
      ...(client ? [inventory.evidence(client.placement.seen, `${fact.client} was read`)] : []),
    ],
    impact: client
      ? `${roleInfo(client.placement.role).breaks}${others.length > 0 ? ', at these servers alone' : ''}`
      : 'whoever shows it is refused',
    fix: fixFor(input, client, { facts, isTaken: others.length > 0 }),
    causes: ['CERT_EXPIRED', 'CERT_NOT_YET_VALID', 'ISSUER_REPLACED', 'CHAIN_UNTRUSTED', 'KEY_MISMATCH'].map(
      (code) => ({
        code,
        placement: fact.client,
      }),
    ),
  });
}

function reasonIn({ now }: CheckInput, client: Placed | undefined): string {
  const { leaf } = client ?? {};
  if (!leaf) return '';
  if (leaf.notAfter < now) return `, which expired ${when(leaf.notAfter, now)}`;
  return `, which is in its time: the server does not trust its issuer ${leaf.issuer}`;
}

/** A server's own expiry looks the same to many clients: say which of the two it is. */
function serverNote({ inventory, now }: CheckInput, { server }: AcceptanceFact): string {
  const leaf = inventory.placement(server)?.leaf;
  if (!leaf) return '';
  return leaf.notAfter < now
    ? `; its own certificate has expired too, ${when(leaf.notAfter, now)}`
    : '; its own certificate is in its time';
}

/** Servers of the same kind that take it: then it is the others that are at fault. */
function takersOf(inventory: Inventory, fact: AcceptanceFact): string[] {
  return inventory
    .facts('acceptance')
    .filter(
      ({ accepted, client, serverRole }) =>
        accepted && client === fact.client && isKubelet(serverRole) === isKubelet(fact.serverRole),
    )
    .map(({ server }) => server);
}

function isKubelet(role: RoleId): boolean {
  return role === 'kubelet-serving' || role === 'kubelet-serving-self-signed';
}

function fixFor(
  { inventory, now }: CheckInput,
  client: Placed | undefined,
  { facts, isTaken }: { facts: readonly AcceptanceFact[]; isTaken: boolean },
): Step[] {
  if (client?.leaf && client.leaf.notAfter < now) return renewSteps(inventory, client);
  if (!facts.every(({ serverRole }) => isKubelet(serverRole)) || !isTaken) return [look(inventory)];
  const nodes = facts.map(({ server }) => nodeAt(inventory, server));
  return [
    manualStep(
      'ca',
      `compare the CA in clientCAFile (/etc/kubernetes/pki/ca.crt) of ${list(nodes)} with that of a control-plane node, and put the one of today beside it`,
    ),
    restartKubelet(),
  ];
}

function nodeAt(inventory: Inventory, server: string): string {
  const host = addressOf(server)?.host;
  return (
    inventory.facts('node').find(({ addresses }) => addresses.some(({ address }) => address === host))?.name ?? server
  );
}

function look(inventory: Inventory): Step {
  const etcd = inventory.facts('staticPod').find(({ component }) => component === 'etcd');
  const manifest = etcd?.manifest ?? '/etc/kubernetes/manifests/etcd.yaml';
  return manualStep('trust', 'see by which CA the server verifies its clients, and restart it when that was replaced', [
    'grep',
    'trusted-ca-file\\|client-ca',
    manifest,
  ]);
}
