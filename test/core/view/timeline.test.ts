import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict';
import stringWidth from 'string-width';
import { printSection } from '../../../src/core/report/table.ts';
import { takeInventory } from '../../../src/core/snapshot/inventory.ts';
import { cutTo } from '../../../src/core/view/cut-to.ts';
import { viewInventory } from '../../../src/core/view/inventory.ts';
import type { Tone } from '../../../src/core/view/section.ts';
import { mint } from '../../../src/io/demo/mint.ts';
import { NOW } from '../../support/fake-ports.ts';
import { snapshotOf } from '../../support/snapshot.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** An inventory of certificates that end so many milliseconds from NOW. */
async function inventoryOf(ends: Readonly<Record<string, number>>) {
  const minted = await Promise.all(
    Object.entries(ends).map(([name, end]) =>
      mint({
        ...(name.startsWith('\x1b') ? { subject: '', dnsNames: [name] } : { subject: `CN=${name}` }),
        notBefore: NOW - 4000 * DAY,
        notAfter: NOW + end,
      }),
    ),
  );
  return takeInventory(
    snapshotOf([
      {
        fill: (reading) => {
          for (const [index, { certificate }] of minted.entries()) {
            const chain = reading.chain([certificate.der]);
            reading.place({
              ref: `secret/a/s${index}#tls.crt`,
              layer: 'ingress',
              role: 'ingress-tls',
              manager: 'person',
              chain,
            });
          }
        },
      },
    ]),
  );
}

async function drawing(
  ends: Readonly<Record<string, number>>,
  { width = 80, tone }: { width?: number; tone?: Tone } = {},
): Promise<string[]> {
  const inventory = await inventoryOf(ends);
  const { sections } = viewInventory(inventory, { now: NOW, timeline: width, toneOf: tone && (() => tone) });
  const text = printSection(sections[0], { color: false, noHeaders: false, terminal: true }, false);
  return text.trimEnd().split('\n');
}

const MIXED = {
  gone: -12 * DAY,
  soon: 3 * DAY,
  month: 30 * DAY,
  year: 365 * DAY,
  decade: 3650 * DAY,
  century: 36_500 * DAY,
};

describe('the timeline', () => {
  it('draws what ends later farther to the right, and what has ended to the left of now', async () => {
    const [axis = '', ...rows] = await drawing(MIXED);
    const now = axis.indexOf('|');
    ok(rows.every((row) => row[now] === '|'));
    const marks = rows.map((row) => row.search(/[xo](?=\||$)/));
    ok((marks[0] ?? 0) < now);
    deepStrictEqual(
      marks.toSorted((a, b) => a - b),
      marks,
    );
    strictEqual(new Set(marks).size, marks.length);
  });

  for (const width of [60, 80, 120, 200]) {
    it(`fits ${width} columns, whatever the names`, async () => {
      const lines = await drawing(
        { ...MIXED, [`long-${'x'.repeat(300)}`]: DAY, 宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽宽: DAY },
        { width },
      );
      for (const line of lines) ok(stringWidth(line) <= width, line);
      ok(
        lines.some((line) => stringWidth(line) > width - 8),
        'the width is used',
      );
    });
  }

  it('is plain ASCII for plain names', async () => {
    match((await drawing(MIXED)).join('\n'), /^[\n\x20-\x7e]+$/);
  });

  it('makes acting characters visible before it measures and cuts', async () => {
    const lines = await drawing({ ['\x1b[31m'.repeat(30)]: DAY }, { width: 60 });
    match(lines[1] ?? '', /^\\u\{1b\}\[31m.*\.\.\. /);
    ok(stringWidth(lines[1] ?? '') <= 60);
  });

  for (const [tone, mark] of [
    ['critical', '!'],
    ['warning', '*'],
    ['unknown', '?'],
    ['info', 'o'],
  ] as const) {
    it(`marks an end that is ${tone} with ${mark}`, async () => {
      match((await drawing({ a: 30 * DAY }, { tone }))[1] ?? '', new RegExp(`\\|-*\\${mark}$`));
    });
  }

  it('names distances on its axis where they end', async () => {
    const [axis = '', row = ''] = await drawing({ a: 365 * DAY }, { width: 120 });
    match(axis, /\| *1d +7d +30d +90d/);
    strictEqual((await drawing({ a: 30 * DAY, b: 365 * DAY }, { width: 120 }))[1]?.length, axis.indexOf('30d') + 1);
    ok(row.length > axis.indexOf('90d'));
  });

  it('tells hours apart where there are any, and spends nothing on them elsewhere', async () => {
    const hours = await drawing({ a: HOUR, b: 20 * HOUR, c: 400 * DAY });
    ok((hours[2]?.length ?? 0) - (hours[1]?.length ?? 0) > 5);
    const days = await drawing({ b: 2 * DAY, c: 400 * DAY });
    ok((days[1]?.length ?? 0) < (hours[2]?.length ?? 0));
  });

  it('leaves no room for the past where nothing has ended', async () => {
    match((await drawing({ a: DAY }))[1] ?? '', /in 24h {3}\|/);
  });

  it('leaves the document as it is', async () => {
    const inventory = await inventoryOf(MIXED);
    deepStrictEqual(
      viewInventory(inventory, { now: NOW, timeline: 80 }).document,
      viewInventory(inventory, { now: NOW }).document,
    );
  });

  it('explains its marks beside the data, not in it', async () => {
    const { notes } = viewInventory(await inventoryOf(MIXED), { now: NOW, timeline: 80 });
    ok(notes.some(({ text }) => text.includes('! critical')));
    ok(
      !viewInventory(await inventoryOf({}), { now: NOW, timeline: 80 }).notes.some(({ text }) =>
        text.includes('! critical'),
      ),
    );
  });
});

describe('cutTo', () => {
  const cases: [text: string, columns: number, shown: string][] = [
    ['short', 5, 'short'],
    ['longer', 5, 'lo...'],
    ['宽宽宽宽', 6, '宽...'],
    ['👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦', 5, '👩‍👩‍👧‍👦...'],
    ['longer', 2, '..'],
    ['longer', 0, ''],
  ];
  for (const [text, columns, shown] of cases) {
    it(`shows ${text} in ${columns} columns as ${JSON.stringify(shown)}`, () =>
      strictEqual(cutTo(text, columns), shown));
  }
});
