import assert from 'node:assert/strict';
import type { Observation } from '../../../src/core/model/observation.ts';
import { type KubeObject, type ListOptions, listCommand, listPath } from '../../../src/io/collect/list.ts';
import { listPages } from '../../../src/io/collect/pages.ts';
import { collect } from '../../../src/io/collect/run.ts';
import { PortFailure } from '../../../src/io/ports/failure.ts';
import type { KubeApi, KubeRequest } from '../../../src/io/ports/kube-api.ts';
import { fakeKube, kubeFailure, kubeList } from '../../support/fake-kube.ts';
import { fakePorts } from '../../support/fake-ports.ts';
import { scopeOf } from '../../support/scope.ts';

const secrets: ListOptions = {
  group: '',
  versions: ['v1'],
  resource: 'secrets',
  namespaced: true,
  unknown: 'the certificates in Secrets',
};
const gateways: ListOptions = {
  ...secrets,
  group: 'gateway.networking.k8s.io',
  versions: ['v1', 'v1beta1'],
  resource: 'gateways',
};

/** Runs one list as a source would and says what was read, page by page. */
async function list(kube: KubeApi, options = secrets, namespaces: string[] = [], timeout = 0) {
  const pages: string[][] = [];
  const observations: Observation[] = await collect({
    sources: [
      {
        id: 'list',
        layer: 'cluster',
        title: 'list',
        needs: [],
        inScope: () => true,
        command: 'list',
        unknown: 'everything',
        collect: async (context) => {
          await listPages<KubeObject>(context, options, (items) =>
            pages.push(items.map(({ metadata }) => metadata.name)),
          );
        },
      },
    ],
    ports: fakePorts({ kube }),
    scope: scopeOf({ namespaces }),
    timeout,
    signal: new AbortController().signal,
  });
  return { pages, observations, states: observations.map(({ state }) => state) };
}

const named = (...names: string[]) => names.map((name) => ({ metadata: { name } }));
const isAll = ({ path }: KubeRequest) => !path.includes('/namespaces/');

function fail(error: Error): never {
  throw error;
}

