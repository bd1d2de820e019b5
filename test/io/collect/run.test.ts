import assert from 'node:assert/strict';
import { collect } from '../../../src/io/collect/run.ts';
import type { Scope } from '../../../src/io/collect/scope.ts';
import type { Source } from '../../../src/io/collect/source.ts';
import { PortFailure } from '../../../src/io/ports/failure.ts';
import { fakePorts } from '../../support/fake-ports.ts';

const scope: Scope = {
  layers: ['cluster'],
  namespaces: [],
  targets: [],
  probes: [],
  resolve: [],
  pkiDir: '/etc/kubernetes',
  pkiDirGiven: false,
  allSecrets: false,
  all: false,
  cluster: true,
};

function source(id: string, collectFrom: Source['collect'], parts: Partial<Source> = {}): Source {
  return {
    id,
    layer: 'cluster',
    title: id,
    needs: [],
    inScope: () => true,
    command: `read ${id}`,
    unknown: `${id} unknown`,
    collect: collectFrom,
    ...parts,
  };
}

function run(sources: Source[], timeout = 0, signal = new AbortController().signal) {
  return collect({ sources, ports: fakePorts(), scope, timeout, signal });
}

const hangs: Source['collect'] = () => new Promise(() => {});

describe('collecting from all sources', () => {
  it('keeps the order of the catalogue, whatever answers first', async () => {
    const slow = source('slow', async (context) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      context.begin({ command: 'a', unknown: '' });
    });
    const quick = source('quick', async (context) => void context.begin({ command: 'b', unknown: '' }));
    const observations = await run([slow, quick]);
    assert.deepEqual(
      observations.map(({ source: id, state }) => [id, state]),
      [
        ['slow', 'complete'],
        ['quick', 'complete'],
      ],
    );
  });

  it('turns a failure before any reading into an observation that says what is unknown', async () => {
    const [observation] = await run([
      source('secrets', async () => {
        throw new PortFailure('denied', 'secrets is forbidden');
      }),
    ]);
    assert.deepEqual(
      [observation?.state, observation?.reason, observation?.unknown],
      ['denied', 'secrets is forbidden', 'secrets unknown'],
    );
  });

  it('keeps what was read before the deadline and calls it partial', async () => {
    const [observation] = await run(
      [
        source('pods', async (context) => {
          const reading = context.begin({ command: 'kubectl get pods', unknown: 'the other pods' });
          reading.key({ spki: 'aa', algorithm: 'RSA', bits: 2048 });
          reading.place({ ref: 'file:/a', layer: 'cluster', role: 'file', manager: 'unknown', chain: [] });
          return new Promise(() => {});
        }),
      ],
      20,
    );
    assert.equal(observation?.state, 'partial');
    assert.match(observation?.reason ?? '', /no answer within 0.02s/);
    assert.equal(observation?.placements.length, 1);
  });

  it('calls a silent source timed out, and lets one that waited for it have nothing left', async () => {
    const observations = await run(
      [
        source('a', hangs),
        source(
          'b',
          async (context) => {
            await context.from('a');
            await hangs(context);
          },
          { after: ['a'] },
        ),
      ],
      30,
    );
    assert.deepEqual(
      observations.map(({ state }) => state),
      ['timed-out', 'timed-out'],
    );
  });

  it('lets a source wait for several as long as one of them keeps answering', async () => {
    const answering: Source['collect'] = async (context) => {
      for (let page = 0; page < 5; page++) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        context.answered();
      }
    };
    const observations = await run(
      [
        source('quick', async () => {}),
        source('slow', answering),
        source('waits', async (context) => {
          await Promise.all(['quick', 'slow'].map((id) => context.from(id)));
          context.begin({ command: 'late', unknown: '' });
        }),
      ],
      60,
    );
    assert.deepEqual(
      observations.map(({ source: id, state }) => [id, state]),
      [['waits', 'complete']],
    );
  });

  it('goes on as long as a source keeps answering', async () => {
    const [observation] = await run(
      [
        source('pages', async (context) => {
          context.begin({ command: 'list', unknown: '' });
          for (let page = 0; page < 5; page++) {
            await new Promise((resolve) => setTimeout(resolve, 20));
            context.answered();
          }
        }),
      ],
      60,
    );
    assert.equal(observation?.state, 'complete');
  });

  it('reports our own fault as partial with its reason', async () => {
    const [observation] = await run([
      source('broken', async () => {
        throw new TypeError('x is not a function');
      }),
    ]);
    assert.equal(observation?.state, 'partial');
    assert.match(observation?.reason ?? '', /internal error while reading: x is not a function/);
  });

  it('throws when the user interrupts', async () => {
    const abort = new AbortController();
    const collecting = run([source('a', hangs)], 0, abort.signal);
    abort.abort(new Error('interrupted'));
    await assert.rejects(collecting, /interrupted/);
  });

  it('leaves out what is not in scope', async () => {
    assert.deepEqual(await run([source('a', hangs, { inScope: () => false })]), []);
  });
});
