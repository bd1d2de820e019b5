import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubeFlags } from '../../src/core/parse/kubeconfig-resolve.ts';
import { systemClock } from '../../src/io/adapters/clock.ts';
import { localFiles } from '../../src/io/adapters/files.ts';
import { createKubeApi } from '../../src/io/adapters/kube/kube-api.ts';
import { credential } from '../../src/io/collect/cluster/credential.ts';
import { kubeconfig } from '../../src/io/collect/cluster/kubeconfig.ts';
import { nodes } from '../../src/io/collect/cluster/nodes.ts';
import { version } from '../../src/io/collect/cluster/version.ts';
import type { KubeObject, ListOptions } from '../../src/io/collect/list.ts';
import { listPages } from '../../src/io/collect/pages.ts';
import type { Source } from '../../src/io/collect/source.ts';
import type { PortFailure } from '../../src/io/ports/failure.ts';
import type { KubeApi } from '../../src/io/ports/kube-api.ts';
import { observe } from '../support/observe.ts';
import { type Bed, useBed } from '../testbed/fixture.ts';
import { certificate, clusterCa, inDays } from '../testbed/pki.ts';

let bed: Bed;

const apiWith = (flags: KubeFlags): KubeApi =>
  createKubeApi({
    flags: { kubeconfig: bed.kubeconfig, ...flags },
    env: process.env,
    files: localFiles,
    clock: systemClock,
    requestTimeout: 10_000,
  });

/** A kubeconfig for the real server with these lines as its user. */
function kubeconfigOf(name: string, user: readonly string[], namespace = 'default'): string {
  const ca = readFileSync(join(bed.pkiDir, 'ca.crt')).toString('base64');
  const lines = [
    'current-context: test',
    `contexts: [{name: test, context: {cluster: real, user: ${name}, namespace: ${namespace}}}]`,
    `clusters: [{name: real, cluster: {server: '${bed.server}', certificate-authority-data: ${ca}}}]`,
    'users:',
    `- name: ${name}`,
    '  user:',
    ...user.map((line) => `    ${line}`),
  ];
  return bed.write(`kube-test/${name}.conf`, lines.join('\n'));
}

/** A user without any rights but those of everybody who is authenticated. */
async function tokenOf(namespace: string): Promise<string> {
  await bed.kubectl(['create', 'serviceaccount', 'reader', '-n', namespace]);
  return (await bed.kubectl(['create', 'token', 'reader', '-n', namespace])).trim();
}

const secrets: ListOptions = {
  group: '',
  versions: ['v1'],
  resource: 'secrets',
  namespaced: true,
  unknown: 'Secrets',
};

/** A source that is one list and says what came, page by page. */
function listing(options: ListOptions, pages: string[][]): Source {
  return {
    id: 'list',
    layer: 'cluster',
    title: 'list',
    needs: [],
    inScope: () => true,
    command: '',
    unknown: '',
    collect: async (context) => {
      await listPages<KubeObject>(context, options, (items) => pages.push(items.map(({ metadata }) => metadata.name)));
    },
  };
}

async function list(kube: KubeApi, options: ListOptions, namespaces: readonly string[] = []) {
  const pages: string[][] = [];
  const [observation] = await observe([listing(options, pages)], { kube, files: localFiles }, { namespaces });
  return { pages, state: observation?.state, reason: observation?.reason ?? '' };
}

