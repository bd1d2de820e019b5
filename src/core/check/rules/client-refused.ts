import type { AcceptanceFact, Seen } from '../../model/facts.ts';
import type { CodeDefinition } from '../../model/finding.ts';
import { roleInfo } from '../../model/role.ts';
import { manualStep, type Step } from '../../model/step.ts';
import type { Inventory, Placed } from '../../snapshot/inventory.ts';
import { draft } from '../draft.ts';
import { renewSteps } from '../remedy.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { when } from '../words.ts';

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
  run: (input) => input.inventory.facts('acceptance').flatMap((fact) => (fact.accepted ? [] : [report(input, fact)])),
};

function report(input: CheckInput, fact: Seen<AcceptanceFact>): Draft {
  const { inventory } = input;
  const client = inventory.placement(fact.client);
  return draft(CLIENT_REFUSED, {
    layer: 'cluster',
    placement: fact.client,
    message: `${fact.server} (${roleInfo(fact.serverRole).title}) ${fact.answer} to ${fact.client}${reasonIn(input, client)}${serverNote(input, fact)}`,
    evidence: [
      inventory.evidence(fact.seen, `${fact.server} ${fact.answer}`),
      ...(client ? [inventory.evidence(client.placement.seen, `${fact.client} was read`)] : []),
    ],
    impact: client ? roleInfo(client.placement.role).breaks : 'whoever shows it is refused',
    fix: fixFor(input, client),
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

function fixFor({ inventory, now }: CheckInput, client: Placed | undefined): Step[] {
  if (client?.leaf && client.leaf.notAfter < now) return renewSteps(inventory, client);
  return [look(inventory)];
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
