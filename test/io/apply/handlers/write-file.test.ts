import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localFileChanges } from '../../../../src/io/adapters/file-changes.ts';
import { localFiles } from '../../../../src/io/adapters/files.ts';
import { StepFailure } from '../../../../src/io/apply/handler.ts';
import { createHandlers } from '../../../../src/io/apply/handlers.ts';
import type { ApplyPorts } from '../../../../src/io/apply/ports.ts';
import { PortFailure } from '../../../../src/io/ports/failure.ts';
import type { ToolResult } from '../../../../src/io/ports/tool-runner.ts';
import { fakePorts } from '../../../support/fake-ports.ts';

const failure = (says: RegExp) => (error: unknown) => error instanceof StepFailure && says.test(error.message);
const hash = (text: string) => createHash('sha256').update(text).digest('hex');

describe('steps that write files and run tools', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'write-file-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const at = (name: string) => join(folder, name);
  const text = (name: string) => readFileSync(at(name), 'utf8');

  async function run(
    kind: string,
    params: Record<string, string>,
    { command = [], ...parts }: Partial<ApplyPorts> & { command?: string[] } = {},
  ) {
    const ports = { ...fakePorts({ files: localFiles }), changes: localFileChanges, stateDir: at('state'), ...parts };
    const { signal } = new AbortController();
    const context = { run: 'r', signal, progress: () => {}, observe: () => assert.fail('nothing is observed') };
    const step = { id: kind, kind, title: '', command, risk: 'none', params } as const;
    return createHandlers(ports).get(kind)!.run(step, context);
  }

  it('writes a file that is not there yet, with its folder and mode', async () => {
    await run('write-file', { path: at('a/b/unit'), mode: '640', content: 'new\n', before: 'absent' });
    assert.equal(text('a/b/unit'), 'new\n');
    assert.equal(statSync(at('a/b/unit')).mode & 0o777, 0o640);
  });

  it('replaces what the plan was made for, and may be repeated', async () => {
    writeFileSync(at('unit'), 'old');
    const params = { path: at('unit'), mode: '644', content: 'new', before: hash('old') };
    await run('write-file', params);
    await run('write-file', params);
    assert.equal(text('unit'), 'new');
  });

  it('leaves alone what has changed, gone or come since', async () => {
    writeFileSync(at('unit'), 'someone else');
    const params = { path: at('unit'), mode: '644', content: 'new', before: hash('old') };
    await assert.rejects(run('write-file', params), failure(/has changed since/));
    await assert.rejects(run('write-file', { ...params, before: 'absent' }), failure(/has changed since/));
    await assert.rejects(run('write-file', { ...params, path: at('gone') }), failure(/has changed since/));
    assert.equal(text('unit'), 'someone else');
  });

  it('says why a file cannot be written', async () => {
    writeFileSync(at('file'), '');
    const params = { path: at('file/unit'), mode: '644', content: '', before: 'absent' };
    await assert.rejects(run('write-file', params), failure(/could not be written/));
  });

  it('puts back what was there, with its mode', async () => {
    writeFileSync(at('unit'), 'old');
    chmodSync(at('unit'), 0o600);
    await run('backup-files', { paths: at('unit') });
    await run('write-file', { path: at('unit'), mode: '644', content: 'new', before: hash('old') });
    assert.match(await run('put-back-file', { path: at('unit') }), /put back/);
    assert.equal(text('unit'), 'old');
    assert.equal(statSync(at('unit')).mode & 0o777, 0o600);
    assert.match(await run('put-back-file', { path: at('unit') }), /had not been changed/);
  });

  it('removes what was not there before', async () => {
    await run('backup-files', { paths: at('unit') });
    await run('write-file', { path: at('unit'), mode: '644', content: 'new', before: 'absent' });
    assert.match(await run('put-back-file', { path: at('unit') }), /was not there before/);
    assert.ok(!existsSync(at('unit')));
  });

  it('removes a file, and it can be put back', async () => {
    writeFileSync(at('unit'), 'old');
    await run('backup-files', { paths: at('unit') });
    await run('remove-file', { path: at('unit') });
    assert.ok(!existsSync(at('unit')));
    await run('remove-file', { path: at('unit') });
    await run('put-back-file', { path: at('unit') });
    assert.equal(text('unit'), 'old');
  });

  const answering = (answers: Record<string, Partial<ToolResult>>) => ({
    tools: {
      run: async ({ argv }: { argv: readonly string[] }) => {
        const answer = answers[argv.join(' ')];
        if (!answer) throw new PortFailure('absent', `${argv[0]} is not installed`);
        return { exit: 0, stdout: '', stderr: '', ms: 1, ...answer };
      },
    },
    command: ['systemctl', 'enable', 'x'],
  });
  const CHECK = { check: 'systemctl\nis-enabled\nx', says: 'enabled' };

  it('runs a tool and looks whether it has done what it should', async () => {
    const answers = { 'systemctl enable x': {}, 'systemctl is-enabled x': { stdout: 'enabled\n' } };
    assert.match(await run('run-tool', CHECK, answering(answers)), /is-enabled x says enabled/);
    assert.match(await run('run-tool', {}, answering(answers)), /enable x has run/);
  });

  it('fails when the tool does, is not there, or has done something else', async () => {
    const broken = { 'systemctl enable x': { exit: 1, stderr: 'Unit x is masked.' } };
    await assert.rejects(run('run-tool', CHECK, answering(broken)), failure(/failed: Unit x is masked/));
    await assert.rejects(run('run-tool', CHECK, answering({})), failure(/not installed/));
    const other = { 'systemctl enable x': {}, 'systemctl is-enabled x': { stdout: 'static\n' } };
    await assert.rejects(run('run-tool', CHECK, answering(other)), failure(/says static instead of enabled/));
  });
});
