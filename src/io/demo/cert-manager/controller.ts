import { certificatesIn } from '../../../core/parse/pem-contents.ts';
import type { Certificate } from '../../../core/x509/certificate.ts';
import type { ObjectStore } from '../api/store.ts';
import type { StoredObject } from '../api/stored-object.ts';
import type { Minted } from '../mint.ts';
import { toSeconds } from '../world/render.ts';
import type { World } from '../world/world.ts';
import {
  base64,
  type CertificateObject,
  challengeObject,
  type Issuance,
  keySecretObject,
  orderObject,
  requestObject,
} from './issued-objects.ts';

const FOREVER = new AbortController().signal;
const APPROVED = condition(
  'Approved',
  'True',
  'cert-manager.io',
  'Certificate request has been approved by cert-manager.io',
);

/**
 * cert-manager's controllers, as far as a manual renewal shows them: the same objects and conditions in the same order
 * (compared with cert-manager 1.21), each a turn of the event loop after the one before.
 */
export class CertManager {
  readonly #world: World;
  readonly #store: ObjectStore;

  constructor(world: World, store: ObjectStore) {
    this.#world = world;
    this.#store = store;
  }

  /** Issues, one after the other, what is marked for it, for as long as the world lasts. */
  async run(): Promise<void> {
    for await (const { type, object } of this.#store.changes.after(0, FOREVER)) {
      if (type !== 'MODIFIED' || object.kind !== 'Certificate' || object.apiVersion !== 'cert-manager.io/v1') continue;
      const certificate = await this.#now(object);
      if (certificate && isIssuing(certificate)) await this.#issue(certificate);
    }
  }

  async #now({ apiVersion, kind, metadata }: StoredObject): Promise<CertificateObject | undefined> {
    const { name, namespace } = metadata;
    return (await this.#store.find(this.#store.resource(apiVersion, kind), name, namespace)) as CertificateObject;
  }

  async #issue(certificate: CertificateObject): Promise<void> {
    const secret = await this.#secretOf(certificate);
    const leaf = secret && leafOf(secret);
    const name = leaf && this.#world.factory.nameOf(leaf.sha256);
    if (!secret || !leaf || name === undefined) return;
    const minted = await this.#renew(name, leaf, certificate);
    const revision = (certificate.status.revision ?? 0) + 1;
    const keySecretName = `${certificate.metadata.name}-${minted.certificate.sha256.slice(0, 5)}`;
    const issuance = { certificate, revision, keySecretName, csr: await this.#world.factory.request(name) };
    const keySecret = await this.#put(keySecretObject(issuance, minted.keyPem));
    await this.#writeStatus(certificate, { nextPrivateKeySecretName: keySecretName });
    await this.#sign(issuance, minted);
    await this.#put({ ...secret, data: { ...secret.data, ...(await this.#store.dataNow(secret)) } });
    await this.#finish(issuance, minted);
    await this.#store.remove(keySecret);
  }

