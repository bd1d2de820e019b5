import type { Handshake } from '../../../core/model/handshake.ts';
import type { Unseen } from '../../../core/model/observation.ts';
import type { Placement } from '../../../core/model/placement.ts';
import { ref } from '../../../core/model/ref.ts';
import { type Certificate, parseCertificate } from '../../../core/x509/certificate.ts';
import { parseAddress } from '../../../core/x509/general-name.ts';
import { PortFailure } from '../../ports/failure.ts';
import type { DialResult, DialTarget } from '../../ports/tls-dialer.ts';
import type { Reading } from '../reading.ts';
import { judgeFailure } from '../run.ts';
import type { CollectContext } from '../source.ts';

/** One handshake that is wanted. */
export interface ShakePlan {
  readonly dial: Omit<DialTarget, 'signal'>;
  /** What its failure leaves unknown. */
  readonly unknown: string;
  /** What the chain is here; undefined: it is not the one that was looked for, for the reason given. */
  readonly judge: (
    chain: readonly Certificate[],
  ) => Pick<Placement, 'layer' | 'role' | 'manager'> | { readonly not: string };
}

/** Makes one handshake as a reading of its own, see `prepareShake`. */
export async function shake(context: CollectContext, plan: ShakePlan): Promise<boolean> {
  return prepareShake(context, plan)();
}

/**
 * Begins the reading of one handshake and returns what makes it, so that many keep their order: the chain becomes a
 * placement, the rest a handshake. It never throws, and says whether the chain that was looked for was seen.
 */
export function prepareShake(context: CollectContext, plan: ShakePlan): () => Promise<boolean> {
  const { unknown } = plan;
  const dial = resolved(context, plan.dial);
  // An address that stands for another is called by that one; of a name it is told where it led.
  const { address } = parseAddress(plan.dial.address) ? plan.dial : dial;
  const reading = context.begin({ command: opensslCommand(dial), unknown });
  const name = ref.tls(address, dial.port, dial.sni);
  return async () => {
    try {
      const result = await context.ports.tls.dial({ ...dial, signal: context.signal });
      context.answered();
      return record(reading, name, result, { ...plan, dial });
    } catch (error) {
      const { state, reason } = judgeFailure(error);
      if (error instanceof PortFailure) reading.handshake({ ref: name, ms: 0, error: reason });
      reading.end(state, reason);
      return false;
    }
  };
}

/** `--resolve`: another address is dialled than the one that is meant. A proxy resolves for itself. */
export function resolved<T extends Pick<DialTarget, 'address' | 'port' | 'proxy'>>(
  { scope }: CollectContext,
  dial: T,
): T {
  const rule = scope.resolve.find(({ host, port }) => host === dial.address && port === dial.port);
  return rule && dial.proxy === undefined ? { ...dial, address: rule.address } : dial;
}

function record(reading: Reading, name: string, result: DialResult, { dial, judge }: ShakePlan): boolean {
  const { chain, malformed } = parseChain(result.chain);
  const judged = chain.length > 0 ? judge(chain) : undefined;
  if (judged && 'not' in judged) {
    reading.end('not-applicable', judged.not);
    return false;
  }
  const { error } = result;
  reading.handshake(handshakeOf(name, result));
  const where = ref.tls(dial.address, dial.port).slice('tls://'.length);
  if (judged)
    reading.place({
      ref: name,
      ...judged,
      chain: reading.chain(chain.map(({ der }) => der)),
    } satisfies Unseen<Placement>);
  if (malformed) reading.end('partial', `${where}: a certificate that was sent cannot be read: ${malformed}`);
  else if (!judged) reading.end('unreachable', `${where}: ${error ?? 'sends no certificate'}`);
  reading.complete();
  return judged !== undefined;
}

/** What a dial showed beside the chain. */
export function handshakeOf(name: string, result: DialResult): Unseen<Handshake> {
  const { date, dateReadAt } = result;
  return {
    ref: name,
    ms: Math.round(result.ms),
    ...pick(result, 'protocol', 'status', 'server', 'acceptedIssuers', 'plain', 'error'),
    ...(date !== undefined && { date: new Date(date).toISOString() }),
    ...(dateReadAt !== undefined && { dateReadAt: new Date(dateReadAt).toISOString() }),
  };
}

/** Up to the first certificate that is none. */
export function parseChain(ders: readonly Uint8Array[]): { chain: Certificate[]; malformed?: string } {
  const chain: Certificate[] = [];
  for (const der of ders) {
    try {
      chain.push(parseCertificate(der));
    } catch (error) {
      return { chain, malformed: (error as Error).message };
    }
  }
  return { chain };
}

function pick<T extends object, K extends keyof T>(from: T, ...keys: K[]): Pick<T, K> {
  return Object.fromEntries(keys.filter((key) => from[key] !== undefined).map((key) => [key, from[key]])) as Pick<T, K>;
}

/** The same by hand. */
export function opensslCommand({ address, port, sni, scheme }: ShakePlan['dial']): string {
  const where = ref.tls(address, port).slice('tls://'.length);
  const starttls = scheme && STARTTLS_WORDS.has(scheme) ? ` -starttls ${scheme}` : '';
  return `openssl s_client -connect ${where} ${sni ? `-servername ${sni}` : '-noservername'}${starttls} -showcerts </dev/null`;
}

/** Schemes by which openssl s_client knows a conversation before TLS. */
const STARTTLS_WORDS: ReadonlySet<string> = new Set([
  'smtp',
  'imap',
  'pop3',
  'ftp',
  'xmpp',
  'ldap',
  'postgres',
  'mysql',
]);
