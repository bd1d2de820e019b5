import assert from 'node:assert/strict';
import fc from 'fast-check';
import { EXIT, UserError } from '../../../src/core/model/error.ts';
import { ref } from '../../../src/core/model/ref.ts';
import type { Target } from '../../../src/core/model/target.ts';
import { parseTarget, targetPath } from '../../../src/core/parse/target.ts';

type Bare = Target extends infer T ? (T extends Target ? Omit<T, 'text'> : never) : never;

const object = (
  objectKind: string,
  name: string,
  more: { namespace?: string; elsewhere?: true; ref?: string } = {},
): Bare => ({
  kind: 'object',
  objectKind,
  name,
  ...more,
});

/** What is typed, what it means while no path of that name exists, and what it means when one does. */
const same = (text: string, target: Bare): [string, Bare, Bare] => [text, target, target];
const targets: [string, Bare | RegExp, Bare][] = [
  same('tls://10.0.0.5:6443#kubernetes', {
    kind: 'address',
    address: { scheme: 'tls', host: '10.0.0.5', port: 6443, sni: 'kubernetes' },
  }),
  same('https://app.example.com/login', {
    kind: 'address',
    address: { scheme: 'https', host: 'app.example.com', port: 443 },
  }),
  same('secret/web-tls', object('secret', 'web-tls', { namespace: 'shop', elsewhere: true })),
  same('secrets/prod/web-tls', object('secret', 'web-tls', { namespace: 'prod' })),
  same('Ingress/web', object('ingress', 'web', { namespace: 'shop', elsewhere: true })),
  same('cm/kube-system/root', object('configmap', 'root', { namespace: 'kube-system' })),
  same('node/cp-1', object('node', 'cp-1')),
  same('csr/csr-x7', object('csr', 'csr-x7')),
  same('customresourcedefinitions/a.example.com', object('crd', 'a.example.com')),
  same(
    'secret/prod/web-tls#tls.crt',
    object('secret', 'web-tls', { namespace: 'prod', ref: 'secret/prod/web-tls#tls.crt' }),
  ),
  same(
    'secret/web-tls#tls.crt[1]',
    object('secret', 'web-tls', { namespace: 'shop', elsewhere: true, ref: 'secret/shop/web-tls#tls.crt[1]' }),
  ),
  same('pod/prod/web-0#sds/default', object('pod', 'web-0', { namespace: 'prod', ref: 'pod/prod/web-0#sds/default' })),
  same('apiservice/v1.metrics[0]', object('apiservice', 'v1.metrics', { ref: 'apiservice/v1.metrics[0]' })),
  same(
    'mutatingwebhookconfiguration/injector#0',
    object('mutatingwebhookconfiguration', 'injector', { ref: 'mutatingwebhookconfiguration/injector#0' }),
  ),
  same('cluster', { kind: 'layer', layer: 'cluster' }),
  same('mesh', { kind: 'layer', layer: 'mesh' }),
  same('app.example.com:8443', { kind: 'address', address: { scheme: 'tls', host: 'app.example.com', port: 8443 } }),
  same('[::1]:6443#a', { kind: 'address', address: { scheme: 'tls', host: '::1', port: 6443, sni: 'a' } }),
  ['-', /^\/dev\/stdin: no such file/, { kind: 'file', path: '/dev/stdin' }],
  ['fullchain.pem', /^fullchain\.pem: no such file/, { kind: 'file', path: 'fullchain.pem' }],
  ['secret/', /^secret\/: no such file/, { kind: 'file', path: 'secret/' }],
  ['certs/', /^certs\/: no such file/, { kind: 'file', path: 'certs/' }],
  ['..\\ca.der', /no such file/, { kind: 'file', path: '..\\ca.der' }],
  ['./a[0]', /no such file/, { kind: 'file', path: './a[0]' }],
  ['unknownkind/name', /^unknownkind\/name: no such file/, { kind: 'file', path: 'unknownkind/name' }],
  ['file:/etc/ssl/ca.crt', /^\/etc\/ssl\/ca\.crt: no such file/, { kind: 'file', path: '/etc/ssl/ca.crt' }],
  ['file:///etc/ssl/ca.crt[2]', /no such file/, { kind: 'file', path: '/etc/ssl/ca.crt' }],
  ['kubeconfig:/root/.kube/config', /no such file/, { kind: 'file', path: '/root/.kube/config' }],
  [
    'kubeconfig:/c#users/me#you',
    /^\/c: no such file/,
    { kind: 'kubeconfig', path: '/c', ref: 'kubeconfig:/c#users/me#you' },
  ],
  [
    'kubeconfig:/c#clusters/one[1]',
    /no such file/,
    { kind: 'kubeconfig', path: '/c', ref: 'kubeconfig:/c#clusters/one[1]' },
  ],
  ['app.example.com', { kind: 'host', host: 'app.example.com' }, { kind: 'file', path: 'app.example.com' }],
  ['*.Example.com', { kind: 'host', host: '*.example.com' }, { kind: 'file', path: '*.Example.com' }],
  ['2001:db8::1', { kind: 'host', host: '2001:db8::1' }, { kind: 'file', path: '2001:db8::1' }],
  ['10.0.0.5', { kind: 'host', host: '10.0.0.5' }, { kind: 'file', path: '10.0.0.5' }],
  ['constructor', { kind: 'host', host: 'constructor' }, { kind: 'file', path: 'constructor' }],
  ['no such thing', /"no such thing" is no TARGET/, { kind: 'file', path: 'no such thing' }],
  ['', /"" is no TARGET/, { kind: 'file', path: '' }],
];

