import { connect, type PeerCertificate } from 'node:tls';

/**
 * The certificate that a server on loopback hands out now, whatever it is worth.
 * @throws Error when the handshake fails or takes over 5 s
 */
export function servedCertificate(port: number, servername: string): Promise<PeerCertificate> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', servername, rejectUnauthorized: false, timeout: 5000 });
    socket.once('secureConnect', () => {
      resolve(socket.getPeerCertificate());
      socket.destroy();
    });
    socket.once('timeout', () => socket.destroy(new Error(`no handshake with port ${port} within 5 s`)));
    socket.once('error', reject);
  });
}
