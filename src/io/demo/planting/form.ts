/**
 * The planting form: a cluster in a state, said by facts. One YAML text, two loaders: the demo's ports in process and
 * a test bed with a real API server. Strings may hold references (`${cert:NAME}`, see reference.ts); moments are kept
 * as text (`now-3d`), since only the loader knows now.
 */
import type { Layer } from '../../../core/model/layer.ts';
import type { KeyAlgorithm, SignatureHash } from '../mint.ts';

/** `now`, `now-3d12h`, `now+90d`, or an RFC 3339 time. */
export type Moment = string;

/** One cluster in one state, and what a diagnosis of it ought to say. */
export interface Incident {
  readonly id: string;
  readonly layer: Layer;
  readonly title: string;
  /** What a person sees first: the text that is pasted. */
  readonly symptom: string;
  /** The demo's clock, RFC 3339; the test bed has the real time. */
  readonly now?: string;
  /** Id of the incident that this one changes; what it does not say stays as there. */
  readonly extends?: string;
  /** Identities taken out of what is extended: `pod/NS/NAME`, `file:PATH`, `HOST:PORT`, ... */
  readonly without?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** What the API server says it is, `v1.19.16`; the test bed's says what it really is. */
  readonly version?: string;
  readonly objects?: readonly PlantedObject[];
  readonly keys?: Readonly<Record<string, KeyAlgorithm>>;
  readonly certificates?: Readonly<Record<string, CertificateFacts>>;
  readonly crls?: Readonly<Record<string, CrlFacts>>;
  /** Names of the roots that public clients trust; default none. */
  readonly trusted?: readonly string[];
  readonly servers?: readonly PlantedServer[];
  readonly proxies?: readonly PlantedProxy[];
  readonly files?: Readonly<Record<string, PlantedFile>>;
  readonly processes?: readonly PlantedProcess[];
  readonly logs?: readonly PlantedLog[];
  readonly tools?: readonly RecordedTool[];
  readonly denied?: readonly Denial[];
  /** By name: other machines of the cluster, from which the incident may be looked at as well. */
  readonly nodes?: Readonly<Record<string, PlantedNode>>;
  readonly expect?: Expectation;
  /** Where the story is told. */
  readonly source?: string;
}

/** An ordinary manifest, status included. Secrets may use stringData. */
export interface PlantedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly [more: string]: unknown;
  };
  /** Field manager that writes it; an object listed again is written again, by the other manager. */
  readonly writtenBy?: string;
  /** `Kind/NAME` of the object that it goes with, of its own namespace or of none: its controller reference. */
  readonly ownedBy?: string;
  readonly [more: string]: unknown;
}

export type KeyUsageName = 'server' | 'client' | 'codeSigning' | 'timeStamping' | 'any';

/** A certificate by its facts; what is left out has a default that suits a server's leaf. */
export interface CertificateFacts {
  /** RFC 4514; default `CN=` and the certificate's name. Empty text: no subject. */
  readonly subject?: string;
  /** Name of the certificate that signs; absent: it signs itself. */
  readonly issuer?: string;
  readonly ca?: boolean;
  readonly pathLength?: number;
  readonly dns?: readonly string[];
  readonly ips?: readonly string[];
  readonly uris?: readonly string[];
  /** Default now-1d. */
  readonly notBefore?: Moment;
  /** Default now+90d. */
  readonly notAfter?: Moment;
  /** Name of a certificate or of an entry in `keys` whose key it has; absent: a key of its own. */
  readonly key?: string;
  /** Kind of its own key; default ECDSA-P256. */
  readonly algorithm?: KeyAlgorithm;
  readonly signature?: SignatureHash;
  /** Extended key usages; default server for a leaf, none for a CA. */
  readonly usages?: readonly KeyUsageName[];
  /** Hex. */
  readonly serial?: string;
  /** Address from which the issuer's certificate can be had. */
  readonly caIssuers?: string;
}

export interface CrlFacts {
  /** Name of the certificate that signs it. */
  readonly issuer: string;
  readonly thisUpdate?: Moment;
  readonly nextUpdate: Moment;
  /** Names of revoked certificates. */
  readonly revoked?: readonly string[];
}

/** A chain by names, leaf first. */
export type Chain = readonly string[];

export const PROTOCOLS = ['tls', 'plain', 'either', 'silent', 'refused', 'reset', 'alert'] as const;

