import { type CheckResult, check } from '../../../src/core/check/check.ts';
import type { CoverageState } from '../../../src/core/model/coverage.ts';
import type { FactKinds } from '../../../src/core/model/facts.ts';
import type { Handshake } from '../../../src/core/model/handshake.ts';
import type { Layer } from '../../../src/core/model/layer.ts';
import type { ManagerId } from '../../../src/core/model/manager.ts';
import type { Observation, Unseen } from '../../../src/core/model/observation.ts';
import type { Placement } from '../../../src/core/model/placement.ts';
import { DEFAULT_POLICY, type Policy } from '../../../src/core/model/policy.ts';
import { ref } from '../../../src/core/model/ref.ts';
import type { RoleId } from '../../../src/core/model/role.ts';
import type { Snapshot } from '../../../src/core/model/snapshot.ts';
import { fold } from '../../../src/core/snapshot/fold.ts';
import { type Inventory, takeInventory } from '../../../src/core/snapshot/inventory.ts';
import { type Minted, type MintSpec, mint } from '../../../src/io/demo/mint.ts';

export const NOW = Date.parse('2026-11-24T12:00:00Z');
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** A certificate whose life is given in days from now. */
export function make(from: number, to: number, spec: Omit<MintSpec, 'notBefore' | 'notAfter'>): Promise<Minted> {
  return mint({ notBefore: NOW + from * DAY, notAfter: NOW + to * DAY, ...spec });
}

/** A CA from a year ago to nine years from now, unless told otherwise. */
export function makeCA(
  name: string,
  { from = -365, to = 3285, ...rest }: { from?: number; to?: number } & Partial<MintSpec> = {},
) {
  return make(from, to, { subject: `CN=${name}`, isCA: true, keyUsages: ['keyCertSign', 'cRLSign'], ...rest });
}

/** A server certificate from 10 days ago to 80 days from now, unless told otherwise. */
export function makeServer(
  names: string[],
  { from = -10, to = 80, ...rest }: { from?: number; to?: number } & Partial<MintSpec> = {},
) {
  return make(from, to, {
    subject: `CN=${names[0]}`,
    dnsNames: names,
    keyUsages: ['digitalSignature'],
    extKeyUsages: ['serverAuth'],
    ...rest,
  });
}

/** A client certificate from 100 days ago to 265 days from now, unless told otherwise. */
export function makeClient(
  subject: string,
  { from = -100, to = 265, ...rest }: { from?: number; to?: number } & Partial<MintSpec> = {},
) {
  return make(from, to, { subject, keyUsages: ['digitalSignature'], extKeyUsages: ['clientAuth'], ...rest });
}

export interface PlaceOptions {
  readonly role?: RoleId;
  readonly manager?: ManagerId;
  readonly layer?: Layer;
  readonly source?: string;
  readonly key?: Minted;
  readonly bundle?: true;
  readonly mode?: string;
  readonly missing?: string;
}

/** Builds a snapshot from what a case says was seen; every source was read to its end unless the case says otherwise. */
export class World {
  readonly #placements: { source: string; placement: Unseen<Placement>; certificates: Minted[] }[] = [];
  readonly #facts: { source: string; kind: keyof FactKinds; value: unknown }[] = [];
  readonly #handshakes: Unseen<Handshake>[] = [];
  readonly #crls: string[] = [];
  readonly #states = new Map<string, { state: CoverageState; reason: string; layer: Layer }>();
  now = NOW;
  policy: Policy = DEFAULT_POLICY;
  namespaces: string[] = [];
  host: string | undefined;

  place(ref: string, chain: Minted[], options: PlaceOptions = {}): this {
    const { role = 'file', manager = 'person', layer = 'cluster', source = 'seen', key, ...rest } = options;
    const placement = {
      ref,
      layer,
      role,
      manager,
      chain: chain.map(({ certificate }) => certificate.sha256),
      ...(key && { key: key.certificate.spki }),
      ...rest,
    };
    this.#placements.push({ source, placement, certificates: chain });
    return this;
  }

  /** A trust bundle: one placement for each member. */
  bundle(ref: string, members: Minted[], options: PlaceOptions = {}): this {
    members.forEach((member, index) => this.place(`${ref}[${index}]`, [member], { ...options, bundle: true }));
    return this;
  }

  /** A Secret of type kubernetes.io/tls with its certificate, as its source would report it. */
  tlsSecret(
    namespace: string,
    name: string,
    chain: Minted[],
    options: PlaceOptions & Partial<FactKinds['secret']> = {},
  ): this {
    const { certificateName, problems = [], type = 'kubernetes.io/tls', ...rest } = options;
    const keys = ['tls.crt', 'tls.key'];
    this.fact(
      'secret',
      { namespace, name, type, keys, resourceVersion: '1', problems, ...(certificateName && { certificateName }) },
      'secrets',
    );
    return this.place(`secret/${namespace}/${name}#tls.crt`, chain, {
      role: 'ingress-tls',
      layer: 'ingress',
      source: 'secrets',
      ...rest,
    });
  }

  ingress(
    namespace: string,
    name: string,
    tls: { hosts: string[]; secretName?: string }[],
    parts: Partial<FactKinds['ingress']> = {},
  ): this {
    return this.fact(
      'ingress',
      { namespace, name, hosts: tls.flatMap(({ hosts }) => hosts), tls, addresses: [], annotations: {}, ...parts },
      'ingresses',
    );
  }

