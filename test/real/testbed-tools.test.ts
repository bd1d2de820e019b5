import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { until, useBed } from '../testbed/fixture.ts';
import { certificate, inDays } from '../testbed/pki.ts';
import { playTool, recordedAnswers } from '../testbed/replay/tool.ts';

describe('the older kubeadm on the test bed', () => {
  const bed = useBed('core', 'kubeadm-old');

  it('reads the PKI that the newer one made', async () => {
    const old = [join(bed.binDir, 'kubeadm-old'), '--rootfs', bed.nodeDir, 'certs', 'check-expiration', '-o', 'json'];
    const { certificates } = JSON.parse(await bed.run([...old, '--config', '/etc/kubernetes/kubeadm.yaml']));
    assert.equal(certificates.filter((each: { missing: boolean }) => !each.missing).length, 11);
    assert.match(await bed.run([join(bed.binDir, 'kubeadm-old'), 'version', '-o', 'short']), /^v1\.34\./);
  });
});

describe('krew on the test bed', () => {
  const bed = useBed('krew', 'validate-krew-manifest');

  async function packPlugin(): Promise<{ archive: string; manifest: string }> {
    bed.write('plugin/kubectl-greet', '#!/bin/sh\necho hello from krew\n', 0o755);
    bed.write('plugin/LICENSE', 'none', 0o644);
    const archive = join(bed.runDir, 'greet.tar.gz');
    await bed.run(['tar', '-czf', archive, '-C', join(bed.runDir, 'plugin'), 'kubectl-greet', 'LICENSE']);
    const platform = {
      selector: { matchLabels: { os: 'linux' } },
      uri: 'https://example.test/greet.tar.gz',
      sha256: createHash('sha256').update(readFileSync(archive)).digest('hex'),
      bin: 'kubectl-greet',
    };
    const spec = {
      version: 'v0.1.0',
      shortDescription: 'Greets',
      homepage: 'https://example.test',
      platforms: [platform],
    };
    const plugin = {
      apiVersion: 'krew.googlecontainertools.github.com/v1alpha2',
      kind: 'Plugin',
      metadata: { name: 'greet' },
      spec,
    };
    return { archive, manifest: bed.write('greet.yaml', stringify(plugin)) };
  }

  it('installs a plugin from its archive, and kubectl runs it', async () => {
    const { archive, manifest } = await packPlugin();
    const root = join(bed.runDir, 'krew');
    const env = { KREW_ROOT: root, PATH: `${root}/bin:${bed.env.PATH}` };
    mkdirSync(root);
    await bed.run(['kubectl', 'krew', 'install', `--manifest=${manifest}`, `--archive=${archive}`], { env });
    assert.equal(await bed.run(['kubectl', 'greet'], { env }), 'hello from krew\n');
  });

  it('validates a manifest, and refuses one whose name is not its file', async () => {
    const { manifest } = await packPlugin();
    const validate = (file: string) => bed.tryRun(['validate-krew-manifest', '-manifest', file, '-skip-install']);
    assert.equal((await validate(manifest)).exitCode, 0);
    assert.notEqual((await validate(bed.write('other.yaml', readFileSync(manifest)))).exitCode, 0);
  });
});

describe('Prometheus on the test bed', () => {
  const bed = useBed('prometheus', 'promtool');
  const rule = (expr: string) => ({
    groups: [{ name: 'bed', rules: [{ alert: 'AlwaysOn', expr, labels: { severity: 'info' } }] }],
  });

  it('has its rules checked by promtool, good and bad', async () => {
    const check = async (expr: string) =>
      (await bed.tryRun(['promtool', 'check', 'rules', bed.write('checked.yaml', stringify(rule(expr)))])).exitCode;
    assert.equal(await check('vector(1) > 0'), 0);
    assert.notEqual(await check('vector(1) >'), 0);
  });

  it('fires an alert that arrives in Alertmanager', async () => {
    bed.write('prometheus/rules/always.yaml', stringify(rule('vector(1) > 0')));
    await bed.signal('prometheus', 'SIGHUP');
    const url = `http://127.0.0.1:${bed.port('alertmanager')}/api/v2/alerts`;
    const alerts = await until('the alert arrives', async () => {
      const list = (await (await fetch(url)).json()) as { labels: Record<string, string> }[];
      return list.length > 0 && list;
    });
    assert.equal(alerts[0]?.labels.alertname, 'AlwaysOn');
  });
});

describe('linkerd on the test bed', () => {
  const bed = useBed('linkerd');

  it('answers as the real one did of a healthy mesh, whatever flags say where to ask and how long', async () => {
    const text = await bed.run(['linkerd', 'check', '--output=json', '--wait', '5s', '--context', 'bed']);
    assert.equal(JSON.parse(text).success, true);
    assert.match(await bed.run(['linkerd', 'check', '-o', 'table']), /Status check results are/);
  });

  it('answers of a faulty one with the recorded exit code, and of nothing that was not recorded', async () => {
    playTool(bed, 'linkerd', recordedAnswers('linkerd', ['check-issuer-expired-json', 'identity-hung-proxy']));
    const { exitCode, stdout } = await bed.tryRun(['linkerd', 'check', '-o', 'json']);
    assert.equal(exitCode, 1);
    assert.match(stdout, /issuer cert is within its validity period/);
    assert.equal((await bed.tryRun(['linkerd', 'version'])).exitCode, 64);
    assert.equal(
      (await bed.tryRun(['linkerd', 'identity', '-n', 'emojivoto', 'gone-0'], { timeoutMs: 1500 })).timedOut,
      true,
    );
  });
});

describe('openssl on the test bed', () => {
  const bed = useBed('openssl');

  it('agrees on the validity of a certificate made to order', async () => {
    const verify = async (days: number) => {
      const { pem } = await certificate({
        subject: 'CN=made to order',
        isCA: true,
        notBefore: inDays(-30),
        notAfter: inDays(days),
      });
      return (
        await bed.tryRun(['openssl', 'verify', '-CAfile', bed.write('made.crt', pem), bed.write('made.crt', pem)])
      ).stderr;
    };
    assert.equal(await verify(1), '');
    assert.match(await verify(-1), /certificate has expired/);
  });
});