/** What listens where. At the address of a Pod's status, it is what a forwarded port of that Pod leads to as well. */
export interface PlantedServer {
  /** `HOST:PORT` as the product dials it; several when one process is reached by several names. */
  readonly listen: readonly string[];
  /**
   * Default tls; `plain` speaks no TLS, `either` speaks both, `silent` accepts and says nothing, `alert` ends every
   * handshake.
   */
  readonly protocol?: (typeof PROTOCOLS)[number];
  readonly chain?: Chain;
  /** Name whose key it has; default the leaf's. */
  readonly key?: string;
  /** Chains by SNI; `*.example.com` covers one label. */
  readonly sni?: Readonly<Record<string, Chain>>;
  /** Each connection gets the next chain: replicas behind one address. */
  readonly replicas?: readonly Chain[];
  readonly maxVersion?: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';
  /** Names of the CAs whose client certificates it accepts. */
  readonly clientCAs?: readonly string[];
  /** Whether a client without certificate is refused. */
  readonly clientRequired?: boolean;
  /** How far its Date header is off: `-3d`, `+5m`. */
  readonly skew?: string;
  /** Answers by path; other paths give 404. */
  readonly http?: Readonly<Record<string, { readonly status: number; readonly body?: string }>>;
}

/** What a mesh proxy holds. */
export interface PlantedProxy {
  readonly kind: 'istio' | 'linkerd' | 'ztunnel';
  /** `NAMESPACE/NAME` of its pod. */
  readonly pod: string;
  readonly certificates: readonly ProxyCertificate[];
  /** Text of its metrics endpoint; default: when its certificate ends. */
  readonly metrics?: string;
  /** How far its clock is off: `-3d`, `+5m`. */
  readonly skew?: string;
}

interface ProxyCertificate {
  /** SDS resource (`default`, `ROOTCA`, `kubernetes://NAME`), Linkerd or SPIFFE identity. */
  readonly name: string;
  readonly chain?: Chain;
  /** Roots it trusts. */
  readonly trust?: readonly string[];
  /** `ACTIVE`, `WARMING`, `Available`, `Initializing`, `Unavailable: why`. */
  readonly state?: string;
}

/** What stands and runs on one other machine. */
export type PlantedNode = Pick<Incident, 'files' | 'processes' | 'logs' | 'tools'>;

/** In an incident that extends another, a file with neither content nor link changes the facts of the one there. */
export interface PlantedFile {
  readonly content?: string;
  /** Target of a symbolic link; instead of content. */
  readonly link?: string;
  /** Octal; default 0600 where the content holds a key, else 0644. */
  readonly mode?: string;
  /** `USER:GROUP` as numbers; default 0:0. */
  readonly owner?: string;
  /** Last change; default now-30d. */
  readonly mtime?: Moment;
}

/** A running process. A machine keeps the order of starts and file times, not these dates. */
export interface PlantedProcess {
  readonly argv: readonly string[];
  readonly start: Moment;
}

/** Lines of a pod's container, or of a unit's journal. */
export interface PlantedLog {
  readonly pod?: string;
  readonly container?: string;
  readonly unit?: string;
  readonly lines: readonly { readonly at: Moment; readonly text: string }[];
}

/** A recorded answer. In argv `*` stands for one word, a closing `...` for any more. */
export interface RecordedTool {
  readonly argv: readonly string[];
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
}

/** Something that may not be read, or cannot be reached. */
export type Denial =
  | {
      readonly verb: string;
      readonly resource: string;
      readonly group?: string;
      readonly namespace?: string;
      readonly name?: string;
    }
  | { readonly file: string }
  | { readonly port: string }
  | { readonly binary: string };

/** By code, or in a sentence where a person judges; the object is a ref. */
interface ExpectedCause {
  readonly code?: string;
  readonly sentence?: string;
  readonly object: string;
}

export interface ExpectedFinding {
  readonly code: string;
  /** Its ref; absent: at any. */
  readonly placement?: string;
  /** The node of `nodes` from which it is seen; absent: it is seen from where the incident's own files are. */
  readonly from?: string;
}

export interface Expectation {
  readonly verdict?: 'root-cause-found' | 'no-fault' | 'undecided';
  /** A text alone blames no object. Two faults at once: a list. */
  readonly rootCause?: ExpectedCause | string | readonly ExpectedCause[];
  readonly findings?: readonly ExpectedFinding[];
  readonly redHerrings?: readonly string[];
  /** Codes that must be neither found nor ranked as causes. */
  readonly not?: readonly string[];
  /** Least evidence that a diagnosis must cite. */
  readonly evidence?: readonly string[];
  readonly fix?: readonly string[];
  readonly verify?: readonly string[];
}
