import type { SecretContents, SecretEntry } from '../../../core/parse/kube/secret.ts';
import type { Certificate } from '../../../core/x509/certificate.ts';
import type { Reading } from '../reading.ts';

/** What is kept of a Secret until it is known who names it, and the reading that saw it. */
export interface StoredSecret extends Pick<SecretContents, 'fact' | 'keys' | 'crls' | 'writer'> {
  readonly entries: readonly StoredEntry[];
  readonly reading: Reading;
}

export interface StoredEntry extends Pick<SecretEntry, 'key' | 'bundle' | 'privateKey' | 'missing'> {
  readonly members: readonly Pick<Certificate, 'der' | 'sha256' | 'spki'>[];
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

  /** Keeps the Secret, unless another reading has seen it before. */
  add({ entries, ...contents }: SecretContents, reading: Reading): void {
    const { namespace, name } = contents.fact;
    if (this.has(namespace, name)) return;
    this.#secrets.set(secretId(namespace, name), { ...contents, entries: entries.map(storeEntry), reading });
    this.#namespacesByName.set(name, [...(this.#namespacesByName.get(name) ?? []), namespace]);
  }
}

export function secretId(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

/** A parsed certificate is many times its encoding, so it is not kept. */
function storeEntry({ certificates, ...entry }: SecretEntry): StoredEntry {
  return {
    ...entry,
    members: certificates.map(({ der, sha256, spki }) => ({ der, sha256, spki })),
    isCA: certificates[0]?.isCA ?? false,
    dnsNames: certificates[0]?.dnsNames ?? [],
  };
}
