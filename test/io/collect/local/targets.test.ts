import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { EXIT, UserError } from '../../../../src/core/model/error.ts';
import type { Observation } from '../../../../src/core/model/observation.ts';
import type { Target } from '../../../../src/core/model/target.ts';
import { fileKeystores } from '../../../../src/io/adapters/keystore.ts';
import { targets } from '../../../../src/io/collect/local/targets.ts';
import { type Minted, mint, mintCrl, mintKey, mintRequest } from '../../../../src/io/demo/mint.ts';
import { type CollectOne, collectOne } from '../../../support/collect-one.ts';
import { NOW } from '../../../support/fake-ports.ts';
import { type MemoryFilesOptions, memoryFiles } from '../../../support/memory-files.ts';
import { mintNode, nodeFiles } from './kubeadm-tree.ts';

const life = { notBefore: NOW - 1000, notAfter: NOW + 86_400_000 };
type Content = Record<string, string | Uint8Array>;

const file = (path: string): Target => ({ kind: 'file', text: path, path });
const fixture = (name: string) => readFileSync(`test/fixtures/keystores/${name}`);

interface ReadOptions extends MemoryFilesOptions {
  readonly scope?: CollectOne['scope'];
  readonly env?: Record<string, string>;
}

function read(content: Content, paths: string[], { scope, env = {}, ...options }: ReadOptions = {}) {
  const ports = { files: memoryFiles(content, options), keystores: fileKeystores, env };
  return collectOne(targets, { ports, scope: { cluster: false, targets: paths.map(file), ...scope } });
}

/** `file:PATH[0]*: CN CN (key mode)`: one placement on one line, `*` for members of bundles. */
function print(observations: Observation[], names: ReadonlyMap<string, string>): string[] {
  return observations.flatMap(({ placements }) =>
    placements.map(({ ref, chain, bundle, key, mode }) => {
      const held = [key && (names.get(key) ?? 'unknown key'), mode].filter(Boolean).join(' ');
      return `${ref}${bundle ? '*' : ''}: ${chain.map((sha) => names.get(sha) ?? sha).join(' ')}${held && ` (${held})`}`;
    }),
  );
}

async function refused(attempt: Promise<unknown>): Promise<UserError> {
  const error = await attempt.then(
    () => assert.fail('accepted'),
    (reason) => reason,
  );
  assert.ok(error instanceof UserError, String(error));
  return error;
}

