import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localFiles } from '../../../src/io/adapters/files.ts';
import { PortFailure } from '../../../src/io/ports/failure.ts';

const LIMIT = 1024;

describe('local files', () => {
  let folder: string;
  const at = (name: string) => join(folder, name);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kubectl-certs-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  async function failure(attempt: Promise<unknown>): Promise<PortFailure> {
    const error = await attempt.then(
      () => assert.fail('nothing was refused'),
      (reason) => reason,
    );
    assert.ok(error instanceof PortFailure, String(error));
    return error;
  }

  /** Root may read everything: steps down for the time of the attempt. */
  async function asNobody(attempt: () => Promise<void>): Promise<void> {
    const user = process.geteuid!();
    if (user === 0) process.seteuid!(65_534);
    try {
      await attempt();
    } finally {
      if (user === 0) process.seteuid!(user);
    }
  }

  describe('stat', () => {
    it('tells kind, size, permission bits and the last change', async () => {
      writeFileSync(at('ca.key'), 'abc');
      chmodSync(at('ca.key'), 0o640);
      utimesSync(at('ca.key'), 1000, 1000);
      const { kind, size, mode, modified, linkTo } = (await localFiles.stat(at('ca.key')))!;
      assert.deepEqual([kind, size, mode, modified, linkTo], ['file', 3, 0o640, 1_000_000, undefined]);
    });

    it('follows a symbolic link and says where it points', async () => {
      writeFileSync(at('kubelet-client-2026.pem'), 'abc');
      symlinkSync('kubelet-client-2026.pem', at('kubelet-client-current.pem'));
      const { kind, size, linkTo } = (await localFiles.stat(at('kubelet-client-current.pem')))!;
      assert.deepEqual([kind, size, linkTo], ['file', 3, 'kubelet-client-2026.pem']);
    });

    it('knows directories', async () => assert.equal((await localFiles.stat(folder))?.kind, 'directory'));

    for (const [what, name] of [
      ['a missing file', 'nothing'],
      ['a path below a file', 'file/below'],
      ['a link to nothing', 'dangling'],
      ['a name with a NUL byte', 'a\0b'],
    ] as const) {
      it(`finds nothing at ${what}`, async () => {
        writeFileSync(at('file'), '');
        symlinkSync('gone', at('dangling'));
        assert.equal(await localFiles.stat(at(name)), undefined);
      });
    }

    it('names a circle of links', async () => {
      symlinkSync('a', at('b'));
      symlinkSync('b', at('a'));
      const { state, message } = await failure(localFiles.stat(at('a')));
      assert.equal(state, 'unreachable');
      assert.match(message, /circle/);
    });
  });

  describe('list', () => {
    it('sorts names by code units', async () => {
      for (const name of ['b', 'a', 'B']) writeFileSync(at(name), '');
      assert.deepEqual(await localFiles.list(folder), ['B', 'a', 'b']);
    });

    it('says absent where there is no directory', async () => {
      assert.equal((await failure(localFiles.list(at('nothing')))).state, 'absent');
    });
  });

  describe('read', () => {
    it('gives the bytes, up to the limit and not one more', async () => {
      writeFileSync(at('most'), Buffer.alloc(LIMIT, 1));
      writeFileSync(at('more'), Buffer.alloc(LIMIT + 1, 1));
      assert.equal((await localFiles.read(at('most'), LIMIT)).length, LIMIT);
      const { state, message } = await failure(localFiles.read(at('more'), LIMIT));
      assert.equal(state, 'partial');
      assert.match(message, /larger than 1024 bytes/);
    });

    it('limits files that hide their size too', async function () {
      if (process.platform !== 'linux') this.skip();
      assert.equal((await failure(localFiles.read('/proc/self/smaps', 64))).state, 'partial');
    });

    it('reads nothing from /dev/null, which people give for no file', async () => {
      assert.deepEqual(await localFiles.read('/dev/null', 10), new Uint8Array());
    });

    it('refuses a pipe that nobody writes to instead of waiting for ever', async function () {
      if (process.platform === 'win32') this.skip();
      execFileSync('mkfifo', [at('pipe')]);
      assert.match((await failure(localFiles.read(at('pipe'), LIMIT))).message, /neither a file nor a directory/);
    });

    it('refuses a directory', async () => {
      assert.match((await failure(localFiles.read(folder, LIMIT))).message, /is a directory/);
    });

    it('says absent for what is not there', async () => {
      const { state, message } = await failure(localFiles.read(at('ca.crt'), LIMIT));
      assert.equal(state, 'absent');
      assert.equal(message, `${at('ca.crt')}: no such file or directory`);
    });

    it('says denied for what may not be read', async function () {
      if (process.platform === 'win32') this.skip();
      writeFileSync(at('ca.key'), '');
      chmodSync(at('ca.key'), 0);
      chmodSync(folder, 0o755);
      await asNobody(async () => {
        const { state, message } = await failure(localFiles.read(at('ca.key'), LIMIT));
        assert.deepEqual([state, message], ['denied', `${at('ca.key')}: permission denied`]);
      });
    });

    it('says denied for what lies in a folder that may not be entered', async function () {
      if (process.platform === 'win32') this.skip();
      chmodSync(folder, 0);
      await asNobody(async () => {
        assert.equal((await failure(localFiles.stat(at('ca.key')))).state, 'denied');
        assert.equal((await failure(localFiles.list(folder))).state, 'denied');
      });
      chmodSync(folder, 0o700);
    });
  });

  describe('replace', () => {
    it('writes with exactly the given mode and leaves nothing beside it', async () => {
      await localFiles.replace(at('ca.key'), Buffer.from('new'), 0o666);
      assert.equal(readFileSync(at('ca.key'), 'utf8'), 'new');
      assert.equal(statSync(at('ca.key')).mode & 0o777, 0o666);
      assert.deepEqual(readdirSync(folder), ['ca.key']);
    });

    it('puts a new file in the place of the old one, for whoever has the old one open', async () => {
      writeFileSync(at('ca.crt'), 'old');
      const before = statSync(at('ca.crt')).ino;
      await localFiles.replace(at('ca.crt'), Buffer.from('new'), 0o644);
      assert.notEqual(statSync(at('ca.crt')).ino, before);
    });

    it('keeps a symbolic link and replaces what it points to', async () => {
      writeFileSync(at('real'), 'old');
      symlinkSync('real', at('link'));
      await localFiles.replace(at('link'), Buffer.from('new'), 0o600);
      assert.equal(readlinkSync(at('link')), 'real');
      assert.equal(readFileSync(at('real'), 'utf8'), 'new');
    });

    it('leaves the old content when it cannot write, and nothing beside it', async () => {
      mkdirSync(at('directory'));
      assert.equal((await failure(localFiles.replace(at('directory'), Buffer.from('x'), 0o600))).state, 'unreachable');
      assert.deepEqual(readdirSync(folder), ['directory']);
    });

    it('says absent when the folder is not there', async () => {
      assert.equal((await failure(localFiles.replace(at('no/file'), Buffer.from('x'), 0o600))).state, 'absent');
    });
  });
});
