import assert from 'node:assert/strict';
import { CODES } from '../../../src/core/check/codes.ts';
import { CODES_OF_CHECKS } from '../../../src/core/check/codes-of-checks.ts';
import { codesImplied } from '../../../src/core/check/implied-causes.ts';
import { BEHIND_EDGES } from '../../../src/core/diagnose/behind-edges.ts';
import { PLAYBOOKS } from '../../../src/core/diagnose/playbooks.ts';
import { want } from '../../../src/core/diagnose/requests.ts';
import { RESTS_ON, SHOWN_BY } from '../../../src/core/diagnose/shown-by.ts';
import { EVIDENCE_SOURCES } from '../../../src/io/collect/evidence/catalogue.ts';
import { SOURCES } from '../../../src/io/collect/sources.ts';
import type { ReadingSpec } from '../../support/snapshot.ts';
import { playbookOf, said, secretsFor } from './engine.ts';

const EXPIRED = 'curl: (60) SSL certificate problem: certificate has expired (https://a.example.com)';

function denied(source: string, layer: ReadingSpec['layer'] = 'ingress'): ReadingSpec {
  return { source, layer: layer as 'ingress', fill: (reading) => reading.end('denied', `${source} is forbidden`) };
}

describe('what may stand unseen behind a cause', () => {
  const first = async (...readings: readonly ReadingSpec[]) => {
    const { diagnosis } = said([await secretsFor({ 'a.example.com': -1 }), ...readings], { text: EXPIRED });
    const { code, confidence, why } = diagnosis.rootCauses[0]!;
    return { code, confidence, why };
  };

  it('makes it less sure where who keeps the Secret could not be read, and says so', async () => {
    const { code, confidence, why } = await first(denied('certificates'));
    assert.deepEqual([code, confidence], ['CERT_EXPIRED', 'medium']);
    assert.match(why, /certificates is forbidden/);
  });

  it('makes nothing less sure where what is unread could not show it', async () => {
    assert.equal((await first(denied('leases', 'cluster'), denied('istio-proxies', 'mesh'))).confidence, 'high');
  });

  it('is asked for, whatever the symptom points to', async () => {
    const request = want.podLog({ namespace: 'web', pod: 'renewer' }, 'what the renewer says');
    const renewer = playbookOf({
      id: 'renewer',
      explainedBy: ['CERT_EXPIRED'],
      causes: [],
      hides: [{ cause: 'RENEWAL_LOOP', hidden: 'CERT_EXPIRED' }],
      steps: [
        {
          id: 'words',
          question: 'What does it say?',
          command: () => 'kubectl logs',
          sources: [],
          causes: ['RENEWAL_LOOP'],
          wants: () => [request],
          judge: () => [],
        },
      ],
    });
    const readings = [await secretsFor({ 'a.example.com': -1 })];
    const { diagnosis, wanted } = said(readings, {}, [renewer]);
    assert.deepEqual(wanted, [request]);
    assert.equal(diagnosis.rootCauses[0]?.confidence, 'medium');
    const log = { source: 'pod-logs', command: 'kubectl logs -n web renewer --tail=200' };
    assert.equal(said([...readings, log], {}, [renewer]).diagnosis.rootCauses[0]?.confidence, 'high');
    const refused = { ...log, fill: denied('pod-logs').fill! };
    assert.equal(said([...readings, refused], {}, [renewer]).diagnosis.rootCauses[0]?.confidence, 'medium');
  });

  it('is asked of no layer that is in order', async () => {
    assert.deepEqual(said([await secretsFor({ 'a.example.com': 60 })]).wanted, []);
  });
});

describe('the table of what shows a cause', () => {
  const edges = [
    ...[...CODES_OF_CHECKS.keys()].flatMap(codesImplied),
    ...BEHIND_EDGES.flatMap(({ causes }) => causes),
    ...PLAYBOOKS.flatMap(({ hides = [] }) => hides.map(({ cause }) => cause)),
  ];

  it('has a row, or a step of a playbook, for every cause on an edge', () => {
    const steps = new Set(PLAYBOOKS.flatMap((playbook) => playbook.steps.flatMap(({ causes = [] }) => causes)));
    const missing = [...new Set(edges)].filter((code) => !SHOWN_BY[code] && !steps.has(code));
    assert.deepEqual(missing, []);
  });

  it('names codes and sources that exist', () => {
    const codes = [
      ...Object.keys(SHOWN_BY),
      ...Object.keys(RESTS_ON),
      ...BEHIND_EDGES.flatMap(({ causes, effects }) => [...causes, ...effects]),
    ];
    assert.deepEqual(
      codes.filter((code) => !CODES.has(code)),
      [],
    );
    const sources = new Set([...SOURCES.map(({ id }) => id), ...Object.keys(EVIDENCE_SOURCES)]);
    const named = [...Object.values(SHOWN_BY), ...Object.values(RESTS_ON)].flat();
    assert.deepEqual(
      [...new Set(named)].filter((source) => !sources.has(source)),
      [],
    );
  });
});
