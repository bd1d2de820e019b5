import { match, strictEqual } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { transformSync } from 'esbuild';

const LAUNCHER = 'src/launcher.cjs';

describe('the launcher', () => {
  it('holds no syntax that Node 12 would have to be spared', () => {
    const source = readFileSync(LAUNCHER, 'utf8');
    const asWritten = transformSync(source, { target: 'esnext' }).code;
    // Node 12 parses import(), which is all that it must do.
    const forNode12 = transformSync(source, { target: 'node12', supported: { 'dynamic-import': true } }).code;
    strictEqual(forNode12, asWritten);
  });

  for (const version of ['12.0.0', '20.20.2', '25.9.0']) {
    it(`refuses Node ${version} in one line that says what to do`, () => {
      const pretend = `Object.defineProperty(process.versions, 'node', { value: '${version}' }); require('./${LAUNCHER}')`;
      const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', pretend], { encoding: 'utf8' });
      strictEqual(status, 69);
      strictEqual(stdout, '');
      match(
        stderr,
        new RegExp(`^error: kubectl certs needs Node 26 or newer, this is Node ${version}[^\n]+PATH[^\n]+\n$`),
      );
    });
  }
});
