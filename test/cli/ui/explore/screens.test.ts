import { deepStrictEqual, doesNotMatch, match, ok, strictEqual } from 'node:assert/strict';
import { type Explored, exploreUnjudged } from '../../../../src/app/explore.ts';
import { openOverview } from '../../../../src/cli/ui/explore/overview-screen.ts';
import type { Ui } from '../../../../src/cli/ui/ui.ts';
import { exploredDemo } from '../../../support/explored.ts';
import { inInk, pressing, rowsOf, uiOf, WINDOW } from '../../../support/screens.tsx';

describe('the screens of the layers', function () {
  this.timeout(20_000);
  let explored: Explored;
  before(async () => {
    explored = await exploredDemo();
  });

  const open = (size: Ui['size'] = WINDOW.small) => uiOf(openOverview(), { explored }, size);
  const textOf = (ui: Ui) => rowsOf(ui).join('\n');
  const pressed = (keys: readonly string[], size?: Ui['size']) => pressing(open(size), keys).ui;
  const keysOf = (text: string) => [...text];

  describe('the overview', () => {
    it('shows the verdict, who looks, and each layer in one row', () => {
      const text = textOf(open());
      match(text, /^ critical: 2 critical, \d+ warning, 1 info in \d+ certificates$/m);
      match(text, /^ you are kubernetes-admin /m);
      for (const layer of ['\\* cluster', '! ingress', '\\* mesh']) match(text, new RegExp(`^ ${layer} +\\d+ `, 'm'));
    });

    it('has the most urgent first, with what the chosen one says and breaks', () => {
      const text = textOf(pressed(['j']));
      match(text, /^>! CERT_EXPIRED +secret\/shop\/legacy-sh/m);
      match(text, /^ certificate old\.shop\.example\.com \(ingress TLS\) expired 12d ago/m);
    });

    it('opens the finding with its certificate, and comes back', () => {
      const text = textOf(pressed(['j', 'enter']));
      match(text, /^ old\.shop\.example\.com {2}CERT_EXPIRED$/m);
      match(text, /^ critical +CERT_EXPIRED: certificate old\.shop/m);
      deepStrictEqual(pressed(['j', 'enter', 'escape']), pressed(['j']));
    });

    it('opens the list by layer, all, or with a filter to type', () => {
      match(textOf(pressed(['2'])), /\[2 ingress\] .* 14 of /);
      match(textOf(pressed(['tab'])), /\[0 all\]/);
      match(textOf(pressed(['/'])), /^ \/▏/m);
    });

    it('copies the command that says the same', () => {
      deepStrictEqual(pressing(open(), ['y']).effects, [{ do: 'copy', text: 'kubectl certs check' }]);
    });

    it('says what is waited for before anything was read', () => {
      const text = textOf(uiOf(openOverview(), { reading: 'reading: 2 certificates, waiting for leases' }));
      match(text, /^ reading: 2 certificates, waiting for leases$/m);
    });

    it('judges nothing while some sources are silent', () => {
      const partial = exploreUnjudged(explored.opened);
      const text = textOf(uiOf(openOverview(), { explored: partial, reading: 'reading: waiting for leases' }));
      match(text, /^ Reading {2}reading: waiting for leases$/m);
      match(text, /judged once every source has answered/);
      doesNotMatch(text, /nothing found/);
    });
  });

  describe('the list', () => {
    it('has every certificate once, the next to end first', () => {
      const text = textOf(pressed(['tab']));
      match(text, /57 of 57, by expiry$/m);
      match(text, /^>! 12d ago +old\.shop\.example\.com +ingress TLS/m);
    });

    it('goes through the layers by tab, back by shift-tab, and to one by its number', () => {
      const tabOf = (keys: string[]) => /\[(.*?)\]/.exec(rowsOf(pressed(['tab', ...keys]))[1] ?? '')?.[1];
      strictEqual(tabOf(['tab']), '1 cluster');
      strictEqual(tabOf(['tab', 'tab', 'tab', 'tab']), '0 all');
      strictEqual(tabOf(['shift-tab']), '3 mesh');
      strictEqual(tabOf(['3', '0']), '0 all');
    });

    it('filters while one types, by several words', () => {
      const typed = pressed(['tab', '/', ...keysOf('etcd peer')]);
      match(textOf(typed), / 1 of 57/);
      match(textOf(typed), /^ \/etcd peer▏ {2}Enter keeps the filter, Esc drops it$/m);
    });

    it('keeps a filter by Enter, drops it by Esc there and later', () => {
      match(textOf(pressed(['tab', '/', 'e', 't', 'c', 'd', 'enter'])), /filter: etcd$/m);
      match(textOf(pressed(['tab', '/', 'e', 't', 'c', 'd', 'escape'])), /57 of 57/);
      match(textOf(pressed(['tab', '/', 'e', 't', 'c', 'd', 'enter', 'escape'])), /57 of 57/);
    });

    it('says that nothing has what was typed', () => {
      match(textOf(pressed(['tab', '/', 'x', 'q', 'z', 'enter'])), /^ no certificate has xqz$/m);
    });

    it('sorts by the next order, and stays on the certificate that it was on', () => {
      const chosen = (ui: Ui) => rowsOf(ui).find((row) => row.startsWith('>'));
      const before = pressed(['tab', 'j', 'j', 'j']);
      const sorted = pressing(before, ['s']).ui;
      match(textOf(sorted), /by name$/m);
      strictEqual(chosen(sorted), chosen(before));
    });

    it('copies the command that lists the same', () => {
      const { effects } = pressing(open(), ['2', 's', '/', 'a', 'p', 'p', 'enter', 'y']);
      deepStrictEqual(effects, [{ do: 'copy', text: 'kubectl certs layers ingress --sort-by name | grep -i -- app' }]);
    });

    it('shows more columns where there is room', () => {
      doesNotMatch(textOf(pressed(['tab'])), /REF/);
      match(textOf(pressed(['tab'], WINDOW.large)), /EXPIRES +PLACES +REF$/m);
    });
  });

  describe('the details', () => {
    const whole = (keys: readonly string[]) => textOf(pressed(keys, { columns: 120, rows: 90 }));

    it('have the certificate, its chain, its places, who needs it, and when each ends', () => {
      const text = whole(['tab', '/', ...keysOf('app.example.com'), 'enter', 'enter']);
      match(text, /^ subject +CN=app\.example\.com$/m);
      match(text, /^ renewed by +cert-manager$/m);
      for (const title of ['Chain', 'Where it stands', 'Who breaks without it', 'Timeline'])
        match(text, new RegExp(`^── ${title} ─+$`, 'm'));
      match(text, /^ +0 +leaf +app\.example\.com/m);
      match(text, /secret\/production\/app-tls#tls\.crt/);
      match(text, /^ +serves +ingress\/production\/app-ingress$/m);
      match(text, /^ nothing was found about it$/m);
    });

    it('follow the chain up to its root', () => {
      const text = whole(['tab', '/', ...keysOf('app.example.com'), 'enter', 'enter']);
      match(text, /^ {3}1 +intermediate +E8/m);
      match(text, /^ {3}2 +root +ISRG Root X2/m);
    });

    it('scroll to the last line and no farther', () => {
      const end = pressed(['j', 'enter', 'G']);
      deepStrictEqual(pressing(end, ['j', 'j']).ui, end);
      match(rowsOf(end).at(-2) ?? '', /\S/);
    });

    it('copy the command that shows the same', () => {
      const { effects } = pressing(open(), ['j', 'enter', 'y']);
      const text = "kubectl certs check 'secret/shop/legacy-shop-tls#tls.crt' -o wide";
      deepStrictEqual(effects, [{ do: 'copy', text }]);
    });
  });

  describe('the fix', () => {
    it('has each step with its command, and copies it', () => {
      const text = textOf(pressed(['j', 'enter', 'f']));
      match(text, /^ Fix for CERT_EXPIRED of secret\/shop\/legacy-shop-tls#tls\.crt$/m);
      match(text, /^>[ *] {2}1 /m);
      const { effects } = pressing(pressed(['j', 'enter', 'f']), ['y']);
      ok(effects.length <= 1);
    });

    it('asks the renewal engine for a plan, and runs nothing itself', () => {
      deepStrictEqual(pressing(open(), ['j', 'enter', 'f', 'r']).effects, [
        { do: 'plan', target: 'secret/shop/legacy-shop-tls#tls.crt' },
      ]);
    });

    it('is not there where nothing was found', () => {
      const { ui } = pressing(open(), ['tab', '/', ...keysOf('app.example.com'), 'enter', 'enter', 'f']);
      match(rowsOf(ui).at(-1) ?? '', /nothing was found here that needs a fix/);
    });
  });

  for (const [name, size] of Object.entries(WINDOW)) {
    it(`fit the ${name} window`, () => {
      for (const keys of [[], ['tab'], ['j', 'enter'], ['j', 'enter', 'f'], ['?'], ['tab', '?'], ['tab', 'G']]) {
        const rows = rowsOf(pressed(keys, size));
        strictEqual(rows.length, size.rows);
        ok(
          rows.every((row) => row.length <= size.columns),
          keys.join(' '),
        );
      }
    });
  }

  it('are drawn by Ink, with fast keys in one chunk', async () => {
    const { type, frame } = inInk(open());
    await type('\tjjj');
    match(frame(), /^>\* in \d+d/m);
    await type('/legacy\r\r');
    match(frame(), /^ old\.shop\.example\.com$/m);
    await type('\x1b\x1b');
  });
});
