import { deepStrictEqual, doesNotMatch, match, ok, strictEqual } from 'node:assert/strict';
import type { Round } from '../../../../src/app/debug.ts';
import { type Case, NO_FAULT, noteRound, openCase, scoreOf } from '../../../../src/cli/ui/debug/case.ts';
import { openDiagnosis } from '../../../../src/cli/ui/debug/diagnosis-screen.ts';
import { openDrill } from '../../../../src/cli/ui/debug/drill-screen.ts';
import { openMenu } from '../../../../src/cli/ui/debug/menu-screen.ts';
import { scoreText } from '../../../../src/cli/ui/debug/score.ts';
import { PLAYBOOKS } from '../../../../src/core/diagnose/playbooks.ts';
import type { Diagnosis, RootCause } from '../../../../src/core/model/diagnosis.ts';
import { manualStep } from '../../../../src/core/model/step.ts';
import { takeInventory } from '../../../../src/core/snapshot/inventory.ts';
import { NOW } from '../../../support/fake-ports.ts';
import { inInk, pressing, rowsOf, uiOf, WINDOW } from '../../../support/screens.tsx';
import { snapshotOf } from '../../../support/snapshot.ts';

const EVIDENCE = {
  fact: 'it ended',
  source: 'secrets',
  at: '2026-11-24T12:00:00Z',
  command: 'kubectl get secret app-tls',
};

function cause(parts: Partial<RootCause> = {}): RootCause {
  return {
    code: 'CERT_EXPIRED',
    title: 'a certificate has expired',
    confidence: 'high',
    why: 'it fails in just this way',
    layer: 'ingress',
    object: 'secret/shop/app-tls#tls.crt',
    also: [],
    message: 'certificate app expired 2d ago',
    evidence: [EVIDENCE],
    against: [],
    chain: [{ code: 'API_NOT_READY', object: 'x', message: 'the API server is not ready' }],
    impact: 'users see an error',
    fix: [manualStep('issue', 'issue a new one', ['cmctl', 'renew', 'app'])],
    verify: [],
    prevent: [],
    ...parts,
  };
}

const EMPTY: Diagnosis = {
  symptom: { text: 'x509: expired', playbooks: [], names: [] },
  verdict: 'undecided',
  headline: 'nothing is decided',
  rootCauses: [],
  otherCauses: [],
  ruledOut: [],
  open: [],
  redHerrings: [],
  checked: [],
  next: [],
  coverage: [],
};

const FOUND: Diagnosis = {
  ...EMPTY,
  verdict: 'root-cause-found',
  headline: 'certificate app expired 2d ago',
  rootCauses: [cause()],
  ruledOut: [{ code: 'CLOCK_SKEW', title: 'clocks differ', why: 'all clocks agree', evidence: [EVIDENCE] }],
  open: [{ code: 'KEY_MISMATCH', title: 'a key does not belong', missing: 'the key was not read', command: 'ls -l' }],
  redHerrings: [{ code: 'WEAK_KEY', message: 'a key is weak', why: 'nobody refuses it' }],
  checked: [
    {
      id: 'a',
      playbook: 'p',
      question: 'Has it expired?',
      command: 'openssl x509 -enddate',
      outcome: 'failed',
      answer: 'yes',
    },
    { id: 'b', playbook: 'p', question: 'Is the clock right?', command: 'date', outcome: 'pass', answer: 'it is' },
  ],
};

function roundOf(diagnosis: Diagnosis, final = true): Round {
  const snapshot = snapshotOf([]);
  const opened = { snapshot, inventory: takeInventory(snapshot), now: NOW };
  return { diagnosis, opened, waitingFor: [], asking: [], final };
}

const caseOf = (diagnosis: Diagnosis, final = true): Case =>
  noteRound(openCase('x509: expired'), roundOf(diagnosis, final));
const textOf = (ui: Parameters<typeof rowsOf>[0]) => rowsOf(ui).join('\n');

