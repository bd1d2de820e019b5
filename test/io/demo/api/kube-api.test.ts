// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the form's references are written so
import assert from 'node:assert/strict';
import { PortFailure } from '../../../../src/io/ports/failure.ts';
import type { KubeRequest, WatchEvent, WatchRequest } from '../../../../src/io/ports/kube-api.ts';
import type { Ports } from '../../../../src/io/ports/ports.ts';
import { NOW } from '../../../support/fake-ports.ts';
import { never, plantPorts } from '../plant.ts';

const KUBECONFIG = `  files:
    /root/.kube/config: |
      apiVersion: v1
      kind: Config
      current-context: here
      clusters: [{name: here, cluster: {server: 'https://10.0.0.1:6443'}}]
      contexts: [{name: here, context: {cluster: here, user: me}}]
      users: [{name: me, user: {token: '\${jwt:now+1d}'}}]
`;

const OBJECTS = `${KUBECONFIG}  certificates: {A: {}}
  objects:
  - {apiVersion: v1, kind: Secret, type: kubernetes.io/tls, metadata: {name: b, namespace: shop, labels: {app: web, tier: front}}, stringData: {tls.crt: '\${cert:A}'}}
  - {apiVersion: v1, kind: Secret, metadata: {name: a, namespace: shop, labels: {app: db}}, data: {x: eA==}}
  - {apiVersion: v1, kind: Secret, metadata: {name: c, namespace: other}}
  - {apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop}, spec: {nodeName: n1, containers: [{name: web}, {name: proxy}]}, status: {phase: Running}}
  - {apiVersion: example.com/v1, kind: Policy, metadata: {name: p, namespace: shop}}
  - {apiVersion: v1, kind: Secret, writtenBy: first, metadata: {name: twice, namespace: other}, stringData: {a: '1'}}
  - {apiVersion: v1, kind: Secret, writtenBy: second, metadata: {name: twice, namespace: other}, stringData: {a: '2', b: '3'}}
  logs:
  - {pod: shop/web, container: web, lines: [{at: now-1h, text: one}, "two\\nthree"]}
`;

interface Answer {
  readonly kind?: string;
  readonly metadata: {
    readonly name?: string;
    readonly continue?: string;
    readonly remainingItemCount?: number;
    readonly [more: string]: unknown;
  };
  readonly items: Answer[];
  readonly [more: string]: unknown;
}

let ports: Ports;
const get = async (path: string, query: Record<string, string> = {}, more: Partial<KubeRequest> = {}) =>
  (await ports.kube.request({ path, query, signal: never, ...more })).body as Answer;
const POD = '/api/v1/namespaces/shop/pods/web';
const put = async (body: unknown, query: Record<string, string> = {}) =>
  get(`${POD}/status`, query, { method: 'PUT', body });
const names = async (path: string, query: Record<string, string> = {}) =>
  (await get(path, query)).items.map(({ metadata }) => metadata.name);
const failureOf = async (path: string, query: Record<string, string> = {}, more: Partial<KubeRequest> = {}) => {
  const error = await get(path, query, more).then(
    () => assert.fail(`${path} was answered`),
    (reason) => reason,
  );
  assert.ok(error instanceof PortFailure, String(error));
  return error;
};

