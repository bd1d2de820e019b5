// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the form's references are written so
import assert from 'node:assert/strict';
import { DemoFiles } from '../../../src/io/demo/files.ts';
import { NOW } from '../../support/fake-ports.ts';
import { plantWorld } from './plant.ts';

describe("the demo's files", () => {
  let files: DemoFiles;
  beforeEach(() => {
    files = new DemoFiles(
      plantWorld(`  certificates: {A: {}}
  files:
    /pki/a.crt: '\${cert:A}'
    /pki/a.key: '\${key:A}'
    /pki/open.key: {content: '\${key:A}', mode: '0644', owner: '1000:100', mtime: now-2h}
    /pki/current: {link: a.crt}
    /pki/far: {link: /pki/../pki/current}
    /pki/round: {link: /pki/circle}
    /pki/circle: {link: round}
    /pki/sub/deep/x: text
    /secret/y: hidden
  denied: [{file: /secret}]
`),
    );
  });

  it('have the modes, owners and times that are said, and safe ones where none is', async () => {
    const facts = async (path: string) => {
      const stat = await files.stat(path);
      return [stat?.kind, stat?.mode.toString(8), stat?.uid, stat?.gid, NOW - (stat?.modified ?? 0)];
    };
    assert.deepEqual(await facts('/pki/a.crt'), ['file', '644', 0, 0, 30 * 86_400_000]);
    assert.deepEqual(await facts('/pki/a.key'), ['file', '600', 0, 0, 30 * 86_400_000]);
    assert.deepEqual(await facts('/pki/open.key'), ['file', '644', 1000, 100, 7_200_000]);
  });

  it('are read through links, which stat names', async () => {
    const content = Buffer.from(await files.read('/pki/a.crt', 10_000)).toString();
    assert.match(content, /^-----BEGIN CERTIFICATE-----/);
    assert.equal(Buffer.from(await files.read('/pki/far', 10_000)).toString(), content);
    assert.equal((await files.stat('/pki/current'))?.linkTo, 'a.crt');
    assert.equal((await files.stat('/pki/a.crt'))?.linkTo, undefined);
    assert.equal((await files.stat('/pki/current'))?.size, content.length);
  });

  it('stand in the directories that their paths go through', async () => {
    assert.deepEqual(await files.list('/'), ['pki', 'secret']);
    assert.deepEqual(await files.list('/pki/'), [
      'a.crt',
      'a.key',
      'circle',
      'current',
      'far',
      'open.key',
      'round',
      'sub',
    ]);
    assert.equal((await files.stat('/pki/sub'))?.kind, 'directory');
    assert.equal(await files.stat('/pk'), undefined);
  });

  it('are whole again after a reader has wiped what it read', async () => {
    const first = await files.read('/pki/a.key', 10_000);
    const text = Buffer.from(first).toString();
    first.fill(0);
    assert.equal(Buffer.from(await files.read('/pki/a.key', 10_000)).toString(), text);
  });

  it('are replaced in memory alone', async () => {
    await files.replace('/pki/current', Buffer.from('new'), 0o640);
    assert.equal(Buffer.from(await files.read('/pki/a.crt', 10)).toString(), 'new');
    assert.deepEqual(
      [(await files.stat('/pki/a.crt'))?.mode, (await files.stat('/pki/a.crt'))?.modified],
      [0o640, NOW],
    );
  });

  describe('are changed in memory alone:', () => {
    const text = async (path: string) => Buffer.from(await files.read(path, 10_000)).toString();
    const facts = async (path: string) => {
      const stat = await files.stat(path);
      return stat && [stat.mode.toString(8), stat.uid, stat.gid, NOW - stat.modified];
    };

    it('a copy has the content, mode, owner and time of what it is of', async () => {
      await files.copy('/pki/open.key', '/backup/open.key');
      assert.equal(await text('/backup/open.key'), await text('/pki/open.key'));
      assert.deepEqual(await facts('/backup/open.key'), ['644', 1000, 100, 7_200_000]);
      assert.deepEqual(await files.list('/backup'), ['open.key']);
    });

    it('a fresh one has the time of now', async () => {
      await files.copy('/pki/open.key', '/pki/a.key', { fresh: true });
      assert.deepEqual(await facts('/pki/a.key'), ['644', 1000, 100, 0]);
    });

    it('a copy onto a link changes what the link points to', async () => {
      await files.copy('/pki/a.key', '/pki/current');
      assert.equal(await text('/pki/a.crt'), await text('/pki/a.key'));
      assert.equal((await files.stat('/pki/current'))?.linkTo, 'a.crt');
    });

    it('a copy is not changed with what it is of', async () => {
      const before = await text('/pki/a.key');
      await files.copy('/pki/a.key', '/backup/a.key');
      await files.replace('/pki/a.key', Buffer.from('new'), 0o600);
      assert.equal(await text('/backup/a.key'), before);
    });

    it('a file that is moved is there and no longer here', async () => {
      const before = await text('/pki/a.key');
      await files.move('/pki/a.key', '/pki/old/a.key');
      assert.equal(await files.stat('/pki/a.key'), undefined);
      assert.equal(await text('/pki/old/a.key'), before);
      assert.deepEqual(await facts('/pki/old/a.key'), ['600', 0, 0, 30 * 86_400_000]);
    });

    it('a folder is moved with all that is in it, an empty one too', async () => {
      await files.makeDirectory('/empty');
      await files.move('/pki/sub', '/else');
      await files.move('/empty', '/still-empty');
      assert.equal(await text('/else/deep/x'), 'text');
      assert.equal(await files.stat('/pki/sub'), undefined);
      assert.deepEqual(
        [await files.stat('/empty'), (await files.stat('/still-empty'))?.kind],
        [undefined, 'directory'],
      );
    });

    it('what is removed is gone, and may be gone already', async () => {
      await files.remove('/pki/a.key');
      await files.remove('/pki/a.key');
      assert.equal(await files.stat('/pki/a.key'), undefined);
    });

    for (const [what, act] of [
      ['copied', () => files.copy('/none', '/x')],
      ['moved', () => files.move('/none', '/x')],
    ] as const)
      it(`what is not there cannot be ${what}`, () =>
        assert.rejects(act, { name: 'PortFailure', state: 'absent', code: 'ENOENT' }));

    for (const [what, act] of [
      ['written', () => files.copy('/pki/a.key', '/secret/z')],
      ['removed', () => files.remove('/secret/y')],
    ] as const)
      it(`nothing is ${what} in a denied folder`, () =>
        assert.rejects(act, { name: 'PortFailure', state: 'denied', code: 'EACCES' }));
  });

  const failures: readonly (readonly [what: string, act: () => Promise<unknown>, state: string, code: string])[] = [
    ['nothing there', () => files.read('/none', 1), 'absent', 'ENOENT'],
    ['a directory that is none', () => files.list('/pki/a.crt'), 'absent', 'ENOENT'],
    ['a directory instead of a file', () => files.read('/pki', 1), 'unreachable', 'EISDIR'],
    ['a file that is too large', () => files.read('/pki/a.crt', 10), 'partial', 'EFBIG'],
    ['links in a circle', () => files.read('/pki/round', 1), 'unreachable', 'ELOOP'],
    ['a denied file', () => files.read('/secret/y', 10), 'denied', 'EACCES'],
    ['a denied directory', () => files.list('/secret'), 'denied', 'EACCES'],
  ];
  for (const [what, act, state, code] of failures) {
    it(`fail for ${what}`, async () => {
      await assert.rejects(act, { name: 'PortFailure', state, code });
    });
  }
});
