import { Duplex } from 'node:stream';
import type { PlantedServer } from '../planting/form.ts';

const REASONS: Readonly<Record<number, string>> = { 200: 'OK', 400: 'Bad Request', 404: 'Not Found' };

/** A connection to a planted server: it answers one HTTP request, and the dialer may shake hands through it. */
export class PlantedConnection extends Duplex {
  readonly server: PlantedServer;
  readonly #date: string;
  #head = '';

  /** @param clock what the server's says, milliseconds since the epoch */
  constructor(server: PlantedServer, clock: number) {
    super();
    this.server = server;
    this.#date = new Date(clock).toUTCString();
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#head += chunk.toString('latin1');
    if (this.#head.includes('\r\n\r\n')) this.#answer();
    done();
  }

  #answer(): void {
    const { protocol = 'tls', http = {} } = this.server;
    if (protocol === 'silent') return;
    const path = /^GET ([^ ?]+)/.exec(this.#head)?.[1] ?? '';
    const speaksHttp = protocol === 'plain' || protocol === 'either';
    const { status, body = '' } = speaksHttp ? (http[path] ?? { status: 404 }) : { status: 400, body: NO_HTTP };
    const head = [
      `HTTP/1.1 ${status} ${REASONS[status] ?? 'Planted'}`,
      `Date: ${this.#date}`,
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
    ];
    this.push(`${head.join('\r\n')}\r\n\r\n${body}`);
    this.push(null);
  }
}

/** Go's net/http says so to whoever speaks HTTP to its TLS port. */
const NO_HTTP = 'Client sent an HTTP request to an HTTPS server.\n';
