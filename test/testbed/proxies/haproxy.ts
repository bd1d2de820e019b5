import { connect } from 'node:net';
import { join } from 'node:path';
import type { Bed } from '../bed.ts';
import type { IngressProxy, Pair } from './proxy.ts';

const configuration = (socket: string, port: number, pem: string, serverName: string) => `
global
  stats socket ${socket} mode 600 level admin
defaults
  mode http
  timeout connect 5s
  timeout client 5s
  timeout server 5s
frontend tls
  bind 127.0.0.1:${port} ssl crt ${pem}
  http-request return status 200 content-type text/plain string "${serverName}"
`;

/** Says something on the admin socket. @returns the answer */
function command(path: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    let answer = '';
    socket.setEncoding('utf8').on('data', (chunk) => (answer += chunk));
    socket.once('error', reject).once('close', () => resolve(answer));
    socket.write(`${text}\n`);
  });
}

/** Starts an HAProxy under that name. The bed must have the component haproxy. */
export async function startHaproxy(bed: Bed, name: string, serverName: string, pair: Pair): Promise<IngressProxy> {
  const [port = 0] = await bed.takePorts([name]);
  const pem = join(bed.runDir, name, 'tls.pem');
  const socket = join(bed.runDir, `${name}.sock`);
  const write = ({ certificate, key }: Pair) => void bed.write(`${name}/tls.pem`, certificate + key);
  write(pair);
  const config = bed.write(`${name}/haproxy.cfg`, configuration(socket, port, pem, serverName));
  await bed.spawn({ name, argv: [join(bed.binDir, 'haproxy'), '-f', config, '-db'], ready: { kind: 'tcp', port } });
  const reload = async () => {
    const set = await command(socket, `set ssl cert ${pem} <<\n${bed.read(`${name}/tls.pem`).trim()}\n`);
    const committed = await command(socket, `commit ssl cert ${pem}`);
    if (!committed.includes('Success')) throw new Error(`${name} refused the new certificate: ${set}${committed}`);
  };
  return { port, write, reload };
}
