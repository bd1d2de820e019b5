// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the form's references are written so
import assert from 'node:assert/strict';
import { UserError } from '../../../../src/core/model/error.ts';
import { parsePlanting } from '../../../../src/io/demo/planting/parse.ts';

const HEAD = `- id: first
  layer: cluster
  title: A title
  symptom: what is seen
`;

function parse(text: string) {
  return parsePlanting(text, { file: 'incident.yaml' });
}

function refusalOf(text: string): UserError {
  try {
    parse(text);
  } catch (error) {
    assert.ok(error instanceof UserError, String(error));
    return error;
  }
  return assert.fail('nothing was refused');
}

/** What follows the head of four lines, and the refusal's lines without the file's name. */
const REFUSED: readonly (readonly [title: string, body: string, ...reasons: string[]])[] = [
  ['an unknown section', 'server: []', '5: incident 1: unknown key server (there are id, layer,'],
  [
    'an unknown key of a certificate',
    'certificates: {A: {notafter: now}}',
    '5: incident 1.certificates.A: unknown key notafter',
  ],
  [
    'a moment that is none',
    'certificates:\n    A: {notAfter: yesterday}',
    '6: incident 1.certificates.A.notAfter: yesterday is not a moment',
  ],
  [
    'a subject that is no name',
    'certificates: {A: {subject: kube}}',
    '5: incident 1.certificates.A.subject: kube is not a name',
  ],
  [
    'an address that is none',
    'certificates: {A: {ips: [10.0.0]}}',
    '5: incident 1.certificates.A.ips[0]: 10.0.0 is not an IP address',
  ],
  [
    'an unknown algorithm',
    'certificates: {A: {algorithm: DSA}}',
    '5: incident 1.certificates.A.algorithm: DSA is not RSA-BITS',
  ],
  [
    'an issuer that is not there',
    'certificates:\n    A: {}\n    B: {issuer: C}',
    '7: certificates.B: no certificate C to be its issuer',
  ],
  [
    'issuers in a circle',
    'certificates: {A: {issuer: B}, B: {issuer: A}}',
    '5: certificates.A: its issuers go round',
    '5: certificates.B: its issuers go round',
  ],
  ['a key that is not there', 'certificates: {A: {key: B}}', '5: certificates.A: no certificate or key B'],
  [
    'an algorithm beside a shared key',
    'certificates: {A: {}, B: {key: A, algorithm: Ed25519}}',
    '5: certificates.B: its algorithm is that of the key A',
  ],
  ['a revocation list of nobody', 'crls: {L: {issuer: A, nextUpdate: now}}', '5: crls.L: no certificate A'],
  ['a trusted root that is not there', 'trusted: [A]', '5: trusted: no certificate A'],
  [
    'a manifest without kind',
    'objects:\n  - apiVersion: v1\n    metadata: {name: x}',
    '6: incident 1.objects[0]: kind is missing',
  ],
  [
    'a manifest without name',
    'objects:\n  - {apiVersion: v1, kind: Pod}',
    '6: incident 1.objects[0]: metadata.name is missing',
  ],
  [
    'what a server stamps',
    'objects:\n  - apiVersion: v1\n    kind: Pod\n    metadata: {name: x, creationTimestamp: now}',
    '6: incident 1.objects[0]: metadata.creationTimestamp is stamped by the server',
  ],
  [
    'an owner that is no object',
    'objects:\n  - {apiVersion: v1, kind: Pod, ownedBy: me, metadata: {name: x}}',
    '6: incident 1.objects[0]: ownedBy must be Kind/NAME',
  ],
  [
    'an owner that is not there',
    'objects:\n  - {apiVersion: v1, kind: Pod, ownedBy: Job/y, metadata: {name: x}}',
    '6: objects[0]: no Job/y among the objects',
  ],
  [
    'a reference to nothing, at its own line',
    'files:\n    /a: |\n      text\n      ${cert:NOPE}',
    '8: ${cert:NOPE}: no certificate NOPE',
  ],
  [
    'an unknown reference',
    'files:\n    /a: "${chain:A}"',
    '6: incident 1.files./a: ${chain:A}: no such reference (there are now, cert, key',
  ],
  ['an unknown filter', 'env: {A: "${now|hex}"}', '5: incident 1.env.A: ${now|hex}: no such filter'],
  [
    'a time filter on a certificate',
    'certificates: {A: {}}\n  env: {A: "${cert:A|unix}"}',
    '6: incident 1.env.A: ${cert:A|unix}: the filter unix is for times',
  ],
  [
    'a moment in a reference that is none',
    'env: {A: "${now-3x}"}',
    '5: incident 1.env.A: ${now-3x}: now-3x is no moment',
  ],
  [
    'a server without address',
    'servers:\n  - {listen: [host], protocol: plain}',
    '6: incident 1.servers[0].listen[0]: host is not HOST:PORT',
  ],
  ['a TLS server without chain', 'servers:\n  - listen: [a:443]', '6: servers[0]: a TLS server needs a chain'],
  ['a server with an unknown chain', 'servers:\n  - {listen: [a:443], chain: [A]}', '6: servers[0]: no certificate A'],
  [
    'a server with an unknown key',
    'certificates: {A: {}}\n  servers:\n  - {listen: [a:443], chain: [A], key: B}',
    '7: servers[0]: no key B',
  ],
  [
    'a proxy without its Pod',
    'proxies:\n  - {kind: istio, pod: shop/web, certificates: []}',
    '6: proxies[0]: no Pod shop/web',
  ],
  ['a log without its Pod', 'logs:\n  - {pod: shop/web, lines: [x]}', '6: logs[0]: no Pod shop/web'],
  ['a log of nothing', 'logs:\n  - lines: [x]', '6: incident 1.logs[0] needs either pod or unit'],
  [
    'a file with content and link',
    'files:\n    /a: {content: x, link: /b}',
    '6: incident 1.files./a needs either content or link',
  ],
  ['a file with neither content nor link', 'files:\n    /a: {mtime: now}', '6: files./a: needs either content or link'],
  [
    'such a file on another machine',
    'nodes:\n    n1: {files: {/a: {mode: "0600"}}}',
    '6: nodes.n1: /a needs either content or link',
  ],
  [
    'a finding seen from nowhere',
    'expect: {findings: [{code: CERT_EXPIRED, from: n1}]}',
    '5: expect: no node n1 in nodes',
  ],
  [
    'a cause that blames an object of nothing',
    'expect: {rootCause: {object: node/a}}',
    '5: incident 1.expect.rootCause needs code or sentence',
  ],
  ['a version that is none', 'version: "1.34"', '5: incident 1.version: 1.34 is not a version'],
  ['a file with a relative path', 'files:\n    a: x', '6: incident 1.files: a is not an absolute path'],
  [
    'a mode that is not octal',
    'files:\n    /a: {content: x, mode: "0689"}',
    '6: incident 1.files./a.mode: 0689 is not an octal mode',
  ],
  [
    'a denial of nothing',
    'denied:\n  - {verb: list}',
    '6: incident 1.denied[0] needs one of resource, file, port, binary',
  ],
  ['an expected code that is none', 'expect: {not: [expired]}', '5: incident 1.expect.not[0]: expired is not a code'],
  ['an unknown incident to extend', 'extends: nothing', '5: extends: no incident nothing before it (known: none)'],
  ['a second incident of the same id', HEAD, '5: a second incident first'],
  ['something to leave out that is not there', 'without: [pod/a/b]', '5: without: pod/a/b is not in what it extends'],
];

