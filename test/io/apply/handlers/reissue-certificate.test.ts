import assert from 'node:assert/strict';
import { type StepContext, StepFailure, StillWaiting } from '../../../../src/io/apply/handler.ts';
import { reissueCertificate } from '../../../../src/io/apply/handlers/reissue-certificate.ts';
import { DemoKubeApi } from '../../../../src/io/demo/api/kube-api.ts';
import { ObjectStore } from '../../../../src/io/demo/api/store.ts';
import type { StoredObject } from '../../../../src/io/demo/api/stored-object.ts';
import { CertManager } from '../../../../src/io/demo/cert-manager/controller.ts';
import { builtInIncident } from '../../../../src/io/demo/incidents/catalogue.ts';
import { Servers } from '../../../../src/io/demo/servers.ts';
import { createWorld } from '../../../../src/io/demo/world/world.ts';
import type { Clock } from '../../../../src/io/ports/clock.ts';
import { PortFailure } from '../../../../src/io/ports/failure.ts';
import type { KubeApi, KubeRequest } from '../../../../src/io/ports/kube-api.ts';
import { noPods } from '../../../support/fake-kube.ts';
import { NOW } from '../../../support/fake-ports.ts';

interface Certificate extends StoredObject {
  readonly status: {
    readonly revision: number;
    readonly conditions: readonly { readonly type: string; readonly reason?: string }[];
  };
}

/** The handler on an API server with the Certificate production/app-tls, with or without a cert-manager at work. */
function setUp({ works = true, denied = [] as readonly { verb: string; resource: string }[] } = {}) {
  const world = createWorld({ ...builtInIncident('cert-manager'), denied }, NOW);
  const store = new ObjectStore(world);
  if (works) void new CertManager(world, store).run();
  const api = new DemoKubeApi({
    world,
    store,
    servers: new Servers(world),
    connection: () => assert.fail('not asked'),
    enter: async () => ({ user: 'dev', date: NOW }),
  });
  const requests: KubeRequest[] = [];
  const before: ((request: KubeRequest) => Promise<void> | void)[] = [];
  const kube: KubeApi = {
    ...noPods,
    connection: api.connection,
    watch: (request) => api.watch(request),
    request: async (request) => {
      requests.push(request);
      for (const act of before) await act(request);
      return api.request(request);
    },
  };
  let giveUp = () => {};
  const clock: Clock = {
    now: () => NOW,
    sleep: (_ms, signal) =>
      new Promise((resolve, reject) => {
        giveUp = resolve;
        signal?.addEventListener('abort', () => reject(signal.reason));
      }),
  };
  const said: string[] = [];
  const listeners: ((message: string) => void)[] = [];
  const abandon = new AbortController();
  const context: StepContext = {
    signal: abandon.signal,
    run: 'run-1',
    progress: (message) => {
      said.push(message);
      for (const listen of listeners) listen(message);
    },
    observe: () => assert.fail('not asked'),
  };
  const handler = reissueCertificate({ kube, clock });
  const step = (params: Record<string, string> = {}) => ({
    id: 'reissue',
    kind: handler.kind,
    title: '',
    command: [],
    risk: 'none' as const,
    params: { namespace: 'production', name: 'app-tls', secretName: 'app-tls', revision: '3', ...params },
  });
  const certificate = async () =>
    (await store.find(store.resource('cert-manager.io/v1', 'Certificate'), 'app-tls', 'production')) as Certificate;
  return {
    store,
    world,
    requests,
    said,
    abandon,
    before,
    giveUp: () => giveUp(),
    run: (params?: Record<string, string>) => handler.run(step(params), context),
    dryRun: (params?: Record<string, string>) => handler.dryRun!(step(params), context),
    certificate,
    write: async (status: object) => {
      const now = await certificate();
      await store.put({ ...now, status: { ...now.status, ...status } });
    },
    heard: (message: RegExp) =>
      new Promise<void>((resolve) => listeners.push((each) => (message.test(each) ? resolve() : undefined))),
    puts: () => requests.filter(({ method }) => method === 'PUT'),
  };
}

const failure = (says: RegExp) => (error: unknown) =>
  error instanceof StepFailure &&
  !(error instanceof StillWaiting) &&
  says.test([error.message, ...error.hints].join('\n'));
