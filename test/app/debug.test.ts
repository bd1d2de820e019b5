import assert from 'node:assert/strict';
import { type DebugOptions, debugLive, exitCodeOfVerdict, type Round } from '../../src/app/debug.ts';
import { UserError } from '../../src/core/model/error.ts';
import { DEFAULT_POLICY } from '../../src/core/model/policy.ts';
import { demoPorts } from '../../src/io/demo/ports.ts';
import { PortFailure } from '../../src/io/ports/failure.ts';
import { fakeKube } from '../support/fake-kube.ts';
import { fakePorts, NOW } from '../support/fake-ports.ts';
import { scopeOf } from '../support/scope.ts';

const FROZEN =
  'Unable to connect to the server: tls: failed to verify certificate: x509: certificate has expired or is not yet valid';

async function options(parts: Partial<DebugOptions> = {}): Promise<DebugOptions> {
  return {
    ports: await demoPorts({ incident: 'frozen', now: NOW }),
    scope: scopeOf({ layers: ['cluster', 'ingress', 'mesh', 'none'] }),
    timeout: 0,
    signal: new AbortController().signal,
    tool: { name: 'test', version: '0' },
    policy: DEFAULT_POLICY,
    symptom: { text: FROZEN, targets: [] },
    ...parts,
  };
}

describe('debug, live', function () {
  this.timeout(30_000);

  it('tells each round, and the last one as final', async () => {
    const rounds: Round[] = [];
    const last = await debugLive(await options({ onRound: (round) => rounds.push(round) }));
    assert.equal(last.final, true);
    assert.equal(last.diagnosis.verdict, 'root-cause-found');
    assert.ok(rounds.length > 0 && rounds.every(({ final }) => !final));
  });

  it('gives up what hangs once the verdict is sure, long before the limit of the waits', async () => {
    const real = await demoPorts({ incident: 'frozen', now: NOW });
    const hang = (signal: AbortSignal) =>
      new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
    const ports = {
      ...real,
      kube: {
        ...real.kube,
        connection: () => real.kube.connection(),
        request: ({ signal }: { signal: AbortSignal }) => hang(signal),
      } as typeof real.kube,
      tls: { dial: ({ signal }: { signal: AbortSignal }) => hang(signal) } as typeof real.tls,
    };
    const before = performance.now();
    const { diagnosis } = await debugLive(await options({ ports, timeout: 20_000 }));
    assert.ok(performance.now() - before < 15_000, `${performance.now() - before} ms`);
    assert.equal(diagnosis.rootCauses[0]?.code, 'CERT_EXPIRED');
    assert.ok(
      diagnosis.coverage.some(({ state, reason }) => state === 'timed-out' && reason?.includes('the verdict was in')),
    );
  });

  it('refuses to judge where no source gave anything', async () => {
    const nothing = async () => {
      throw new PortFailure('absent', 'no kubeconfig');
    };
    const ports = fakePorts({
      kube: { ...fakeKube(nothing), connection: nothing },
    });
    await assert.rejects(
      debugLive(await options({ ports })),
      (error) => error instanceof UserError && error.exitCode === 69,
    );
  });

  it('ends with the verdict', () => {
    assert.deepEqual((['no-fault', 'root-cause-found', 'undecided'] as const).map(exitCodeOfVerdict), [0, 2, 3]);
  });
});