  gateway(namespace: string, name: string, listener: Partial<FactKinds['gateway']['listeners'][number]>): this {
    const full = { name: 'https', port: 443, protocol: 'HTTPS', mode: 'Terminate', secrets: [], ...listener };
    return this.fact(
      'gateway',
      { kind: 'Gateway', namespace, name, listeners: [full], addresses: [], annotations: {} },
      'gateways',
    );
  }

  fact<K extends keyof FactKinds>(kind: K, value: FactKinds[K], source = 'seen'): this {
    this.#facts.push({ source, kind, value });
    return this;
  }

  /** A served chain and the handshake that showed it. */
  served(ref: string, chain: Minted[], options: PlaceOptions & Partial<Handshake> = {}): this {
    const { date, dateReadAt, role = 'served', layer = 'none', ...rest } = options;
    this.#handshakes.push({
      ref,
      ms: 5,
      protocol: 'TLSv1.3',
      ...(date && { date }),
      ...(dateReadAt && { dateReadAt }),
    });
    return this.place(ref, chain, { role, layer, source: 'handshakes', ...rest });
  }

  /** An address that was asked for a host, and the different chains that it answered with. */
  asked(host: string, address: string, chains: Minted[][], parts: Partial<FactKinds['hostWay']> = {}): this {
    const answers = chains.map((_, index) => ref.tls(address, parts.port ?? 443, host, index + 1));
    chains.forEach((chain, index) => this.served(answers[index]!, chain, { role: 'ingress-served', layer: 'ingress' }));
    return this.fact(
      'hostWay',
      { host, port: 443, address, by: ['status'], objects: ['ingress/shop/web'], asked: 4, answers, ...parts },
      'handshakes',
    );
  }

  controller(product: string, parts: Partial<FactKinds['controller']> = {}): this {
    const common = { kind: 'Deployment', namespace: product, name: product, replicas: 2, ready: 2, flags: {} } as const;
    return this.fact('controller', { ...common, product, ...parts }, 'controllers');
  }

  /** cert-manager's Certificate shop/web, which Issuer ca signs into Secret web-tls. */
  certificate(parts: Partial<FactKinds['certificate']> = {}): this {
    const common = {
      namespace: 'shop',
      name: 'web',
      secretName: 'web-tls',
      dnsNames: ['a.example'],
      issuer: { name: 'ca', kind: 'Issuer', group: 'cert-manager.io' },
      isCA: false,
    };
    return this.fact('certificate', { ...common, ...parts }, 'certificates');
  }

  route(kind: FactKinds['route']['kind'], namespace: string, name: string, parts: Partial<FactKinds['route']>): this {
    return this.fact(
      'route',
      { kind, namespace, name, hosts: [], secrets: [], parents: [], problems: [], ...parts },
      'routes',
    );
  }

  /** A revocation list that lay beside what was read. */
  revocation(der: Uint8Array): this {
    this.#crls.push(Buffer.from(der).toString('base64'));
    return this;
  }

  read(source: string, state: CoverageState = 'complete', reason = 'it said so', layer: Layer = 'cluster'): this {
    this.#states.set(source, { state, reason, layer });
    return this;
  }

  /** Every source that says who uses a Secret was read. */
  readAll(): this {
    for (const source of ['ingresses', 'gateways', 'issuers', 'pods', 'cabundles', 'routes', 'secrets', 'certificates'])
      this.read(source);
    return this;
  }

  snapshot(): Snapshot {
    const sources = [
      ...new Set([
        ...this.#states.keys(),
        ...this.#placements.map(({ source }) => source),
        ...this.#facts.map(({ source }) => source),
        ...(this.#handshakes.length > 0 ? ['handshakes'] : []),
      ]),
    ];
    return fold(
      sources.map((source) => this.#observe(source)),
      {
        takenAt: new Date(NOW).toISOString(),
        tool: { name: 'kubectl-certs', version: '0.0.0' },
        scope: { namespaces: this.namespaces, layers: [], targets: [], ...(this.host && { host: this.host }) },
      },
    );
  }

  inventory(): Inventory {
    return takeInventory(this.snapshot());
  }

  check(): CheckResult {
    return check(this.inventory(), this.policy, this.now);
  }

  #observe(source: string): Observation {
    const { state, reason, layer } = this.#states.get(source) ?? {
      state: 'complete' as const,
      reason: '',
      layer: 'cluster' as const,
    };
    const mine = this.#placements.filter((one) => one.source === source);
    const facts: Record<string, unknown[]> = {};
    for (const { kind, value } of this.#facts.filter((one) => one.source === source)) {
      facts[kind] ??= [];
      facts[kind].push(value);
    }
    return {
      source,
      layer,
      state,
      ...(state !== 'complete' && { reason, unknown: `what ${source} would show` }),
      at: new Date(NOW).toISOString(),
      command: `read ${source}`,
      certificates: Object.fromEntries(
        mine.flatMap(({ certificates }) =>
          certificates.map(({ certificate }) => [certificate.sha256, Buffer.from(certificate.der).toString('base64')]),
        ),
      ),
      crls: source === 'secrets' ? this.#crls : [],
      keys: [],
      placements: mine.map(({ placement }) => placement),
      facts: facts as Observation['facts'],
      handshakes: source === 'handshakes' ? this.#handshakes : [],
    };
  }
}
