import { parseAddress } from '../../../core/x509/general-name.ts';
import type { KubeConnection } from '../../ports/kube-api.ts';
import type { Source } from '../source.ts';
import { asRole } from './served.ts';
import { type ShakePlan, shake } from './shake.ts';

const COMMAND = 'openssl s_client -connect HOST:6443 -showcerts';
const UNKNOWN = 'which certificate the API server serves, and its clock';

/** kube-apiserver answers this name with the pair that it keeps in memory only (pkg/server/options). */
export const LOOPBACK_NAME = 'apiserver-loopback-client';

/** What the API server of the context serves, and the certificate in its memory. Needs no credential. */
export const apiServerHandshake: Source = {
  id: 'apiserver-handshake',
  layer: 'cluster',
  title: 'API server handshake',
  needs: [{ kind: 'port', port: 'API server' }],
  inScope: ({ layers, cluster }) => cluster && layers.includes('cluster'),
  command: COMMAND,
  unknown: UNKNOWN,
  collect: async (context) => {
    const connection = await context.ports.kube.connection();
    if (connection.server.startsWith('http:')) {
      const reading = context.begin({ command: COMMAND, unknown: UNKNOWN });
      return reading.end('not-applicable', `${connection.server} is reached without TLS`);
    }
    const answered = await shake(context, servingPlan(connection));
    if (answered) await shake(context, { dial: { ...dialOf(connection), sni: LOOPBACK_NAME }, ...loopbackPart });
  },
};

function servingPlan(connection: KubeConnection): ShakePlan {
  const { host, serverName } = connection;
  return {
    dial: { ...dialOf(connection), get: '/version', ...sniOf(serverName) },
    unknown: UNKNOWN,
    judge: ([leaf]) => asRole('apiserver-serving', host, leaf!),
  };
}

/** An address is never sent as SNI: RFC 6066 section 3. */
function sniOf(serverName: string): { sni?: string } {
  return serverName === '' || parseAddress(serverName) ? {} : { sni: serverName };
}

/** Anything else than a kube-apiserver, and a proxy before one, answers with its ordinary certificate. */
export const loopbackPart: Pick<ShakePlan, 'unknown' | 'judge'> = {
  unknown: 'when the certificate ends with which the API server calls itself',
  judge: ([leaf]) =>
    leaf!.dnsNames.includes(LOOPBACK_NAME)
      ? { layer: 'cluster', role: 'apiserver-loopback', manager: 'apiserver' }
      : {
          not: `the server has no certificate for ${LOOPBACK_NAME}: it is no kube-apiserver, or a proxy stands before it`,
        },
};

function dialOf({ host, port, proxyUrl }: KubeConnection): Pick<ShakePlan['dial'], 'address' | 'port' | 'proxy'> {
  return { address: host, port, ...(proxyUrl !== undefined && { proxy: proxyUrl }) };
}
