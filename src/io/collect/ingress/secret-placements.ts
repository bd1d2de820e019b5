import type { CaBundleFact } from '../../../core/model/facts.ts';
import type { Layer } from '../../../core/model/layer.ts';
import type { ManagerId } from '../../../core/model/manager.ts';
import type { Unseen } from '../../../core/model/observation.ts';
import type { Placement } from '../../../core/model/placement.ts';
import { ref } from '../../../core/model/ref.ts';
import type { RoleId } from '../../../core/model/role.ts';
import { layerOfServer } from '../../../core/parse/kube/system.ts';
import type { SecretClaim } from './secret-claims.ts';
import { managerOf } from './secret-manager.ts';
import { type StoredEntry, type StoredSecret, secretId } from './secret-store.ts';

/** Who uses which Secret, looked up by the Secret. */
export class SecretUses {
  readonly #claims: ReadonlyMap<string, SecretClaim>;
  readonly #servers = new Map<string, Layer>();

  constructor(claims: ReadonlyMap<string, SecretClaim>, servers: readonly CaBundleFact[]) {
    this.#claims = claims;
    for (const server of servers) {
      const { service } = server;
      if (service) this.#servers.set(`${service.name}.${service.namespace}.svc`, layerOfServer(server));
    }
  }

  claim({ fact }: StoredSecret): SecretClaim | undefined {
    return this.#claims.get(secretId(fact.namespace, fact.name));
  }

  /** The layer of a server that the API server calls, when a certificate names its Service: it is what it serves. */
  serverLayer({ fact }: StoredSecret, { dnsNames, bundle }: StoredEntry): Layer | undefined {
    if (bundle) return undefined;
    const own = dnsNames.find((name) => name.endsWith(`.${fact.namespace}.svc`) && this.#servers.has(name));
    return own === undefined ? undefined : this.#servers.get(own);
  }

  /** The layer of the Secret as a whole: its server's, its claim's, or ingress. */
  layer(secret: StoredSecret): Layer {
    const claim = this.claim(secret);
    if (claim && !isWeak(claim)) return claim.layer;
    const served = secret.entries.flatMap((entry) => this.serverLayer(secret, entry) ?? []);
    return served[0] ?? claim?.layer ?? 'ingress';
  }
}

/** A Certificate that makes a Secret says little of what it is for. */
function isWeak({ roles }: SecretClaim): boolean {
  return Object.values(roles).every((role) => role === 'tls-secret');
}

/**
 * A chain is one placement, a bundle one for each member. A Secret that lacks what it is named for has a missing one
 * besides.
 */
export function placementsOf(secret: StoredSecret, uses: SecretUses): Unseen<Placement>[] {
  const claim = uses.claim(secret);
  const layer = uses.layer(secret);
  const found = secret.entries.flatMap((entry) => {
    const { fact } = secret;
    const head = { layer, role: roleOf(secret, entry, uses), manager: managerOfEntry(secret, entry) };
    const base = ref.secret(fact.namespace, fact.name, entry.key);
    return entry.bundle ? bundlePlacements(base, head, entry) : [chainPlacement(base, head, entry)];
  });
  return claim && lacksClaimed(secret, claim) ? [...found, emptyPlacement(claim)] : found;
}

function lacksClaimed({ entries }: StoredSecret, { roles, required }: SecretClaim): boolean {
  const keys = Object.keys(roles);
  return required && keys.length > 0 && !entries.some(({ key }) => keys.includes(key));
}

type Head = Pick<Placement, 'layer' | 'role' | 'manager'>;

function chainPlacement(base: string, head: Head, { members, privateKey, missing }: StoredEntry): Unseen<Placement> {
  return {
    ref: base,
    ...head,
    chain: members.map(({ sha256 }) => sha256),
    ...(privateKey !== undefined && { key: privateKey }),
    ...(missing !== undefined && { missing }),
  };
}

/** A key that lies beside a bundle belongs to one member at most. */
function bundlePlacements(base: string, head: Head, { members, privateKey }: StoredEntry): Unseen<Placement>[] {
  return members.map(({ sha256, spki }, index) => ({
    ref: ref.member(base, index),
    ...head,
    chain: [sha256],
    bundle: true,
    ...(privateKey !== undefined && spki === privateKey && { key: privateKey }),
  }));
}

/** A certificate that names a webhook's Service says what it is for, unless something else does. */
function roleOf(secret: StoredSecret, entry: StoredEntry, uses: SecretUses): RoleId {
  const claimed = uses.claim(secret)?.roles[entry.key];
  const unclaimed = claimed === undefined || claimed === 'tls-secret';
  if (unclaimed && uses.serverLayer(secret, entry)) return 'webhook-serving';
  return claimed ?? unclaimedRole(entry);
}

function unclaimedRole({ bundle, isCA }: StoredEntry): RoleId {
  return bundle || isCA ? 'secret-ca' : 'tls-secret';
}

/** Who wrote the Secret renews its own certificate, but not a CA that was copied beside it; istiod's root is its own. */
function managerOfEntry(secret: StoredSecret, { bundle }: StoredEntry): ManagerId {
  const manager = managerOf(secret);
  return bundle && manager !== 'istiod' ? 'unknown' : manager;
}

/** What is named and not there. `elsewhere`: namespaces that have a Secret of that name. */
export function missingPlacement(claim: SecretClaim, elsewhere: readonly string[]): Unseen<Placement> {
  const hint = elsewhere.length > 0 ? `; one of that name is in ${namespaceList(elsewhere)}` : '';
  return absentPlacement(claim, `does not exist${byWhom(claim)}${hint}`);
}

function emptyPlacement(claim: SecretClaim): Unseen<Placement> {
  const keys = Object.keys(claim.roles).join(' or ');
  return absentPlacement(claim, `holds no certificate under ${keys}${byWhom(claim)}`);
}

/** What was typed on the command line names itself. */
function byWhom({ by, namespace, name }: SecretClaim): string {
  return by === ref.object('Secret', name, namespace) ? '' : `, though ${by} names it`;
}

function absentPlacement(claim: SecretClaim, what: string): Unseen<Placement> {
  const { namespace, name, layer, roles, manager = 'unknown' } = claim;
  const [dataKey = 'tls.crt', role = 'tls-secret'] = Object.entries(roles)[0] ?? [];
  return {
    ref: ref.secret(namespace, name, dataKey),
    layer,
    role,
    manager,
    chain: [],
    missing: `Secret ${namespace}/${name} ${what}`,
  };
}

const MOST_NAMES = 3;

function namespaceList(namespaces: readonly string[]): string {
  const names = namespaces.slice(0, MOST_NAMES).join(', ');
  const more = namespaces.length > MOST_NAMES ? ` and ${namespaces.length - MOST_NAMES} more` : '';
  return `${namespaces.length === 1 ? 'namespace' : 'namespaces'} ${names}${more}`;
}
