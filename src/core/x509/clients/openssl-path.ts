import { explainEnd, fitsKeyId } from '../build-path.ts';
import type { Certificate } from '../certificate.ts';
import { checkTime } from '../check-path.ts';
import { sameName } from '../name.ts';
import { type Objection, type Reason, reasonFor } from '../rules.ts';
import { type Client, objectionsOf, type Situation } from './client.ts';

interface Options {
  /** X509_V_FLAG_PARTIAL_CHAIN: anything in the store ends a chain, not only what is self-signed. */
  readonly partialChain: boolean;
}

interface Built {
  readonly path: readonly Certificate[];
  readonly ending?: Reason;
}

/** Chains that differ only by the order in which equals were given. */
const MOST_CHAINS = 32;

/**
 * OpenSSL builds one chain by names and key ids, looks into the trust store first, and never comes back to choose
 * another (x509_vfy.c build_chain, get0_best_issuer_sk). Of equally good issuers it takes the first in the order
 * given; as that order is chance, the chain counts as accepted only when every choice is.
 */
export function decideOnOnePath(client: Client, situation: Situation, options: Options): readonly Objection[] {
  let built = 0;
  let accepted = false;
  let refused: { path: readonly Certificate[]; objections: readonly Objection[] } | undefined;
  for (const { path, ending } of buildChains([situation.leaf], situation, options, false)) {
    const objections = [...objectionsOf(client, situation, path, ending), ...checkSignatures(client, path, situation)];
    if (objections.length === 0) accepted = true;
    else refused ??= { path, objections };
    if ((accepted && refused) || ++built === MOST_CHAINS) break;
  }
  if (!refused) return [];
  return accepted ? [explainChoice(refused.path, client), ...refused.objections] : refused.objections;
}

function explainChoice(path: readonly Certificate[], client: Client): Objection {
  const message =
    'OpenSSL takes the first of several issuers of one name and never tries another: it accepts the chain in some orders only';
  return {
    rule: 'depends-on-order',
    certificate: path.at(-1)!.sha256,
    message,
    source: client.enforces['issuer-missing']?.source ?? '',
  };
}

function* buildChains(
  path: readonly Certificate[],
  situation: Situation,
  options: Options,
  trustedOnly: boolean,
): Generator<Built> {
  const { pool } = situation;
  const tip = path.at(-1)!;
  if (pool.isAnchor(tip) && (options.partialChain || looksSelfSigned(tip))) yield { path };
  else if (looksSelfSigned(tip))
    yield { path, ending: reasonFor('untrusted-root', tip, 'is self-signed and no trust anchor') };
  else {
    const issuers = pool.named(tip.issuerRaw).filter((candidate) => looksIssued(tip, candidate));
    const trusted = issuers.filter((candidate) => pool.isAnchor(candidate));
    const untrusted = trustedOnly ? [] : issuers.filter((candidate) => !path.includes(candidate));
    const choices = pickBest(trusted.length > 0 ? trusted : untrusted, situation);
    pool.budget.spend('steps', issuers.length + 1);
    if (choices.length === 0 || path.length > 100) yield { path, ending: explainEnd(tip, [], pool) };
    for (const issuer of choices) yield* buildChains([...path, issuer], situation, options, trusted.length > 0);
  }
}

/** All that are valid now, each of which could come first; else the one that ends last. */
function pickBest(candidates: readonly Certificate[], { demands }: Situation): readonly Certificate[] {
  const valid = candidates.filter((candidate) => checkTime(candidate, demands.now).length === 0);
  if (valid.length > 0 || candidates.length === 0) return valid;
  return [candidates.reduce((best, candidate) => (candidate.notAfter > best.notAfter ? candidate : best))];
}

/** ossl_x509_likely_issued: names, key ids and the kind of key; the signature is checked when the chain stands. */
function looksIssued(certificate: Certificate, issuer: Certificate): boolean {
  const { issuer: names, serialNumber } = certificate.authorityKey ?? {};
  if (!fitsKeyId(certificate, issuer) || !fitsKey(certificate, issuer)) return false;
  if (serialNumber !== undefined && serialNumber.replace(/^00(?=.)/, '') !== issuer.serialNumber) return false;
  const named = names?.find(({ kind }) => kind === 'directory');
  return !named || sameName(named.raw, issuer.issuerRaw);
}

function fitsKey({ signatureAlgorithm: { name } }: Certificate, { publicKey: { algorithm } }: Certificate): boolean {
  const family = name.startsWith('ECDSA')
    ? 'ECDSA'
    : name.startsWith('DSA')
      ? 'DSA'
      : name.includes('RSA')
        ? 'RSA'
        : name;
  return algorithm.startsWith(family);
}

function looksSelfSigned(certificate: Certificate): boolean {
  return certificate.selfIssued && looksIssued(certificate, certificate);
}

function checkSignatures(client: Client, path: readonly Certificate[], { pool }: Situation): Objection[] {
  return path.slice(0, -1).flatMap((certificate, index) => {
    if (pool.signedBy(certificate, path[index + 1]!) === 'valid') return [];
    const source = client.enforces['signature-invalid']?.source ?? '';
    const message = `the key of the issuer that OpenSSL chose, ${certificate.issuer}, did not sign it`;
    return [{ rule: 'signature-invalid', certificate: certificate.sha256, message, source }];
  });
}
