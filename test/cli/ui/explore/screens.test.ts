import { deepStrictEqual, doesNotMatch, match, ok, strictEqual } from 'node:assert/strict';
import { type Explored, exploreUnjudged } from '../../../../src/app/explore.ts';
import { openOverview } from '../../../../src/cli/ui/explore/overview-screen.ts';
import type { Ui } from '../../../../src/cli/ui/ui.ts';
import { exploredSample } from '../../../support/explored.ts';
import { inInk, pressing, rowsOf, uiOf, WINDOW } from '../../../support/screens.tsx';

describe('the screens of the layers', function () {
  this.timeout(20_000);
  let explored: Explored;
  before(async () => {
    explored = await exploredSample();
  });

  const open = (size: Ui['size'] = WINDOW.small) => uiOf(openOverview(), { explored }, size);
  const textOf = (ui: Ui) => rowsOf(ui).join('\n');
  const pressed = (keys: readonly string[], size?: Ui['size']) => pressing(open(size), keys).ui;
  const keysOf = (text: string) => [...text];
  const chosen = (ui: Ui) => rowsOf(ui).find((row) => row.startsWith('>')) ?? '';
  /** The screen once its cursor stands on the first row that matches. */
  const at = (row: RegExp, keys: readonly string[] = [], size?: Ui['size']) => {
    let ui = pressed(keys, size);
    for (let step = 0; !row.test(chosen(ui)); step++) {
      ok(step < 50, `no row ${row}`);
      ui = pressing(ui, ['j']).ui;
    }
    return ui;
  };
  const EXPIRED = /CERT_EXPIRED/;

  describe('the overview', () => {
    it('shows the verdict, who looks, and each layer in one row', () => {
      const text = textOf(open());
      match(text, /^ critical: \d critical, .* in 5 certificates$/m);
      match(text, /^ ! cluster +1 +1 +0 +0 +1 complete, 1 denied +in 3d cp-1$/m);
      match(text, /^ ! ingress +4 +/m);
      match(text, /^ {3}mesh +0 /m);
      match(text, /^ \? denied: leases: leases is forbidden; unknown: what leases holds$/m);
    });

    it('has the most urgent first, with what the chosen one says and breaks', () => {
      match(chosen(open()), /^>! /);
      const text = textOf(at(EXPIRED));
      match(text, /^>! CERT_EXPIRED +secret\/shop\/old-tls/m);
      match(text, /^ certificate old\.example\.com \(ingress TLS\) expired 2d ago/m);
      match(text, /^ users of the host see a certificate error: ingress\/shop\/old serves it/m);
    });

    it('opens the finding with its certificate, and comes back', () => {
      const opened = pressing(at(EXPIRED), ['enter']).ui;
      match(textOf(opened), /^ old\.example\.com {2}CERT_EXPIRED$/m);
      match(textOf(opened), /^ critical +CERT_EXPIRED: certificate old\.example/m);
      deepStrictEqual(pressing(opened, ['escape']).ui, at(EXPIRED));
    });

    it('opens the list by layer, all, or with a filter to type', () => {
      match(textOf(pressed(['2'])), /\[2 ingress\] .* 4 of 5/);
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
      match(text, /5 of 5, by expiry$/m);
      match(text, /^>! 2d ago +old\.example\.com +ingress TLS +a person$/m);
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
      match(textOf(typed), / 1 of 5,/);
      match(textOf(typed), /^ \/etcd peer▏ {2}Enter keeps the filter, Esc drops it$/m);
    });

    it('keeps a filter by Enter, drops it by Esc there and later', () => {
      match(textOf(pressed(['tab', '/', 'e', 't', 'c', 'd', 'enter'])), /filter: etcd$/m);
      match(textOf(pressed(['tab', '/', 'e', 't', 'c', 'd', 'escape'])), /5 of 5,/);
      match(textOf(pressed(['tab', '/', 'e', 't', 'c', 'd', 'enter', 'escape'])), /5 of 5,/);
    });

    it('says that nothing has what was typed', () => {
      match(textOf(pressed(['tab', '/', 'x', 'q', 'z', 'enter'])), /^ no certificate has xqz$/m);
    });

    it('sorts by the next order, and stays on the certificate that it was on', () => {
      const before = pressed(['tab', 'j']);
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
      match(text, /^ subject +CN=app$/m);
      match(text, /^ issuer +CN=issuing$/m);
      match(text, /^ renewed by +cert-manager$/m);
      for (const title of ['Chain', 'Where it stands', 'Who breaks without it', 'Timeline'])
        match(text, new RegExp(`^── ${title} ─+$`, 'm'));
      match(text, /^ +0 +leaf +app\.example\.com/m);
      match(text, /secret\/shop\/app-tls#tls\.crt/);
      match(text, /^ +serves +ingress\/shop\/app$/m);
    });

    it('follow the chain up to its root', () => {
      const text = whole(['tab', '/', ...keysOf('app.example.com'), 'enter', 'enter']);
      match(text, /^ {3}1 +intermediate +issuing/m);
      match(text, /^ {3}2 +root +root/m);
    });

    it('scroll to the last line and no farther', () => {
      const end = pressing(at(EXPIRED), ['enter', 'G']).ui;
      deepStrictEqual(pressing(end, ['j', 'j']).ui, end);
      match(rowsOf(end).at(-2) ?? '', /\S/);
    });

    it('copy the command that shows the same', () => {
      const { effects } = pressing(at(EXPIRED), ['enter', 'y']);
      const text = "kubectl certs check 'secret/shop/old-tls#tls.crt' -o wide";
      deepStrictEqual(effects, [{ do: 'copy', text }]);
    });
  });

  describe('the fix', () => {
    it('has each step with its command, and copies it', () => {
      const text = textOf(pressing(at(EXPIRED), ['enter', 'f']).ui);
      match(text, /^ Fix for CERT_EXPIRED of secret\/shop\/old-tls#tls\.crt$/m);
      match(text, /^>[ *] {2}1 /m);
      const { effects } = pressing(at(EXPIRED), ['enter', 'f', 'y']);
      ok(effects.length <= 1);
    });

    it('asks the renewal engine for a plan, and runs nothing itself', () => {
      deepStrictEqual(pressing(at(EXPIRED), ['enter', 'f', 'r']).effects, [
        { do: 'plan', target: 'secret/shop/old-tls#tls.crt' },
      ]);
    });

    it('is not there where nothing was found', () => {
      const { ui } = pressing(open(), ['tab', '/', ...keysOf('cn=issuing'), 'enter', 'enter', 'f']);
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
    await type('\tj');
    match(frame(), /^>! in 3d +cp-1/m);
    await type('/old\r\r');
    match(frame(), /^ old\.example\.com$/m);
  });
});