describe('reading a planting file', () => {
  for (const [title, body, ...reasons] of REFUSED) {
    it(`refuses ${title} with its line`, () => {
      const error = refusalOf(`${HEAD}${body.startsWith('-') ? '' : '  '}${body}\n`);
      const lines = error.message.split('\n');
      assert.equal(lines.length, reasons.length, error.message);
      for (const [index, reason] of reasons.entries()) {
        assert.ok(lines[index]?.startsWith(`incident.yaml:${reason}`), `${lines[index]}\n  expected ${reason}`);
      }
      assert.equal(error.exitCode, 65);
    });
  }

  it('refuses what is no list of incidents, and YAML that cannot be read', () => {
    assert.match(refusalOf('id: x\n').message, /^incident.yaml:1: a planting file is a list of incidents/);
    assert.match(refusalOf('').message, /^incident.yaml:1: a planting file is a list of incidents/);
    assert.match(refusalOf('- id: x\n  title: [a\n').message, /^incident.yaml:\d: /);
  });

  it('names what is missing in an incident', () => {
    assert.match(refusalOf('- id: x\n  layer: mesh\n').message, /title is missing\n.*symptom is missing/);
  });

  it('names the first twenty problems and counts the others', () => {
    const lines = refusalOf(
      `${HEAD}${Array.from({ length: 25 }, (_, at) => `  bad${at}: 1\n`).join('')}`,
    ).message.split('\n');
    assert.deepEqual([lines.length, lines.at(-1)], [21, 'and 5 more']);
  });

  it('takes shorthands: a file by its content, a log line without time, argv as one text, a denial without verb', () => {
    const [incident] = parse(`${HEAD}  files: {/etc/hostname: cp-1}
  logs: [{unit: kubelet, lines: [now it fails, {at: now-3m, text: before}]}]
  tools: [{argv: kubeadm certs ..., stdout: fine}]
  denied: [{resource: secrets}, {file: /etc}, {port: "a:1"}, {binary: kubeadm}]
  expect: {findings: [CERT_EXPIRED], rootCause: a sentence}
`);
    assert.deepEqual(incident?.files, { '/etc/hostname': { content: 'cp-1' } });
    assert.deepEqual(incident?.logs?.[0]?.lines, [
      { at: 'now', text: 'now it fails' },
      { at: 'now-3m', text: 'before' },
    ]);
    assert.deepEqual(incident?.tools?.[0], { argv: ['kubeadm', 'certs', '...'], stdout: 'fine', stderr: '', exit: 0 });
    assert.deepEqual(incident?.denied, [
      { verb: '*', resource: 'secrets' },
      { file: '/etc' },
      { port: 'a:1' },
      { binary: 'kubeadm' },
    ]);
    assert.deepEqual(incident?.expect?.findings, [{ code: 'CERT_EXPIRED' }]);
  });

  it('follows anchors and merge keys', () => {
    const [incident] = parse(`${HEAD}  certificates:
    A: &leaf {notAfter: now+1d, dns: [a.example.com]}
    B: *leaf
    C: {<<: *leaf, notAfter: now-1d}
`);
    assert.deepEqual(incident?.certificates?.B, { notAfter: 'now+1d', dns: ['a.example.com'] });
    assert.deepEqual(incident?.certificates?.C, { notAfter: 'now-1d', dns: ['a.example.com'] });
  });
});

