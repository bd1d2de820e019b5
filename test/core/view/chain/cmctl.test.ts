import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { layers } from '../../../../src/app/layers.ts';
import { whyNotReady } from '../../../../src/core/snapshot/cert-manager/policies.ts';
import { policyInput } from '../../../../src/core/snapshot/cert-manager/renewal.ts';
import { fold } from '../../../../src/core/snapshot/fold.ts';
import { takeInventory } from '../../../../src/core/snapshot/inventory.ts';
import type { ChainDocument } from '../../../../src/core/view/chain/tree.ts';
import { SOURCES } from '../../../../src/io/collect/sources.ts';
import { objectKube, type Served } from '../../../support/object-kube.ts';
import { runSources } from '../../../support/run-sources.ts';

const FOLDER = 'test/fixtures/cmctl';
const CASES = readdirSync(FOLDER).filter((name) => name.startsWith('status-'));
const NOW = Date.parse('2026-11-24T15:50:00Z');

/** What cmctl prints and we do not: the key authorization of a Challenge, of which nothing is kept. */
const KEPT_BACK = /^Key$/;

describe('what cmctl status certificate tells', () => {
  for (const name of CASES) {
    it(`is told of ${name}, and more`, async () => {
      const { chains, told } = await ourTelling(name);
      const facts = factsIn(read(name, 'stdout.txt'), eventsOf(name));
      assert.ok(facts.length >= 10, `${facts.length} facts were recorded`);
      assert.deepEqual(
        facts.filter((fact) => !told.includes(normal(fact))),
        [],
        JSON.stringify(chains, null, 1),
      );
    });
  }

  for (const name of CASES) {
    it(`comes to the controller's own verdict on ${name}`, async () => {
      const { inventory, certificate } = await ourTelling(name);
      const input = policyInput(inventory, certificate, NOW);
      const { leaf } = input;
      // The recordings keep no private keys: the pair is taken for whole.
      const key = leaf && { key: { spki: leaf.spki, ...leaf.publicKey } };
      const verdict = whyNotReady({ ...input, ...key });
      const { status, reason } = certificate.ready!;
      assert.equal(verdict?.reason, status === 'True' ? undefined : reason);
    });
  }

  it('names the Secret that is not there', async () => {
    const { chains } = await ourTelling('status-secret-deleted');
    assert.equal(find(chains, 'secret/prod/secret-deleted-tls')?.state, 'missing');
  });

  it('names the issuer that is not there', async () => {
    const { chains } = await ourTelling('status-issuer-missing');
    assert.match(find(chains, 'clusterissuer/letsencrypt-prod')?.says ?? '', /does not exist/);
  });
});

function read(name: string, file: string): string {
  return readFileSync(join(FOLDER, name, file), 'utf8');
}

async function ourTelling(name: string) {
  const certificate = /status certificate (\S+)/.exec(read(name, 'command.txt'))?.[1] ?? '';
  const objects = parseAllDocuments(read(name, 'objects.yaml')).map((document) => serve(document.toJS()));
  const sources = SOURCES.filter(({ layer }) => layer === 'ingress');
  const target = { kind: 'object', text: '', objectKind: 'certificate', name: certificate, namespace: 'prod' } as const;
  const kube = objectKube(objects, { served: ALWAYS });
  const { observations } = await runSources(sources, kube, { scope: { targets: [target] } });
  const scope = { namespaces: [], layers: ['ingress'] as const, targets: [] };
  const snapshot = fold(observations, {
    takenAt: new Date(NOW).toISOString(),
    tool: { name: 't', version: '0' },
    scope,
  });
  const inventory = takeInventory(snapshot);
  const report = layers({ snapshot, inventory, now: NOW }, { targets: [target] });
  const chains = report.document.chains as ChainDocument[];
  const fact = inventory.facts('certificate').find((each) => each.name === certificate)!;
  return { inventory, certificate: fact, chains, told: normal(JSON.stringify(textsOf(chains))) };
}

const ALWAYS = [
  '/api/v1/secrets',
  '/api/v1/pods',
  '/api/v1/events',
  '/apis/networking.k8s.io/v1/ingresses',
  '/apis/cert-manager.io/v1/issuers',
  '/apis/cert-manager.io/v1/clusterissuers',
  '/apis/cert-manager.io/v1/certificaterequests',
];

interface Recorded {
  readonly apiVersion: string;
  readonly kind: string;
}

function serve(object: Recorded): Served {
  const root = object.apiVersion.includes('/') ? `/apis/${object.apiVersion}` : `/api/${object.apiVersion}`;
  return { root, resource: `${object.kind.toLowerCase()}s`, object };
}

function textsOf(chains: readonly ChainDocument[]): unknown[] {
  return chains.map(({ ref, says, details, children }) => [
    ref,
    says,
    ...details.map(({ name, value }) => `${name}: ${value}`),
    ...textsOf(children),
  ]);
}

function find(chains: readonly ChainDocument[], ref: string): ChainDocument | undefined {
  return chains.find((chain) => chain.ref === ref) ?? chains.map(({ children }) => find(children, ref)).find(Boolean);
}

/** Blanks, quotes' escapes and case are no facts: `Digital Signature` is `digitalSignature`. */
function normal(text: string): string {
  return text.toLowerCase().replace(/[\s\\"]/g, '');
}

/**
 * Every fact of a recording: lines `Name: value`, conditions, names, rows of events. Events that are not among the
 * recorded objects cannot be told; ages are of the moment of recording.
 */
function factsIn(stdout: string, events: ReadonlySet<string>): string[] {
  return stdout.split('\n').flatMap((line) => factsOfLine(line.trim(), events));
}

function factsOfLine(line: string, events: ReadonlySet<string>): string[] {
  if (/^(Normal|Warning)\s/.test(line)) {
    const [type = '', reason = '', age = '', by = '', message = ''] = line.split(/\s{2,}/);
    return events.has(`${reason} ${by} ${message}`)
      ? [`${type}${reason}`, ...(/\(x\d+/.exec(age) ?? []), `${by}${message}`]
      : [];
  }
  if (/^- Name: /.test(line))
    return splitFields(line.slice('- Name: '.length)).filter((field) => !KEPT_BACK.test(field.split(':')[0] ?? ''));
  if (line.startsWith('- ')) return [line.slice(2)];
  const [, name = '', value = ''] = /^([A-Z][A-Za-z ]*): (.+)$/.exec(line) ?? [];
  if (name === '' || value === '<none>' || name === 'Events') return [];
  if (name === 'Name' || name === 'Namespace' || name === 'Kind') return [value];
  if (name === 'State') return splitFields(line).filter((field) => !field.endsWith(': '));
  return [`${name}: ${value}`];
}

function eventsOf(name: string): Set<string> {
  const objects = parseAllDocuments(read(name, 'objects.yaml')).map((document) => document.toJS());
  return new Set(
    objects
      .filter(({ kind }) => kind === 'Event')
      .map((event) => `${event.reason} ${event.source.component} ${event.message}`),
  );
}

/** `A: x, B: y` */
function splitFields(line: string): string[] {
  return line.split(/, (?=[A-Z][a-z]+: )/);
}
