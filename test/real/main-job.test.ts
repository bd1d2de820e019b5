import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { mint } from '../../src/io/demo/mint.ts';
import { installProgram, type Outcome, type Program } from '../support/program.ts';
import { assertMatchesSchema } from '../support/schema.ts';
import { useOwnBed } from '../testbed/fixture.ts';

const DAY = 86_400_000;
const VALID = { notBefore: Date.now() - DAY, notAfter: Date.now() + 365 * DAY };

interface Kubeconfig {
  clusters: { name: string; cluster: Record<string, string> }[];
  users: { name: string; user: Record<string, string> }[];
  contexts: { name: string; context: { cluster: string; user: string; namespace?: string } }[];
  'current-context': string;
}

/** The main job as a user does it: the built program on a real API server and a real kubeadm PKI. */
describe('the main job on a real cluster', function () {
  this.timeout(60_000);
  const bed = useOwnBed('core');
  const folder = mkdtempSync(join(tmpdir(), 'main-job-'));
  const servers: Server[] = [];
  const state = {} as { program: Program; namespace: string };

  before('the program is built and a namespace has something to find', async () => {
    state.program = await installProgram();
    state.namespace = await bed.namespace('shop');
    const pair = (name: string, ...args: string[]) => makePair(folder, name, args);
    pair('app', '-addext', 'subjectAltName=DNS:app.example.com');
    pair('other', '-addext', 'subjectAltName=DNS:other.example.com');
    for (const name of ['app', 'other']) {
      await bed.kubectl([
        'create',
        'secret',
        'tls',
        `${name}-tls`,
        '-n',
        state.namespace,
        `--cert=${folder}/${name}.crt`,
        `--key=${folder}/${name}.key`,
      ]);
    }
    const ingress = (name: string, host: string, secretName: string) => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name, namespace: state.namespace },
      spec: {
        tls: [{ hosts: [host], secretName }],
        rules: [
          {
            host,
            http: {
              paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'app', port: { number: 80 } } } }],
            },
          },
        ],
      },
    });
    await bed.apply(
      ingress('app', 'app.example.com', 'app-tls'),
      ingress('shop', 'shop.example.com', 'other-tls'),
      ingress('gone', 'gone.example.com', 'gone-tls'),
    );
  });

  after(async () => {
    for (const server of servers) server.close();
    rmSync(folder, { recursive: true });
    await state.program?.remove();
  });

  const run = (args: string[], env: Record<string, string> = {}): Promise<Outcome> => state.program.run(args, { env });
  const asAdmin = (...args: string[]) =>
    run([...args, '--kubeconfig', bed.superAdminKubeconfig, '--pki-dir', bed.kubernetesDir]);
  const json = (outcome: Outcome) => {
    const document = JSON.parse(outcome.stdout);
    assertMatchesSchema(document);
    return document;
  };

  /** A kubeconfig like the administrator's, changed. */
  function kubeconfig(name: string, change: (config: Kubeconfig) => void): string {
    const config = parse(readFileSync(bed.superAdminKubeconfig, 'utf8')) as Kubeconfig;
    change(config);
    const path = join(folder, `${name}.conf`);
    writeFileSync(path, stringify(config));
    return path;
  }

  function listen<T extends Server>(server: T): Promise<number> {
    servers.push(server);
    return new Promise((resolve) =>
      server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)),
    );
  }

  it('lists certificates of the API, of files and of handshakes, each once', async () => {
    const outcome = await asAdmin('layers', '-o', 'json');
    assert.equal(outcome.exitCode, 0, outcome.stderr);
    const inventory = json(outcome);
    const refs = inventory.certificates.flatMap(({ placements }: { placements: { ref: string }[] }) =>
      placements.map(({ ref }) => ref),
    );
    for (const ref of [
      `secret/${state.namespace}/app-tls#tls.crt`,
      `file:${bed.pkiDir}/apiserver.crt`,
      `file:${bed.pkiDir}/etcd/server.crt`,
      `kubeconfig:${bed.kubernetesDir}/admin.conf#users/kubernetes-admin`,
      `tls://127.0.0.1:${bed.port('kube-apiserver')}#127.0.0.1`,
    ]) {
      assert.ok(
        refs.some((found: string) => found.replace(/#127.0.0.1$/, '') === ref.replace(/#127.0.0.1$/, '')),
        `${ref} is not in ${refs.join('\n')}`,
      );
    }
    const fingerprints = inventory.certificates.map(({ fingerprint }: { fingerprint: string }) => fingerprint);
    assert.equal(new Set(fingerprints).size, fingerprints.length);
    assert.ok(
      inventory.missing.some(({ ref }: { ref: string }) => ref.startsWith(`secret/${state.namespace}/gone-tls`)),
    );
    assert.equal(inventory.credential.kind, 'certificate');
  });

  it('finds the host that its Secret does not cover and the Secret that is missing', async () => {
    const outcome = await asAdmin('check', '-o', 'json', '-n', state.namespace);
    const report = json(outcome);
    const codes = report.findings.map(
      ({ code, placement }: { code: string; placement: string }) => `${code} ${placement}`,
    );
    assert.ok(codes.includes(`NAME_NOT_COVERED secret/${state.namespace}/other-tls#tls.crt`), codes.join('\n'));
    assert.ok(
      codes.some((text: string) => text.startsWith(`SECRET_MISSING secret/${state.namespace}/gone-tls`)),
      codes.join('\n'),
    );
    assert.equal(report.status, 'critical');
    assert.equal(outcome.exitCode, 2);
  });

  it("narrows to a target by kubectl's names", async () => {
    const outcome = await asAdmin('layers', 'ingress/app', '-n', state.namespace, '-o', 'name');
    assert.deepEqual(outcome.stdout.split('\n').filter(Boolean), [`secret/${state.namespace}/app-tls#tls.crt`]);
  });

  it('gives the same bytes from a snapshot as live, under one --at, and no secret in the file', async () => {
    const file = join(folder, 'snap.gz');
    const taken = await asAdmin('snapshot', '-f', file);
    assert.equal(taken.exitCode, 0, taken.stderr);
    const at = new Date(Date.now() + 3600_000).toISOString();
    const [once, again] = await Promise.all([
      run(['check', '--from', file, '--at', at, '-o', 'json']),
      run(['check', '--from', file, '--at', at, '-o', 'json']),
    ]);
    assert.equal(once.stdout, again.stdout);
    const live = await asAdmin('layers', '-o', 'name');
    assert.equal((await run(['layers', '--from', file, '-o', 'name'])).stdout, live.stdout);
    const text = execFileSync('gzip', ['-dc', file], { encoding: 'utf8', maxBuffer: 1 << 26 });
    assert.doesNotMatch(text, /PRIVATE KEY|LS0tLS1CRUdJTiBQUklWQVRFIEtFWS/);
    const cut = join(folder, 'cut.gz');
    writeFileSync(cut, readFileSync(file).subarray(0, 500));
    const refused = await run(['check', '--from', cut]);
    assert.equal(refused.exitCode, 65);
    assert.match(refused.stderr, /cut off/);
  });

  describe('in an outage', () => {
    /** The files are read, the cause is said, and the answer comes within the request timeout and a second. */
    async function outage(
      config: string | undefined,
      message: RegExp,
      options: { timeout?: number; exit?: number } = {},
    ): Promise<Outcome> {
      const { timeout = 2, exit = 3 } = options;
      const started = performance.now();
      const args = [
        'check',
        '--pki-dir',
        bed.kubernetesDir,
        '--request-timeout',
        `${timeout}s`,
        ...(config ? ['--kubeconfig', config] : []),
      ];
      const outcome = await run(args);
      const seconds = (performance.now() - started) / 1000;
      assert.ok(seconds < timeout + 1 + START, `it took ${seconds} s\n${outcome.stderr}`);
      assert.match(outcome.stderr + outcome.stdout, message);
      assert.equal(outcome.exitCode, exit, outcome.stderr);
      const shown = await run([
        'layers',
        '--pki-dir',
        bed.kubernetesDir,
        '--request-timeout',
        '1s',
        '-o',
        'name',
        ...(config ? ['--kubeconfig', config] : []),
      ]);
      assert.match(shown.stdout, /pki\/apiserver\.crt/);
      return outcome;
    }
    /** Node's own start on a loaded machine. */
    const START = 3;
    const server = (config: Kubeconfig, port: number) => {
      config.clusters[0]!.cluster.server = `https://127.0.0.1:${port}`;
    };

    it('without any kubeconfig still reads the files', async () => {
      const outcome = await run(['layers', '--pki-dir', bed.kubernetesDir, '-o', 'name']);
      assert.match(outcome.stdout, /pki\/apiserver\.crt/);
      assert.equal(outcome.exitCode, 0, outcome.stderr);
    });

    it('with nothing at all says so, exit 69', async () => {
      const outcome = await run(['layers', '--pki-dir', mkdtempSync(join(folder, 'empty-'))]);
      assert.equal(outcome.exitCode, 69, outcome.stderr);
      assert.match(outcome.stderr, /nothing could be read/);
    });

    it('says that nothing listens', async () => {
      const port = await listen(createServer());
      servers.pop()?.close();
      await outage(
        kubeconfig('refused', (config) => server(config, port)),
        /connection refused|refused/,
      );
    });

    it('keeps the deadline when the server accepts and never answers', async () => {
      const port = await listen(createServer(() => {}));
      await outage(
        kubeconfig('silent', (config) => server(config, port)),
        /no answer within 2s/,
      );
    });

    it('names an expired server certificate', async () => {
      const ca = await mint({ subject: 'CN=kubernetes', isCA: true, ...VALID });
      const leaf = await mint({
        subject: 'CN=kube-apiserver',
        ipAddresses: ['127.0.0.1'],
        issuer: ca,
        notBefore: VALID.notBefore,
        notAfter: Date.now() - 3600_000,
        extKeyUsages: ['serverAuth'],
      });
      const port = await listen(
        createTlsServer({ cert: leaf.pem, key: leaf.keyPem }, (_, response) => response.end('{}')),
      );
      const config = kubeconfig('expired', (value) => {
        server(value, port);
        value.clusters[0]!.cluster['certificate-authority-data'] = Buffer.from(ca.pem).toString('base64');
      });
      const outcome = await outage(config, /serves has expired/, { exit: 2 });
      assert.match(outcome.stdout, /CERT_EXPIRED +tls:\/\/127\.0\.0\.1/);
    });

    it('tells an expired client certificate from an expired server', async () => {
      const config = kubeconfig('old-client', (value) => {
        execFileSync(
          'openssl',
          [
            'req',
            '-new',
            '-newkey',
            'ec',
            '-pkeyopt',
            'ec_paramgen_curve:P-256',
            '-nodes',
            '-subj',
            '/O=system:masters/CN=old',
            '-keyout',
            `${folder}/old.key`,
            '-out',
            `${folder}/old.csr`,
          ],
          { stdio: 'ignore' },
        );
        execFileSync(
          'openssl',
          [
            'x509',
            '-req',
            '-in',
            `${folder}/old.csr`,
            '-CA',
            `${bed.pkiDir}/ca.crt`,
            '-CAkey',
            `${bed.pkiDir}/ca.key`,
            '-days',
            '-1',
            '-out',
            `${folder}/old.crt`,
          ],
          { stdio: 'ignore' },
        );
        const base64 = (name: string) => readFileSync(join(folder, name)).toString('base64');
        value.users[0]!.user = { 'client-certificate-data': base64('old.crt'), 'client-key-data': base64('old.key') };
      });
      const outcome = await outage(config, /credential|401|client certificate/i, { exit: 2 });
      assert.match(outcome.stdout, /CERT_EXPIRED +kubeconfig:/);
      assert.doesNotMatch(outcome.stdout, /CERT_EXPIRED +tls:/);
    });

    it('says what a token without rights cannot see', async () => {
      await bed.kubectl(['create', 'serviceaccount', 'nobody', '-n', state.namespace]);
      const token = (await bed.kubectl(['create', 'token', 'nobody', '-n', state.namespace])).trim();
      const config = kubeconfig('nobody', (value) => {
        value.users[0]!.user = { token };
      });
      const outcome = await outage(config, /secrets is forbidden/);
      assert.match(outcome.stdout, /SOURCE_UNREAD/);
    });

    it('reads the one namespace that it may read, and says that the others are unknown', async () => {
      await bed.kubectl(['create', 'serviceaccount', 'local', '-n', state.namespace]);
      await bed.kubectl([
        'create',
        'rolebinding',
        'local',
        '-n',
        state.namespace,
        '--clusterrole=admin',
        `--serviceaccount=${state.namespace}:local`,
      ]);
      const token = (await bed.kubectl(['create', 'token', 'local', '-n', state.namespace])).trim();
      const config = kubeconfig('local', (value) => {
        value.users[0]!.user = { token };
        value.contexts[0]!.context.namespace = state.namespace;
      });
      const outcome = await run(['layers', '--kubeconfig', config, '-o', 'json', '--pki-dir', folder]);
      const inventory = json(outcome);
      assert.ok(
        inventory.certificates.some(({ dnsNames }: { dnsNames: string[] }) => dnsNames.includes('app.example.com')),
      );
      const secrets = inventory.coverage.find(({ source }: { source: string }) => source === 'secrets');
      assert.equal(secrets.state, 'partial');
      assert.match(secrets.reason, /forbidden|namespace/);
      assert.equal(
        (await run(['check', '--kubeconfig', config, '--pki-dir', folder, '--fail-on', 'critical', '-q'])).exitCode,
        2,
      );
    });

    it('names malformed data and reads on, past a Secret of a megabyte', async () => {
      const namespace = await bed.namespace('odd');
      const secret = (name: string, data: Record<string, string>) => ({
        apiVersion: 'v1',
        kind: 'Secret',
        type: 'kubernetes.io/tls',
        metadata: { name, namespace },
        data,
      });
      const base64 = (text: string) => Buffer.from(text).toString('base64');
      const pem = readFileSync(join(folder, 'app.crt'), 'utf8');
      await bed.apply(
        secret('broken', {
          'tls.crt': base64('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'),
          'tls.key': base64('no key'),
        }),
        secret('huge', { 'tls.crt': base64(pem + '#'.repeat(700_000)), 'tls.key': base64('') }),
      );
      const outcome = await asAdmin('check', '-n', namespace, '-o', 'json');
      const findings = json(outcome).findings as { code: string; placement: string }[];
      assert.ok(
        findings.some(({ code, placement }) => code === 'BAD_DATA' && placement.includes('broken')),
        JSON.stringify(findings),
      );
      const listed = await asAdmin('layers', '-n', namespace, '-o', 'name');
      assert.match(listed.stdout, new RegExp(`secret/${namespace}/huge#tls.crt`));
    });
  });
});

/** A self-signed pair that openssl makes. */
function makePair(folder: string, name: string, args: readonly string[]): void {
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-days',
      '90',
      '-subj',
      `/CN=${name}`,
      '-keyout',
      join(folder, `${name}.key`),
      '-out',
      join(folder, `${name}.crt`),
      ...args,
    ],
    { stdio: 'ignore' },
  );
}
