import type { Certificate } from './certificate.ts';
import type { Crl } from './crl.ts';
import type { DistributionPoint } from './distribution-point.ts';
import type { GeneralName } from './general-name.ts';
import { isEmptyName, nameKey, readAttributes, sameName, setKey } from './name.ts';

/** ReasonFlags of RFC 5280 section 4.2.1.13, without the unused bit. */
const ALL_REASONS = 8;

/** Step (b): whether the list is about certificates like this one. */
export function concerns(crl: Crl, certificate: Certificate): boolean {
  const { scope } = crl;
  const own = sameName(crl.issuerRaw, certificate.issuerRaw);
  const points = (certificate.crlPoints ?? []).filter(({ issuers }) =>
    issuers.length === 0 ? own : issuers.some((name) => isName(name, crl.issuerRaw)),
  );
  const delegated = scope?.indirect === true && points.length > 0;
  if (!delegated && (!own || (points.length === 0 && certificate.crlPoints?.length))) return false;
  if (!scope) return true;
  if (scope.onlyAttributes || (scope.onlyUsers && certificate.isCA) || (scope.onlyCAs && !certificate.isCA))
    return false;
  return (scope.names.length === 0 && !scope.relative) || points.some((point) => meets(point, crl));
}

function isName(name: GeneralName, raw: Uint8Array): boolean {
  return name.kind === 'directory' && sameName(name.raw, raw);
}

/** Step (b)(2)(i): one of the names of the point, or the issuer where it has none, is one of the names of the scope. */
function meets(point: DistributionPoint, { scope, issuerRaw }: Crl): boolean {
  if (!scope) return false;
  const base = point.issuers.find(({ kind }) => kind === 'directory')?.raw ?? issuerRaw;
  const own = pointKeys(point, base);
  const names = own.length > 0 ? own : point.issuers.map(generalNameKey);
  const wanted = pointKeys(scope, issuerRaw);
  return names.some((name) => wanted.includes(name));
}

/** The names of a point for comparison; a relative one is completed with the name of the list's issuer. */
function pointKeys(
  { names, relative }: Pick<DistributionPoint, 'names' | 'relative'>,
  issuerRaw: Uint8Array,
): string[] {
  if (!relative) return names.map(generalNameKey);
  const below = setKey(readAttributes(relative));
  return [`directory ${isEmptyName(issuerRaw) ? below : `${nameKey(issuerRaw)}\n${below}`}`];
}

function generalNameKey({ kind, value, raw }: GeneralName): string {
  return `${kind} ${kind === 'directory' ? nameKey(raw) : value}`;
}

/** Whether the complete lists cover all reasons together, within what the point of the certificate asks of each. */
export function coversAllReasons({ crlPoints = [] }: Certificate, lists: readonly Crl[]): boolean {
  const covered = new Set<number>();
  for (const { scope } of lists.filter(({ deltaOf }) => deltaOf === undefined)) {
    const asked = crlPoints.length === 1 ? crlPoints[0]!.reasons : undefined;
    for (let bit = 1; bit <= ALL_REASONS; bit++) {
      if ((scope?.reasons ?? [bit]).includes(bit) && (asked ?? [bit]).includes(bit)) covered.add(bit);
    }
  }
  return covered.size === ALL_REASONS;
}