const refusedAnyway: [string, RegExp][] = [
  ['secret//a', /does not name one object/],
  ['secret/a/b/c', /does not name one object/],
  ['node/a/b', /does not name one object/],
  ['app.example.com:70000', /port 70000/],
  ['gopher://a', /scheme gopher is not known/],
];

function read(text: string, pathExists: boolean): Bare | UserError {
  try {
    const { text: typed, ...target } = parseTarget(text, { pathExists, namespace: 'shop' });
    assert.equal(typed, text);
    return target as Bare;
  } catch (error) {
    assert.ok(error instanceof UserError, String(error));
    return error;
  }
}

function assertRefused(answer: Bare | UserError, message: RegExp): void {
  assert.ok(answer instanceof UserError);
  assert.match(answer.message, message);
  assert.equal(answer.exitCode, EXIT.usage);
  assert.ok(answer.hints.length > 0);
}

describe('reading a TARGET', () => {
  for (const [text, absent, present] of targets) {
    it(`understands ${JSON.stringify(text)}`, () => {
      const answer = read(text, false);
      if (absent instanceof RegExp) assertRefused(answer, absent);
      else assert.deepEqual(answer, absent);
      assert.deepEqual(read(text, true), present);
    });
  }

  for (const [text, message] of refusedAnyway) {
    it(`refuses ${text}`, () => assertRefused(read(text, false), message));
  }

  it('accepts every kind of ref that is printed', () => {
    const refs = [
      ref.file('/etc/kubernetes/pki/ca.crt'),
      ref.kubeconfigUser('/root/.kube/config', 'me'),
      ref.kubeconfigCluster('/root/.kube/config', 'it'),
      ref.secret('a', 'b', 'tls.crt'),
      ref.configMap('a', 'b', 'ca.crt'),
      ref.webhook('MutatingWebhookConfiguration', 'a', 0),
      ref.webhook('ValidatingWebhookConfiguration', 'a', 1),
      ref.apiService('v1.a'),
      ref.crd('a.b'),
      ref.csr('a'),
      ref.certificateRequest('a', 'b'),
      ref.podSds('a', 'b', 'default'),
      ref.podEnv('a', 'b', 'C'),
      ref.tls('::1', 6443, 'kubernetes'),
      ref.publicRoot('ab'.repeat(32)),
    ];
    for (const text of refs)
      assert.doesNotThrow(() => parseTarget(text, { pathExists: true, namespace: 'shop' }), text);
    for (const text of refs) {
      const member = ref.member(text, 3);
      if (!text.startsWith('tls:')) parseTarget(member, { pathExists: true, namespace: 'shop' });
    }
  });

  it('answers whatever is typed with a target or a usage error', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'grapheme' }), fc.webUrl()), fc.boolean(), (text, exists) => {
        targetPath(text);
        read(text, exists);
      }),
    );
  });
});
