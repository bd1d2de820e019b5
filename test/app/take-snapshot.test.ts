import assert from 'node:assert/strict';
import { takeSnapshot } from '../../src/app/take-snapshot.ts';
import type { UserError } from '../../src/core/model/error.ts';
import { PortFailure } from '../../src/io/ports/failure.ts';
import type { KubeApi } from '../../src/io/ports/kube-api.ts';
import { noPods } from '../support/fake-kube.ts';
import { fakePorts, NOW } from '../support/fake-ports.ts';
import { scopeOf } from '../support/scope.ts';

const tool = { name: 'kubectl-certs', version: '0.0.0' };
const signal = new AbortController().signal;

describe('taking a snapshot', () => {
  it('ends with 69 when nothing gave anything, and says each reason once', async () => {
    const taking = takeSnapshot({ ports: fakePorts(), scope: scopeOf({}), timeout: 100, signal, tool });
    await assert.rejects(taking, (error: UserError) => {
      assert.equal(error.exitCode, 69);
      assert.match(error.message, /^nothing could be read/);
      assert.equal(error.hints.filter((hint) => hint.endsWith('no kubeconfig')).length, 1, error.hints.join('\n'));
      return true;
    });
  });

  it('does not take the knowledge of our own credential for an answer', async () => {
    const kube: KubeApi = {
      connection: async () => ({
        server: 'https://127.0.0.1:1',
        host: '127.0.0.1',
        port: 1,
        serverName: '127.0.0.1',
        context: 'c',
        cluster: 'c',
        user: 'u',
        namespace: 'default',
        insecure: false,
        credential: { kind: 'token' },
      }),
      request: async () => {
        throw new PortFailure('unreachable', 'connection refused');
      },
      watch: () => assert.fail('not asked'),
      ...noPods,
    };
    const taking = takeSnapshot({ ports: fakePorts({ kube }), scope: scopeOf({}), timeout: 100, signal, tool });
    await assert.rejects(taking, (error: UserError) => error.exitCode === 69);
  });

  it('does not take what this machine runs for an answer', async () => {
    const processes = { named: async () => [{ pid: 1, argv: ['kubelet'], started: NOW }] };
    const taking = takeSnapshot({ ports: fakePorts({ processes }), scope: scopeOf({}), timeout: 100, signal, tool });
    await assert.rejects(taking, (error: UserError) => error.exitCode === 69);
  });

  it('keeps what there is when one source gave something', async () => {
    const kube: KubeApi = {
      ...fakePorts().kube,
      request: async ({ path }) => {
        if (path === '/api/v1/namespaces/kube-system') throw new PortFailure('denied', 'forbidden');
        return { status: 200, body: { kind: 'List', items: [], metadata: {} } };
      },
    };
    const snapshot = await takeSnapshot({ ports: fakePorts({ kube }), scope: scopeOf({}), timeout: 500, signal, tool });
    assert.ok(snapshot.coverage.some(({ state }) => state === 'complete'));
    assert.equal(snapshot.takenAt, '2026-11-24T12:00:00.000Z');
  });
});
