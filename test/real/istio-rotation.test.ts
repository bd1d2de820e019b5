import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { installProgram, type Program } from '../support/program.ts';
import { useOwnBed } from '../testbed/fixture.ts';
import { startEnvoy } from '../testbed/mesh/envoy.ts';
import { meshNamespace, startSidecar } from '../testbed/mesh/sidecar.ts';
import { certificate, inDays, issuerFrom } from '../testbed/pki.ts';

/** Seconds: what istiod may sign for at least, with two minutes before it. */
const BRIEF = 60;
/** Seconds. */
const SOON = 15;
const HOUR = 1 / 24;

interface Finding {
  readonly code: string;
  readonly severity: string;
  readonly placement: string;
  readonly explainedBy?: { readonly code: string };
  readonly also?: readonly string[];
  readonly evidence: readonly { readonly fact: string }[];
}

describe('what the program says of real Envoys that hold what they should not', function () {
  this.timeout(300_000);
  const bed = useOwnBed('istioctl', 'pilot-agent');
  const state = {} as { program: Program; namespace: string };

  before('istiod signs for two proxies, and others are given what no istiod would', async () => {
    state.program = await installProgram();
    state.namespace = await meshNamespace(bed, 'held');
    const { namespace } = state;
    await startSidecar(bed, { namespace, name: 'fresh', serviceAccount: 'fresh' });
    const env = { SECRET_TTL: `${BRIEF}s` };
    await startSidecar(bed, { namespace, name: 'brief', serviceAccount: 'brief', env });
    const path = (key: string) => `jsonpath={.data.${key.replace('.', '\\.')}}`;
    const read = async (key: string) =>
      Buffer.from(
        await bed.kubectl(['get', 'secret', '-n', 'istio-system', 'istio-ca-secret', '-o', path(key)]),
        'base64',
      ).toString();
    const mesh = issuerFrom(await read('ca-cert.pem'), await read('ca-key.pem'));
    const other = await certificate({ subject: 'O=elsewhere', isCA: true, notAfter: inDays(3650) });
    const leaf = (name: string, issuer: typeof mesh, from: number, to: number) =>
      certificate({
        subject: '',
        uris: [`spiffe://cluster.local/ns/${namespace}/sa/${name}`],
        extKeyUsages: ['serverAuth', 'clientAuth'],
        issuer,
        notBefore: inDays(from * HOUR),
        notAfter: inDays(to * HOUR),
      });
    const give = async (name: string, issuer: typeof mesh, trust: typeof mesh, from: number, to: number) =>
      startEnvoy(bed, { namespace, name }, { chain: [await leaf(name, issuer, from, to), issuer], trust: [trust] });
    await give('late', mesh, mesh, -17, 7);
    await give('stranger', other, mesh, -2, 22);
    // The root is some minutes old: what it signed ends after that, in a moment.
    await give('gone', mesh, mesh, -24, SOON / 3600);
    await wait(SOON * 1000);
  });
  after(() => state.program?.remove());

  async function check(): Promise<{ found: string[]; findings: Finding[]; exitCode: number | null }> {
    const { namespace, program } = state;
    const where = ['--kubeconfig', bed.superAdminKubeconfig, '--layer', 'mesh', '--all'];
    const { stdout, stderr, exitCode } = await program.run(['check', ...where, '-o', 'json']);
    assert.ok(stdout, stderr);
    const findings = (JSON.parse(stdout).findings as Finding[]).filter(({ severity }) => severity !== 'info');
    const short = (place: string) => place.replace(namespace, 'NS');
    const found = findings.map(({ code, placement, explainedBy }) =>
      [code, short(placement), ...(explainedBy ? [explainedBy.code] : [])].join(' '),
    );
    return { found: found.sort(), findings, exitCode };
  }

  it('is that one is expired, one stuck in its rotation, and one of a root that its peers refuse: no more', async () => {
    const { found, findings, exitCode } = await check();
    assert.deepEqual(found, [
      'CERT_EXPIRED pod/NS/gone#sds/default',
      'CERT_EXPIRING pod/NS/late#sds/default ROTATION_STUCK',
      'ROTATION_STUCK pod/NS/late#sds/default',
      'SVID_OF_OTHER_ROOT pod/NS/stranger#sds/default',
    ]);
    const refused = findings.find(({ code }) => code === 'SVID_OF_OTHER_ROOT');
    assert.match(refused?.evidence.map(({ fact }) => fact).join('\n') ?? '', /stranger chains to O=elsewhere/);
    assert.equal(exitCode, 2);
  });

  it('reads what each holds through its Pod, whom it lets in, and what istiod says of its connections', async () => {
    const where = ['--kubeconfig', bed.superAdminKubeconfig, '--layer', 'mesh', '--all'];
    const { stdout } = await state.program.run(['layers', ...where, '-o', 'json']);
    const { certificates, mtls, coverage } = JSON.parse(stdout);
    const held = certificates.flatMap(({ role, placements }: { role: string; placements: { ref: string }[] }) =>
      role === 'workload-svid' ? placements.map(({ ref }) => ref.split(/[/#]/)[2]) : [],
    );
    assert.deepEqual(held.sort(), ['brief', 'fresh', 'gone', 'late', 'stranger']);
    assert.deepEqual(
      mtls.workloads.map((one: { mode: string; count: number }) => [one.mode, one.count]),
      [['PERMISSIVE', 5]],
    );
    assert.equal(mtls.controlPlanes[0].caSource, 'self-signed');
    const sync = coverage.find(({ source }: { source: string }) => source === 'istio-sync');
    assert.equal(sync.state, 'complete', sync.reason);
  });

  it('is what the agent could not renew, once istiod is away for longer than a certificate lasts', async () => {
    await bed.stop('istiod');
    await wait((BRIEF + 5) * 1000);
    const { found, exitCode } = await check();
    assert.ok(found.includes('CERT_EXPIRED pod/NS/brief#sds/default'), found.join('\n'));
    assert.deepEqual(
      found.filter((one) => one.includes('/fresh')),
      [],
    );
    assert.equal(exitCode, 2);
  });
});
