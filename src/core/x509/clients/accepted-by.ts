import { EffortExceeded } from '../effort.ts';
import type { Objection, Reason, RuleCode } from '../rules.ts';
import { browser } from './browser.ts';
import {
  type Client,
  type ClientAnswer,
  type ClientId,
  decideOnAllPaths,
  enforcementOf,
  type Situation,
} from './client.ts';
import { go } from './go.ts';
import { openssl, opensslStrict } from './openssl.ts';

/** Every family that answers; a new one is one more file and one more line. */
export const clients: readonly Client[] = [openssl, opensslStrict, go, browser];

/**
 * What each family of clients says. `reasons` is what the RFC has against the path that comes closest, so that every
 * answer that differs from it can be traced to the rule that makes the difference.
 */
export function askClients(situation: Situation, reasons: readonly Reason[]): Record<ClientId, ClientAnswer> {
  const answers = clients.map((client): [ClientId, ClientAnswer] => [client.id, askClient(client, situation, reasons)]);
  return Object.fromEntries(answers) as Record<ClientId, ClientAnswer>;
}

function askClient(client: Client, situation: Situation, reasons: readonly Reason[]): ClientAnswer {
  situation.pool.budget.refill();
  const objections = decide(client, situation);
  if (objections.length > 0) return { accepted: false, reasons: objections, passesOver: [] };
  const ignored = new Set(reasons.filter((reason) => !isEnforced(client, situation, reason)).map(({ rule }) => rule));
  return {
    accepted: true,
    reasons: [],
    passesOver: [...ignored].map((rule) => ({ rule, ...whyIgnored(client, rule) })),
  };
}

function isEnforced(client: Client, situation: Situation, reason: Reason): boolean {
  const path = [situation.leaf, ...[...situation.pool.all()].filter(({ sha256 }) => sha256 === reason.certificate)];
  return enforcementOf(client, situation, reason, path) !== undefined;
}

/** A rule that the client knows, but reads otherwise, is traced to where it does. */
function whyIgnored(client: Client, rule: RuleCode): { why: string; source: string } {
  const known = client.enforces[rule];
  if (known) return { why: 'it reads that rule more loosely', source: known.source };
  if (rule !== 'revoked' && rule !== 'revocation-unknown') return client.leniency;
  return { why: 'clients do not look at revocation lists unless told to', source: client.leniency.source };
}

function decide(client: Client, situation: Situation): readonly Objection[] {
  try {
    return client.decide ? client.decide(client, situation) : decideOnAllPaths(client, situation);
  } catch (error) {
    if (!(error instanceof EffortExceeded)) throw error;
    return [
      {
        rule: 'budget-exhausted',
        certificate: situation.leaf.sha256,
        message: error.message,
        source: 'RFC 4158 section 2.4.2',
      },
    ];
  }
}
