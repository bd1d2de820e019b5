import { HOST_WAYS, type ServingFactKinds } from '../../model/facts/serving.ts';
import { list, maybe, record, type Shape } from '../shape.ts';

const text = maybe('text');
const texts = list('text');

export const SERVING_FACT_SHAPES = {
  hostWay: record({
    host: 'text',
    port: 'number',
    address: 'text',
    by: list(new Set(HOST_WAYS)),
    named: text,
    objects: texts,
    pod: text,
    podPort: maybe('number'),
    asked: 'number',
    answers: texts,
    server: text,
    plain: text,
    ended: maybe('flag'),
    error: text,
  }),
  unaskedHost: record({ host: 'text', port: 'number', objects: texts, reason: 'text' }),
} as const satisfies Readonly<Record<keyof ServingFactKinds, Shape>>;
