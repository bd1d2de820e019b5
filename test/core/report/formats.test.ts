import assert from 'node:assert/strict';
import { parse } from 'yaml';
import { FORMAT_IDS, type FormatId, formatOf } from '../../../src/core/report/formats.ts';
import type { Report } from '../../../src/core/view/section.ts';

const HOSTILE = 'CN=\u001b]52;c;ZXZpbA==\u0007\u202e';
const report: Report = {
  document: {
    apiVersion: 'certs.kubectl.io/v1',
    kind: 'CheckReport',
    text: HOSTILE,
    nested: [{ empty: [] }, 'two\nlines'],
  },
  names: ['secret/shop/app-tls#tls.crt', HOSTILE],
  sections: [
    {
      title: 'Findings',
      columns: [{ header: 'SEVERITY' }, { header: 'WHERE' }, { header: 'SERIAL', wide: true }],
      rows: [
        { cells: ['critical', '日本.example.com', '0a'], tone: 'critical' },
        { cells: ['warning', HOSTILE, '=1+1'], tone: 'warning', depth: 1 },
        { cells: ['info', '', 'a "quoted", value'] },
      ],
    },
    { title: 'Nothing here', columns: [{ header: 'X' }], rows: [] },
  ],
  notes: [{ tone: 'unknown', text: 'denied: secrets: [click](http://evil)' }],
  headline: 'you are admin',
};
const plain = { color: false, noHeaders: false, terminal: false };
const print = (id: FormatId, options = plain) => formatOf(id).print(report, options);

describe('output formats', () => {
  it('prints a table as kubectl does: padded by three blanks, wide characters counted, nothing at the end', () => {
    assert.equal(print('table').split('\n').slice(0, 2).join('\n'), 'SEVERITY    WHERE\ncritical    日本.example.com');
  });

  it('draws what a finding explains as a branch under it', () => {
    assert.match(print('table'), /\n└ warning {3}/);
  });

  it('says <none> for an empty cell', () => assert.match(print('table'), /\ninfo {8}<none>\n/));

  it('adds columns at the end in a wide table', () => assert.match(print('wide'), /^SEVERITY {4}WHERE +SERIAL\n/));

  it('shows the headline on a terminal alone', () => {
    assert.match(print('table', { ...plain, terminal: true }), /^you are admin\n\nSEVERITY/);
    assert.doesNotMatch(print('table'), /you are/);
  });

  it('leaves out headers on request', () => {
    assert.match(print('table', { ...plain, noHeaders: true }), /^critical/);
    assert.match(print('csv', { ...plain, noHeaders: true }), /^critical/);
  });

  it('colours whole rows by severity, and only on request', () => {
    assert.match(print('table', { ...plain, color: true }), /\u001b\[31mcritical .*\u001b\[0m\n/);
    assert.doesNotMatch(print('table'), /\u001b/);
  });

  it('prints JSON and YAML that read back as the document', () => {
    assert.deepEqual(JSON.parse(print('json')), report.document);
    assert.deepEqual(parse(print('yaml')), report.document);
  });

  it('quotes CSV by RFC 4180 and defuses formulas', () => {
    const lines = print('csv').split('\r\n');
    assert.equal(lines[0], 'SEVERITY,WHERE,SERIAL');
    assert.ok(lines[2]?.endsWith(",'=1+1"));
    assert.equal(lines[3], 'info,,"a ""quoted"", value"');
  });

  it('prints sections that have rows, and the notes, as Markdown without live markup', () => {
    assert.match(print('md'), /^you are admin\n\n## Findings\n\n\| SEVERITY \| WHERE \|\n\| --- \| --- \|\n/);
    assert.doesNotMatch(print('md'), /Nothing here/);
    assert.match(print('md'), /- denied: secrets: \\\[click\\\]\(http:\/\/evil\)\n$/);
  });

  it('prints nothing for no rows, and no header', () => {
    const empty: Report = { ...report, sections: [{ title: 'T', columns: [{ header: 'A' }], rows: [] }], names: [] };
    assert.equal(formatOf('table').print(empty, plain), '');
    assert.equal(formatOf('name').print(empty, plain), '');
  });

  for (const id of FORMAT_IDS) {
    it(`lets no control character of the cluster through in ${id}`, () => {
      assert.doesNotMatch(print(id), /[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f\u202e]/);
    });
    it(`ends ${id} with a newline`, () => assert.match(print(id), /\n$/));
  }
});