describe('files as targets', () => {
  let root: Minted;
  let inter: Minted;
  let leaf: Minted;
  let other: Minted;
  let names: Map<string, string>;

  before(async () => {
    root = await mint({ ...life, subject: 'CN=root', isCA: true });
    inter = await mint({ ...life, subject: 'CN=inter', isCA: true, issuer: root });
    leaf = await mint({ ...life, subject: 'CN=leaf', issuer: inter });
    other = await mint({ ...life, subject: 'CN=other' });
    names = new Map(
      Object.entries({ root, inter, leaf, other }).flatMap(([name, { certificate }]) => [
        [certificate.sha256, name],
        [certificate.spki, `${name}'s key`],
      ]),
    );
  });

  const lines = async (content: Content, paths = Object.keys(content), options: ReadOptions = {}) =>
    print(await read(content, paths, options), names);

  describe('of every form', () => {
    it('may be a chain with text around it: one placement, leaf first', async () => {
      const text = `subject=CN=leaf\n${leaf.pem}\n# issuer\n${inter.pem}${root.pem}the end`;
      assert.deepEqual(await lines({ 'chain.pem': text }), ['file:chain.pem: leaf inter root']);
    });

    it('may be a trust bundle: one placement for each member', async () => {
      assert.deepEqual(await lines({ 'ca.pem': root.pem + inter.pem }), [
        'file:ca.pem[0]*: root',
        'file:ca.pem[1]*: inter',
      ]);
    });

    it('may hold the key too, and its mode is the file’s', async () => {
      const content = { 'all.pem': leaf.keyPem + leaf.pem + inter.pem };
      assert.deepEqual(await lines(content, ['all.pem'], { mode: 0o644 }), [
        "file:all.pem: leaf inter (leaf's key 0644)",
      ]);
    });

    it('may hold the key of another certificate', async () => {
      assert.deepEqual(await lines({ 'a.pem': leaf.pem + other.keyPem }), ["file:a.pem: leaf (other's key 0600)"]);
    });

    it('may be DER', async () => {
      assert.deepEqual(await lines({ 'leaf.der': leaf.certificate.der }), ['file:leaf.der: leaf']);
    });

    it('may be a key alone', async () => {
      assert.deepEqual(await lines({ 'leaf.key': leaf.keyPem }), ["file:leaf.key:  (leaf's key 0600)"]);
    });

    it('may be a locked key beside its certificate: the key is not known, its mode is', async () => {
      const locked = leaf.key.privateKey.export({
        type: 'pkcs8',
        format: 'pem',
        cipher: 'aes-256-cbc',
        passphrase: 'x',
      });
      assert.deepEqual(await lines({ 'a.pem': leaf.pem + locked }), ['file:a.pem: leaf (0600)']);
    });

    it('may be a revocation list, in PEM or DER', async () => {
      const { crl, pem } = await mintCrl({ issuer: root, thisUpdate: NOW });
      for (const content of [pem, crl.der]) {
        const [observation] = await read({ 'root.crl': content }, ['root.crl']);
        assert.deepEqual(observation!.crls, [Buffer.from(crl.der).toString('base64')]);
        assert.deepEqual([observation!.facts.file![0]!.format, observation!.state], ['crl', 'complete']);
      }
    });

    it('may be a request', async () => {
      const { pem } = await mintRequest({ subject: 'CN=a' });
      const [observation] = await read({ 'a.csr': pem }, ['a.csr']);
      assert.equal(observation!.facts.file![0]!.format, 'request');
    });

    it('may be a keystore, with a password of the environment', async () => {
      const content = { 's.p12': fixture('secret.p12'), 't.jks': fixture('trust.jks') };
      const observations = await read(content, ['s.p12', 't.jks'], {
        env: { KUBECTL_CERTS_KEYSTORE_PASSWORD: 'hunter2' },
      });
      assert.deepEqual(
        observations.flatMap(({ placements }) =>
          placements.map(({ ref, chain, bundle, key }) => [ref, chain.length, bundle, Boolean(key)]),
        ),
        [
          ['file:s.p12', 2, undefined, true],
          ['file:t.jks[0]', 1, true, false],
          ['file:t.jks[1]', 1, true, false],
        ],
      );
    });

    it('may be a keystore whose password is not known: denied, with the variable that helps', async () => {
      const [observation] = await read({ 's.p12': fixture('secret.p12') }, ['s.p12']);
      assert.equal(observation!.state, 'denied');
      assert.match(observation!.reason!, /^s\.p12 is encrypted and no known password.*KUBECTL_CERTS_KEYSTORE_PASSWORD/);
      assert.doesNotMatch(observation!.reason!, /sudo/);
    });

    it('may be a kubeconfig', async () => {
      const files = nodeFiles(await mintNode());
      const [observation] = await read({ 'admin.conf': files['/etc/kubernetes/admin.conf']! }, ['admin.conf']);
      assert.deepEqual(
        observation!.placements.map(({ ref, role }) => [ref, role]),
        [
          ['kubeconfig:admin.conf#users/admin.conf', 'user-client'],
          ['kubeconfig:admin.conf#clusters/kubernetes[0]', 'kubeconfig-ca'],
        ],
      );
    });

    it('keep the role that their place gives them', async () => {
      const path = '/etc/kubernetes/pki/apiserver.crt';
      const [observation] = await read({ [path]: leaf.pem }, [path]);
      const [{ layer, role, manager }] = observation!.placements as [Observation['placements'][number]];
      assert.deepEqual([layer, role, manager], ['cluster', 'apiserver-serving', 'kubeadm']);
    });
  });

  describe('that cannot be read', () => {
    const nothing: [string, string | Uint8Array, RegExp][] = [
      ['an empty file', '', /^a: there is no certificate, key, request or revocation list in it$/],
      ['a text', '0 certificates here', /there is no certificate/],
      ['bytes', Buffer.from('89504e470d0a1a0a', 'hex'), /there is no certificate/],
      ['PEM that is cut off', 'x\n-----BEGIN CERTIFICATE-----\nMIIB', /in it: line 2: BEGIN CERTIFICATE has no END/],
      ['DER that is something else', Buffer.from('3003020101', 'hex'), /in it: not a certificate/],
    ];
    for (const [what, content, message] of nothing) {
      it(`are refused when they are ${what}`, async () => {
        const error = await refused(read({ a: content }, ['a']));
        assert.match(error.message, message);
        assert.deepEqual([error.exitCode, error.hints.length], [EXIT.unreadable, 1]);
      });
    }

    it('are partial when only a part of them is broken', async () => {
      const [observation] = await read({ a: `${leaf.pem}-----BEGIN CERTIFICATE-----\nMIIB` }, ['a']);
      assert.deepEqual([observation!.placements.length, observation!.state], [1, 'partial']);
      assert.match(observation!.reason!, /^a: line \d+: BEGIN CERTIFICATE has no END/);
    });

    it('are refused when they are larger than anything that is read', async () => {
      const error = await refused(read({ a: Buffer.alloc((16 << 20) + 1) }, ['a']));
      assert.match(error.message, /^a: larger than 16777216 bytes, not read$/);
      assert.equal(error.exitCode, EXIT.unreadable);
    });

    it('are denied, with the line that works', async () => {
      const [observation] = await read({}, ['/root/a.pem'], { denied: ['/root/a.pem'] });
      assert.equal(observation!.state, 'denied');
      assert.match(observation!.reason!, /^\/root\/a\.pem: permission denied; to read it all: sudo env /);
    });

    it('are absent when they went away after they were named', async () => {
      assert.deepEqual(
        (await read({}, ['gone.pem'])).map(({ state, reason }) => [state, reason]),
        [['absent', 'gone.pem: no such file or directory']],
      );
    });

    it('are damaged keystores', async () => {
      const [observation] = await read({ 's.p12': fixture('modern.p12').subarray(0, 700) }, ['s.p12']).catch(() => [
        undefined,
      ]);
      assert.ok(observation === undefined || observation.state === 'partial');
    });
  });

  describe('in folders', () => {
    it('are read with their keys, by name or by content', async () => {
      const content = {
        'd/tls.crt': leaf.pem + inter.pem,
        'd/tls.key': leaf.keyPem,
        'd/live/fullchain.pem': other.pem,
        'd/live/privkey.pem': other.keyPem,
        'd/named-wrong.pem': root.pem,
        'd/x.key': root.keyPem,
        'd/alone.key': (await mint({ ...life, subject: 'CN=x' })).keyPem,
        'd/README': 'not a certificate',
      };
      assert.deepEqual(await lines(content, ['d'], { modes: { 'd/tls.key': 0o640 } }), [
        'file:d/alone.key:  (unknown key 0600)',
        "file:d/live/fullchain.pem: other (other's key 0600)",
        "file:d/named-wrong.pem: root (root's key 0600)",
        "file:d/tls.crt: leaf inter (leaf's key 0640)",
      ]);
    });

    it('keep the key with the name, right or wrong', async () => {
      const content = { 'd/a.crt': leaf.pem, 'd/a.key': other.keyPem, 'd/b.key': leaf.keyPem };
      assert.deepEqual(await lines(content, ['d']), [
        "file:d/a.crt: leaf (other's key 0600)",
        "file:d/b.key:  (leaf's key 0600)",
      ]);
    });

    it('are refused as a whole when none holds anything', async () => {
      const error = await refused(read({ 'd/a': 'text' }, ['d']));
      assert.match(error.message, /^d: there is no certificate.*none of its files/);
      assert.equal(error.exitCode, EXIT.unreadable);
    });

    it('say which ones may not be read beside those that may', async () => {
      const observations = await read({ 'd/a.pem': leaf.pem }, ['d'], { denied: ['d/b.pem', 'd/c'] });
      assert.deepEqual(
        observations.map(({ state }) => state),
        ['complete', 'denied'],
      );
      assert.match(observations[1]!.reason!, /^d\/b\.pem: permission denied \(and 1 more like it\)/);
    });

    it('are no unknown when a text among them looks like nothing', async () => {
      const observations = await read({ 'd/a.pem': leaf.pem, 'd/0': '0\n1\n' }, ['d']);
      assert.deepEqual(
        observations.map(({ state }) => state),
        ['complete'],
      );
    });
  });

  describe('as --ca', () => {
    const anchors = (content: Content) => read(content, [], { scope: { caFile: 'ca.pem' } });

    it('are members of a trust bundle, even one alone and even a leaf', async () => {
      assert.deepEqual(print(await anchors({ 'ca.pem': root.pem }), names), ['file:ca.pem[0]*: root']);
      assert.deepEqual(print(await anchors({ 'ca.pem': leaf.pem + root.pem + inter.pem }), names), [
        'file:ca.pem[0]*: leaf',
        'file:ca.pem[1]*: root',
        'file:ca.pem[2]*: inter',
      ]);
    });

    it('are refused without a certificate', async () => {
      const error = await refused(anchors({ 'ca.pem': root.keyPem }));
      assert.equal(error.message, '--ca ca.pem: there is no certificate in it');
      assert.equal(error.exitCode, EXIT.unreadable);
    });
  });

  it('are each read once', async () => {
    assert.equal((await read({ 'a.pem': leaf.pem }, ['a.pem', 'a.pem'])).length, 1);
  });

  it('are out of scope when no file is named', async () => {
    assert.deepEqual(await read({}, []), []);
  });

  describe('with any content', () => {
    const key = mintKey('ECDSA-P256').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const seeds = () => [
      leaf.pem + inter.pem,
      key + leaf.pem,
      `${JSON.stringify({ kind: 'Config', clusters: [{ name: 'a', cluster: { server: 'https://a' } }] })}`,
      'apiVersion: v1\nkind: Config\nusers:\n- name: a\n  user: {client-certificate-data: bm8=}\ncontexts: []\n',
      Buffer.from(leaf.certificate.der).toString('latin1'),
      fixture('only-certificates.p12').toString('latin1'),
      fixture('trust.jks').toString('latin1'),
    ];
    const edits = fc.array(
      fc.record({
        at: fc.nat(3000),
        remove: fc.nat(40),
        insert: fc.oneof(fc.string(), fc.constantFrom('-----', '\0', '\n')),
      }),
      { minLength: 1, maxLength: 5 },
    );

    /** Never hangs, never crashes: an observation or a UserError, and nothing private in either. */
    async function survives(bytes: Uint8Array): Promise<void> {
      const outcome = await read({ 'd/a': bytes }, ['d/a']).catch((error) => error);
      if (outcome instanceof UserError) assert.equal(outcome.exitCode, EXIT.unreadable);
      else assert.ok(Array.isArray(outcome), String(outcome?.stack));
      for (const { reason = '' } of Array.isArray(outcome) ? outcome : [])
        assert.doesNotMatch(reason, /internal error/);
    }

    it('end well when it is mutated', async function () {
      this.timeout(30_000);
      const all = seeds();
      await fc.assert(
        fc.asyncProperty(fc.nat(all.length - 1), edits, async (which, changes) => {
          let text = all[which]!;
          for (const { at, remove, insert } of changes) {
            const from = at % (text.length + 1);
            text = text.slice(0, from) + insert + text.slice(from + remove);
          }
          await survives(Buffer.from(text, 'latin1'));
        }),
        { numRuns: 400 },
      );
    });

    it('end well when it is random', async () => {
      const starts = ['', '0', '\x30\x82', '\xfe\xed\xfe\xed', '-----BEGIN CERTIFICATE-----\n', 'kind: Config\n'];
      const bytes = fc.tuple(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 300 }));
      await fc.assert(
        fc.asyncProperty(bytes, async ([start, rest]) => survives(Buffer.concat([Buffer.from(start, 'latin1'), rest]))),
        { numRuns: 300 },
      );
    });

    it('end soon when it is large', async () => {
      const repeated = [
        '-----BEGIN ',
        '-----BEGIN CERTIFICATE-----\n',
        '-----END X-----',
        '0',
        'kind: Config\na: &a [*a]\n',
      ];
      const keys = Array.from({ length: 60_000 }, (_, index) => `k${index}: v`).join('\n');
      const large = repeated.map((text) => text.repeat(Math.floor(2_000_000 / text.length)));
      for (const text of [...large, `kind: Config\n${keys}`]) await survives(Buffer.from(text));
    }).timeout(10_000);
  });
});
