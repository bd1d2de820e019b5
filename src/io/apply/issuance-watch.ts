import {
  ISSUANCE_KINDS,
  type IssuanceKind,
  type IssuanceObject,
  readIssuanceObject,
} from '../../core/parse/kube/issuance.ts';
import { PortFailure } from '../ports/failure.ts';
import type { KubeApi, WatchRequest } from '../ports/kube-api.ts';

export interface IssuanceWatch {
  readonly kube: KubeApi;
  readonly namespace: string;
  /** As it was just read. */
  readonly certificate: IssuanceObject;
  readonly signal: AbortSignal;
}

type Objects = Record<IssuanceKind, Map<string, IssuanceObject>>;

const KINDS = Object.keys(ISSUANCE_KINDS) as IssuanceKind[];

/**
 * Follows a Certificate and everything that its issuance goes through, and gives the whole picture after each change.
 * Kinds below the Certificate that may not be watched, or are not there, are told once and left out.
 * @throws PortFailure when the Certificate cannot be followed; the signal's reason
 */
export async function* watchIssuance(options: IssuanceWatch, tell: (message: string) => void): AsyncGenerator<Objects> {
  const ended = new AbortController();
  const signal = AbortSignal.any([options.signal, ended.signal]);
  const { certificate } = options;
  const objects: Objects = {
    certificate: new Map([[certificate.uid, certificate]]),
    request: new Map(),
    order: new Map(),
    challenge: new Map(),
  };
  const changes = new Bell();
  for (const kind of KINDS) void followKind(kind, { ...options, signal }, { objects: objects[kind], changes, tell });
  try {
    for (;;) {
      await changes.rung();
      yield objects;
    }
  } finally {
    ended.abort();
  }
}

interface Follower {
  readonly objects: Map<string, IssuanceObject>;
  readonly changes: Bell;
  tell(message: string): void;
}

async function followKind(
  kind: IssuanceKind,
  options: IssuanceWatch,
  { objects, changes, tell }: Follower,
): Promise<void> {
  try {
    for await (const event of options.kube.watch(requestOf(kind, options))) {
      if (event.type === 'RESTARTED') {
        // The one Certificate is told at once; without it its issuance would look as if it were gone.
        if (kind !== 'certificate') objects.clear();
        continue;
      }
      const object = readIssuanceObject(event.object);
      if (!object) continue;
      if (event.type === 'DELETED') objects.delete(object.uid);
      else objects.set(object.uid, object);
      changes.ring();
    }
  } catch (error) {
    if (kind === 'certificate' || options.signal.aborted || !(error instanceof PortFailure)) changes.fail(error);
    else tell(`${ISSUANCE_KINDS[kind].resource} cannot be followed: ${error.message}`);
  }
}

function requestOf(kind: IssuanceKind, { namespace, certificate, signal }: IssuanceWatch): WatchRequest {
  const { group, resource } = ISSUANCE_KINDS[kind];
  return {
    path: `/apis/${group}/v1/namespaces/${encodeURIComponent(namespace)}/${resource}`,
    ...(kind === 'certificate' && { query: { fieldSelector: `metadata.name=${certificate.name}` } }),
    signal,
  };
}

/** Rung by many, heard by one: rings while nobody listens count as one. */
class Bell {
  #next = Promise.withResolvers<void>();
  #failed = false;

  ring(): void {
    this.#next.resolve();
  }

  /** Whoever listens next hears of it, once what was rung before has been heard. */
  fail(error: unknown): void {
    this.#failed = true;
    this.#next.promise.catch(() => {});
    this.#next.reject(error);
  }

  async rung(): Promise<void> {
    await this.#next.promise;
    if (!this.#failed) this.#next = Promise.withResolvers();
  }
}
