import assert from 'node:assert/strict';
import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Minted, mint } from '../../src/io/demo/mint.ts';
import { installProgram, type Program } from '../support/program.ts';
import { useBed } from '../testbed/fixture.ts';
import { startNginx } from '../testbed/proxies/nginx.ts';

const DAY = 86_400_000;
const HOST = 'app.example.com';

interface Reported {
  readonly code: string;
  readonly severity: string;
  readonly placement: string;
}

/** What `check` says of real components: nothing where all is well, and the right thing where it is not. */
describe('check on real components', function () {
  this.timeout(60_000);
  const bed = useBed('core', 'nginx');
  const folder = mkdtempSync(join(tmpdir(), 'check-'));
  const state = {} as { program: Program };

  before(async () => {
    state.program = await installProgram();
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    await state.program?.remove();
  });

  async function check(...args: string[]): Promise<{ findings: Reported[]; exitCode: number | null }> {
    const { stdout, stderr, exitCode } = await state.program.run(['check', ...args, '-o', 'json']);
    assert.ok(stdout, stderr);
    return { findings: JSON.parse(stdout).findings, exitCode };
  }
  const loud = (findings: readonly Reported[]) => findings.filter(({ severity }) => severity !== 'info');
  const codes = (findings: readonly Reported[]) => loud(findings).map(({ code }) => code);
  const cluster = (pki: string, ...args: string[]) =>
    check('--layer', 'cluster', '--kubeconfig', bed.superAdminKubeconfig, '--pki-dir', pki, ...args);

  /** A copy of kubeadm's tree to break. */
  function copyOfTree(name: string): string {
    const tree = join(folder, name);
    cpSync(bed.kubernetesDir, tree, { recursive: true });
    return tree;
  }

  it('raises no alarm on a fresh kubeadm control plane', async () => {
    const { findings, exitCode } = await cluster(bed.kubernetesDir);
    assert.deepEqual(loud(findings), []);
    assert.equal(exitCode, 0);
  });

  it('sees the year of kubeadm go by', async () => {
    const { findings, exitCode } = await cluster(bed.kubernetesDir, '--at', '+340d');
    assert.deepEqual([...new Set(codes(findings))], ['CERT_EXPIRING']);
    assert.equal(exitCode, 1);
    assert.equal((await cluster(bed.kubernetesDir, '--at', '+400d')).exitCode, 2);
  });

  it('tells a CA that was made anew, a key that was left behind and a key that others read', async () => {
    const tree = copyOfTree('broken');
    // It begins after the one that it takes the place of.
    const ca = await mint({ ...lifetime(0, 3650), subject: 'CN=kubernetes', isCA: true });
    writeFileSync(join(tree, 'pki/ca.crt'), ca.pem);
    writeFileSync(join(tree, 'pki/front-proxy-client.key'), ca.keyPem);
    chmodSync(join(tree, 'pki/sa.key'), 0o644);
    const { findings } = await cluster(tree);
    const found = (code: string) => findings.filter((one) => one.code === code).map(({ placement }) => placement);
    assert.ok(found('ISSUER_REPLACED').includes(`file:${tree}/pki/apiserver.crt`));
    assert.ok(found('KEY_MISMATCH').includes(`file:${tree}/pki/front-proxy-client.crt`));
    assert.deepEqual(found('KEY_FILE_MODE'), [`file:${tree}/pki/sa.key`]);
  });

  describe('with nginx', () => {
    const chain = {} as { root: Minted; middle: Minted };
    before(async () => {
      chain.root = await mint({ ...lifetime(-400, 4000), subject: 'CN=root', isCA: true });
      chain.middle = await mint({ ...lifetime(-300, 2000), subject: 'CN=middle', isCA: true, issuer: chain.root });
      writeFileSync(join(folder, 'root.pem'), chain.root.pem);
    });

    const leafOf = (from: number, to: number, name = HOST) =>
      mint({
        ...lifetime(from, to),
        subject: `CN=${name}`,
        dnsNames: [name],
        isCA: false,
        keyUsages: ['digitalSignature'],
        extKeyUsages: ['serverAuth'],
        issuer: chain.middle,
      });

    const cases: { title: string; make: () => Promise<Minted>; send: 'all' | 'leaf'; expected: string[] }[] = [
      { title: 'a chain that is whole', make: () => leafOf(-10, 80), send: 'all', expected: [] },
      { title: 'one that has expired', make: () => leafOf(-90, -1), send: 'all', expected: ['CERT_EXPIRED'] },
      {
        title: 'one of another name',
        make: () => leafOf(-10, 80, 'other.example.com'),
        send: 'all',
        expected: ['NAME_NOT_COVERED'],
      },
      {
        title: 'one without its intermediate',
        make: () => leafOf(-10, 80),
        send: 'leaf',
        expected: ['CHAIN_INCOMPLETE'],
      },
    ];
    for (const [index, { title, make, send, expected }] of cases.entries()) {
      it(`judges ${title} by --ca and --host`, async () => {
        const leaf = await make();
        const certificate = send === 'all' ? leaf.pem + chain.middle.pem : leaf.pem;
        const proxy = await startNginx(bed, `check-${index}`, HOST, { certificate, key: leaf.keyPem });
        const { findings, exitCode } = await check(
          `127.0.0.1:${proxy.port}`,
          '--host',
          HOST,
          '--ca',
          join(folder, 'root.pem'),
        );
        assert.deepEqual(codes(findings), expected);
        assert.equal(exitCode, expected.length > 0 ? 2 : 0);
      });
    }
  });

  it('judges the API server by the CA of the kubeconfig', async () => {
    const other = await mint({ ...lifetime(-1, 365), subject: 'CN=kubernetes', isCA: true });
    const path = join(folder, 'wrong-ca.conf');
    const original = readFileSync(bed.superAdminKubeconfig, 'utf8');
    const data = Buffer.from(other.pem).toString('base64');
    writeFileSync(path, original.replace(/certificate-authority-data: \S+/, `certificate-authority-data: ${data}`), {
      mode: 0o600,
    });
    const { findings } = await check('--layer', 'cluster', '--kubeconfig', path, '--pki-dir', bed.kubernetesDir);
    const served = findings.filter(({ placement }) => placement.startsWith('tls://'));
    assert.ok(
      served.some(({ code, severity }) => /^CHAIN_(INCOMPLETE|UNTRUSTED)$/.test(code) && severity === 'critical'),
      JSON.stringify(findings),
    );
  });
});

/** In days from now. */
function lifetime(from: number, to: number): { notBefore: number; notAfter: number } {
  return { notBefore: Date.now() + from * DAY, notAfter: Date.now() + to * DAY };
}
