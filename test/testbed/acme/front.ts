import { once } from 'node:events';
import { createServer, request as forward } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Bed } from '../bed.ts';
import { certificate, servingCertificate } from '../pki.ts';

/** Where pebble takes new orders. */
const NEW_ORDER = '/order-plz';

/** An ACME server before the bed's pebble, which has no limits of its own. */
export interface LimitingFront {
  /** Its directory's URL. */
  readonly server: string;
  /** PEM of the CA that signed what it serves. */
  readonly caPem: string;
  /** What it says to each new order, until the limit is lifted. */
  readonly detail: string;
  lift(): void;
  close(): void;
}

/** Refuses new orders as RFC 8555 section 6.6 has it, and hands the rest on as it came: pebble answers with the URLs that it was asked by. */
export async function limitingFront(bed: Bed): Promise<LimitingFront> {
  const issuer = await certificate({ subject: 'CN=ACME front CA', isCA: true });
  const { pem, keyPem } = await servingCertificate({ issuer });
  const ca = bed.read('pebble/ca.crt');
  const until = new Date(Date.now() + 3_600_000).toISOString().replace(/\.\d+Z/, 'Z');
  const detail = `too many certificates (5) already issued for this exact set of identifiers, retry after ${until}`;
  const problem = JSON.stringify({ type: 'urn:ietf:params:acme:error:rateLimited', detail, status: 429 });
  let isLimited = true;

  const server = createServer({ cert: pem, key: keyPem }, (asked, answer) => {
    if (isLimited && asked.url === NEW_ORDER) {
      asked.resume();
      answer.writeHead(429, { 'Content-Type': 'application/problem+json', 'Retry-After': '3600' }).end(problem);
      return;
    }
    const { method, url: path, headers } = asked;
    const onward = forward({
      host: '127.0.0.1',
      port: bed.port('acme'),
      servername: 'localhost',
      ca,
      method,
      path,
      headers,
    });
    onward.on('response', (got) => got.pipe(answer.writeHead(got.statusCode ?? 502, got.headers)));
    onward.on('error', () => answer.destroy());
    asked.pipe(onward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    server: `https://localhost:${(server.address() as AddressInfo).port}/dir`,
    caPem: issuer.pem,
    detail,
    lift: () => {
      isLimited = false;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
