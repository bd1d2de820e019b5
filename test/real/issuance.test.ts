import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Finding } from '../../src/core/model/finding.ts';
import type { ChainDocument } from '../../src/core/view/chain/tree.ts';
import { installProgram, outcomeOf, type Program } from '../support/program.ts';
import { type LimitingFront, limitingFront } from '../testbed/acme/front.ts';
import { certManager } from '../testbed/catalogue/cert-manager.ts';
import type { Component } from '../testbed/catalogue/component.ts';
import { pebble } from '../testbed/catalogue/pebble.ts';
import { acmeIssuer, caIssuer, certificateOf, dns01 } from '../testbed/cluster/issuers.ts';
import { until, useBed } from '../testbed/fixture.ts';
import { certificate, inDays, tlsSecret } from '../testbed/pki.ts';

/** An issuer by DNS-01 whose token is nowhere. */
const UNPROVEN = { dns01: { cloudflare: { apiTokenSecretRef: { name: 'nowhere', key: 'token' } } } };
/** A TSIG key that is well formed, and not the zone's. */
const OTHER_KEY = Buffer.alloc(32, 7).toString('base64');

describe("what a real cert-manager's issuances say", function () {
  this.timeout(180_000);
  const bed = useBed('pebble', 'cert-manager');
  const pkiDir = mkdtempSync(join(tmpdir(), 'issuance-'));
  let program: Program;
  let namespace = '';
  let front: LimitingFront;

  before('issuers and certificates are there', async () => {
    program = await installProgram();
    namespace = await bed.namespace('issuance');
    front = await limitingFront(bed);
    const ca = await certificate({ subject: 'CN=team CA', isCA: true, notAfter: inDays(3650) });
    const { solver, secret } = dns01(bed, namespace);
    await bed.apply(
      tlsSecret(namespace, 'team-ca', ca),
      caIssuer(namespace, 'team', 'team-ca'),
      caIssuer(namespace, 'empty', 'no-such-ca'),
      acmeIssuer(bed, namespace, 'acme'),
      acmeIssuer(bed, namespace, 'unproven', UNPROVEN),
      { ...secret, stringData: { secret: OTHER_KEY } },
      acmeIssuer(bed, namespace, 'refused', solver),
      acmeIssuer(bed, namespace, 'limited', undefined, front),
    );
    await bed.apply(
      certificateOf(namespace, 'good', 'team', { renewBefore: '240h' }),
      certificateOf(namespace, 'web', 'acme'),
      certificateOf(namespace, 'wrong-issuer', 'teem'),
      certificateOf(namespace, 'no-ca', 'empty'),
      certificateOf(namespace, 'misnamed', 'acme', { commonName: 'other.example.test' }),
      certificateOf(namespace, 'wildcard', 'acme', { dnsNames: ['*.example.test'] }),
      certificateOf(namespace, 'no-token', 'unproven'),
      certificateOf(namespace, 'wrong-key', 'refused'),
      certificateOf(namespace, 'too-many', 'limited'),
      certificateOf(namespace, 'lost', 'acme'),
    );
    const ready = ['good', 'web', 'lost'].map((name) => `certificate/${name}`);
    await bed.kubectl(['wait', '-n', namespace, ...ready, '--for=condition=Ready', '--timeout=100s']);
  });
  after(async () => {
    front?.close();
    rmSync(pkiDir, { recursive: true });
    await program?.remove();
  });

  const run = (...args: string[]) => runWith(undefined, ...args);
  const runWith = async (input: string | undefined, ...args: string[]) => {
    const given = [
      '--kubeconfig',
      bed.kubeconfig,
      '-n',
      namespace,
      '--pki-dir',
      pkiDir,
      '--layer',
      'ingress',
      '--request-timeout',
      '30s',
      '-o',
      'json',
    ];
    const { stdout, stderr } = await outcomeOf(
      program.start([...args, ...given], { env: { PATH: process.env.PATH ?? '' }, ...(input && { input }) }),
      input,
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
    const { status } = await get('certificate', 'good');
    assert.match(
      (await saysOf('good')) ?? '',
      new RegExp(`will be renewed .*\\(${status.renewalTime}\\), because spec.renewBefore is 240h`),
    );
  });

  it('puts renewals off to the windows that the controller puts them off to', async () => {
    const windows: Readonly<Record<string, readonly object[]>> = {
      weekly: [{ cron: '30 2 * * sun', windowDuration: '4h' }],
      offices: [{ cron: '*/20 9-16 * * 1-5', windowDuration: '10m', timezone: 'America/New_York' }],
      either: [
        { cron: '@monthly', windowDuration: '1h', timezone: 'Asia/Kolkata' },
        { cron: '0 1 13 * fri', windowDuration: '90m', timezone: 'Europe/Berlin' },
      ],
      always: [{ cron: '0 * * * *', windowDuration: '2h' }],
      never: [{ cron: '0 2 30 2 *', windowDuration: '4h' }],
    };
    const names = Object.keys(windows);
    await bed.apply(
      ...names.map((name) =>
        certificateOf(namespace, name, 'team', { renewal: { policy: 'RenewBefore', windows: windows[name] } }),
      ),
    );
    const told = await until('the controller has computed them', async () => {
      const all = await Promise.all(names.map((name) => get('certificate', name)));
      const times = all.map(({ status = {} }) => status.renewalTime);
      return times.every((time) => time !== undefined) ? times : undefined;
    });
    const computed = await Promise.all(names.map(async (name) => /\(([^)]*Z)\)/.exec((await saysOf(name)) ?? '')?.[1]));
    assert.deepEqual(computed, told);
    const found = about(await findingsOf(), 'never').map(({ code }) => code);
    assert.ok(found.includes('RENEWAL_WINDOW_UNREACHABLE'), found.join());
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
    await bed.stop('http01-solver');
    await bed.apply(certificateOf(namespace, 'unreached', 'acme'));
    const told = await until('its challenge waits', async () =>
      about(await findingsOf(), 'unreached').find(({ code }) => code === 'SELF_CHECK_UNREACHABLE'),
    );
    assert.match(told.placement, new RegExp(`^challenge/${namespace}/unreached-1-`));
    await startOf(pebble, 'http01-solver');
    await bed.kubectl(['wait', '-n', namespace, 'certificate/unreached', '--for=condition=Ready', '--timeout=100s']);
    assert.deepEqual(about(await findingsOf(), 'unreached'), []);
  });

  const startOf = async (component: Component, name: string) => {
    const spec = component.service?.processes(bed).find((each) => each.name === name);
    assert.ok(spec);
    await bed.spawn(spec);
  };
  const get = async (kind: string, name: string) =>
    JSON.parse(await bed.kubectl(['get', kind, '-n', namespace, name, '-o', 'json']));
  const serialOf = async (name: string) => {
    const { data } = await get('secret', name);
    return new X509Certificate(Buffer.from(data['tls.crt'], 'base64')).serialNumber;
  };
  const ready = (name: string) =>
    bed.kubectl(['wait', '-n', namespace, `certificate/${name}`, '--for=condition=Ready', '--timeout=35s']);
  const saysOf = async (name: string, ...args: string[]) =>
    flat((await run('layers', `certificate/${name}`, ...args)).chains[0]).find(({ ref }) =>
      ref.startsWith('certificate/'),
    )?.says;
  /** An hour after the first failure. */
  const nextTryAfter = ({ lastFailureTime }: { lastFailureTime: string }) =>
    new RegExp(
      `the next try is .*\\(${new Date(Date.parse(lastFailureTime) + 3_600_000).toISOString().replace('.000Z', 'Z')}\\)`,
    );
  /** What `cmctl renew` does. */
  const reissue = async (name: string) => {
    const now = new Date().toISOString().replace(/\.\d+Z/, 'Z');
    const issuing = {
      type: 'Issuing',
      status: 'True',
      reason: 'ManuallyTriggered',
      message: 'again',
      lastTransitionTime: now,
    };
    const { status } = await get('certificate', name);
    const conditions = [...status.conditions.filter(({ type }: { type: string }) => type !== 'Issuing'), issuing];
    const patch = JSON.stringify({ status: { conditions } });
    await bed.kubectl([
      'patch',
      'certificate',
      '-n',
      namespace,
      name,
      '--subresource=status',
      '--type=merge',
      '-p',
      patch,
    ]);
  };

  it('names the webhook that is down when the API server refuses a Certificate', async () => {
    const late = certificateOf(namespace, 'late', 'team');
    await bed.stop('cert-manager-webhook');
    try {
      const refusal = await bed.apply(late).then(
        () => assert.fail('it was taken'),
        (error: Error) => error.message,
      );
      assert.match(refusal, /failed calling webhook "webhook\.cert-manager\.io"/);
      const { verdict, rootCauses } = await runWith(refusal, 'debug', '-');
      assert.equal(verdict, 'root-cause-found');
      assert.equal(rootCauses[0].code, 'CERT_MANAGER_WEBHOOK_DOWN');
      assert.equal(rootCauses[0].object, 'validatingwebhookconfiguration/cert-manager-webhook#0');
    } finally {
      await startOf(certManager, 'cert-manager-webhook');
    }
    await bed.apply(late);
    await ready('late');
    assert.deepEqual(about(await findingsOf(), 'late'), []);
  });

  it('says of a Secret that was deleted that its Certificate makes it again, until it has', async () => {
    const before = await serialOf('lost');
    await bed.stop('http01-solver');
    await bed.kubectl(['delete', 'secret', '-n', namespace, 'lost']);
    const missing = await until('it is missed', async () =>
      (await findingsOf()).find(
        ({ code, placement }) => code === 'SECRET_MISSING' && placement === `secret/${namespace}/lost#tls.crt`,
      ),
    );
    const [step] = missing.fix;
    assert.match(
      step?.title ?? '',
      /^cert-manager makes it again for Certificate lost, which is being issued since .*Issuing certificate as Secret does not exist/,
    );
    assert.deepEqual(step?.command, ['kubectl', 'certs', 'layers', `certificate/${namespace}/lost`, '-o', 'wide']);
    await startOf(pebble, 'http01-solver');
    await ready('lost');
    assert.notEqual(await serialOf('lost'), before);
    assert.deepEqual(about(await findingsOf(), 'lost'), []);
  });

  it("tells of DNS credentials that the zone's server does not accept", async () => {
    const told = await until('its challenge says so', async () =>
      about(await findingsOf(), 'wrong-key').find(({ code }) => code === 'DNS_CREDENTIAL_REJECTED'),
    );
    assert.equal(told.placement, `issuer/${namespace}/refused`);
    assert.match(told.message, /bad authentication/);
  });

  it('has it issued by what it advises once the credentials are right', async () => {
    const told = about(await findingsOf(), 'wrong-key').find(({ code }) => code === 'DNS_CREDENTIAL_REJECTED');
    const [, ...deleteOrder] = told?.fix.find(({ id }) => id === 'again')?.command ?? [];
    assert.deepEqual(deleteOrder.slice(0, 4), ['-n', namespace, 'delete', 'order']);
    await bed.apply(dns01(bed, namespace).secret);
    await bed.kubectl(deleteOrder);
    // cert-manager waits for a minute after it has seen its own record (pkg/issuer/acme/dns/dns.go).
    await until('it is issued', async () => (await get('certificate', 'wrong-key')).status.revision === 1, {
      withinMs: 150_000,
    });
    assert.deepEqual(about(await findingsOf(), 'wrong-key'), []);
  });

  it("tells of a rate limit in the CA's words, and when the next try comes", async () => {
    const told = await until('the order is refused', async () =>
      about(await findingsOf(), 'too-many').find(({ code }) => code === 'ACME_RATE_LIMITED'),
    );
    assert.match(told.placement, new RegExp(`^order/${namespace}/too-many-1-`));
    assert.ok(told.message.includes(front.detail));
    const { status } = await get('certificate', 'too-many');
    assert.match((await saysOf('too-many')) ?? '', nextTryAfter(status));
    front.lift();
    await reissue('too-many');
    await ready('too-many');
    assert.deepEqual(about(await findingsOf(), 'too-many'), []);
  });

  it('follows a renewal that its time has brought about, before, at and after it', async () => {
    await bed.apply(certificateOf(namespace, 'short', 'team', { duration: '1h', renewBefore: '59m' }));
    await ready('short');
    const [before, { status }] = [await serialOf('short'), await get('certificate', 'short')];
    assert.match(
      (await saysOf('short')) ?? '',
      new RegExp(`^ready; will be renewed in .*\\(${status.renewalTime}\\), because spec.renewBefore is 59m`),
    );
    const later = new Date(Date.parse(status.renewalTime) + 1000).toISOString();
    assert.equal(
      await saysOf('short', '--at', later),
      `ready; is due: its renewal was due at ${status.renewalTime} (Renewing)`,
    );
    const next = status.revision + 1;
    await until('it is renewed', async () => (await get('certificate', 'short')).status.revision === next, {
      withinMs: 120_000,
    });
    await bed.kubectl([
      'patch',
      'certificate',
      '-n',
      namespace,
      'short',
      '--type=merge',
      '-p',
      '{"spec":{"renewBefore":"10m"}}',
    ]);
    assert.notEqual(await serialOf('short'), before);
    const links = flat(await chainOf('short'));
    const saying = (kind: string) => links.find(({ ref }) => ref.startsWith(`${kind}/`));
    assert.match(saying('certificate')?.says ?? '', /^ready; will be renewed in .*, because spec\.renewBefore is 10m$/);
    assert.deepEqual(
      [saying('certificaterequest')?.ref, saying('certificaterequest')?.says],
      [`certificaterequest/${namespace}/short-${next}`, `revision ${next}: issued`],
    );
    assert.ok(saying('secret')?.says.includes((await serialOf('short')).toLowerCase().replace(/^0+/, '')));
    assert.deepEqual(about(await findingsOf(), 'short'), []);
  });

  it('is silent again when the issuer is made that was missing', async () => {
    await bed.apply(caIssuer(namespace, 'teem', 'team-ca'));
    await bed.kubectl(['wait', '-n', namespace, 'certificate/wrong-issuer', '--for=condition=Ready', '--timeout=100s']);
    assert.deepEqual(about(await findingsOf(), 'wrong-issuer'), []);
  });

  it('says when the next try comes after a failure, which a deleted Secret does not hasten', async () => {
    const { status } = await get('certificate', 'misnamed');
    assert.match((await saysOf('misnamed')) ?? '', nextTryAfter(status));
  });

  it("goes by the CA's advice where the object has it", async () => {
    const at = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString().replace(/\.\d+Z/, 'Z');
    const [start, end] = [at(2), at(26)];
    const status = {
      acme: { ari: { suggestedWindow: { start, end }, explanationURL: 'https://ca.example/incident' } },
    };
    await bed.kubectl([
      ...['patch', 'certificate', '-n', namespace, 'web', '--subresource=status', '--type=merge', '-p'],
      JSON.stringify({ status }),
    ]);
    assert.match(
      (await saysOf('web')) ?? '',
      new RegExp(`^ready; will be renewed in .*, because its CA advises ${start} to ${end}$`),
    );
    assert.match((await saysOf('web', '--at', at(3))) ?? '', /is due: the window that its CA advises opened at /);
    const missed = about((await run('check', '--at', at(27), '--fail-on', 'never')).findings, 'web');
    assert.ok(missed.some(({ code }) => code === 'RENEWAL_ADVICE_MISSED'));
  });
});
