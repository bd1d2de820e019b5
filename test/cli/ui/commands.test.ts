import { match, ok, strictEqual } from 'node:assert/strict';
import Debug from '../../../src/cli/commands/debug.ts';
import Layers from '../../../src/cli/commands/layers.ts';
import Renew from '../../../src/cli/commands/renew.ts';
import { EXIT } from '../../../src/core/model/error.ts';
import { demoPorts } from '../../../src/io/demo/ports.ts';
import { fakeContext, fakeTerminal } from '../../support/fake-context.ts';
import { NOW } from '../../support/fake-ports.ts';
import { runCommand, userError } from '../../support/run-command.ts';
import { FakeScreen, WINDOW } from '../../support/screens.tsx';

/** Milliseconds after which a new window listens to keys. */
const AWAKE = 300;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** One key or chunk of keys, once something is drawn that was not there before the key before it. */
type Press = readonly [shown: RegExp, keys: string];

/** Runs a command on the demo in a window of its own and presses keys. @returns what it printed once it was left */
async function onScreens(command: unknown, argv: readonly string[], presses: readonly Press[], incident = 'demo') {
  const ports = await demoPorts({ incident, now: NOW });
  const window = new FakeScreen(WINDOW.large);
  let leave = () => {};
  const terminal = {
    ...fakeTerminal({ canShowScreen: true, inIsTerminal: true, errIsTerminal: true, outIsTerminal: true }),
    takeScreen: (how: () => void) => {
      leave = how;
      const stream = window as unknown as NodeJS.ReadStream & NodeJS.WriteStream;
      return { input: stream, output: stream };
    },
    giveBackScreen: () => leave(),
  };
  const context = { ...fakeContext({ ports }), terminal, clock: { now: () => Date.now(), sleep: pause } };
  const flags = incident === 'demo' ? ['--demo'] : ['--incident', incident];
  const ended = runCommand(command, [...argv, ...flags], context as never);
  ended.catch(() => {});
  for (const [shown, keys] of presses) {
    for (let waited = 0; !shown.test(window.written); waited += 20) {
      ok(waited < 60_000, `${shown} was not shown`);
      await pause(20);
    }
    await pause(AWAKE);
    window.written = '';
    window.type(keys);
  }
  return ended;
}

describe('commands on screens', function () {
  this.timeout(120_000); // Dozens of key pairs are made.

  it('layers -i runs the plan of a fix, and prints what was done once it is left', async () => {
    const { exitCode, stdout } = await onScreens(
      Layers,
      ['-i'],
      [
        [/critical: \d/, '\t/apiserver-etcd-client\r\r'],
        [/subject/, 'f'],
        [/Fix/, 'r'],
        [/Plan/, 'r'],
        [/y yes/, 'y'],
        [/the run is over: done/, 'q'],
      ],
    );
    strictEqual(exitCode, EXIT.ok);
    match(stdout, /^renew-apiserver-etcd-client +verified/m);
  });

  it('layers -i only plans for another moment', async () => {
    const { exitCode, stdout } = await onScreens(
      Layers,
      ['-i', '--at', '+1d'],
      [
        [/critical: \d/, '\t/apiserver-etcd-client\r\r'],
        [/subject/, 'f'],
        [/Fix/, 'r'],
        [/Plan/, 'r'],
        [/y yes/, 'y'],
        [/only planned/, 'q'],
      ],
    );
    strictEqual(exitCode, EXIT.ok);
    strictEqual(stdout, '');
  });

  it('renew asks on the plan, runs it on a screen and prints what became of it', async () => {
    const { exitCode, stdout, stderr } = await onScreens(
      Renew,
      ['apiserver'],
      [
        [/Plan/, 'r'],
        [/y yes/, 'y'],
      ],
    );
    strictEqual(exitCode, EXIT.ok);
    match(stdout, /^restart-kube-apiserver +verified/m);
    match(stderr, /the demo is done; nothing real was changed$/m);
  });

  it('renew changes nothing when the plan is left', async () => {
    const { exitCode, stdout, stderr } = await onScreens(Renew, ['apiserver'], [[/Plan/, 'q']]);
    strictEqual(exitCode, EXIT.failed);
    strictEqual(stdout, '');
    match(stderr, /nothing has been changed/);
  });

  it('debug drills: scores a guess, and prints the report', async () => {
    const { exitCode, stdout, stderr } = await onScreens(
      Debug,
      [],
      [
        [/Drill/, '/cert_expired\r\r'],
        [/100 of 100 points/, 'q'],
      ],
      'frozen',
    );
    strictEqual(exitCode, 2);
    match(stdout, /^root cause found: certificate/m);
    match(stderr, /your guess CERT_EXPIRED: that is it; 100 of 100 points/);
  });

  it('debug diagnoses a text that is typed into the menu', async () => {
    const { exitCode, stdout } = await onScreens(
      Debug,
      [],
      [
        [/Symptoms/, '/x509: certificate has expired or is not yet valid\r'],
        [/Root cause found/, 'q'],
      ],
    );
    strictEqual(exitCode, 2);
    match(stdout, /x509: certificate has expired or is not yet valid/);
  });

  it('layers -i needs a terminal', async () => {
    const context = fakeContext();
    const run = runCommand(Layers, ['-i', '--demo'], context);
    await run.then(
      () => ok(false, 'it ran'),
      (error) => ok(userError(EXIT.usage, /needs a terminal/)(error)),
    );
  });
});