describe('a case', () => {
  it('remembers how a hypothesis stood before', () => {
    const first = noteRound(
      openCase(''),
      roundOf({ ...EMPTY, open: [{ ...FOUND.open[0]!, code: 'CERT_EXPIRED', object: cause().object }] }, false),
    );
    deepStrictEqual(first.was, {});
    const second = noteRound(first, roundOf(FOUND, false));
    strictEqual(second.was[`CERT_EXPIRED ${cause().object}`], 'open');
    strictEqual(second.was['CLOCK_SKEW '], 'new');
    deepStrictEqual(noteRound(second, roundOf(FOUND)).was, second.was);
  });

  for (const [title, code, diagnosis, score] of [
    ['the first-ranked cause', 'CERT_EXPIRED', FOUND, 'first'],
    [
      'one that is ranked lower',
      'KEY_MISMATCH',
      { ...FOUND, rootCauses: [cause(), cause({ code: 'KEY_MISMATCH' })] },
      'other',
    ],
    ['an effect of the cause', 'API_NOT_READY', FOUND, 'effect'],
    ['what was ruled out', 'CLOCK_SKEW', FOUND, 'none'],
    ['that nothing is wrong where something is', NO_FAULT, FOUND, 'none'],
    ['that nothing is wrong where nothing is', NO_FAULT, { ...EMPTY, verdict: 'no-fault' }, 'first'],
  ] as const) {
    it(`scores a guess of ${title}`, () => strictEqual(scoreOf({ code }, roundOf(diagnosis)), score));
  }

  it('has no score before the end, nor without a guess', () => {
    strictEqual(scoreText(caseOf(FOUND)), undefined);
    strictEqual(scoreText({ ...caseOf(FOUND, false), guess: { code: 'CERT_EXPIRED' } }), undefined);
    strictEqual(
      scoreText({ ...caseOf(FOUND), guess: { code: 'CERT_EXPIRED' } }),
      'your guess CERT_EXPIRED: that is it; 100 of 100 points',
    );
  });
});

describe('the diagnosis on a screen', () => {
  const open = (watched: Case = caseOf(FOUND), size = WINDOW.small as { columns: number; rows: number }) =>
    uiOf(openDiagnosis(), { case: watched }, size);

  it('says what is read while nothing is known', () => {
    const text = textOf(open({ ...openCase('boom'), reading: 'reading: waiting for leases' }));
    match(text, /^ Diagnosing {2}reading: waiting for leases$/m);
    match(text, /^ boom$/m);
    match(text, /^ nothing is known yet$/m);
  });

  it('does not take a look that found nothing yet for a verdict', () => {
    const text = textOf(open(caseOf({ ...EMPTY, verdict: 'no-fault', headline: 'no certificate fault found' }, false)));
    doesNotMatch(text, /no certificate fault/i);
    match(text, /^ nothing was found yet$/m);
  });

  it('says what it believes so far', () =>
    match(textOf(open(caseOf(FOUND, false))), /^ so far: certificate app expired/m));

  it('shows the verdict, every hypothesis as it stands, and every question', () => {
    const text = textOf(open());
    match(text, /^ Root cause found {2}2 questions asked, 1 ruled out, 1 open$/m);
    match(text, /^>! high +CERT_EXPIRED +certificate app expired/m);
    match(text, /^ \? open +KEY_MISMATCH/m);
    match(text, /^ i misleads +WEAK_KEY/m);
    match(text, /^ {3}ruled out +CLOCK_SKEW/m);
    match(text, /^── Questions ─+$/m);
    match(text, /^ ! failed +1\. Has it expired\? +yes$/m);
  });

  it('names its parts once, also where there is no hypothesis', () => {
    const text = textOf(open(caseOf({ ...EMPTY, checked: FOUND.checked })));
    strictEqual(text.match(/── Questions/g)?.length, 1);
    doesNotMatch(text, /Hypotheses/);
  });

  it('shows what a hypothesis was before', () => {
    const first = noteRound(openCase(''), roundOf(EMPTY, false));
    match(textOf(open(noteRound(first, roundOf(FOUND)))), /^>! high \(new\) +CERT_EXPIRED/m);
  });

  it('shows the chosen row in full: evidence and blast radius of a cause', () => {
    const text = textOf(open());
    match(text, /^ confidence +high: it fails in just this way$/m);
    match(text, /^ evidence +it ended \(secrets\)$/m);
    match(text, /^ therefore +the API server is not ready$/m);
    match(text, /^ breaks +users see an error$/m);
  });

  it('shows the chosen row in full: what a person would type for a question', () => {
    const { ui } = pressing(open(), ['tab']);
    match(textOf(ui), /^ question +Has it expired\?$/m);
    match(textOf(ui), /^ by hand +openssl x509 -enddate$/m);
    match(textOf(pressing(ui, ['tab']).ui), /^>! high/m);
  });

  it('copies the command of the row', () => {
    deepStrictEqual(pressing(open(), ['y']).effects, [{ do: 'copy', text: 'kubectl get secret app-tls' }]);
    deepStrictEqual(pressing(open(), ['tab', 'j', 'y']).effects, [{ do: 'copy', text: 'date' }]);
  });

  it('opens the fix of the chosen cause, or of the first that has one', () => {
    for (const keys of [['f'], ['G', 'f']]) {
      const { ui } = pressing(open(), keys);
      match(textOf(ui), /^ Fix for CERT_EXPIRED of secret\/shop\/app-tls#tls\.crt$/m);
      match(textOf(ui), /cmctl renew app/);
      deepStrictEqual(pressing(ui, ['r']).effects, [{ do: 'plan', target: 'secret/shop/app-tls#tls.crt' }]);
    }
    match(rowsOf(pressing(open(caseOf(EMPTY)), ['f']).ui).at(-1) ?? '', /no cause is known/);
  });

  it('opens the report that is printed in the end', () => {
    const text = textOf(pressing(open(caseOf(FOUND), { columns: 80, rows: 70 }), ['enter']).ui);
    match(text, /^ root cause found: certificate app expired 2d ago$/m);
    match(text, /^ CERT_EXPIRED: a certificate has expired$/m);
    match(text, /\$ cmctl renew app$/m);
  });

  it('tells a trainee what the guess was worth', () => {
    match(
      textOf(open({ ...caseOf(FOUND), guess: { code: 'WEAK_KEY' } })),
      /^ your guess WEAK_KEY: that is not it; 0 of/m,
    );
  });

  for (const [name, size] of Object.entries(WINDOW)) {
    it(`fits the ${name} window, and hides no chosen row`, () => {
      const many = {
        ...FOUND,
        rootCauses: Array.from({ length: 40 }, (_, index) => cause({ object: `secret/a/${index}` })),
      };
      for (let step = 0; step < 45; step++) {
        const rows = rowsOf(pressing(open(caseOf(many), size), Array<string>(step).fill('j')).ui);
        strictEqual(rows.length, size.rows);
        ok(rows.every((row) => row.length <= size.columns));
        strictEqual(rows.filter((row) => row.startsWith('>')).length, 1, `${step} steps`);
      }
    });
  }

  it('cleans what a cluster says', () => {
    const text = textOf(open(caseOf({ ...FOUND, rootCauses: [cause({ message: 'a\x1b]52;c;x\x07' })] })));
    match(text, /a\\u\{1b\}\]52/);
  });

  it('is drawn by Ink as it changes', async () => {
    const { store, frame, type } = inInk(open(caseOf(EMPTY, false)));
    await type('');
    store.dispatch({ type: 'learn', world: { case: caseOf(FOUND) } });
    await type('jj');
    match(frame(), /Root cause found/);
    match(frame(), /^>i misleads +WEAK_KEY/m);
  });
});

