import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localToolRunner } from '../../../src/io/adapters/tool-runner.ts';
import { PortFailure } from '../../../src/io/ports/failure.ts';

describe('running tools', () => {
  const runner = localToolRunner({ PATH: process.env.PATH, SECRET: 'x' });
  const node = (script: string, parts = {}) =>
    runner.run({
      argv: [process.execPath, '-e', script],
      maxOutput: 1 << 20,
      signal: new AbortController().signal,
      ...parts,
    });

  it('gives output and exit code, and no input', async () => {
    const result = await node(
      'process.stdin.resume();process.stdin.on("end",()=>{console.log("out");console.error("err");process.exitCode=7})',
    );
    assert.deepEqual([result.exit, result.stdout, result.stderr], [7, 'out', 'err']);
  });

  it('hands down only the environment that tools need, in plain English', async () => {
    const { stdout } = await node('console.log(JSON.stringify(process.env))', { env: { EXTRA: '1' } });
    const env = JSON.parse(stdout) as Record<string, string>;
    assert.deepEqual([env.SECRET, env.EXTRA, env.LC_ALL], [undefined, '1', 'C']);
  });

  it('says that a binary is absent', async () => {
    await assert.rejects(
      runner.run({ argv: ['no-such-binary-here'], maxOutput: 100, signal: new AbortController().signal }),
      (error: PortFailure) => error.state === 'absent' && /not installed or not on PATH/.test(error.message),
    );
  });

  it('passes arguments without a shell', async () => {
    const { stdout } = await runner.run({
      argv: [process.execPath, '-e', 'console.log(process.argv[1])', '$(id); `id`'],
      maxOutput: 1000,
      signal: new AbortController().signal,
    });
    assert.equal(stdout, '$(id); `id`');
  });

  it('cuts off a flood of output', async () => {
    const result = await node('for(let i=0;i<1e5;i++)console.log("x".repeat(100))', { maxOutput: 1000 });
    assert.ok(result.stdout.length <= 1000);
    assert.equal(result.exit, -1);
  });

  it('ends the whole group of a tool that hangs with a grandchild on its pipes', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tool-'));
    try {
      const abort = new AbortController();
      const script = `require("child_process").spawn(process.execPath,["-e","require('fs').writeFileSync('${folder}/pid',String(process.pid));setInterval(()=>{},1000)"],{stdio:"inherit"});setInterval(()=>{},1000)`;
      const running = node(script, { signal: abort.signal });
      const started = await waitFor(() => readFileSync(join(folder, 'pid'), 'utf8'));
      abort.abort(new PortFailure('timed-out', 'enough'));
      await assert.rejects(running, /enough/);
      await waitFor(() => {
        assert.throws(() => process.kill(Number(started), 0));
        return 'gone';
      });
      writeFileSync(join(folder, 'done'), '');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

/** Asks until an answer comes without an exception. */
async function waitFor(ask: () => string): Promise<string> {
  for (let attempt = 0; ; attempt++) {
    try {
      const answer = ask();
      if (answer) return answer;
    } catch (error) {
      if (attempt > 500) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
