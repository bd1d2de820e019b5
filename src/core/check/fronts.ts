import type { Inventory } from '../snapshot/inventory.ts';
import { addressOf } from './addresses.ts';
import { coversHost } from './host-names.ts';
import { type HostAnswer, type HostPicture, hostPictures, isStored } from './hosts.ts';
import { memo } from './memo.ts';
import { isFallback } from './serving.ts';

/** Something in front of the controller that ends TLS with a certificate of its own. */
export interface Front {
  readonly answer: HostAnswer;
  readonly picture: HostPicture;
  /** `Cloudflare`; undefined where only the addresses tell. */
  readonly who?: string;
  /** How it was recognised, as clauses. */
  readonly signs: readonly string[];
}

/** Who names itself so in the Server header. */
const SERVERS: readonly (readonly [RegExp, string])[] = [
  [/^cloudflare/i, 'Cloudflare'],
  [/^CloudFront/i, 'Amazon CloudFront'],
  [/^awselb/i, 'AWS load balancer'],
  [/^AkamaiGHost|^AkamaiNetStorage/i, 'Akamai'],
  [/^Google Frontend|^gws/i, 'Google load balancer'],
  [/^Microsoft-Azure-Application-Gateway/i, 'Azure Application Gateway'],
  [/^(Varnish|Fastly)/i, 'Fastly'],
  [/^(ECAcc|ECS|ECD) /i, 'Edgio'],
  [/^BunnyCDN/i, 'bunny.net'],
  [/^Vercel|^Netlify/i, 'a hosting service'],
];

/** Whose names load balancers and CDNs have. */
const NAMES: readonly (readonly [RegExp, string])[] = [
  [/\.cloudfront\.net$/, 'Amazon CloudFront'],
  [/\.elb\.(?:[a-z0-9-]+\.)?amazonaws\.com$|\.elb\.amazonaws\.com$/, 'AWS load balancer'],
  [/\.azurefd\.net$|\.azureedge\.net$/, 'Azure Front Door'],
  [/\.(fastly|fastlylb)\.net$/, 'Fastly'],
  [/\.(edgekey|edgesuite|akamaiedge)\.net$/, 'Akamai'],
];

/** Whose authorities issue for their own services alone. */
const ISSUERS: readonly (readonly [RegExp, string])[] = [
  [/(^|[,+])O=Amazon([,+]|$)/, 'Amazon'],
  [/(^|[,+])O=Cloudflare\\?,? ?Inc\.?/i, 'Cloudflare'],
];

/** Answers that come from something in front, by their refs. */
const fronts = memo((inventory): ReadonlyMap<string, Front> => {
  const found = hostPictures(inventory).flatMap((picture) =>
    picture.answers.flatMap((answer) => recognise(picture, answer) ?? []),
  );
  return new Map(found.map((front) => [front.answer.served.placement.ref, front]));
});

export function allFronts(inventory: Inventory): readonly Front[] {
  return [...fronts(inventory).values()];
}

export function frontOf(inventory: Inventory, ref: string): Front | undefined {
  return fronts(inventory).get(ref) ?? frontByName(inventory, ref);
}

/** What is dialled by the host's own name ends at one of the addresses that the name leads to. */
function frontByName(inventory: Inventory, ref: string): Front | undefined {
  const { host, port, sni } = addressOf(ref) ?? {};
  const shown = inventory.placement(ref)?.leaf;
  if (!shown || host !== sni) return undefined;
  return allFronts(inventory).find(
    ({ answer, picture }) =>
      picture.host === host && picture.port === port && answer.served.leaf.sha256 === shown.sha256,
  );
}

/** A certificate that is not stored, is good for the host, and comes from an address that shows signs of being another's. */
function recognise(picture: HostPicture, answer: HostAnswer): Front | undefined {
  const { served, way } = answer;
  if (isStored(picture, served) || isFallback(served.leaf) || !coversHost(served.leaf, picture.host)) return undefined;
  const header = SERVERS.find(([pattern]) => pattern.test(way.server ?? ''));
  const name = NAMES.find(([pattern]) => pattern.test(way.named ?? ''));
  const issuer = ISSUERS.find(([pattern]) => pattern.test(served.leaf.issuer));
  const elsewhere = isElsewhere(picture, answer);
  const signs = [
    ...(header ? [`it calls itself ${way.server} (${header[1]})`] : []),
    ...(name ? [`its name is ${way.named} (${name[1]})`] : []),
    ...(issuer ? [`its certificate is issued by ${served.leaf.issuer} (${issuer[1]})`] : []),
    ...(elsewhere ? [elsewhere] : []),
  ];
  if (signs.length === 0) return undefined;
  const who = header?.[1] ?? name?.[1] ?? issuer?.[1];
  return { answer, picture, signs, ...(who !== undefined && { who }) };
}

/** The host's name leads past the addresses of its objects, where what is stored is served. */
function isElsewhere(picture: HostPicture, { way, served }: HostAnswer): string | undefined {
  if (way.by.some((by) => by !== 'dns')) return undefined;
  const behind = picture.answers.filter(({ way: other }) => other.by.some((by) => by === 'status' || by === 'pod'));
  if (behind.length === 0 || !behind.every((one) => isStored(picture, one.served))) return undefined;
  const own = [...new Set(behind.map(({ way: { address } }) => address))];
  const { host } = addressOf(served.placement.ref) ?? { host: way.address };
  return `the name leads to ${host}, while ${own.slice(0, 3).join(', ')} of the controller ${own.length > 1 ? 'show' : 'shows'} what is stored`;
}
