import { X509Certificate } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Bed } from '../bed.ts';
import { until } from '../run.ts';
import type { IngressProxy, Pair } from './proxy.ts';
import { servedCertificate } from './served.ts';

const TEMPORARY = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];

const configuration = (folder: string, port: number, serverName: string, ssl: 'ssl' | '') => `
daemon off;
pid ${folder}/nginx.pid;
user root;
worker_processes 1;
events { }
http {
  access_log off;
  ${TEMPORARY.map((name) => `${name}_temp_path ${folder}/${name};`).join('\n  ')}
  server {
    listen 127.0.0.1:${port} ${ssl};
    server_name ${serverName};
    ssl_certificate ${folder}/tls.crt;
    ssl_certificate_key ${folder}/tls.key;
    location / { return 200 "${serverName}\\n"; }
  }
}
`;

/** Starts an nginx under that name, by mistake without TLS if `plain` is said. The bed must have the component nginx. */
export async function startNginx(
  bed: Bed,
  name: string,
  serverName: string,
  pair: Pair,
  { plain = false } = {},
): Promise<IngressProxy> {
  const folder = join(bed.runDir, name);
  mkdirSync(folder, { recursive: true });
  const [port = 0] = await bed.takePorts([name]);
  const write = ({ certificate, key }: Pair) => {
    bed.write(`${name}/tls.crt`, certificate, 0o644);
    bed.write(`${name}/tls.key`, key);
  };
  write(pair);
  const config = bed.write(`${name}/nginx.conf`, configuration(folder, port, serverName, plain ? '' : 'ssl'));
  const argv = [join(bed.binDir, 'nginx'), '-c', config, '-p', folder, '-e', join(folder, 'error.log')];
  await bed.spawn({ name, argv, ready: { kind: 'tcp', port } });
  const reload = async () => {
    await bed.signal(name, 'SIGHUP');
    const wanted = new X509Certificate(bed.read(`${name}/tls.crt`)).fingerprint256;
    await until(`${name} serves what is on disk`, async () => {
      return (await servedCertificate(port, serverName)).fingerprint256 === wanted;
    });
  };
  return { port, write, reload };
}