describe('the menu of symptoms', () => {
  const open = (watched: Case = openCase('')) => uiOf(openMenu(), { case: watched });

  it('has every symptom, and everything that is wrong now', () => {
    const text = textOf(open());
    match(text, /^> {2}Everything that is wrong now/m);
    for (const { title } of PLAYBOOKS.slice(0, 5)) ok(text.includes(title.slice(0, 40)), title);
  });

  it('has those first that the present state makes likely', () => {
    const likely = PLAYBOOKS.findLast(({ explainedBy }) => explainedBy.length > 0);
    const { explainedBy: [code = ''] = [], layer = 'mesh' } = likely ?? {};
    const text = textOf(open(caseOf({ ...FOUND, rootCauses: [cause({ code, layer })] })));
    match(rowsOf(open(caseOf({ ...FOUND, rootCauses: [cause({ code, layer })] })))[3] ?? '', /likely$/);
    match(text, /^ certificate app expired 2d ago$/m);
  });

  it('diagnoses what is chosen', () => {
    deepStrictEqual(pressing(open(), ['enter']).effects, [{ do: 'diagnose', text: '' }]);
    const [{ effects }] = [pressing(open(), ['j', 'enter'])];
    deepStrictEqual(effects, [{ do: 'diagnose', text: '', playbook: PLAYBOOKS[0]?.id, title: PLAYBOOKS[0]?.title }]);
  });

  it('diagnoses an error text that is typed or pasted', () => {
    const { ui, effects } = pressing(open(), ['/', ...'x509: q?', 'enter']);
    deepStrictEqual(effects, [{ do: 'diagnose', text: 'x509: q?' }]);
    deepStrictEqual(pressing(open(), ['/', 'a', 'escape', 'q']).effects, [{ do: 'quit' }]);
    doesNotMatch(textOf(ui), /error text: /);
  });
});

describe('a drill', () => {
  const open = () => uiOf(openDrill(), { case: { ...openCase('curl: (60) expired'), round: roundOf(FOUND) } });

  it('shows what was reported, and nothing of the diagnosis', () => {
    const text = textOf(open());
    match(text, /^ curl: \(60\) expired$/m);
    doesNotMatch(text, /app expired/);
  });

  it('takes a guess, found by a filter', () => {
    deepStrictEqual(pressing(open(), ['/', ...'cert_expired', 'enter', 'enter']).effects, [
      { do: 'guess', code: 'CERT_EXPIRED' },
    ]);
  });

  it('goes on without one', () => deepStrictEqual(pressing(open(), ['tab']).effects, [{ do: 'guess' }]));

  it('can be answered with no fault', () => {
    deepStrictEqual(pressing(open(), ['enter']).effects, [{ do: 'guess', code: NO_FAULT }]);
  });

  it('explains the points', () => match(textOf(pressing(open(), ['?']).ui), /100 points for the\s+first-ranked cause/));
});
