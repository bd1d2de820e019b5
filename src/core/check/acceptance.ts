import type { ClientId } from '../x509/clients/client.ts';
import { expectedName } from '../x509/names.ts';
import { addressOf } from './addresses.ts';
import { isJudged, validateAt } from './chain-verdict.ts';
import type { CheckInput } from './rule.ts';
import { trustOf } from './trust.ts';

/** Why a chain is refused, and the rule that says so. */
export interface Refused {
  readonly message: string;
  readonly source: string;
}

/** What one family of clients says to a chain. */
export interface ClientAnswer {
  readonly accepted: boolean;
  readonly reasons: readonly Refused[];
}

/** Whether clients accept what stands in one place, now and for a name. */
export interface Acceptance {
  readonly placement: string;
  /** The name that was asked for. */
  readonly host?: string;
  /** Whether it keeps RFC 5280 and its like. */
  readonly conforms: boolean;
  readonly reasons: readonly Refused[];
  readonly acceptedBy: Readonly<Record<ClientId, ClientAnswer>>;
}

/**
 * The answers for loose files and for what addresses serve, the ones that a person asks about by name.
 * @param refs what was named; without any, files that stand in a cluster's own folders were not asked about
 */
export function acceptances({ inventory, now }: CheckInput, refs: ReadonlySet<string> | undefined): Acceptance[] {
  return inventory.placements.filter(isJudged).flatMap((placed) => {
    const { ref, role, layer } = placed.placement;
    const trust = trustOf(inventory, placed);
    const asked = refs ? refs.has(ref) : layer === 'none';
    if ((role !== 'file' && role !== 'served') || !trust || !asked) return [];
    const host = inventory.snapshot.scope.host ?? addressOf(ref)?.sni;
    const verdict = validateAt(inventory, placed, trust, {
      now,
      ...(host !== undefined && { name: expectedName(host) }),
    });
    const answers = Object.entries(verdict.acceptedBy).map(([id, { accepted, reasons }]) => {
      return [id, { accepted, reasons: accepted ? [] : reasons.map(({ message, source }) => ({ message, source })) }];
    });
    return [
      {
        placement: ref,
        ...(host !== undefined && { host }),
        conforms: verdict.conforms,
        reasons: verdict.reasons.map(({ message, source }) => ({ message, source })),
        acceptedBy: Object.fromEntries(answers) as Acceptance['acceptedBy'],
      },
    ];
  });
}
