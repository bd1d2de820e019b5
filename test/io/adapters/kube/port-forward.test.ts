import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { Channels } from '../../../../src/io/adapters/kube/channels.ts';
import { ForwardedPort } from '../../../../src/io/adapters/kube/port-forward.ts';
import { createTlsDialer } from '../../../../src/io/adapters/tls.ts';

/** A port that the kubelet has refused before anybody listened; the first two bytes of a channel are its port. */
async function refused(): Promise<ForwardedPort> {
  const socket = new PassThrough();
  const port = new ForwardedPort(new Channels(socket), 'port 15012 of pod a/b');
  const said = Buffer.concat([Buffer.from([1, 0, 0]), Buffer.from('no forward found')]);
  // A server's frame: final, binary, not masked (RFC 6455 section 5.2).
  socket.write(Buffer.concat([Buffer.from([0x82, said.length]), said]));
  while (port.errored === null) await turn();
  await turn();
  return port;
}

describe('a forwarded port that is refused at once', () => {
  const refusal = { state: 'unreachable', message: 'port 15012 of pod a/b: no forward found' };

  it('says so to who reads it later', async () => {
    const port = await refused();
    await assert.rejects(port.toArray(), refusal);
  });

  it('says so to a handshake that comes later', async () => {
    const dialer = createTlsDialer({ clock: { now: () => 0 }, env: {} } as Parameters<typeof createTlsDialer>[0]);
    const signal = AbortSignal.timeout(5000);
    const handshake = dialer.dial({ address: 'b.a', port: 15012, signal, through: await refused() });
    await assert.rejects(handshake, refusal);
  });
});