describe('a real kube-apiserver', () => {
  bed = useBed('core', 'etcdctl');

  it("is recognised as kubeadm's, with its version and the UID of kube-system", async () => {
    const [observation] = await observe([nodes, version], { kube: apiWith({}) });
    const uid = await bed.kubectl(['get', 'namespace', 'kube-system', '-o', 'jsonpath={.metadata.uid}']);
    const { serverVersion } = JSON.parse(await bed.kubectl(['version', '-o', 'json']));
    assert.deepEqual(observation?.facts.cluster, [
      {
        server: bed.server,
        version: serverVersion.gitVersion,
        distribution: 'kubeadm',
        evidence: 'ConfigMap kube-system/kubeadm-config',
        uid,
      },
    ]);
  });

  it("accepts kubeadm's own client certificate, which is said to end when it does", async () => {
    const ports = { kube: apiWith({}), files: localFiles };
    const [own] = await observe([credential], ports);
    const fact = own?.facts.credential?.[0];
    assert.equal(fact?.kind, 'certificate');
    assert.equal(fact?.subject, 'CN=kubernetes-admin,O=kubeadm:cluster-admins');
    const [file] = await observe([kubeconfig], ports, { kubeconfig: bed.kubeconfig, pkiDir: bed.kubernetesDir });
    assert.equal(file?.state, 'complete');
    const placement = file?.placements.find(({ ref }) => ref === fact?.ref);
    assert.deepEqual([placement?.role, placement?.manager, placement?.mode], ['admin-client', 'kubeadm', '0600']);
    assert.equal(file?.keys[0]?.spki, placement?.key);
    assert.ok(Date.parse(fact?.notAfter ?? '') > inDays(300));
  });

  it('accepts a token and says when it ends', async () => {
    const namespace = await bed.namespace('kube-token');
    const token = await tokenOf(namespace);
    const kube = apiWith({ kubeconfig: kubeconfigOf('tokened', [`token: ${token}`]) });
    const [observation] = await observe([credential], { kube });
    const fact = observation?.facts.credential?.[0];
    assert.deepEqual([fact?.kind, fact?.subject], ['token', `system:serviceaccount:${namespace}:reader`]);
    const lifetime = Date.parse(fact?.notAfter ?? '') - Date.now();
    assert.ok(lifetime > 3_500_000 && lifetime < 3_700_000);
    const { body } = await kube.request({ path: '/version', signal: AbortSignal.timeout(10_000) });
    assert.match((body as { gitVersion: string }).gitVersion, /^v1\./);
  });

  it('sees whom we impersonate', async () => {
    const { body } = await apiWith({ as: 'jane', asGroups: ['devs', 'qa'] }).request({
      method: 'POST',
      path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
      body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
      signal: AbortSignal.timeout(10_000),
    });
    const { userInfo } = (body as { status: { userInfo: { username: string; groups: string[] } } }).status;
    assert.deepEqual([userInfo.username, userInfo.groups], ['jane', ['devs', 'qa', 'system:authenticated']]);
  });

  it('refuses an expired client certificate, and the message says so', async () => {
    const expired = await certificate({
      subject: 'CN=late',
      issuer: clusterCa(bed),
      notBefore: inDays(-2),
      notAfter: inDays(-1),
      extKeyUsages: ['clientAuth'],
    });
    const base64 = (text: string) => Buffer.from(text).toString('base64');
    const user = [`client-certificate-data: ${base64(expired.pem)}`, `client-key-data: ${base64(expired.keyPem)}`];
    const { state, reason } = await list(apiWith({ kubeconfig: kubeconfigOf('late', user) }), secrets);
    assert.equal(state, 'denied');
    assert.match(reason, /refused the credential of late \(401\): its client certificate ended at 20/);
  });

  it('denies a token without rights, in its own words', async () => {
    const namespace = await bed.namespace('kube-denied');
    const kube = apiWith({ kubeconfig: kubeconfigOf('denied', [`token: ${await tokenOf(namespace)}`], namespace) });
    const { state, reason } = await list(kube, secrets);
    assert.equal(state, 'denied');
    assert.match(
      reason,
      /cannot list resource "secrets" in API group "" at the cluster scope; in the context's namespace kube-denied/,
    );
  });

  it("gives the context's namespace to a token that has rights there alone", async () => {
    const namespace = await bed.namespace('kube-partial');
    const token = await tokenOf(namespace);
    await bed.kubectl(['create', 'secret', 'generic', 'mine', '-n', namespace]);
    await bed.kubectl(['create', 'role', 'reader', '--verb=list', '--resource=secrets', '-n', namespace]);
    await bed.kubectl([
      'create',
      'rolebinding',
      'reader',
      '--role=reader',
      `--serviceaccount=${namespace}:reader`,
      '-n',
      namespace,
    ]);
    const kube = apiWith({ kubeconfig: kubeconfigOf('partial', [`token: ${token}`], namespace) });
    const { state, reason, pages } = await list(kube, secrets);
    assert.deepEqual([state, pages], ['partial', [['mine']]]);
    assert.match(reason, new RegExp(`only the context's namespace ${namespace} was read$`));
  });

  it('tells a kind that it does not serve from one that is denied', async () => {
    const namespace = await bed.namespace('kube-absent');
    const token = apiWith({ kubeconfig: kubeconfigOf('absent', [`token: ${await tokenOf(namespace)}`], namespace) });
    const unserved = { ...secrets, group: 'no-such-group.example.com', resource: 'things' };
    assert.equal((await list(token, unserved)).state, 'absent');
    assert.equal((await list(apiWith({}), unserved)).state, 'absent');
    const ingresses = { ...secrets, group: 'networking.k8s.io', resource: 'ingresses' };
    assert.equal((await list(token, ingresses)).state, 'denied');
    assert.equal((await list(apiWith({}), ingresses)).state, 'complete');
  });

  it('answers through kubectl proxy, in the clear and without our credential', async () => {
    const [port] = await bed.takePorts(['kubectl-proxy']);
    const argv = [join(bed.binDir, 'kubectl'), 'proxy', `--port=${port}`, '--kubeconfig', bed.kubeconfig];
    const url = `http://127.0.0.1:${port}`;
    await bed.spawn({ name: 'kubectl-proxy', argv, ready: { kind: 'http', url: `${url}/healthz` } });
    const kube = apiWith({ server: url });
    assert.equal((await list(kube, secrets)).state, 'complete');
    assert.deepEqual((await kube.connection()).credential, { kind: 'none' });
    await bed.stop('kubectl-proxy');
  });

  it('accepts what a credential plugin gives, and is told when that ends', async () => {
    const namespace = await bed.namespace('kube-exec');
    const apiVersion = 'client.authentication.k8s.io/v1';
    const expirationTimestamp = new Date(Math.ceil(Date.now() / 1000) * 1000 + 600_000).toISOString();
    const status = { token: await tokenOf(namespace), expirationTimestamp };
    const answer = bed.write('kube-test/answer.json', JSON.stringify({ apiVersion, kind: 'ExecCredential', status }));
    const exec = ['exec:', '  command: cat', `  args: ['${answer}']`, `  apiVersion: ${apiVersion}`];
    const [observation] = await observe([credential], { kube: apiWith({ kubeconfig: kubeconfigOf('plugged', exec) }) });
    const fact = observation?.facts.credential?.[0];
    assert.deepEqual([observation?.state, fact?.kind, fact?.notAfter], ['complete', 'exec', expirationTimestamp]);
  });

  it('gives every object once, in pages', async () => {
    const namespace = await manyConfigMaps('kube-pages', 12);
    const { pages, state } = await list(
      apiWith({}),
      { ...secrets, resource: 'configmaps', labelSelector: 'paged', pageSize: () => 5 },
      [namespace],
    );
    assert.equal(state, 'complete');
    assert.deepEqual(
      pages.map(({ length }) => length),
      [5, 5, 2],
    );
    assert.equal(new Set(pages.flat()).size, 12);
  });

  it('gives every object once, even when its list has expired and the server was restarted between two pages', async () => {
    const namespace = await manyConfigMaps('kube-compacted', 12);
    const kube = apiWith({});
    let answers = 0;
    const refused: (string | undefined)[] = [];
    const compacting: KubeApi = {
      ...kube,
      request: async (request) => {
        const answer = await kube.request(request).catch((error: PortFailure) => {
          refused.push(error.code);
          throw error;
        });
        if (++answers === 1) {
          await compact(namespace);
          await bed.restart('kube-apiserver');
        }
        return answer;
      },
    };
    const { pages, state } = await list(
      compacting,
      { ...secrets, resource: 'configmaps', labelSelector: 'paged', pageSize: () => 5 },
      [namespace],
    );
    assert.equal(state, 'complete');
    assert.deepEqual(refused, ['410']);
    assert.equal(pages.flat().length, 12);
    assert.equal(new Set(pages.flat()).size, 12);
  });
});

async function manyConfigMaps(prefix: string, count: number): Promise<string> {
  const namespace = await bed.namespace(prefix);
  const objects = Array.from({ length: count }, (_, index) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace, name: `c${index}`, labels: { paged: '' } },
  }));
  await bed.apply(...objects);
  return namespace;
}

/**
 * Makes a new revision and forgets all before it, as the API server does every five minutes. Its watch cache still
 * serves the old ones until it restarts.
 */
async function compact(namespace: string): Promise<void> {
  await bed.kubectl(['label', 'namespace', namespace, `compacted=${Date.now()}`, '--overwrite']);
  const pki = join(bed.pkiDir, 'etcd');
  const files = [
    `--cacert=${pki}/ca.crt`,
    `--cert=${pki}/healthcheck-client.crt`,
    `--key=${pki}/healthcheck-client.key`,
  ];
  const etcdctl = ['etcdctl', `--endpoints=https://127.0.0.1:${bed.port('etcd')}`, ...files];
  const status = JSON.parse(await bed.run([...etcdctl, 'endpoint', 'status', '-w', 'json']));
  await bed.run([...etcdctl, 'compact', String(status[0].Status.header.revision)]);
}
