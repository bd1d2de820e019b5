/** Kinds of fact of this file. A new kind is one more line here. */
export interface ServingFactKinds {
  hostWay: HostWayFact;
  unaskedHost: UnaskedHostFact;
}

/**
 * How an address came to be asked for a host: `--resolve` named it, it stands in the status of an object that serves
 * the host, the host's name leads there, or it is a replica of the controller.
 */
export const HOST_WAYS = ['resolve', 'status', 'dns', 'pod'] as const;
export type HostWay = (typeof HOST_WAYS)[number];

/** One address that was asked for one host of an Ingress, a Gateway or their like. */
export interface HostWayFact {
  readonly host: string;
  readonly port: number;
  /** The address that was dialled. */
  readonly address: string;
  readonly by: readonly HostWay[];
  /** The name in the object's status that led to the address: a load balancer's. */
  readonly named?: string;
  /** Refs of the objects that serve the host. */
  readonly objects: readonly string[];
  /** Ref of the Pod behind the address, where it is a replica's own. */
  readonly pod?: string;
  /** The port of that Pod, which is not always the host's. */
  readonly podPort?: number;
  /** How often it was asked: replicas that share an address answer in turn. */
  readonly asked: number;
  /** Refs of the placements, one for each different chain, the one that ends last first. */
  readonly answers: readonly string[];
  /** The Server header, as the server words it. */
  readonly server?: string;
  /** The protocol that was spoken in the clear instead of TLS. */
  readonly plain?: string;
  /** It answered, and ended the handshake without a certificate: `error` says how. */
  readonly ended?: true;
  /** Why no certificate came. */
  readonly error?: string;
}

/** A host that nobody was asked for. */
export interface UnaskedHostFact {
  readonly host: string;
  readonly port: number;
  readonly objects: readonly string[];
  readonly reason: string;
}
