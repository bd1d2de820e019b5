import { der, oid, sequence } from '../der-writer.ts';
import { type Minted, type MintKey, mint, mintCrl, mintKey, mintRequest } from '../mint.ts';
import type { MintExtension } from '../mint-extensions.ts';
import type { CertificateFacts, Chain, Incident, KeyUsageName } from '../planting/form.ts';
import { momentOf } from '../planting/moment.ts';

const EXTENDED: Readonly<Record<KeyUsageName, string>> = {
  server: 'serverAuth',
  client: 'clientAuth',
  codeSigning: 'codeSigning',
  timeStamping: 'timeStamping',
  any: 'anyExtendedKeyUsage',
};
const AUTHORITY_INFORMATION = '1.3.6.1.5.5.7.1.1';
const CA_ISSUERS = '1.3.6.1.5.5.7.48.2';
const DAY = 86_400_000;

/** What a renewed certificate has of its own. */
export interface Renewal {
  /** Milliseconds since the epoch. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** A new one where it is absent. */
  readonly key?: MintKey;
}

/** Makes the certificates, keys and lists of one incident when they are first asked for, each once. */
export class Factory {
  readonly #incident: Incident;
  readonly #now: number;
  readonly #certificates = new Map<string, Promise<Minted>>();
  readonly #keys = new Map<string, MintKey>();
  /** Every certificate that was made, by its fingerprint. */
  readonly #made = new Map<string, { readonly name: string; readonly minted: Minted }>();

  /** @param now milliseconds since the epoch */
  constructor(incident: Incident, now: number) {
    this.#incident = incident;
    this.#now = now;
  }

  /** @throws Error for a name that the incident does not have */
  certificate(name: string): Promise<Minted> {
    const made = this.#certificates.get(name) ?? this.#mint(name);
    this.#certificates.set(name, made);
    return made;
  }

  /** The name of a certificate that was made here, of today or before. */
  nameOf(sha256: string): string | undefined {
    return this.#made.get(sha256)?.name;
  }

  /** Puts a new certificate in the place of a name's: whoever asks from now on gets it. */
  async renew(name: string, { key, ...validity }: Renewal): Promise<Minted> {
    const before = await this.certificate(name);
    this.#keys.set(name, key ?? mintKey(before.key.algorithm));
    const made = this.#mint(name, validity);
    this.#certificates.set(name, made);
    return made;
  }

  /** Puts one of a name's earlier certificates back in its place; nothing happens for a stranger's. */
  restore(sha256: string): void {
    const found = this.#made.get(sha256);
    if (!found) return;
    this.#certificates.set(found.name, Promise.resolve(found.minted));
    this.#keys.set(found.name, found.minted.key);
  }

  /** DER, in the order of the names. */
  async chain(names: Chain): Promise<Uint8Array[]> {
    return Promise.all(names.map(async (name) => (await this.certificate(name)).certificate.der));
  }

  /** The key of a certificate or of an entry in `keys`. */
  key(name: string): MintKey {
    const made = this.#keys.get(name) ?? this.#makeKey(name);
    this.#keys.set(name, made);
    return made;
  }

  /** PEM of a request that asks for what the certificate says. */
  async request(name: string): Promise<string> {
    const facts = this.#facts(name);
    const { pem } = await mintRequest({ subject: subjectOf(name, facts), key: this.key(name), ...usagesOf(facts) });
    return pem;
  }

  /** PEM of a revocation list. */
  async crl(name: string): Promise<string> {
    const facts = this.#incident.crls?.[name];
    if (!facts) throw new Error(`no revocation list ${name}`);
    const thisUpdate = momentOf(facts.thisUpdate ?? 'now-1d', this.#now);
    const revoked = await Promise.all((facts.revoked ?? []).map((each) => this.certificate(each)));
    const { pem } = await mintCrl({
      issuer: await this.certificate(facts.issuer),
      thisUpdate,
      nextUpdate: momentOf(facts.nextUpdate, this.#now),
      revoked: revoked.map(({ certificate }) => ({ serialNumber: certificate.serialNumber, at: thisUpdate })),
    });
    return pem;
  }

  async #mint(name: string, validity: Partial<Renewal> = {}): Promise<Minted> {
    const facts = this.#facts(name);
    const minted = await mint({
      subject: subjectOf(name, facts),
      ...(facts.issuer !== undefined && { issuer: await this.certificate(facts.issuer) }),
      key: this.key(name),
      notBefore: facts.notBefore === undefined ? this.#now - DAY : momentOf(facts.notBefore, this.#now),
      notAfter: facts.notAfter === undefined ? this.#now + 90 * DAY : momentOf(facts.notAfter, this.#now),
      isCA: facts.ca ?? false,
      ...(facts.pathLength !== undefined && { pathLen: facts.pathLength }),
      ...(facts.signature !== undefined && { signatureHash: facts.signature }),
      ...(facts.serial !== undefined && { serialNumber: facts.serial }),
      ...(facts.caIssuers !== undefined && { extensions: [authorityInformation(facts.caIssuers)] }),
      ...usagesOf(facts),
      ...validity,
    });
    this.#made.set(minted.certificate.sha256, { name, minted });
    return minted;
  }

  #makeKey(name: string): MintKey {
    const facts = this.#incident.certificates?.[name];
    if (facts?.key !== undefined) return this.key(facts.key);
    const algorithm = this.#incident.keys?.[name] ?? facts?.algorithm;
    if (!facts && !algorithm) throw new Error(`no certificate or key ${name}`);
    return mintKey(algorithm ?? 'ECDSA-P256');
  }

  #facts(name: string): CertificateFacts {
    const facts = this.#incident.certificates?.[name];
    if (!facts) throw new Error(`no certificate ${name}`);
    return facts;
  }
}

function subjectOf(name: string, { subject }: CertificateFacts): string {
  return subject ?? `CN=${name}`;
}

/** As kubeadm and Istio sign leaves: digitalSignature and keyEncipherment, whatever the key. */
function usagesOf(facts: CertificateFacts) {
  const extended = facts.usages ?? (facts.ca ? [] : (['server'] as const));
  return {
    dnsNames: facts.dns ?? [],
    ipAddresses: facts.ips ?? [],
    uris: facts.uris ?? [],
    keyUsages: ['digitalSignature', 'keyEncipherment', ...(facts.ca ? ['keyCertSign', 'cRLSign'] : [])],
    ...(extended.length > 0 && { extKeyUsages: extended.map((usage) => EXTENDED[usage]) }),
  };
}

/** RFC 5280 section 4.2.2.1, with caIssuers alone. */
function authorityInformation(url: string): MintExtension {
  const location = der(0x86, Buffer.from(url, 'latin1'));
  return { oid: AUTHORITY_INFORMATION, critical: false, value: sequence(sequence(oid(CA_ISSUERS), location)) };
}
