import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Observation } from '../../../../src/core/model/observation.ts';
import { kubeadm } from '../../../../src/io/collect/local/kubeadm.ts';
import { kubeadmFiles } from '../../../../src/io/collect/local/trees.ts';
import { collect } from '../../../../src/io/collect/run.ts';
import { mint } from '../../../../src/io/demo/mint.ts';
import { PortFailure } from '../../../../src/io/ports/failure.ts';
import type { ToolResult, ToolRun } from '../../../../src/io/ports/tool-runner.ts';
import { fakePorts, NOW } from '../../../support/fake-ports.ts';
import { memoryFiles } from '../../../support/memory-files.ts';
import { scopeOf } from '../../../support/scope.ts';

const recorded = (name: string) => readFileSync(new URL(`../../../fixtures/kubeadm/${name}`, import.meta.url), 'utf8');
const FALLBACK =
  '[check-expiration] Error reading configuration from the Cluster. Falling back to default configuration\n\n';

interface Asked {
  readonly answer: (argv: readonly string[]) => Partial<ToolResult> | Promise<Partial<ToolResult>>;
  readonly folder?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly timeout?: number;
}

describe('asking kubeadm', () => {
  let ca: string;
  before(async () => {
    const life = { notBefore: NOW - 1000, notAfter: NOW + 86_400_000 };
    ca = (await mint({ ...life, subject: 'CN=kubernetes', isCA: true })).pem;
  });

  async function ask({ answer, folder = '/etc/kubernetes', files = {}, timeout = 0 }: Asked) {
    const runs: (readonly string[])[] = [];
    const run = async ({ argv, signal }: ToolRun): Promise<ToolResult> => {
      runs.push(argv);
      const hangs = new Promise<never>((_, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
      );
      const result = await Promise.race([answer(argv), hangs]);
      return { exit: 0, stdout: '', stderr: '', ms: 1, ...result };
    };
    const all: Observation[] = await collect({
      sources: [kubeadmFiles, kubeadm],
      ports: fakePorts({ tools: { run }, files: memoryFiles({ [`${folder}/pki/ca.crt`]: ca, ...files }) }),
      scope: scopeOf({ pkiDir: folder, pkiDirGiven: folder !== '/etc/kubernetes' }),
      timeout,
      signal: new AbortController().signal,
    });
    return { runs, observations: all.filter(({ source }) => source === 'kubeadm') };
  }

  const isJson = (argv: readonly string[]) => argv.at(-1) === 'json';
  const fresh = (argv: readonly string[]) => ({ stdout: recorded(isJson(argv) ? 'fresh.json' : 'fresh.txt') });

  it('takes the seconds of its JSON, and keeps what it said in text', async () => {
    const { runs, observations } = await ask({ answer: fresh });
    assert.deepEqual(runs, [
      ['kubeadm', 'certs', 'check-expiration', '--cert-dir', '/etc/kubernetes/pki'],
      ['kubeadm', 'certs', 'check-expiration', '--cert-dir', '/etc/kubernetes/pki', '-o', 'json'],
    ]);
    const [{ state, facts, tool } = assert.fail('nothing observed')] = observations;
    const [fact] = facts.kubeadm ?? [];
    assert.deepEqual([state, fact?.configuration, fact?.certDir], ['complete', 'cluster', '/etc/kubernetes/pki']);
    assert.equal(fact?.rows.length, 14);
    assert.doesNotMatch(fact?.rows[0]?.expires ?? '', /:00\.000Z$/);
    assert.match(tool?.answer ?? '', /^CERTIFICATE +EXPIRES/m);
  });

  it('takes the text of a kubeadm that knows no JSON', async () => {
    const { observations } = await ask({
      answer: (argv) =>
        isJson(argv)
          ? { exit: 1, stderr: "error: unknown shorthand flag: 'o' in -o\n" }
          : { stdout: recorded('fresh-1.34.txt') },
    });
    assert.equal(observations[0]?.state, 'complete');
    assert.equal(observations[0]?.facts.kubeadm?.[0]?.rows.length, 14);
  });

  it('sees a fallback in the text alone, and asks again with a configuration that lies there', async () => {
    const answer = (argv: readonly string[]) => ({
      stdout: (isJson(argv) || argv.includes('--config') ? '' : FALLBACK) + fresh(argv).stdout,
    });
    const without = await ask({ answer });
    assert.equal(without.observations[0]?.facts.kubeadm?.[0]?.configuration, 'fallback');
    const withFile = await ask({ answer, files: { '/etc/kubernetes/kubeadm-config.yaml': 'kind: x' } });
    assert.equal(withFile.observations[0]?.facts.kubeadm?.[0]?.configuration, 'file');
    assert.deepEqual(withFile.runs.at(-1)?.slice(-2), ['--config', '/etc/kubernetes/kubeadm-config.yaml']);
  });

  it('goes into the root of a node whose disk is mounted elsewhere', async () => {
    const { runs } = await ask({ answer: fresh, folder: '/mnt/etc/kubernetes' });
    assert.deepEqual(runs[0]?.slice(3), ['--cert-dir', '/etc/kubernetes/pki', '--rootfs', '/mnt']);
  });

  it('does not ask about a copied folder, whose kubeconfigs kubeadm would not find', async () => {
    const { runs, observations } = await ask({ answer: fresh, folder: '/home/me/copy' });
    assert.deepEqual([runs, observations.map(({ state }) => state)], [[], ['not-applicable']]);
    assert.match(observations[0]?.reason ?? '', /\/home\/me\/copy is a copy, judged by its files/);
  });

  it('does not ask on a machine that has none of its files', async () => {
    const all = await collect({
      sources: [kubeadmFiles, kubeadm],
      ports: fakePorts({ tools: { run: () => assert.fail('asked') } }),
      scope: scopeOf(),
      timeout: 0,
      signal: new AbortController().signal,
    });
    assert.deepEqual(
      all.map(({ source }) => source),
      ['kubeadm-files'],
    );
  });

  const refusals: readonly (readonly [string, Partial<ToolResult>, string, RegExp])[] = [
    [
      'too old',
      { exit: 1, stderr: 'Error: unknown command "certs" for "kubeadm"\n' },
      'absent',
      /this kubeadm is too old to tell \(Error: unknown command/,
    ],
    [
      'not permitted',
      {
        exit: 1,
        stderr: 'error: failed to load kubeConfig file: open /etc/kubernetes/admin.conf: permission denied\n',
      },
      'denied',
      /kubeadm needs root: .*admin\.conf: permission denied; sudo env/,
    ],
    [
      'stumbling over a file',
      { exit: 1, stderr: "error: couldn't load the certificate file ca.crt\n" },
      'partial',
      /failed with exit code 1: error: couldn't load .*; it gives no part of its list then; the files were read without it$/,
    ],
    [
      'stopping halfway',
      { exit: 1, stdout: recorded('fresh.txt'), stderr: 'error: disk\n' },
      'partial',
      /stopped halfway, after 14 rows: error: disk/,
    ],
    ['talking of something else', { stdout: 'hello\n' }, 'partial', /answers something else than a list: hello/],
  ];
  for (const [title, result, state, reason] of refusals) {
    it(`says clearly what became of a kubeadm that is ${title}`, async () => {
      const { observations } = await ask({ answer: () => result });
      assert.deepEqual(
        observations.map((one) => [one.state, one.facts]),
        [[state, {}]],
      );
      assert.match(observations[0]?.reason ?? '', reason);
    });
  }

  it('calls a missing kubeadm absent', async () => {
    const { observations } = await ask({
      answer: () => {
        throw new PortFailure('absent', 'kubeadm is not installed or not on PATH', { code: 'ENOENT' });
      },
    });
    assert.equal(observations[0]?.state, 'absent');
    assert.match(observations[0]?.reason ?? '', /^kubeadm is not installed or not on PATH: the files were read/);
  });

  it('says of one that hangs what it waits for', async () => {
    const { observations } = await ask({ answer: () => new Promise(() => {}), timeout: 20 });
    assert.equal(observations[0]?.state, 'timed-out');
    assert.match(observations[0]?.reason ?? '', /first asks the API server for its configuration/);
  });
});
