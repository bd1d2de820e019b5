import { match, rejects, strictEqual } from 'node:assert/strict';
import { gunzipSync } from 'node:zlib';
import { encodeSnapshot } from '../../../src/app/snapshot-file.ts';
import SnapshotDiff from '../../../src/cli/commands/snapshot/diff.ts';
import Snapshot from '../../../src/cli/commands/snapshot/index.ts';
import { fakeContext, fakeTerminal } from '../../support/fake-context.ts';
import { memoryFiles } from '../../support/memory-files.ts';
import { runCommand, userError } from '../../support/run-command.ts';
import { sampleSnapshot } from '../../support/sample-snapshot.ts';
import { assertMatchesSchema } from '../../support/schema.ts';

describe('snapshot', () => {
  let file: Uint8Array;
  before(async () => {
    file = encodeSnapshot(await sampleSnapshot());
  });

  function contextWith(terminal = fakeTerminal()) {
    const written = new Map<string, Uint8Array>();
    const files = {
      ...memoryFiles({ 'a.snapshot': file }),
      replace: async (path: string, bytes: Uint8Array) => void written.set(path, bytes),
    };
    return { context: fakeContext({ terminal, ports: { files } }), written };
  }

  it('writes a file and says what is in it', async () => {
    const { context, written } = contextWith();
    const { exitCode, stdout, stderr } = await runCommand(Snapshot, ['--from', 'a.snapshot', '-f', 'b'], context);
    strictEqual(exitCode, 0);
    strictEqual(stdout, '');
    strictEqual(Buffer.compare(written.get('b')!, file), 0);
    match(stderr, /denied: nodes: nodes is forbidden/);
    match(stderr, /2 certificates in b, \d+ bytes; sources: 1 complete, 1 denied\n$/);
  });

  it('goes to standard output without a file', async () => {
    const { stdout, stderr } = await runCommand(Snapshot, ['--from', 'a.snapshot'], contextWith().context);
    match(gunzipSync(Buffer.from(stdout, 'latin1')).toString(), /"kind":\s?"Snapshot"/);
    match(stderr, /2 certificates; sources/);
  });

  it('is refused where a terminal would show it', async () => {
    const { context } = contextWith(fakeTerminal({ outIsTerminal: true }));
    await rejects(runCommand(Snapshot, [], context), userError(64, /binary data/));
    strictEqual(context.worlds.length, 0);
  });
});

describe('snapshot diff', () => {
  it('says what changed, in a document that the shipped schema accepts', async () => {
    const [a, b] = [encodeSnapshot(await sampleSnapshot()), encodeSnapshot(await sampleSnapshot())];
    const context = () => fakeContext({ ports: { files: memoryFiles({ a, b }) } });
    const { exitCode, stdout } = await runCommand(SnapshotDiff, ['a', 'b', '-o', 'json'], context());
    strictEqual(exitCode, 0);
    const document = JSON.parse(stdout);
    strictEqual(document.kind, 'SnapshotDiff');
    assertMatchesSchema(document);
    match((await runCommand(SnapshotDiff, ['a', 'b'], context())).stdout, /secret\/a\/soon#tls\.crt/);
  });

  it('names the file that is none', async () => {
    const context = fakeContext({ ports: { files: memoryFiles({ a: 'text' }) } });
    await rejects(runCommand(SnapshotDiff, ['a', 'b'], context), userError(65, /^a /));
  });
});