describe('listing objects in pages', () => {
  it('follows continue tokens and hands over each page as it arrives', async () => {
    const kube = fakeKube(({ query }) =>
      query?.continue === 'next' ? kubeList(named('c')) : kubeList(named('a', 'b'), 'next'),
    );
    const { pages, states } = await list(kube);
    assert.deepEqual(pages, [['a', 'b'], ['c']]);
    assert.deepEqual(states, ['complete']);
    assert.deepEqual(
      kube.requests.map(({ path, query }) => [path, query]),
      [
        ['/api/v1/secrets', { limit: '500' }],
        ['/api/v1/secrets', { limit: '500', continue: 'next' }],
      ],
    );
  });

  it('passes selectors and asks for metadata alone when told so', async () => {
    const kube = fakeKube(() => kubeList([]));
    await list(kube, {
      ...secrets,
      labelSelector: 'app=web',
      fieldSelector: 'type=kubernetes.io/tls',
      metadataOnly: true,
    });
    assert.deepEqual(kube.requests[0]?.query, {
      limit: '500',
      labelSelector: 'app=web',
      fieldSelector: 'type=kubernetes.io/tls',
    });
    assert.match(kube.requests[0]?.accept ?? '', /PartialObjectMetadataList/);
  });

  it('goes on with the token of an expired list, reading nothing twice', async () => {
    const kube = fakeKube(({ query }) => {
      if (query?.continue === undefined) return kubeList(named('a'), 'old');
      return query.continue === 'old' ? fail(kubeFailure.expired('fresh')) : kubeList(named('b'));
    });
    const { pages, states } = await list(kube);
    assert.deepEqual(pages, [['a'], ['b']]);
    assert.deepEqual(states, ['complete']);
  });

  it('asks for smaller pages when one is too large to be read', async () => {
    const kube = fakeKube(({ query }) =>
      Number(query?.limit) > 50
        ? fail(new PortFailure('partial', 'too large', { code: 'too-large' }))
        : kubeList(named('a')),
    );
    const { pages, states } = await list(kube);
    assert.deepEqual([pages, states, kube.requests.length], [[['a']], ['complete'], 2]);
  });

  it('says so when a single object is too large to be read', async () => {
    const kube = fakeKube(() => fail(new PortFailure('partial', 'too large', { code: 'too-large' })));
    const { states } = await list(kube);
    assert.deepEqual([states, kube.requests.map(({ query }) => query?.limit)], [['partial'], ['500', '50', '5', '1']]);
  });

  it('says that a list broke off when an expired one gives no way on, or the same one again', async () => {
    for (const token of [undefined, 'old']) {
      const kube = fakeKube(({ query }) =>
        query?.continue === undefined ? kubeList(named('a'), 'old') : fail(kubeFailure.expired(token)),
      );
      const { pages, observations } = await list(kube);
      assert.deepEqual(pages, [['a']]);
      assert.equal(observations[0]?.state, 'partial');
      assert.match(
        observations[0]?.reason ?? '',
        /broke off after 1 pages: the provided continue parameter is too old/,
      );
    }
  });

  it('keeps the pages that came before a failure and calls the reading partial', async () => {
    const kube = fakeKube(({ query }) =>
      query?.continue === undefined ? kubeList(named('a'), 'next') : fail(kubeFailure.down()),
    );
    const { pages, observations } = await list(kube);
    assert.deepEqual(pages, [['a']]);
    assert.deepEqual([observations[0]?.state, observations[0]?.unknown], ['partial', 'the certificates in Secrets']);
  });

  it('makes one reading for each namespace asked for', async () => {
    const kube = fakeKube(({ path }) => (path.includes('/b/') ? fail(kubeFailure.forbidden()) : kubeList(named('x'))));
    const { observations } = await list(kube, secrets, ['a', 'b']);
    assert.deepEqual(
      observations.map(({ state, command }) => [state, command]),
      [
        ['complete', 'kubectl get secrets -n a'],
        ['denied', 'kubectl get secrets -n b'],
      ],
    );
  });

  it("falls back to the context's namespace when all namespaces are denied, and says so", async () => {
    const kube = fakeKube((request) => (isAll(request) ? fail(kubeFailure.forbidden()) : kubeList(named('mine'))));
    const { pages, observations } = await list(kube);
    assert.deepEqual(pages, [['mine']]);
    assert.equal(observations[0]?.state, 'partial');
    assert.match(observations[0]?.reason ?? '', /forbidden.*only the context's namespace team was read/);
  });

  it("calls it denied when the context's namespace is denied too", async () => {
    const { observations } = await list(fakeKube(() => fail(kubeFailure.forbidden())));
    assert.equal(observations[0]?.state, 'denied');
    assert.match(observations[0]?.reason ?? '', /in the context's namespace team: secrets is forbidden/);
  });

  it('does not fall back for kinds that have no namespace', async () => {
    const kube = fakeKube(() => fail(kubeFailure.forbidden('nodes is forbidden')));
    const { observations } = await list(kube, { ...secrets, resource: 'nodes', namespaced: false });
    assert.deepEqual([observations[0]?.state, observations[0]?.reason], ['denied', 'nodes is forbidden']);
    assert.equal(kube.requests.length, 1);
  });

  it('tries the older version where the newer one is not served', async () => {
    const kube = fakeKube(({ path }) => (path.includes('/v1/') ? fail(kubeFailure.notFound()) : kubeList(named('g'))));
    const { pages, states } = await list(kube, gateways);
    assert.deepEqual(pages, [['g']]);
    assert.deepEqual(states, ['complete']);
  });

  it('calls a kind that no version serves absent', async () => {
    const { observations } = await list(
      fakeKube(() => fail(kubeFailure.notFound())),
      gateways,
    );
    assert.deepEqual(
      [observations[0]?.state, observations[0]?.reason],
      ['absent', 'the server does not serve gateways.gateway.networking.k8s.io'],
    );
  });

  const discovery = [
    { title: 'no group', answer: () => fail(kubeFailure.notFound()), state: 'absent' },
    { title: 'a group without the kind', answer: () => ({ resources: [{ name: 'grpcroutes' }] }), state: 'absent' },
    { title: 'the kind', answer: () => ({ resources: [{ name: 'gateways' }] }), state: 'denied' },
    { title: 'nothing, being denied too', answer: () => fail(kubeFailure.forbidden()), state: 'denied' },
  ];
  for (const { title, answer, state } of discovery) {
    it(`calls a forbidden kind ${state} when discovery shows ${title}`, async () => {
      const kube = fakeKube(({ path }) => (path.endsWith('gateways') ? fail(kubeFailure.forbidden()) : answer()));
      const { states } = await list(kube, gateways);
      assert.deepEqual(states, [state]);
    });
  }

  it('passes on that nothing answered, and that an answer is no list', async () => {
    const down = await list(fakeKube(() => fail(kubeFailure.down())));
    assert.deepEqual(down.states, ['unreachable']);
    const page = await list(fakeKube(() => '<html>sign in</html>'));
    assert.deepEqual(
      [page.observations[0]?.state, page.observations[0]?.reason],
      ['partial', '/api/v1/secrets: the answer is no Kubernetes list'],
    );
  });

  it('counts the deadline from the last page and keeps what came before it', async () => {
    const kube = fakeKube(({ query }) =>
      query?.continue === undefined ? kubeList(named('a'), 'next') : new Promise(() => {}),
    );
    const { pages, observations } = await list(kube, secrets, [], 20);
    assert.deepEqual(pages, [['a']]);
    assert.match(observations[0]?.reason ?? '', /no answer within 0.02s/);
  });
});

describe('the words of a list', () => {
  it('asks kubectl the same question', () => {
    const options = { ...gateways, labelSelector: 'env in (a, b)', fieldSelector: 'type=kubernetes.io/tls' };
    assert.equal(
      listCommand(options),
      "kubectl get gateways.gateway.networking.k8s.io -A -l 'env in (a, b)' --field-selector=type=kubernetes.io/tls",
    );
    assert.equal(listCommand({ ...secrets, resource: 'nodes', namespaced: false }), 'kubectl get nodes');
  });

  it('escapes what a namespace may not hold', () => {
    assert.equal(listPath(secrets, 'v1', '../x'), '/api/v1/namespaces/..%2Fx/secrets');
    assert.equal(listPath(gateways, 'v1', 'a'), '/apis/gateway.networking.k8s.io/v1/namespaces/a/gateways');
  });
});
