import { join } from 'node:path';
import type { Bed } from '../bed.ts';

const configuration = (port: number, backends: readonly number[]) => `
defaults
  mode tcp
  timeout connect 5s
  timeout client 5s
  timeout server 5s
frontend tls
  bind 127.0.0.1:${port}
  default_backend replicas
backend replicas
  balance roundrobin
${backends.map((backend, index) => `  server r${index} 127.0.0.1:${backend}`).join('\n')}
`;

/**
 * Starts an HAProxy that passes TCP on to replicas in turn, as a load balancer does. The bed must have the component
 * haproxy. @returns its port
 */
export async function startBalancer(bed: Bed, name: string, backends: readonly number[]): Promise<number> {
  const [port = 0] = await bed.takePorts([name]);
  const config = bed.write(`${name}/haproxy.cfg`, configuration(port, backends));
  await bed.spawn({ name, argv: [join(bed.binDir, 'haproxy'), '-f', config, '-db'], ready: { kind: 'tcp', port } });
  return port;
}