const issuing = (status: 'True' | 'False', reason: string, message = '') => ({
  conditions: [{ type: 'Issuing', status, reason, message, lastTransitionTime: '2026-11-24T12:00:00Z' }],
});

describe('re-issuing a Certificate', () => {
  it('sets the mark that cmctl sets, follows the issuance and ends with the new serial', async () => {
    const { run, puts, said, certificate, world } = setUp();
    const before = (await world.factory.certificate('APP')).certificate;
    const done = await run({ before: before.sha256 });
    const after = (await world.factory.certificate('APP')).certificate;
    assert.notEqual(after.serialNumber, before.serialNumber);
    assert.equal(done, `Secret production/app-tls holds serial ${after.serialNumber}`);
    assert.equal((await certificate()).status.revision, 4);
    const [put] = puts();
    assert.equal(put?.path, '/apis/cert-manager.io/v1/namespaces/production/certificates/app-tls/status');
    const { conditions } = (put.body as Certificate).status;
    assert.deepEqual(conditions.at(-1), {
      type: 'Issuing',
      status: 'True',
      reason: 'ManuallyTriggered',
      message: 'Certificate re-issuance manually triggered',
      lastTransitionTime: '2026-11-24T12:00:00Z',
      observedGeneration: undefined,
    });
    assert.ok(
      conditions.some(({ type }) => type === 'Ready'),
      'the other conditions stay',
    );
    assert.deepEqual(
      said.map((message) => message.replaceAll(/app-tls-4[\w-]*/g, 'X')),
      [
        'waiting for cert-manager to make a CertificateRequest (its controller does)',
        'CertificateRequest X waits for approval',
        'CertificateRequest X waits for its issuer',
        'Order X is pending',
        'HTTP-01 challenge for app.example.com is queued: 60 run at a time, and one of each name in the whole cluster',
        'HTTP-01 challenge for app.example.com is begun',
        'HTTP-01 challenge for app.example.com is pending',
        'Order X is pending',
        'Order X is ready',
        'CertificateRequest X is Pending: Waiting on certificate issuance from order production/X: "ready"',
        'CertificateRequest X is signed: waiting for the Secret',
      ],
    );
  });

  it('reads the Certificate again and marks it again when it has changed meanwhile', async () => {
    const { run, puts, before, write } = setUp();
    let changes = 2;
    before.push(async ({ method }) => {
      if (method === 'PUT' && changes-- > 0) await write({ touched: changes });
    });
    await run();
    assert.equal(puts().length, 3);
  });

  it('gives up on a Certificate that is written all the time', async () => {
    const { run, before, write } = setUp();
    let count = 0;
    before.push(async ({ method }) => (method === 'PUT' ? write({ touched: count++ }) : undefined));
    await assert.rejects(run(), failure(/changes too fast to be marked/));
  });

  it('says which right is missing', async () => {
    const { run } = setUp({ denied: [{ verb: 'update', resource: 'certificates/status' }] });
    await assert.rejects(
      run(),
      failure(
        /cannot update resource "certificates\/status".*\n.*can-i update certificates\.cert-manager\.io --subresource=status -n production/,
      ),
    );
  });

  describe('again, after it was cut off', () => {
    it('follows the issuance that it had begun, and begins no second one', async () => {
      const { run, puts, write, said } = setUp();
      await write({ ...issuing('True', 'ManuallyTriggered') });
      await run();
      assert.deepEqual([puts().length, said[0]], [0, 'an issuance is under way: following it']);
    });

    it('takes an issuance that has ended meanwhile for its own', async () => {
      const first = setUp();
      const before = (await first.world.factory.certificate('APP')).certificate.sha256;
      await first.run({ before });
      const done = await first.run({ before });
      assert.match(done, /^Secret production\/app-tls holds serial /);
      assert.equal(first.puts().length, 1);
    });

    it('fails when the issuance has failed meanwhile', async () => {
      const { run, write, puts } = setUp();
      await write({ ...issuing('False', 'Failed', 'no'), lastFailureTime: '2026-11-24T11:59:00Z' });
      await assert.rejects(run(), failure(/^cert-manager could not issue it: no/));
      assert.equal(puts().length, 0);
    });

    it('begins a new one when what failed had failed before the plan was made', async () => {
      const { run, write, puts } = setUp();
      const lastFailureTime = '2026-11-20T11:59:00Z';
      await write({ ...issuing('False', 'Failed', 'no'), lastFailureTime });
      await run({ lastFailureTime });
      assert.equal(puts().length, 1);
    });
  });

  it('fails with what the Certificate says when the issuance fails', async () => {
    const { run, write, heard } = setUp({ works: false });
    const waits = heard(/waiting for cert-manager/);
    const running = run();
    await waits;
    await write({
      ...issuing('False', 'Failed', 'The certificate request has failed to complete and will be retried: rateLimited'),
      lastFailureTime: '2026-11-24T12:00:01Z',
    });
    await assert.rejects(running, failure(/will be retried: rateLimited\n.*the old certificate stays in place/));
  });

  it('fails when the Certificate is deleted', async () => {
    const { run, heard, store, certificate } = setUp({ works: false });
    const waits = heard(/waiting for cert-manager/);
    const running = run();
    await waits;
    await store.remove(await certificate());
    await assert.rejects(running, failure(/was deleted meanwhile/));
    await assert.rejects(run(), failure(/is not there any more/));
  });

  it('fails on a Certificate that was made anew since the plan', async () => {
    await assert.rejects(setUp().run({ uid: 'another' }), failure(/was made anew since the plan was made/));
  });

  it('fails when the Secret still holds the old certificate', async () => {
    const { run, heard, write, world } = setUp({ works: false });
    const before = (await world.factory.certificate('APP')).certificate.sha256;
    const waits = heard(/waiting for cert-manager/);
    const running = run({ before });
    await waits;
    await write({ conditions: [], revision: 4 });
    await assert.rejects(
      running,
      failure(/says that it has issued, but Secret production\/app-tls still holds serial/),
    );
  });

  it('stops waiting with what stalls, and leaves the issuance as it is', async () => {
    const { run, heard, giveUp, certificate } = setUp({ works: false });
    const waits = heard(/waiting for cert-manager/);
    const running = run();
    await waits;
    giveUp();
    await assert.rejects(
      running,
      (error: Error) =>
        error instanceof StillWaiting &&
        /^not done within 10m: waiting for cert-manager to make a CertificateRequest/.test(error.message),
    );
    assert.equal((await certificate()).status.conditions.at(-1)?.reason, 'ManuallyTriggered');
  });

  it('stops waiting when the API server is lost', async () => {
    const { run, before } = setUp();
    before.push(() => {
      throw new PortFailure('unreachable', 'connection refused');
    });
    await assert.rejects(
      run(),
      (error: Error) => error instanceof StillWaiting && error.message === 'connection refused',
    );
  });

  it('follows what it may see, and says what it may not', async () => {
    const { run, said } = setUp({ denied: [{ verb: 'watch', resource: 'challenges' }] });
    await run();
    assert.ok(said.some((message) => /^challenges cannot be followed: .*forbidden/.test(message)));
    assert.ok(said.some((message) => /^Order \S+ is pending$/.test(message)));
  });

  it('fails when it may not follow the Certificate itself', async () => {
    const { run } = setUp({ denied: [{ verb: 'watch', resource: 'certificates' }] });
    await assert.rejects(run(), /certificates\.cert-manager\.io is forbidden/);
  });

  it('ends at once when it is abandoned', async () => {
    const { run, heard, abandon } = setUp({ works: false });
    const waits = heard(/waiting for cert-manager/);
    const running = run();
    await waits;
    abandon.abort(new Error('interrupted'));
    await assert.rejects(running, /^Error: interrupted$/);
  });

  it('has the server judge the mark in a dry run, and sets none', async () => {
    const { dryRun, puts, certificate } = setUp();
    assert.equal(await dryRun(), 'the status of Certificate production/app-tls with the condition Issuing');
    assert.deepEqual(puts()[0]?.query, { dryRun: 'All' });
    assert.deepEqual(
      (await certificate()).status.conditions.map(({ type }) => type),
      ['Ready'],
    );
  });
});
