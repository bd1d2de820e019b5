import assert from 'node:assert/strict';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { delimiter, dirname, join } from 'node:path';
import { type CheckResult, check } from '../../src/core/check/check.ts';
import type { Coverage } from '../../src/core/model/coverage.ts';
import { DEFAULT_POLICY } from '../../src/core/model/policy.ts';
import { fold } from '../../src/core/snapshot/fold.ts';
import { type Inventory, takeInventory } from '../../src/core/snapshot/inventory.ts';
import { systemClock } from '../../src/io/adapters/clock.ts';
import { localFiles } from '../../src/io/adapters/files.ts';
import { createKubeApi } from '../../src/io/adapters/kube/kube-api.ts';
import { localProcesses } from '../../src/io/adapters/processes.ts';
import { createTlsDialer } from '../../src/io/adapters/tls.ts';
import { localToolRunner } from '../../src/io/adapters/tool-runner.ts';
import { collect } from '../../src/io/collect/run.ts';
import { SOURCES } from '../../src/io/collect/sources.ts';
import { fakePorts } from '../support/fake-ports.ts';
import { scopeOf } from '../support/scope.ts';
import { until, useOwnBed } from '../testbed/fixture.ts';
import { certificate, clusterCa, inDays } from '../testbed/pki.ts';

interface Seen {
  readonly inventory: Inventory;
  readonly result: CheckResult;
  /** `CODE SEVERITY`, by placement without the folder of the node. */
  readonly findings: readonly string[];
  coverage(source: string): readonly Coverage[];
}

