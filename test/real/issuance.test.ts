import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Finding } from '../../src/core/model/finding.ts';
import type { ChainDocument } from '../../src/core/view/chain/tree.ts';
import { installProgram, outcomeOf, type Program } from '../support/program.ts';
import { pebble } from '../testbed/catalogue/pebble.ts';
import { acmeIssuer, caIssuer, certificateOf } from '../testbed/cluster/issuers.ts';
import { until, useBed } from '../testbed/fixture.ts';
import { certificate, inDays, tlsSecret } from '../testbed/pki.ts';

/** An issuer by DNS-01 whose token is nowhere. */
const UNPROVEN = { dns01: { cloudflare: { apiTokenSecretRef: { name: 'nowhere', key: 'token' } } } };

describe("what a real cert-manager's issuances say", function () {
  this.timeout(180_000);
  const bed = useBed('pebble', 'cert-manager');
  const pkiDir = mkdtempSync(join(tmpdir(), 'issuance-'));
  let program: Program;
  let namespace = '';

  before('issuers and certificates are there', async () => {
    program = await installProgram();
    namespace = await bed.namespace('issuance');
    const ca = await certificate({ subject: 'CN=team CA', isCA: true, notAfter: inDays(3650) });
    await bed.apply(
      tlsSecret(namespace, 'team-ca', ca),
      caIssuer(namespace, 'team', 'team-ca'),
      caIssuer(namespace, 'empty', 'no-such-ca'),
      acmeIssuer(bed, namespace, 'acme'),
      acmeIssuer(bed, namespace, 'unproven', UNPROVEN),
    );
    await bed.apply(
      certificateOf(namespace, 'good', 'team', { renewBefore: '240h' }),
      certificateOf(namespace, 'web', 'acme'),
      certificateOf(namespace, 'wrong-issuer', 'teem'),
      certificateOf(namespace, 'no-ca', 'empty'),
      certificateOf(namespace, 'misnamed', 'acme', { commonName: 'other.example.test' }),
      certificateOf(namespace, 'wildcard', 'acme', { dnsNames: ['*.example.test'] }),
      certificateOf(namespace, 'no-token', 'unproven'),
    );
    const ready = ['certificate/good', 'certificate/web'];
    await bed.kubectl(['wait', '-n', namespace, ...ready, '--for=condition=Ready', '--timeout=100s']);
  });
  after(async () => {
    rmSync(pkiDir, { recursive: true });
    await program?.remove();
  });

  const run = async (...args: string[]) => {
    const given = [
      '--kubeconfig',
      bed.kubeconfig,
      '-n',
      namespace,
      '--pki-dir',
      pkiDir,
      '--layer',
      'ingress',
      '-o',
      'json',
    ];
    const { stdout, stderr } = await outcomeOf(
      program.start([...args, ...given], { env: { PATH: process.env.PATH ?? '' } }),
    );
    assert.notEqual(stdout, '', stderr);
    return JSON.parse(stdout);
  };
  /** Half an hour on, so that what is still being tried counts as stuck. */
  const findingsOf = async (): Promise<Finding[]> =>
    (await run('check', '--at', '+30m', '--fail-on', 'never')).findings;
  const about = (findings: readonly Finding[], name: string) =>
    findings.filter(({ placement, also = [] }) => [placement, ...also].includes(`certificate/${namespace}/${name}`));
  const chainOf = async (name: string): Promise<ChainDocument> =>
    (await run('layers', `certificate/${name}`)).chains[0];
  const flat = (link: ChainDocument): ChainDocument[] => [link, ...link.children.flatMap(flat)];

  it('shows the chain of one that was issued, whole and in order', async () => {
    const links = flat(await chainOf('web'));
    assert.deepEqual(
      links.map(({ ref, state }) => `${ref.split('/')[0]} ${state}`),
      ['secret ok', 'certificate ok', 'certificaterequest ok', 'order ok', 'issuer ok', 'secret ok'],
    );
  });

  it('computes the moment of renewal that the controller computed', async () => {
    const { status } = JSON.parse(await bed.kubectl(['get', 'certificate', '-n', namespace, 'good', '-o', 'json']));
    const link = flat(await chainOf('good')).find(({ ref }) => ref.startsWith('certificate/'));
    assert.match(
      link?.says ?? '',
      new RegExp(`will be renewed .*\\(${status.renewalTime}\\), because spec.renewBefore is 240h`),
    );
  });

  it('says nothing of those that were issued', async () => {
    const findings = await findingsOf();
    for (const name of ['good', 'web'])
      assert.deepEqual(
        about(findings, name).map(({ code, message }) => `${code} ${message}`),
        [],
      );
  });

  const broken: [name: string, code: string, object: string][] = [
    ['wrong-issuer', 'ISSUER_MISSING', 'certificate/NS/wrong-issuer'],
    ['no-ca', 'ISSUER_CA_UNUSABLE', 'issuer/NS/empty'],
    ['misnamed', 'REQUEST_INVALID', 'certificate/NS/misnamed'],
    ['wildcard', 'WILDCARD_NEEDS_DNS01', 'issuer/NS/acme'],
    ['no-token', 'DNS_CREDENTIAL_MISSING', 'issuer/NS/unproven'],
  ];
  for (const [name, code, object] of broken) {
    it(`finds ${code} in ${name}`, async () => {
      const found = await until(`${name} is told`, async () => {
        const codes = about(await findingsOf(), name).filter((one) => one.code === code);
        return codes.length > 0 ? codes : undefined;
      });
      assert.equal(found[0]?.placement, object.replace('NS', namespace));
    });
  }

  it('tells of a solver that cannot be reached, and no more once it can', async () => {
    const spec = pebble.service?.processes(bed).find(({ name }) => name === 'http01-solver');
    assert.ok(spec);
    await bed.stop('http01-solver');
    await bed.apply(certificateOf(namespace, 'unreached', 'acme'));
    const told = await until('its challenge waits', async () =>
      about(await findingsOf(), 'unreached').find(({ code }) => code === 'SELF_CHECK_UNREACHABLE'),
    );
    assert.match(told.placement, new RegExp(`^challenge/${namespace}/unreached-1-`));
    await bed.spawn(spec);
    await bed.kubectl(['wait', '-n', namespace, 'certificate/unreached', '--for=condition=Ready', '--timeout=100s']);
    assert.deepEqual(about(await findingsOf(), 'unreached'), []);
  });

  it('is silent again when the issuer is made that was missing', async () => {
    await bed.apply(caIssuer(namespace, 'teem', 'team-ca'));
    await bed.kubectl(['wait', '-n', namespace, 'certificate/wrong-issuer', '--for=condition=Ready', '--timeout=100s']);
    assert.deepEqual(about(await findingsOf(), 'wrong-issuer'), []);
  });

  it('says when the next try comes after a failure, which a deleted Secret does not hasten', async () => {
    const { status } = JSON.parse(await bed.kubectl(['get', 'certificate', '-n', namespace, 'misnamed', '-o', 'json']));
    const next = new Date(Date.parse(status.lastFailureTime) + 3_600_000).toISOString().replace('.000Z', 'Z');
    const link = flat(await chainOf('misnamed')).find(({ ref }) => ref.startsWith('certificate/'));
    assert.ok(link?.says.includes(next), `${link?.says} has not ${next}`);
  });
});
