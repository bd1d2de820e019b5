import assert from 'node:assert/strict';
import type { Observation } from '../../../../src/core/model/observation.ts';
import { factsIn } from '../../../../src/io/collect/cluster-source.ts';
import { nodeHandshakes } from '../../../../src/io/collect/handshake/node.ts';
import { kubeletConfig } from '../../../../src/io/collect/local/kubelet-config.ts';
import { processes } from '../../../../src/io/collect/local/processes.ts';
import { staticPods } from '../../../../src/io/collect/local/static-pods.ts';
import { type Minted, mint } from '../../../../src/io/demo/mint.ts';
import { PortFailure } from '../../../../src/io/ports/failure.ts';
import type { DialResult, DialTarget } from '../../../../src/io/ports/tls-dialer.ts';
import { NOW } from '../../../support/fake-ports.ts';
import { memoryFiles } from '../../../support/memory-files.ts';
import { observe } from '../../../support/observe.ts';

const manifest = (...command: string[]) => JSON.stringify({ spec: { containers: [{ command }] } });
const API = manifest(
  'kube-apiserver',
  '--secure-port=7443',
  '--tls-cert-file=/etc/kubernetes/pki/apiserver.crt',
  '--etcd-servers=https://10.0.0.7:2379',
  '--etcd-certfile=/etc/kubernetes/pki/e.crt',
  '--etcd-keyfile=/etc/kubernetes/pki/e.key',
  '--kubelet-client-certificate=/etc/kubernetes/pki/k.crt',
  '--kubelet-client-key=/etc/kubernetes/pki/k.key',
);
const ETCD = manifest(
  'etcd',
  '--listen-client-urls=https://127.0.0.1:3379',
  '--listen-peer-urls=https://10.0.0.1:3380',
);
const KUBELET = 'kind: KubeletConfiguration\nport: 11250\naddress: 0.0.0.0\nrotateCertificates: true\n';

describe('handshakes on a node', () => {
  let leaf: Minted;
  before(async () => {
    const life = { notBefore: NOW - 1000, notAfter: NOW + 86_400_000 };
    leaf = await mint({
      ...life,
      subject: 'CN=cp-1@1',
      issuer: await mint({ ...life, subject: 'CN=cp-1-ca@1', isCA: true }),
    });
  });

  interface Node {
    readonly files: Readonly<Record<string, string>>;
    readonly answer?: (target: DialTarget) => Partial<DialResult> | PortFailure;
    readonly pkiDir?: string;
    readonly running?: readonly string[];
  }

  async function run({ files, answer = () => ({}), pkiDir = '/etc/kubernetes', running = [] }: Node) {
    const dials: string[] = [];
    const dial = async (target: DialTarget): Promise<DialResult> => {
      const { address, port, get, client } = target;
      dials.push(`${address}:${port}${get ?? ''}${client ? ` ${client.certificate} ${client.key}` : ''}`);
      const result = answer(target);
      if (result instanceof PortFailure) throw result;
      return { address, ms: 3, chain: [leaf.certificate.der], ...result };
    };
    const observations: Observation[] = await observe(
      [staticPods, kubeletConfig, processes, nodeHandshakes],
      {
        files: memoryFiles(files),
        tls: { dial },
        processes: { named: async () => (running.length > 0 ? [{ pid: 1, argv: running, started: NOW }] : []) },
      },
      { pkiDir, pkiDirGiven: pkiDir !== '/etc/kubernetes' },
    );
    return { dials, observations, acceptances: factsIn(observations, 'acceptance') };
  }
  const NODE = {
    '/etc/kubernetes/manifests/etcd.yaml': ETCD,
    '/etc/kubernetes/manifests/kube-apiserver.yaml': API,
    '/var/lib/kubelet/config.yaml': KUBELET,
  };

  it('are made at the addresses and ports of the flags, with the clients that the API server shows', async () => {
    const { dials, observations } = await run({ files: NODE, answer: () => ({ status: 200 }) });
    assert.deepEqual(dials, [
      '127.0.0.1:3379',
      '10.0.0.1:3380',
      '127.0.0.1:7443/readyz',
      '127.0.0.1:11250/healthz',
      '10.0.0.7:2379/health /etc/kubernetes/pki/e.crt /etc/kubernetes/pki/e.key',
      '127.0.0.1:11250/healthz /etc/kubernetes/pki/k.crt /etc/kubernetes/pki/k.key',
    ]);
    assert.deepEqual(
      observations.flatMap(({ placements }) => placements.map(({ ref, role }) => [ref, role])),
      [
        ['tls://127.0.0.1:3379', 'etcd-server'],
        ['tls://10.0.0.1:3380', 'etcd-peer'],
        ['tls://127.0.0.1:7443', 'apiserver-serving'],
        ['tls://127.0.0.1:11250', 'kubelet-serving-self-signed'],
      ],
    );
  });

  it('include an etcd that runs elsewhere', async () => {
    const { dials } = await run({ files: { '/etc/kubernetes/manifests/kube-apiserver.yaml': API } });
    assert.ok(dials.includes('10.0.0.7:2379'));
  });

  it('tell acceptance, an alert and a 401 apart', async () => {
    const answer = ({ client, port }: DialTarget): Partial<DialResult> => {
      if (!client) return {};
      return port === 2379
        ? { refused: true, error: 'refuses the client certificate (alert unknown_ca)' }
        : { status: 401 };
    };
    const { acceptances } = await run({ files: NODE, answer });
    assert.deepEqual(acceptances, [
      {
        server: 'tls://10.0.0.7:2379',
        serverRole: 'etcd-server',
        client: 'file:/etc/kubernetes/pki/e.crt',
        accepted: false,
        answer: 'refuses the client certificate (alert unknown_ca)',
      },
      {
        server: 'tls://127.0.0.1:11250',
        serverRole: 'kubelet-serving',
        client: 'file:/etc/kubernetes/pki/k.crt',
        accepted: false,
        answer: 'answers 401',
      },
    ]);
    const taken = await run({ files: NODE, answer: () => ({ status: 403 }) });
    assert.deepEqual(
      taken.acceptances.map(({ accepted }) => accepted),
      [true, true],
    );
  });

  it('leave open what gave no answer, and keep what others said', async () => {
    const answer = ({ client, port }: DialTarget) =>
      client || port === 3379 ? new PortFailure('denied', '/e.key: permission denied') : {};
    const { observations, acceptances } = await run({ files: NODE, answer });
    assert.deepEqual(acceptances, []);
    assert.deepEqual(
      observations.map(({ state }) => state),
      ['denied', 'complete', 'complete', 'complete', 'denied', 'denied'],
    );
    const silent = await run({ files: NODE });
    assert.equal(silent.observations.at(-1)?.state, 'partial');
  });

  it('are not made for a copied folder that no process here reads', async () => {
    const files = { '/copy/manifests/kube-apiserver.yaml': API };
    const { dials, observations } = await run({ files, pkiDir: '/copy' });
    assert.deepEqual([dials, observations[0]?.state], [[], 'not-applicable']);
    assert.match(observations[0]?.reason ?? '', /^no process of this machine reads the files below \/copy/);
    const read = await run({ files, pkiDir: '/copy', running: ['kube-apiserver', '--etcd-certfile=/copy/pki/e.crt'] });
    assert.ok(read.dials.length > 0);
  });

  it('are not spoken of on a machine that is no node', async () => {
    const { dials, observations } = await run({ files: {} });
    assert.deepEqual([dials, observations], [[], []]);
  });
});

