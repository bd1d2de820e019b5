import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const schema = JSON.parse(readFileSync(new URL('../../src/core/report/schema.json', import.meta.url), 'utf8'));
const ajv = new Ajv2020({ discriminator: true, strict: false, allErrors: true });
(addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
const validate = ajv.compile(schema);

/** Fails with every violation when a document is not what the shipped schema says. */
export function assertMatchesSchema(document: unknown): void {
  const valid = validate(JSON.parse(JSON.stringify(document)));
  assert.ok(valid, ajv.errorsText(validate.errors, { separator: '\n' }));
}
