import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { moveCursor, START, scroll, showing } from '../../../src/cli/ui/cursor.ts';

const LONG = { count: 100, height: 10 };

describe('the cursor of a list', () => {
  const cases: [intent: string, from: { at: number; top: number }, to: { at: number; top: number }][] = [
    ['down', START, { at: 1, top: 0 }],
    ['down', { at: 9, top: 0 }, { at: 10, top: 1 }],
    ['up', START, START],
    ['up', { at: 5, top: 5 }, { at: 4, top: 4 }],
    ['page-down', START, { at: 9, top: 0 }],
    ['page-down', { at: 9, top: 0 }, { at: 18, top: 9 }],
    ['page-up', { at: 50, top: 50 }, { at: 41, top: 41 }],
    ['bottom', START, { at: 99, top: 90 }],
    ['top', { at: 99, top: 90 }, START],
    ['down', { at: 99, top: 90 }, { at: 99, top: 90 }],
  ];
  for (const [intent, from, to] of cases) {
    it(`goes ${intent} from ${from.at} to ${to.at}`, () => deepStrictEqual(moveCursor(from, intent, LONG), to));
  }

  it('takes no other intent', () => strictEqual(moveCursor(START, 'open', LONG), undefined));

  it('stays where it is in an empty list', () => {
    deepStrictEqual(moveCursor(START, 'down', { count: 0, height: 10 }), START);
  });

  it('is in the list and in sight wherever it was and whatever became of the list', () => {
    const extent = fc.record({ count: fc.nat(50), height: fc.integer({ min: 1, max: 60 }) });
    fc.assert(
      fc.property(fc.nat(80), fc.nat(80), extent, (wanted, from, { count, height }) => {
        const { at, top } = showing({ at: wanted, top: from }, { count, height });
        ok(at >= 0 && at <= Math.max(0, count - 1));
        ok(top >= 0 && top <= at && at < top + height);
        ok(count <= height ? top === 0 : top + height <= count);
      }),
    );
  });
});

describe('text that scrolls', () => {
  it('ends with its last page', () => {
    strictEqual(scroll(0, 'bottom', LONG), 90);
    strictEqual(scroll(90, 'down', LONG), 90);
    strictEqual(scroll(0, 'up', LONG), 0);
    strictEqual(scroll(0, 'copy', LONG), undefined);
  });
});