describe("a kubelet's configuration", () => {
  const read = async (text: string) => {
    const [observation] = await observe([kubeletConfig], {
      files: memoryFiles({ '/var/lib/kubelet/config.yaml': text }),
    });
    return observation!;
  };

  it('has the defaults of its kind', async () => {
    const { facts } = await read('kind: KubeletConfiguration');
    assert.deepEqual(facts.kubelet, [
      {
        config: '/var/lib/kubelet/config.yaml',
        address: '127.0.0.1',
        port: 10250,
        rotates: false,
        requestsServing: false,
      },
    ]);
  });

  it('says what is served, trusted and requested', async () => {
    const { facts } = await read(
      'address: 10.0.0.9\ntlsCertFile: /s.crt\nserverTLSBootstrap: true\nauthentication: {x509: {clientCAFile: /ca.crt}}',
    );
    const [kubelet] = facts.kubelet ?? [];
    assert.deepEqual(
      [kubelet?.address, kubelet?.servingFile, kubelet?.requestsServing, kubelet?.clientCAFile],
      ['10.0.0.9', '/s.crt', true, '/ca.crt'],
    );
  });

  it('is that of the kubelet that runs, whose flags come before it', async () => {
    const path = '/etc/kubernetes/kubelet-config.yaml';
    const run = async (...kubelets: string[][]) => {
      const named = async () =>
        kubelets.map((argv, pid) => ({ pid, argv: ['/usr/bin/kubelet', ...argv], started: NOW }));
      const files = memoryFiles({ [path]: 'port: 11250\nauthentication: {x509: {clientCAFile: /ca.crt}}' });
      const [observation] = await observe([kubeletConfig], { files, processes: { named } });
      return observation?.facts.kubelet;
    };
    const told = { config: path, address: '127.0.0.1', port: 11250, rotates: false, requestsServing: false };
    assert.deepEqual(await run([`--config=${path}`]), [{ ...told, clientCAFile: '/ca.crt' }]);
    assert.deepEqual(await run(['--config', path, '--client-ca-file=/other.crt', '--rotate-certificates']), [
      { ...told, clientCAFile: '/other.crt', rotates: true },
    ]);
    assert.equal(await run([`--config=${path}`], [`--config=${path}`]), undefined);
  });

  it('is partial where it does not read', async () =>
    assert.equal((await read('rotateCertificates: 7')).state, 'partial'));
});
