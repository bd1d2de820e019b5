/** A suite for other suites: it brings a bed up and stays until its runner is killed. */
import { useBed } from '../fixture.ts';

describe('an endless suite', () => {
  const bed = useBed('core', 'nginx');

  it('runs until its runner ends', async function () {
    this.timeout(0);
    console.log(`up in ${bed.runDir}`);
    await new Promise((resolve) => setTimeout(resolve, 600_000));
  });
});
