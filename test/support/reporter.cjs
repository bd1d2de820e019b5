// Dots while running, failures in full, skipped and retried tests by name, what took long, and the plain closing line
// that CI reads.
const { relative } = require('node:path');
const Mocha = require('mocha');

const { EVENT_RUN_END, EVENT_SUITE_BEGIN, EVENT_SUITE_END, EVENT_TEST_PENDING, EVENT_TEST_RETRY } =
  Mocha.Runner.constants;
/** Milliseconds from which on a file is told by name. */
const LONG = 10_000;

module.exports = class Reporter extends Mocha.reporters.Dot {
  constructor(runner, options) {
    super(runner, options);
    const notes = [];
    const begun = new Map();
    const took = new Map();
    runner.on(EVENT_TEST_PENDING, (test) => notes.push(`skipped: ${test.fullTitle()}`));
    runner.on(EVENT_TEST_RETRY, (test, error) => notes.push(`tried again: ${test.fullTitle()}: ${error.message}`));
    runner.on(EVENT_SUITE_BEGIN, (suite) => begun.set(suite, Date.now()));
    runner.on(EVENT_SUITE_END, (suite) => {
      if (!suite.parent?.root) return;
      const { ms = 0, tests = 0 } = took.get(suite.file) ?? {};
      took.set(suite.file, { ms: ms + Date.now() - begun.get(suite), tests: tests + suite.total() });
    });
    runner.once(EVENT_RUN_END, () => {
      const long = [...took].filter(([, { ms }]) => ms >= LONG).sort(([, a], [, b]) => b.ms - a.ms);
      for (const [file, { ms, tests }] of long)
        console.log(`  ${String(Math.round(ms / 1000)).padStart(4)} s  ${tests} tests  ${relative('.', file)}`);
      for (const note of notes) console.log(`  ${note}`);
      const { passes, failures, pending } = this.stats;
      console.log(`${passes} passed, ${failures} failed, ${pending} skipped`);
    });
  }
};
