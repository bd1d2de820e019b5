// Runs the import rules and refuses a run that saw fewer modules than src has: a parser that
// reads nothing would otherwise report no violation.
import { execFileSync, spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';

const arguments_ = ['--config', '.config/dependency-cruiser.cjs', 'src'];
const run = spawnSync('depcruise', [...arguments_, '--output-type', 'err-long'], {
  stdio: ['ignore', 'inherit', 'ignore'],
});
if (run.status !== 0) process.exit(1);
const json = execFileSync('depcruise', [...arguments_, '-T', 'json'], {
  maxBuffer: 1 << 28,
  stdio: ['ignore', 'pipe', 'ignore'],
});
const { modules } = JSON.parse(json.toString());
const seen = modules.filter(({ source }) => source.startsWith('src/')).length;
const files = globSync('src/**/*.{ts,tsx,cjs}').length;
if (seen < files) {
  console.error(`import rules: ${seen} of ${files} source files were read`);
  process.exit(1);
}
console.log(`import rules: ${seen} files, no violation`);
