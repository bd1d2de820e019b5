import { deepStrictEqual } from 'node:assert/strict';
import { SOURCES_THAT_HOLD_CAS, SOURCES_THAT_NAME_SECRETS } from '../../../src/core/check/readings.ts';
import { SOURCES } from '../../../src/io/collect/sources.ts';

describe('sources that rules wait for', () => {
  it('are in the catalogue of sources, by the names that it has for them', () => {
    const known = new Set(SOURCES.map(({ id }) => id));
    deepStrictEqual(
      [...SOURCES_THAT_NAME_SECRETS, ...SOURCES_THAT_HOLD_CAS].filter((id) => !known.has(id)),
      [],
    );
  });
});
