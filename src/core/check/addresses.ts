import { memo } from './memo.ts';

/** Where a `tls://ADDRESS:PORT#SNI` placement was dialled. */
export interface Address {
  /** Without the brackets of IPv6. */
  readonly host: string;
  readonly port: number;
  readonly sni?: string;
}

/** Reads the ref of a served chain; undefined for any other placement. */
export function addressOf(ref: string): Address | undefined {
  const [, bracketed, plain, port, sni] =
    /^tls:\/\/(?:\[([^\]]+)\]|([^:#]+)):(\d+)(?:#([^~]+))?(?:~\d+)?$/.exec(ref) ?? [];
  const host = bracketed ?? plain;
  return host === undefined ? undefined : { host, port: Number(port), ...(sni && { sni }) };
}

/** The name by which kube-apiserver calls itself: k8s.io/apiserver pkg/server/options/serving_with_loopback.go. */
export function isLoopbackName(sni: string | undefined): boolean {
  return sni === 'apiserver-loopback-client';
}

/** Whether an address never leaves this machine. */
export function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host);
}

/** Served chains by the name that was asked for. */
export const servedByName = memo((inventory) =>
  Map.groupBy(
    inventory.placements.filter(({ placement, leaf }) => leaf && placement.ref.startsWith('tls://')),
    ({ placement }) => addressOf(placement.ref)?.sni,
  ),
);
