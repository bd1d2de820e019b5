import { COVERAGE_STATES } from '../model/coverage.ts';
import { LAYERS } from '../model/layer.ts';
import { MANAGERS } from '../model/manager.ts';
import { ROLES } from '../model/role.ts';
import { list, maybe, record, type Shape, wordsOf } from './shape.ts';

const layer: Shape = new Set(LAYERS);
const role = wordsOf(ROLES);
const texts = list('text');

/** What a snapshot must hold beside its certificates, which are parsed to be judged. */
export const SNAPSHOT_SHAPE = record({
  takenAt: 'time',
  scope: record({ namespaces: texts, layers: list(layer), targets: texts, host: maybe('text') }),
  coverage: list(
    record({
      source: 'text',
      layer,
      state: new Set(COVERAGE_STATES),
      reason: maybe('text'),
      unknown: maybe('text'),
      at: 'time',
      command: 'text',
    }),
  ),
  placements: list(
    record({
      ref: 'text',
      layer,
      role,
      manager: wordsOf(MANAGERS),
      chain: texts,
      key: maybe('text'),
      mode: maybe('text'),
      missing: maybe('text'),
    }),
  ),
  keys: list(record({ spki: 'text', algorithm: 'text', bits: 'number' })),
  crls: list(record({ der: 'text' })),
  handshakes: list(
    record({
      ref: 'text',
      protocol: maybe('text'),
      date: maybe('time'),
      dateReadAt: maybe('time'),
      ms: 'number',
      acceptedIssuers: maybe(texts),
      server: maybe('text'),
      plain: maybe('text'),
      error: maybe('text'),
    }),
  ),
  tools: list(record({ command: 'text', exit: 'number', answer: 'text' })),
});