/** The cluster layer on a control-plane node: kubeadm at two versions, etcd that demands clients, static Pods. */
describe('the cluster layer on a real control plane', function () {
  this.timeout(120_000);
  const bed = useOwnBed('core', 'kubeadm-old');

  /** A folder for PATH in which `kubeadm` is that of the version, in a namespace where it may change its root. */
  function pathWith(program: 'kubeadm' | 'kubeadm-old'): string {
    const real = join(bed.binDir, program);
    const root = process.getuid?.() === 0 ? '' : 'unshare --map-root-user ';
    const shim = bed.write(`tools/${program}/kubeadm`, `#!/bin/sh\nexec ${root}'${real}' "$@"\n`, 0o755);
    return [dirname(shim), process.env.PATH].join(delimiter);
  }

  async function look({
    path = pathWith('kubeadm'),
    timeout = 20_000,
    folder = bed.kubernetesDir,
  } = {}): Promise<Seen> {
    const flags = { kubeconfig: bed.superAdminKubeconfig };
    const clock = systemClock;
    const ports = fakePorts({
      clock,
      files: localFiles,
      kube: createKubeApi({ flags, env: {}, files: localFiles, clock, requestTimeout: timeout }),
      tls: createTlsDialer({ clock, env: {} }),
      tools: localToolRunner({ PATH: path }),
      processes: localProcesses(),
    });
    const scope = scopeOf({
      layers: ['cluster'],
      pkiDir: folder,
      pkiDirGiven: true,
      kubeconfig: bed.superAdminKubeconfig,
    });
    const signal = new AbortController().signal;
    const observations = await collect({ sources: SOURCES, ports, scope, timeout, signal });
    const snapshot = fold(observations, {
      takenAt: new Date().toISOString(),
      tool: { name: 'test', version: '0' },
      scope: { namespaces: [], layers: ['cluster'], targets: [] },
    });
    const inventory = takeInventory(snapshot);
    const result = check(inventory, DEFAULT_POLICY, Date.now());
    return {
      inventory,
      result,
      findings: result.findings.map(
        ({ code, severity, placement }) => `${code} ${severity} ${placement.replace(bed.nodeDir, '')}`,
      ),
      coverage: (source) => snapshot.coverage.filter((one) => one.source === source),
    };
  }
  const about = (seen: Seen, code: string) => seen.findings.filter((line) => line.startsWith(`${code} `));
  const node = (path: string) => join(bed.nodeDir, path);
  const etcdClient = () => ['crt', 'key'].map((end) => join(bed.pkiDir, `apiserver-etcd-client.${end}`));

  for (const program of ['kubeadm', 'kubeadm-old'] as const) {
    it(`agrees with ${program} about every certificate`, async () => {
      const seen = await look({ path: pathWith(program) });
      const [fact] = seen.inventory.facts('kubeadm');
      assert.deepEqual(
        seen.coverage('kubeadm').map(({ state, reason }) => [state, reason]),
        [['complete', undefined]],
      );
      assert.equal(fact?.rows.length, 14);
      assert.ok(fact?.rows.every(({ missing, expires }) => !missing && expires));
      assert.deepEqual(about(seen, 'KUBEADM_DIFFERS'), []);
    });
  }

  it('finds all in order: what is served is what is stored, and etcd takes the client of the API server', async () => {
    const seen = await look();
    const served = seen.inventory.placements.filter(({ placement }) => placement.ref.startsWith('tls://'));
    const roles = new Set(served.map(({ placement }) => placement.role));
    for (const role of [
      'etcd-server',
      'etcd-peer',
      'apiserver-serving',
      'apiserver-loopback',
      'controller-manager-serving',
    ] as const)
      assert.ok(roles.has(role), role);
    const answers = seen.inventory.facts('acceptance').filter(({ serverRole }) => serverRole === 'etcd-server');
    assert.deepEqual(
      answers.map(({ accepted, client }) => [accepted, client.replace(bed.nodeDir, '')]),
      [[true, 'file:/etc/kubernetes/pki/apiserver-etcd-client.crt']],
    );
    assert.deepEqual(seen.inventory.facts('health')[0]?.failing, []);
    for (const code of [
      'SERVED_DIFFERS_FROM_STORED',
      'CLIENT_REFUSED',
      'PROCESS_OLDER_THAN_FILE',
      'CA_DRIFT',
      'LEADER_SILENT',
    ])
      assert.deepEqual(about(seen, code), [], code);
  });

  it('sees that the controller-manager holds what was renewed until it is restarted', async () => {
    await bed.kubeadm(['certs', 'renew', 'controller-manager.conf']);
    const [older] = about(await look(), 'PROCESS_OLDER_THAN_FILE');
    assert.equal(
      older,
      'PROCESS_OLDER_THAN_FILE warning kubeconfig:/etc/kubernetes/controller-manager.conf#users/system:kube-controller-manager',
    );
    await bed.restart('kube-controller-manager');
    assert.deepEqual(about(await look(), 'PROCESS_OLDER_THAN_FILE'), []);
  });

  it('sees that etcd takes up a renewed serving pair by itself, and judges it by the handshake alone', async () => {
    await bed.kubeadm(['certs', 'renew', 'etcd-server']);
    const seen = await look();
    assert.deepEqual(about(seen, 'SERVED_DIFFERS_FROM_STORED'), []);
    assert.deepEqual(about(seen, 'PROCESS_OLDER_THAN_FILE'), []);
  });

  describe("a client certificate that etcd refuses, while etcd's own is in its time", () => {
    const kept: string[] = [];
    beforeEach(() => kept.splice(0, kept.length, ...etcdClient().map((path) => readFileSync(path, 'utf8'))));
    afterEach(() => etcdClient().forEach((path, index) => writeFileSync(path, kept[index]!)));

    async function put(spec: Partial<Parameters<typeof certificate>[0]>) {
      const leaf = await certificate({
        subject: 'CN=kube-apiserver-etcd-client',
        keyUsages: ['digitalSignature'],
        extKeyUsages: ['clientAuth'],
        ...spec,
      });
      const [crt = '', key = ''] = etcdClient();
      writeFileSync(crt, leaf.pem);
      writeFileSync(key, leaf.keyPem);
    }

    it('is told by the alert after the handshake when it has expired', async () => {
      await put({ issuer: clusterCa(bed, 'etcd/ca'), notBefore: inDays(-30), notAfter: inDays(-2) });
      const { result } = await look();
      const found = result.findings.find(({ code }) => code === 'CLIENT_REFUSED');
      assert.match(
        found?.message ?? '',
        /refuses the client certificate \(alert \w+\) to .*apiserver-etcd-client\.crt, which expired 2d ago.*; its own certificate is in its time$/,
      );
      assert.equal(found?.explainedBy?.code, 'CERT_EXPIRED');
      assert.deepEqual(
        result.findings.filter(({ placement, code }) => code === 'CERT_EXPIRED' && placement.startsWith('tls://')),
        [],
      );
    });

    it('is told to come from another CA', async () => {
      await put({ issuer: await certificate({ subject: 'CN=etcd-ca', isCA: true }) });
      const { result } = await look();
      const found = result.findings.find(({ code }) => code === 'CLIENT_REFUSED');
      assert.match(found?.message ?? '', /in its time: the server does not trust its issuer CN=etcd-ca/);
      const cause = found?.explainedBy?.code ?? 'none';
      assert.ok(['ISSUER_REPLACED', 'CHAIN_UNTRUSTED'].includes(cause), cause);
    });
  });

  it('says nothing of ports and processes for a copy of the folder', async () => {
    const copy = join(bed.runDir, 'copy');
    await bed.run(['cp', '-a', bed.kubernetesDir, copy]);
    const seen = await look({ folder: copy });
    assert.deepEqual(
      ['kubeadm', 'node-handshakes'].map((source) => seen.coverage(source).map(({ state }) => state)),
      [['not-applicable'], ['not-applicable']],
    );
    assert.ok(seen.inventory.placement(`file:${copy}/pki/apiserver.crt`)?.leaf);
    for (const code of ['SERVED_DIFFERS_FROM_STORED', 'PROCESS_OLDER_THAN_FILE', 'SOURCE_UNREAD'])
      assert.deepEqual(about(seen, code), [], code);
  });

  describe('a kubeadm that does not answer as it should', () => {
    const statement = (seen: Seen) =>
      seen
        .coverage('kubeadm')
        .map(({ state, reason }) => `${state}: ${reason}`)
        .join();

    it('is absent, and nothing is unknown for it', async () => {
      const seen = await look({ path: '/nonexistent' });
      assert.match(
        statement(seen),
        /^absent: kubeadm is not installed or not on PATH: the files were read without it$/,
      );
      assert.deepEqual(about(seen, 'SOURCE_UNREAD'), []);
    });

    it('stumbles over one file and gives no list, while every other file is read', async () => {
      const path = node('etc/kubernetes/pki/front-proxy-client.crt');
      const whole = readFileSync(path);
      writeFileSync(path, 'no certificate\n');
      try {
        const seen = await look();
        assert.match(
          statement(seen),
          /^partial: kubeadm failed with exit code 1: .*front-proxy-client.*; it gives no part/,
        );
        assert.ok(seen.inventory.placement(`file:${node('etc/kubernetes/pki/apiserver.crt')}`)?.leaf);
      } finally {
        writeFileSync(path, whole);
      }
    });

    it('hangs with an API server that takes connections and does not answer', async () => {
      const silent = await listen();
      const path = node('etc/kubernetes/admin.conf');
      const whole = readFileSync(path, 'utf8');
      writeFileSync(path, whole.replace(/server: .*/, `server: https://127.0.0.1:${silent.port}`));
      try {
        const seen = await look({ timeout: 4_000 });
        assert.match(
          statement(seen),
          /^timed-out: kubeadm did not answer in time .*does not answer; the files were read/,
        );
        assert.deepEqual(
          about(seen, 'SOURCE_UNREAD').filter((line) => line.includes('kubeadm')),
          [],
        );
      } finally {
        writeFileSync(path, whole);
        silent.server.close();
      }
    });

    it('falls back without a word in JSON when the API server is down, and takes a configuration that lies there', async () => {
      await bed.stop('kube-apiserver');
      try {
        const configured = await look();
        assert.equal(configured.inventory.facts('kubeadm')[0]?.configuration, 'file');
        renameSync(node('etc/kubernetes/kubeadm.yaml'), node('etc/kubeadm.yaml'));
        const fallen = await look();
        assert.equal(fallen.inventory.facts('kubeadm')[0]?.configuration, 'fallback');
        assert.deepEqual(about(fallen, 'KUBEADM_FALLBACK'), ['KUBEADM_FALLBACK info tool/kubeadm']);
        assert.ok(
          fallen.inventory.placements.some(
            ({ placement }) => placement.role === 'etcd-server' && placement.ref.startsWith('tls://'),
          ),
        );
      } finally {
        renameSync(node('etc/kubeadm.yaml'), node('etc/kubernetes/kubeadm.yaml'));
        await bed.restart('kube-apiserver');
      }
      await until(
        'the API server answers again',
        async () => (await bed.kubectl(['get', '--raw', '/readyz'])) === 'ok',
      );
    });
  });
});

/** A server that accepts and says nothing. */
async function listen(): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer((socket) => socket.on('error', () => {}));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, port: (server.address() as { port: number }).port };
}
