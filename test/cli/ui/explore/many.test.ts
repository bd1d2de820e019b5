import { match, ok, strictEqual } from 'node:assert/strict';
import type { Explored } from '../../../../src/app/explore.ts';
import { openList } from '../../../../src/cli/ui/explore/list-screen.ts';
import type { InventoryEntry } from '../../../../src/core/view/inventory-entry.ts';
import { exploredSample } from '../../../support/explored.ts';
import { pressing, rowsOf, uiOf } from '../../../support/screens.tsx';

const MANY = 10_000;
/** Milliseconds that a key may take, on a machine that is busy with others. */
const INSTANT = 50;

describe('ten thousand certificates in the list', function () {
  this.timeout(30_000);
  let explored: Explored;
  let drawn = 0;
  before(async () => {
    const demo = await exploredSample();
    const [model] = demo.entries as [InventoryEntry];
    const entries = Array.from({ length: MANY }, (_, index): InventoryEntry => {
      const certificate = { ...model.certificate, sha256: String(index), dnsNames: [`host-${index}.example.com`] };
      return { ...model, certificate };
    });
    const toneOf = (sha256: string) => {
      drawn++;
      return demo.toneOf(sha256);
    };
    explored = { ...demo, entries, toneOf };
  });

  const open = () => uiOf(openList({}), { explored });

  it('draws the rows that are shown, and no others', () => {
    const ui = open();
    drawn = 0;
    rowsOf(ui);
    ok(drawn > 0 && drawn <= ui.size.rows, `${drawn} rows`);
  });

  for (const [title, keys] of [
    ['a step down', ['j']],
    ['to the end', ['G']],
    ['a page up from the end', ['G', 'pageup']],
    ['forty fast steps', Array<string>(40).fill('j')],
    ['a letter of a filter', ['/', '9']],
  ] as const) {
    it(`takes ${title} at once`, () => {
      rowsOf(open());
      const start = performance.now();
      rowsOf(pressing(open(), keys).ui);
      const each = (performance.now() - start) / keys.length;
      ok(each < INSTANT, `${each.toFixed(1)} ms for each key`);
    });
  }

  it('finds one of them', () => {
    const { ui } = pressing(open(), ['/', ...'host-9876.'].concat('enter'));
    match(rowsOf(ui)[1] ?? '', / 1 of 10000/);
    strictEqual(rowsOf(ui).filter((row) => row.includes('host-9876.example.com')).length, 1);
  });
});
