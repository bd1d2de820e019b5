import assert from 'node:assert/strict';
import { readLinkerdIdentity } from '../../../../src/core/parse/linkerd/identity.ts';
import { recorded, recordedRun } from './recorded.ts';

const read = (name: string) => readLinkerdIdentity(recordedRun(name).stdout);
const isController = (name: string) => name.startsWith('identity-controller-');

describe('what linkerd identity says', () => {
  it('prints nothing where the command failed or a proxy never answered', () => {
    const silent = recorded('identity-').filter(({ name, exit }) => !isController(name) && exit !== 0);
    assert.ok(silent.length >= 8);
    for (const { name, stdout } of silent) assert.equal(readLinkerdIdentity(stdout), undefined, name);
  });

  it('gives the leaf of each Pod', () => {
    const report = read('identity-healthy-two-pods')!;
    assert.equal(report.asked, 2);
    assert.deepEqual(
      report.pods.map(({ pod, certificates }) => [pod, certificates.length, certificates[0]?.dnsNames]),
      [
        ['web-0', 1, ['web.emojivoto.serviceaccount.identity.linkerd.cluster.local']],
        ['voting-0', 1, ['voting.emojivoto.serviceaccount.identity.linkerd.cluster.local']],
      ],
    );
    const [first] = report.pods[0]!.certificates;
    assert.deepEqual(
      [first?.issuer, first?.serial, first?.notBefore, first?.notAfter],
      [
        'CN=identity.linkerd.cluster.local',
        '1',
        Date.parse('2026-11-24T15:27:11Z'),
        Date.parse('2026-11-25T15:27:51Z'),
      ],
    );
  });

  it('prints an expired leaf without a word', () => {
    const [pod] = read('identity-expired-leaf')!.pods;
    assert.ok(pod!.certificates[0]!.notAfter < Date.parse('2026-11-24T15:03:00Z'));
    assert.equal(pod!.problem, undefined);
  });

  for (const [name, problem] of [
    ['identity-not-tls', /first record does not look like a TLS handshake/],
    ['identity-forbidden-portforward', /cannot create resource "pods\/portforward"/],
    ['identity-unmeshed-pod', /failed to find linkerd-admin port/],
  ] as const) {
    it(`${name}: exits with 0 and says why there is no certificate`, () => {
      assert.equal(recordedRun(name).exit, 0);
      const report = read(name)!;
      assert.deepEqual(report.pods[0]?.certificates, []);
      assert.match(report.pods[0]?.problem ?? '', problem);
    });
  }

  it('keeps those before the one that could not be asked, and knows how many there were', () => {
    const { pods, asked } = read('identity-good-then-unmeshed')!;
    assert.equal(asked, 2);
    assert.deepEqual(
      pods.map(({ pod, certificates, problem }) => [pod, certificates.length, problem !== undefined]),
      [
        ['web-0', 1, false],
        ['unmeshed', 0, true],
      ],
    );
  });

  it('says that nothing matched', () => {
    assert.deepEqual(read('identity-selector-matches-nothing'), {
      pods: [],
      asked: 0,
      problem: 'Could not fetch Certificate. Ensure that the pod(s) are meshed by running `linkerd inject`',
    });
  });

  for (const { name, stdout } of recorded('identity-').filter((one) => !isController(one.name) && one.exit === 0)) {
    it(`${name}: is read`, () => {
      const report = readLinkerdIdentity(stdout)!;
      assert.ok(report.problem !== undefined || report.pods.every((pod) => pod.certificates.length > 0 || pod.problem));
    });
  }
});
