/** A certificate that `linkerd identity` prints, as openssl would. */
export interface PrintedCertificate {
  /** RFC 4514, as printed. */
  readonly issuer: string;
  /** Lower-case hex. It restarts at 1 with each start of the controller: it identifies nothing. */
  readonly serial: string;
  /** Milliseconds since the epoch. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly dnsNames: readonly string[];
}

/** What `linkerd identity` says of one Pod. */
export interface LinkerdIdentity {
  readonly pod: string;
  /** Leaves only: it leaves CA certificates out. */
  readonly certificates: readonly PrintedCertificate[];
  /** Why there is none, in its words. */
  readonly problem?: string;
}

export interface LinkerdIdentityReport {
  readonly pods: readonly LinkerdIdentity[];
  /** How many it had to ask; it stops at the first that does not answer. */
  readonly asked: number;
  /** What it said beside certificates. The exit code is 0 for most of these. */
  readonly problem?: string;
}

/**
 * Reads the text of `linkerd identity`, which has no JSON and exits with 0 when a proxy could not be asked.
 * Undefined where nothing was printed, as when one of the proxies never answers.
 * @see linkerd/linkerd2 cli/cmd/identity.go
 */
export function readLinkerdIdentity(output: string): LinkerdIdentityReport | undefined {
  if (output.trim() === '') return undefined;
  const [before = '', ...parts] = output.split(/^POD (?=\S+ \(\d+ of \d+\)$)/m);
  const pods = parts.map(readPod);
  const asked = Number(/^\S+ \(\d+ of (\d+)\)/.exec(parts[0] ?? '')?.[1] ?? 0);
  const problem = before.trim();
  return { pods, asked: Math.max(asked, pods.length), ...(problem !== '' && { problem }) };
}

function readPod(part: string): LinkerdIdentity {
  const [head = '', ...lines] = part.split('\n');
  const body = lines.join('\n');
  const certificates = body
    .split(/^Certificate:$/m)
    .slice(1)
    .flatMap(readCertificate);
  const said = body.trim();
  return {
    pod: head.replace(/ \(.*$/, ''),
    certificates,
    ...(certificates.length === 0 && said !== '' && { problem: said.split('\n')[0] as string }),
  };
}

function readCertificate(text: string): PrintedCertificate[] {
  const notBefore = dateOf(/Not Before: (.+)$/m.exec(text)?.[1]);
  const notAfter = dateOf(/Not After : (.+)$/m.exec(text)?.[1]);
  if (notBefore === undefined || notAfter === undefined) return [];
  return [
    {
      issuer: /Issuer: (.*)$/m.exec(text)?.[1]?.trim() ?? '',
      serial: /Serial Number: \d+ \(0x([0-9a-f]+)\)/i.exec(text)?.[1]?.toLowerCase() ?? '',
      notBefore,
      notAfter,
      dnsNames: [...text.matchAll(/\bDNS:([^\s,]+)/g)].map(([, name]) => name as string),
    },
  ];
}

/** `Nov 24 15:27:11 2026 UTC` */
function dateOf(text: string | undefined): number | undefined {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? undefined : time;
}
