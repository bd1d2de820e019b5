import assert from 'node:assert/strict';
import { podsNamed, readLinkerdCheck } from '../../../../src/core/parse/linkerd/check.ts';
import { recorded, recordedRun } from './recorded.ts';

/** What each recorded state has to show beside noise about versions: result, description, words of the reason. */
const EXPECTED: Readonly<Record<string, readonly [result: string, description: RegExp, error: RegExp]>> = {
  'anchor-expired': [
    'error',
    /^trust anchors are within/,
    /root\.linkerd\.cluster\.local not valid anymore\. Expired on 2026-11-22T15:04:18Z/,
  ],
  'anchor-expiring': [
    'warning',
    /^trust anchors are valid for at least 60 days/,
    /will expire on 2026-12-19T15:04:18Z/,
  ],
  'api-down': ['error', /can query the Kubernetes API/, /connection refused/],
  'api-hangs': ['error', /can query the Kubernetes API/, /TLS handshake timeout/],
  'external-issuer-ca-key-missing': [
    'error',
    /^certificate config is valid/,
    /key ca\.crt containing the trust anchors/,
  ],
  'external-issuer-expired': ['error', /^issuer cert is within/, /Expired on 2026-11-21T15:25:37Z/],
  forbidden: ['error', /Gateway API CRDs/, /is forbidden: User/],
  'identity-pod-not-ready': ['error', /^control plane pods are ready/, /container identity is not ready/],
  'issuer-expired': ['error', /^issuer cert is within/, /Expired on 2026-11-21T15:04:18Z/],
  'issuer-expiring': ['warning', /^issuer cert is valid for at least 60 days/, /will expire on 2026-12-06T15:04:18Z/],
  'issuer-key-mismatch': ['error', /^certificate config is valid/, /Public and private key do not match/],
  'issuer-secret-key-missing': [
    'error',
    /^certificate config is valid/,
    /key crt\.pem containing the issuer certificate/,
  ],
  'issuer-secret-missing': ['error', /^certificate config is valid/, /secrets "linkerd-identity-issuer" not found/],
  'issuer-wrong-anchor': ['error', /^issuer cert is issued by the trust anchor/, /signed by unknown authority/],
  'no-gateway-crds': ['error', /Gateway API CRDs/, /must be installed prior/],
  'no-kubeconfig': ['error', /can initialize the client/, /no configuration has been provided/],
  'not-installed': ['error', /'linkerd-config' config map exists/, /not found/],
  'pre-forbidden': ['error', /Gateway API CRDs/, /is forbidden/],
  'proxy-anchor-replaced': [
    'warning',
    /^data plane proxies certificate match CA/,
    /must be restarted:\n\s+\* web-cd4ffc67d-grnkr/,
  ],
  'proxy-namespace-not-found': ['error', /data plane namespace exists/, /"nope" namespace does not exist/],
  'trust-roots-configmap-missing': [
    'error',
    /control plane proxies are healthy/,
    /"linkerd-identity-trust-roots" not found/,
  ],
  'two-anchors-rotation': ['warning', /^trust anchors are valid for at least 60 days/, /will expire on 2026-12-19/],
  'webhook-cert-foreign': [
    'error',
    /^proxy-injector webhook has valid cert/,
    /not linkerd-proxy-injector\.linkerd\.svc/,
  ],
  'webhook-injector-cabundle-empty': ['error', /^proxy-injector webhook has valid cert/, /unknown authority/],
  'webhook-injector-cabundle-mismatch': ['error', /^proxy-injector webhook has valid cert/, /unknown authority/],
  'webhook-injector-expired': ['error', /^proxy-injector webhook has valid cert/, /Expired on 2026-11-22T15:45:04Z/],
  'webhook-injector-expiring': [
    'warning',
    /^proxy-injector cert is valid for at least 60 days/,
    /2026-12-19T15:45:18Z/,
  ],
  'webhook-policy-validator-expired': [
    'error',
    /^policy-validator webhook has valid cert/,
    /Expired on 2026-11-22T15:45:13Z/,
  ],
};
const NOISE = /version|up-to-date/;
/** Cases in which nothing is listed: the command line was wrong. */
const NO_LIST = new Set(['check-proxy-and-pre', 'check-unknown-flag', 'check-unknown-output']);

const read = (name: string) => readLinkerdCheck(recordedRun(name).stdout);

describe('what linkerd check says', () => {
  for (const { name, stdout, exit } of recorded('check-')) {
    it(`${name}: is read whole`, () => {
      const report = readLinkerdCheck(stdout);
      if (NO_LIST.has(name)) return assert.equal(report, undefined);
      assert.ok(report && report.checks.length > 0);
      assert.equal(report.success, exit === 0);
      const state = name.replace(/^check-/, '').replace(/-(?:json|table|short)$/, '');
      const expected = EXPECTED[state];
      const said = report.checks.filter(({ result, description }) => result !== 'success' && !NOISE.test(description));
      if (!expected) return;
      const [result, description, error] = expected;
      assert.ok(
        said.some((one) => one.result === result && description.test(one.description) && error.test(one.error ?? '')),
        JSON.stringify(said),
      );
    });
  }

  it('says the same in JSON as in its table, but for what changes with the hour', () => {
    const pairs = recorded('check-').filter(({ name }) => name.endsWith('-table') && pairOf(name));
    assert.ok(pairs.length > 10);
    const facts = (stdout: string) =>
      readLinkerdCheck(stdout)?.checks.map(({ category, description, result }) => [category, description, result]);
    for (const { name, stdout } of pairs) assert.deepEqual(facts(pairOf(name)!), facts(stdout), name);
  });

  it('leaves out of the short form what passed, and nothing else', () => {
    const short = read('check-webhook-injector-expired-short')!.checks;
    assert.deepEqual(
      short.map(({ category, result }) => [category, result]),
      [['linkerd-webhooks-and-apisvc-tls', 'error']],
    );
  });

  it('names the Pods that hold another bundle', () => {
    const check = read('check-proxy-anchor-replaced-json')!.checks.find(({ description }) =>
      /match CA/.test(description),
    )!;
    assert.deepEqual(podsNamed(check), ['web-cd4ffc67d-grnkr', 'web-cd4ffc67d-hcsth']);
    assert.deepEqual(podsNamed({ ...check, error: 'x:\n\t* emojivoto/web-1\n\t* serial 12 root' }), [
      'emojivoto/web-1',
    ]);
  });

  it('reads a list with noise around it, and nothing that is none', () => {
    const { stdout } = recordedRun('check-healthy-json');
    assert.ok(readLinkerdCheck(`W1124 warning {x\n${stdout}\ntrailing`)?.success);
    for (const text of ['', 'Error: unknown flag', '{"categories": 3}', '{"categories": [', '{}'])
      assert.equal(readLinkerdCheck(text), undefined, text);
    assert.deepEqual(
      readLinkerdCheck('{"categories":[null,{"checks":[null,{"description":"x","result":"odd"}]}]}')?.checks,
      [],
    );
  });
});

function pairOf(name: string): string | undefined {
  const json = name.replace(/-table$/, '-json');
  return recorded(json).find((one) => one.name === json)?.stdout;
}
