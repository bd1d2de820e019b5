import assert from 'node:assert/strict';
import { readSymptom } from '../../../src/core/diagnose/symptom.ts';
import { takeInventory } from '../../../src/core/snapshot/inventory.ts';
import { snapshotOf } from '../../support/snapshot.ts';
import { playbookOf, secretsFor } from './engine.ts';

const GENERAL = playbookOf({ id: 'any', patterns: [/refused/], general: true });
const NARROW = playbookOf({ id: 'ours', patterns: [/our server/] });
const SHARED = playbookOf({ id: 'library', sharedPatterns: [/refused/], roles: ['ingress-tls'] });
const ELSEWHERE = playbookOf({ id: 'mesh', sharedPatterns: [/refused/], roles: ['linkerd-issuer'] });

describe('what a symptom points to', () => {
  const pointed = async (text: string) => {
    const inventory = takeInventory(snapshotOf([await secretsFor({ 'a.example.com': 60 })]));
    return readSymptom({ text, targets: [] }, [NARROW, SHARED, ELSEWHERE, GENERAL], inventory).playbooks;
  };

  it('leaves the general out beside what is narrow', async () => {
    assert.deepEqual(await pointed('our server refused it'), ['ours', 'library']);
  });

  it('leaves the general in beside the words of a library, and takes these for those of programs that are here', async () => {
    assert.deepEqual(await pointed('it was refused'), ['library', 'any']);
  });

  it('is understood where a playbook, an error or the name of something here is in it, and not otherwise', async () => {
    const inventory = takeInventory(snapshotOf([await secretsFor({ 'a.example.com': 60 })]));
    const understood = (text: string) => readSymptom({ text, targets: [] }, [NARROW, GENERAL], inventory).understood;
    assert.ok(understood('our server hums'));
    assert.ok(understood('x509: certificate has expired or is not yet valid'));
    assert.ok(understood('a.example.com hums'));
    assert.ok(!understood('b.example.org hums'));
    assert.ok(!understood('the lamp is green'));
  });

  it('is nothing where nothing matches', async () => {
    assert.deepEqual(await pointed('the lamp is green'), []);
  });
});
