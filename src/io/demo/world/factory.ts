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

/** Makes the certificates, keys and lists of one incident when they are first asked for, each once. */
export class Factory {
  readonly #incident: Incident;
  readonly #now: number;
  readonly #certificates = new Map<string, Promise<Minted>>();
  readonly #keys = new Map<string, MintKey>();

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

  async #mint(name: string): Promise<Minted> {
    const facts = this.#facts(name);
    return mint({
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
    });
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