  /** As long-lived as the one before; with its key where the Certificate keeps that. */
  #renew(name: string, leaf: Certificate, { spec }: CertificateObject): Promise<Minted> {
    const { now, factory } = this.#world;
    const key = spec.privateKey?.rotationPolicy === 'Never' ? { key: factory.key(name) } : {};
    return factory.renew(name, { notBefore: now, notAfter: now + leaf.notAfter - leaf.notBefore, ...key });
  }

  /** The CertificateRequest from its making to the issued chain; the one before it goes. */
  async #sign(issuance: Issuance, { pem }: Minted): Promise<void> {
    const request = await this.#put(requestObject(issuance, {}));
    await this.#removeRequest(issuance, issuance.revision - 1);
    await this.#put(requestObject(issuance, { conditions: [APPROVED] }));
    if ((await this.#issuerOf(issuance.certificate))?.acme) await this.#prove(issuance, request);
    const issued = condition('Ready', 'True', 'Issued', 'Certificate fetched from issuer successfully');
    await this.#put(requestObject(issuance, { conditions: [APPROVED, issued], certificate: base64(pem) }));
  }

  /** The Order and a Challenge for each name. */
  async #prove(issuance: Issuance, request: StoredObject): Promise<void> {
    const order = await this.#put(orderObject(issuance, request, { state: 'pending' }));
    const where = `${order.metadata.namespace}/${order.metadata.name}`;
    const pending = (message: string) =>
      this.#put(requestObject(issuance, { conditions: [APPROVED, condition('Ready', 'False', 'Pending', message)] }));
    await pending(`Created Order resource ${where}`);
    for (const name of issuance.certificate.spec.dnsNames ?? []) await this.#challenge(order, name);
    await this.#put(orderObject(issuance, request, { state: 'ready' }));
    await pending(`Waiting on certificate issuance from order ${where}: "ready"`);
    await this.#put(orderObject(issuance, request, { state: 'valid' }));
  }

  async #challenge(order: StoredObject, name: string): Promise<void> {
    for (const status of CHALLENGE_STATES) await this.#put(challengeObject(order, name, status));
    await this.#store.remove(challengeObject(order, name, {}));
  }

  async #finish({ certificate, revision }: Issuance, { certificate: leaf }: Minted): Promise<void> {
    const { notBefore, notAfter } = leaf;
    const renewalTime = toSeconds(notAfter - (notAfter - notBefore) / 3);
    await this.#writeStatus(certificate, {
      notBefore: toSeconds(notBefore),
      notAfter: toSeconds(notAfter),
      renewalTime,
    });
    const conditions = certificate.status.conditions?.filter(({ type }) => type !== 'Issuing') ?? [];
    await this.#writeStatus(certificate, { conditions, revision });
    await this.#writeStatus(certificate, { nextPrivateKeySecretName: undefined });
  }

  async #writeStatus(certificate: CertificateObject, status: object): Promise<void> {
    const now = await this.#now(certificate);
    if (now) await this.#put({ ...now, status: { ...now.status, ...status } });
  }

  async #removeRequest(issuance: Issuance, revision: number): Promise<void> {
    await this.#store.remove(requestObject({ ...issuance, revision }, {}));
  }

  async #secretOf({ metadata, spec }: CertificateObject): Promise<StoredObject | undefined> {
    return this.#store.find(this.#store.resource('v1', 'Secret'), spec.secretName, metadata.namespace);
  }

  async #issuerOf({ metadata, spec }: CertificateObject): Promise<{ readonly acme?: unknown } | undefined> {
    const kind = spec.issuerRef.kind ?? 'Issuer';
    const namespace = kind === 'Issuer' ? metadata.namespace : undefined;
    const issuer = await this.#store.find(
      this.#store.resource('cert-manager.io/v1', kind),
      spec.issuerRef.name,
      namespace,
    );
    return issuer?.spec as { readonly acme?: unknown } | undefined;
  }

  async #put(object: StoredObject): Promise<StoredObject> {
    await new Promise(setImmediate);
    return this.#store.put(object);
  }
}

/** What a Challenge goes through when all is well. */
const CHALLENGE_STATES = [
  {},
  { processing: true, presented: false },
  { processing: true, presented: true, state: 'pending' },
  { processing: true, presented: true, state: 'valid', reason: 'Successfully authorized domain' },
];

function condition(type: string, status: 'True' | 'False', reason: string, message: string): object {
  return { type, status, reason, message };
}

function isIssuing({ status }: CertificateObject): boolean {
  return (
    status.nextPrivateKeySecretName === undefined &&
    (status.conditions?.some((each) => each.type === 'Issuing' && each.status === 'True') ?? false)
  );
}

function leafOf({ data }: StoredObject): Certificate | undefined {
  return certificatesIn(Buffer.from(data?.['tls.crt'] ?? '', 'base64')).certificates[0]?.certificate;
}