describe("the demo's API server", () => {
  beforeEach(async () => {
    ports = await plantPorts(OBJECTS);
  });

  const selections: readonly (readonly [query: Record<string, string>, names: string[]])[] = [
    [{ fieldSelector: 'type=kubernetes.io/tls' }, ['b']],
    [{ fieldSelector: 'type!=kubernetes.io/tls,metadata.namespace=shop' }, ['a']],
    [{ fieldSelector: 'metadata.name=c' }, ['c']],
    [{ labelSelector: 'app=web' }, ['b']],
    [{ labelSelector: 'app!=web,tier notin (front)' }, ['c', 'twice', 'a']],
    [{ labelSelector: 'app in (web,db)' }, ['a', 'b']],
    [{ labelSelector: '!app' }, ['c', 'twice']],
    [{ labelSelector: 'tier' }, ['b']],
  ];
  for (const [query, expected] of selections) {
    it(`selects by ${Object.values(query)[0]}`, async () => {
      assert.deepEqual(await names('/api/v1/secrets', query), expected);
    });
  }

  it('refers to the owner of an object by its UID', async () => {
    const owned = await plantPorts(`
  objects:
  - {apiVersion: example.com/v1, kind: Thing, metadata: {name: own, namespace: shop}}
  - {apiVersion: v1, kind: ConfigMap, ownedBy: Thing/own, metadata: {name: owned, namespace: shop}}
`);
    const one = async (path: string) =>
      (await owned.kube.request({ path, signal: never })).body as {
        metadata: { uid: string; ownerReferences: object[] };
      };
    const { uid } = (await one('/apis/example.com/v1/namespaces/shop/things/own')).metadata;
    assert.deepEqual((await one('/api/v1/namespaces/shop/configmaps/owned')).metadata.ownerReferences, [
      { apiVersion: 'example.com/v1', kind: 'Thing', name: 'own', uid, controller: true },
    ]);
  });

  it('lists by namespace and name, in pages that continue', async () => {
    const first = await get('/api/v1/secrets', { limit: '3' });
    assert.deepEqual([first.kind, first.metadata.remainingItemCount], ['SecretList', 1]);
    const second = await get('/api/v1/secrets', { limit: '3', continue: first.metadata.continue! });
    assert.deepEqual(
      [...first.items, ...second.items].map(({ metadata }) => `${metadata.namespace}/${metadata.name}`),
      ['other/c', 'other/twice', 'shop/a', 'shop/b'],
    );
    assert.equal(second.metadata.continue, undefined);
    assert.deepEqual(await names('/api/v1/namespaces/shop/secrets'), ['a', 'b']);
  });

  it('gives Secrets as a server does: data encoded, type Opaque when none is said', async () => {
    const { data, type, stringData, metadata } = await get('/api/v1/namespaces/shop/secrets/b');
    assert.match(Buffer.from((data as { 'tls.crt': string })['tls.crt'], 'base64').toString(), /^-----BEGIN CERT/);
    assert.deepEqual([type, stringData], ['kubernetes.io/tls', undefined]);
    assert.match(String(metadata.uid), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.equal((await get('/api/v1/namespaces/shop/secrets/a')).type, 'Opaque');
  });

  it('stamps objects in the order in which they are planted', async () => {
    const created = async (name: string) =>
      Date.parse(String((await get(`/api/v1/namespaces/shop/secrets/${name}`)).metadata.creationTimestamp));
    assert.ok((await created('b')) < (await created('a')));
    assert.ok((await created('a')) < NOW);
  });

  it('knows who wrote an object that is planted twice', async () => {
    const { data, metadata } = await get('/api/v1/namespaces/other/secrets/twice');
    assert.deepEqual(data, { a: 'Mg==', b: 'Mw==' });
    assert.deepEqual(
      (metadata.managedFields as { manager: string; fieldsV1: { 'f:data': object } }[]).map(({ manager, fieldsV1 }) => [
        manager,
        Object.keys(fieldsV1['f:data']),
      ]),
      [
        ['first', ['f:a']],
        ['second', ['f:a', 'f:b']],
      ],
    );
  });

  it('has the namespaces that objects stand in and those that every cluster has', async () => {
    assert.deepEqual(await names('/api/v1/namespaces'), [
      'default',
      'kube-node-lease',
      'kube-public',
      'kube-system',
      'other',
      'shop',
    ]);
    assert.equal((await get('/api/v1/namespaces/shop')).metadata.name, 'shop');
  });

  it('answers with metadata alone when asked so', async () => {
    const accept = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json';
    const { kind, items } = await get('/api/v1/namespaces/shop/secrets', {}, { accept });
    assert.equal(kind, 'PartialObjectMetadataList');
    assert.deepEqual(Object.keys(items[0]!), ['kind', 'apiVersion', 'metadata']);
  });

  it('serves built-in kinds without objects, and custom kinds that have some', async () => {
    assert.deepEqual(await names('/apis/certificates.k8s.io/v1/certificatesigningrequests'), []);
    assert.deepEqual(await names('/apis/example.com/v1/policies'), ['p']);
    const { resources } = await get('/apis/example.com/v1');
    assert.deepEqual(resources, [{ name: 'policies', kind: 'Policy', namespaced: true }]);
    const { groups } = (await get('/apis')) as unknown as { groups: { name: string; preferredVersion: object }[] };
    assert.deepEqual(groups.find(({ name }) => name === 'example.com')?.preferredVersion, {
      groupVersion: 'example.com/v1',
      version: 'v1',
    });
    assert.deepEqual((await get('/api')).versions, ['v1']);
    assert.equal((await get('/version')).gitVersion, 'v1.34.1');
  });

  it("gives a container's log, its end, and its times", async () => {
    const log = (query: Record<string, string>) => get('/api/v1/namespaces/shop/pods/web/log', query);
    assert.equal(await log({ container: 'web' }), 'one\ntwo\nthree\n');
    assert.equal(await log({ container: 'web', tailLines: '1' }), 'three\n');
    assert.match(String(await log({ container: 'web', timestamps: 'true' })), /^2026-11-24T11:00:00.000Z one\n/);
    assert.equal(await log({ container: 'proxy' }), '');
  });

  const failures: readonly (readonly [
    path: string,
    query: Record<string, string>,
    state: string,
    code: string,
    message: RegExp,
  ])[] = [
    ['/api/v1/namespaces/shop/secrets/none', {}, 'absent', '404', /^secrets "none" not found$/],
    [
      '/apis/example.com/v1/namespaces/shop/policies/none',
      {},
      'absent',
      '404',
      /^policies.example.com "none" not found$/,
    ],
    [
      '/apis/cert-manager.io/v1/certificates',
      {},
      'absent',
      '404',
      /^the server could not find the requested resource$/,
    ],
    ['/apis/cert-manager.io/v1', {}, 'absent', '404', /^the server could not find/],
    ['/metrics', {}, 'absent', '404', /^the server could not find/],
    ['/api/v1/secrets', { fieldSelector: 'data.x=y' }, 'partial', '400', /^field label not supported: data.x$/],
    ['/api/v1/secrets', { labelSelector: 'a b' }, 'partial', '400', /^unable to parse requirement/],
    ['/api/v1/secrets', { continue: 'foreign' }, 'partial', '400', /^continue key is not valid$/],
    [
      '/api/v1/namespaces/shop/pods/web/log',
      {},
      'partial',
      '400',
      /^a container name must be specified for pod web, choose one of: \[web proxy\]$/,
    ],
    [
      '/api/v1/namespaces/shop/pods/web/log',
      { container: 'x' },
      'partial',
      '400',
      /^container x is not valid for pod web$/,
    ],
  ];
  for (const [path, query, state, code, message] of failures) {
    it(`fails as a server does: ${path} ${JSON.stringify(query)}`, async () => {
      const failure = await failureOf(path, query);
      assert.deepEqual([failure.state, failure.code], [state, code]);
      assert.match(failure.message, message);
      assert.equal((failure.cause as { kind: string }).kind, 'Status');
    });
  }

  it('says of its health what is planted at its address, and is in order where nothing is', async () => {
    assert.equal(await get('/readyz', { verbose: 'true' }), 'ok');
    const body = '[+]ping ok\\n[-]etcd failed: reason withheld\\nreadyz check failed\\n';
    const unverified = KUBECONFIG.replace(":6443'", ":6443', insecure-skip-tls-verify: true");
    ports = await plantPorts(`${unverified}  certificates: {A: {}}
  servers:
  - {listen: ['10.0.0.1:6443'], chain: [A], http: {/readyz: {status: 500, body: "${body}"}, /healthz: {status: 200, body: fine}}}
`);
    const { code, message, cause } = await failureOf('/readyz');
    assert.deepEqual([code, cause], ['500', body.replaceAll('\\n', '\n')]);
    assert.match(message, /^10\.0\.0\.1:6443 answered 500 to \/readyz: \[\+\]ping ok \[-\]etcd failed/);
    assert.equal(await get('/healthz'), 'fine');
  });

  it('takes no other writes than of a status', async () => {
    assert.equal((await failureOf('/api/v1/namespaces/shop/secrets/b', {}, { method: 'DELETE' })).code, '405');
    assert.equal((await failureOf('/api/v1/namespaces/shop/secrets/b', {}, { method: 'PUT' })).code, '405');
  });

  it('keeps a status that is written, with a new version', async () => {
    const before = await get(POD);
    const written = await put({ ...before, spec: {}, status: { phase: 'Failed' } });
    assert.deepEqual(written, await get(POD));
    assert.deepEqual([written.status, written.spec], [{ phase: 'Failed' }, before.spec]);
    assert.equal(written.metadata.uid, before.metadata.uid);
    assert.ok(Number(written.metadata.resourceVersion) > Number(before.metadata.resourceVersion));
  });

  it('refuses a status that was made from an older version', async () => {
    const before = await get(POD);
    await put({ ...before, status: { phase: 'Failed' } });
    const failure = await failureOf(`${POD}/status`, {}, { method: 'PUT', body: { ...before, status: {} } });
    assert.deepEqual([failure.state, failure.code], ['partial', '409']);
    assert.match(failure.message, /^Operation cannot be fulfilled on pods "web": the object has been modified/);
  });

  it('judges a dry run and keeps nothing', async () => {
    const before = await get(POD);
    const judged = await put({ ...before, status: { phase: 'Failed' } }, { dryRun: 'All' });
    assert.deepEqual(judged.status, { phase: 'Failed' });
    assert.deepEqual(await get(POD), before);
  });

  describe('watched', () => {
    const PODS = '/api/v1/namespaces/shop/pods';
    const next = async (events: AsyncIterator<WatchEvent>) => {
      const { value } = (await events.next()) as IteratorYieldResult<WatchEvent>;
      assert.notEqual(value.type, 'RESTARTED');
      const { metadata, status } = (value as { object: Answer }).object;
      return [value.type, metadata.name, (status as { phase: string }).phase];
    };
    const watch = (request: Partial<WatchRequest> = {}) =>
      ports.kube.watch({ path: PODS, signal: never, ...request })[Symbol.asyncIterator]();

    it('tells what is there, then what changes', async () => {
      const events = watch();
      assert.deepEqual(await next(events), ['ADDED', 'web', 'Running']);
      await put({ ...(await get(POD)), status: { phase: 'Failed' } });
      assert.deepEqual(await next(events), ['MODIFIED', 'web', 'Failed']);
    });

    it('tells from a version on what has changed since', async () => {
      const { metadata } = await get(PODS);
      await put({ ...(await get(POD)), status: { phase: 'Failed' } });
      const events = watch({ resourceVersion: String(metadata.resourceVersion) });
      assert.deepEqual(await next(events), ['MODIFIED', 'web', 'Failed']);
    });

    it('tells nothing of other namespaces, kinds and names', async () => {
      const abort = new AbortController();
      const others = [
        watch({ path: '/api/v1/namespaces/other/pods', signal: abort.signal }),
        watch({ path: '/api/v1/namespaces/shop/services', signal: abort.signal }),
        watch({ query: { fieldSelector: 'metadata.name=other' }, signal: abort.signal }),
      ].map((events) => events.next());
      await put({ ...(await get(POD)), status: { phase: 'Failed' } });
      abort.abort(new Error('interrupted'));
      for (const event of others) await assert.rejects(event, /interrupted/);
    });
  });

  it("fails with the signal's reason once that is aborted", async () => {
    const reason = new Error('interrupted');
    await assert.rejects(get('/version', {}, { signal: AbortSignal.abort(reason) }), reason);
  });
});

describe("the demo's denials", () => {
  const rules: readonly (readonly [rule: string, path: string, message?: string])[] = [
    [
      '{resource: secrets}',
      '/api/v1/secrets',
      'secrets is forbidden: User "system:serviceaccount:default:default" cannot list resource "secrets" in API group "" at the cluster scope',
    ],
    ['{resource: secrets, verb: list}', '/api/v1/namespaces/shop/secrets/b'],
    [
      '{resource: secrets, verb: get}',
      '/api/v1/namespaces/shop/secrets/b',
      'secrets "b" is forbidden: User "system:serviceaccount:default:default" cannot get resource "secrets" in API group "" in the namespace "shop"',
    ],
    ['{resource: secrets, namespace: shop}', '/api/v1/secrets', 'secrets is forbidden'],
    ['{resource: secrets, namespace: shop}', '/api/v1/namespaces/other/secrets'],
    ['{resource: secrets, namespace: shop, name: a}', '/api/v1/namespaces/shop/secrets/b'],
    ['{resource: policies, group: example.com}', '/apis/example.com/v1/policies', 'policies.example.com is forbidden'],
    ['{resource: policies, group: other.com}', '/apis/example.com/v1/policies'],
    ['{resource: "*"}', '/api/v1/namespaces/shop/pods/web', 'pods "web" is forbidden'],
    ['{resource: pods/log}', '/api/v1/namespaces/shop/pods/web/log', 'pods/log "web" is forbidden'],
    ['{resource: pods/log}', '/api/v1/namespaces/shop/pods/web'],
  ];
  for (const [rule, path, message] of rules) {
    it(`${rule} ${message ? 'denies' : 'allows'} ${path}`, async () => {
      ports = await plantPorts(`${OBJECTS}  denied: [${rule}]\n`);
      if (message === undefined) return void (await get(path));
      const failure = await failureOf(path);
      assert.deepEqual([failure.state, failure.code], ['denied', '403']);
      assert.ok(failure.message.startsWith(message), failure.message);
    });
  }
});
