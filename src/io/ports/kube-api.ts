import type { Duplex } from 'node:stream';

export interface KubeRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `/api/v1/secrets`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly accept?: string;
  /** Aborts the wait; the failure is then the signal's reason. */
  readonly signal: AbortSignal;
}

export interface KubeResponse {
  readonly status: number;
  /** Parsed JSON, or text where the answer is not JSON. */
  readonly body: unknown;
  /** The Date header, milliseconds since the epoch. */
  readonly date?: number;
}

/** How the API server is reached. */
export interface KubeConnection {
  readonly server: string;
  readonly host: string;
  readonly port: number;
  /** Name sent as SNI and verified. */
  readonly serverName: string;
  readonly context: string;
  readonly cluster: string;
  readonly user: string;
  /** The context's namespace, `default` where it names none. */
  readonly namespace: string;
  readonly insecure: boolean;
  /** The cluster's own `proxy-url`, for handshakes with the server; it may hold a password and is never kept. */
  readonly proxyUrl?: string;
  readonly credential: {
    readonly kind: 'certificate' | 'token' | 'exec' | 'basic' | 'service-account' | 'none';
    /** PEM of the client certificate, without its key. */
    readonly certificate?: string;
    /** End of a token that says so (JWT exp, exec plugin's expirationTimestamp), milliseconds since the epoch. */
    readonly expires?: number;
    readonly subject?: string;
    /** File and entry that it comes from. */
    readonly ref?: string;
  };
}

/** Which objects to follow, and from when on. */
export interface WatchRequest {
  /** Path of the list: `/apis/cert-manager.io/v1/namespaces/shop/certificates`. */
  readonly path: string;
  /** Selectors. */
  readonly query?: Readonly<Record<string, string>>;
  /** Changes since then; absent: every object that is there is told first, as added. */
  readonly resourceVersion?: string;
  /** Ends the watch at once; the failure is then the signal's reason. */
  readonly signal: AbortSignal;
}

export type WatchEvent =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: unknown }
  /** The server no longer knows what has changed since: all objects are told again, and what is not has gone. */
  | { readonly type: 'RESTARTED' };

/** A port of a Pod, reached through the API server. */
export interface PortForwardRequest {
  readonly namespace: string;
  readonly pod: string;
  readonly port: number;
  /** Ends the wait, and later the stream. */
  readonly signal: AbortSignal;
}

/** A command in a container of a Pod, without input. */
export interface ExecRequest {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly argv: readonly string[];
  readonly signal: AbortSignal;
}

export interface ExecAnswer {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
}

/** The API server of one context. Answers of 4xx and 5xx are PortFailure (401 and 403 `denied`, 404 `absent`). */
export interface KubeApi {
  /** Resolves the kubeconfig and flags; PortFailure `absent` when there is no cluster to speak to. */
  connection(): Promise<KubeConnection>;
  request(request: KubeRequest): Promise<KubeResponse>;
  /**
   * Follows objects until the signal aborts or the reader stops reading. Connections that end are made again; the
   * PortFailure of one that can't be made for half a minute, or was refused, ends it.
   */
  watch(request: WatchRequest): AsyncIterable<WatchEvent>;
  /**
   * Opens a stream of bytes to a port of a Pod. Whether something listens there shows only on the stream: it is then
   * destroyed with a PortFailure. Needs get and create of pods/portforward.
   */
  portForward(request: PortForwardRequest): Promise<Duplex>;
  /**
   * Runs a command and waits for its end. Needs get and create of pods/exec. PortFailure `absent` when the container
   * has no such program.
   */
  exec(request: ExecRequest): Promise<ExecAnswer>;
}