describe('an incident that extends another', () => {
  const base = `${HEAD}  certificates: {A: {ca: true, notAfter: now+9y}, B: {issuer: A}}
  objects:
  - {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
  - {apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop}}
  servers: [{listen: ["a:443"], chain: [B]}]
  files: {/a: "\${cert:A}", /b: b}
  logs: [{pod: shop/web, lines: [x]}]
- id: second
  layer: mesh
  title: Other
  symptom: other
  extends: first
`;

  it('keeps what it does not name, replaces namesakes whole and certificates fact by fact', () => {
    const [, second] = parse(`${base}  certificates: {A: {notAfter: now-1d}, C: {issuer: A}}
  objects: [{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop, labels: {a: b}}}]
  servers: [{listen: ["a:443"], protocol: silent}]
`);
    assert.deepEqual(second?.certificates?.A, { ca: true, notAfter: 'now-1d' });
    assert.deepEqual(Object.keys(second?.certificates ?? {}), ['A', 'B', 'C']);
    assert.deepEqual(
      second?.objects?.map(({ metadata }) => [metadata.name, metadata.labels]),
      [
        ['shop', undefined],
        ['web', { a: 'b' }],
      ],
    );
    assert.deepEqual(second?.servers, [{ listen: ['a:443'], protocol: 'silent' }]);
    assert.deepEqual([second?.title, second?.layer], ['Other', 'mesh']);
  });

  it('changes facts of a file whose content it does not say', () => {
    const [, second] = parse(`${base}  files: {/a: {mtime: now-1h}, /b: {link: /a}}\n`);
    assert.deepEqual(second?.files, { '/a': { content: '${cert:A}', mtime: 'now-1h' }, '/b': { link: '/a' } });
  });

  it('replaces processes of the same program, and other machines by name', () => {
    const first = `${HEAD}  version: v1.19.0
  processes: [{argv: /bin/etcd --a, start: now-2d}, {argv: kubelet, start: now-2d}, {argv: kube-scheduler, start: now}]
  nodes: {n1: {files: {/a: x}}, n2: {files: {/a: x}}}
`;
    const change = `- {id: second, layer: mesh, title: t, symptom: s, extends: first, without: [process:kube-scheduler],
   processes: [{argv: etcd --b, start: now}], nodes: {n2: {tools: [{argv: kubeadm version}]}}}\n`;
    const [, second] = parse(first + change);
    assert.deepEqual(
      second?.processes?.map(({ argv }) => argv),
      [['kubelet'], ['etcd', '--b']],
    );
    assert.deepEqual([second?.nodes?.n1?.files, second?.nodes?.n2?.files], [{ '/a': { content: 'x' } }, undefined]);
    assert.equal(second?.version, 'v1.19.0');
  });

  it('leaves out what it names in without', () => {
    const [, second] = parse(`${base}  without: [file:/a, namespace/shop, "a:443", log:shop/web]\n`);
    assert.deepEqual(Object.keys(second?.files ?? {}), ['/b']);
    assert.deepEqual(
      second?.objects?.map(({ kind }) => kind),
      ['Pod'],
    );
    assert.deepEqual([second?.servers, second?.logs], [[], []]);
  });
});
