import type { SecretFact } from '../../../core/model/facts.ts';
import type { SecretContents, SecretEntry } from '../../../core/parse/kube/secret.ts';
import type { Reading } from '../reading.ts';

/** What is kept of a Secret until it is known who names it: its certificates are in the reading already. */
export interface StoredSecret {
  readonly fact: SecretFact;
  readonly writer?: string;
  readonly entries: readonly StoredEntry[];
  readonly reading: Reading;
}

export interface StoredEntry extends Pick<SecretEntry, 'key' | 'bundle' | 'privateKey' | 'missing'> {
  /** Fingerprints, in the order of the data key. */
  readonly chain: readonly string[];
  /** Public keys (spki) of the same certificates. */
  readonly spkis: readonly string[];
  /** Of the first certificate. */
  readonly isCA: boolean;
  readonly dnsNames: readonly string[];
}

/** The Secrets of a run, each once: several lists and gets may come by the same one. */
export class SecretStore {
  readonly #secrets = new Map<string, StoredSecret>();
  readonly #namespacesByName = new Map<string, string[]>();

  has(namespace: string, name: string): boolean {
    return this.#secrets.has(secretId(namespace, name));
  }

  all(): Iterable<StoredSecret> {
    return this.#secrets.values();
  }

  /** Other namespaces with a Secret of this name. */
  elsewhere(namespace: string, name: string): string[] {
    return (this.#namespacesByName.get(name) ?? []).filter((other) => other !== namespace);
  }

  /** Puts certificates, public halves of keys, CRLs and the fact into the reading that saw the Secret. */
  add({ fact, entries, keys, crls, writer }: SecretContents, reading: Reading): void {
    const id = secretId(fact.namespace, fact.name);
    if (this.#secrets.has(id)) return;
    for (const key of keys) reading.key(key);
    for (const der of crls) reading.crl(der);
    reading.fact('secret', fact);
    const stored = entries.map((entry) => storeEntry(entry, reading));
    this.#secrets.set(id, { fact, ...(writer !== undefined && { writer }), entries: stored, reading });
    this.#namespacesByName.set(fact.name, [...(this.#namespacesByName.get(fact.name) ?? []), fact.namespace]);
  }
}

export function secretId(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

function storeEntry({ certificates, ...entry }: SecretEntry, reading: Reading): StoredEntry {
  return {
    ...entry,
    chain: reading.chain(certificates.map(({ der }) => der)),
    spkis: certificates.map(({ spki }) => spki),
    isCA: certificates[0]?.isCA ?? false,
    dnsNames: certificates[0]?.dnsNames ?? [],
  };
}
