import assert from 'node:assert/strict';
import type { RootCause } from '../../src/core/model/diagnosis.ts';
import { builtInIncident } from '../../src/io/demo/incidents/catalogue.ts';
import { readCorpus } from '../bench/incidents/corpus.ts';
import { corpusOf } from '../support/corpus.ts';
import { causeOf, debugIncident, symptomOf } from '../support/debug-incident.ts';
import { withNoise } from '../support/noise.ts';

const LAYERS = ['cluster', 'ingress', 'mesh'] as const;

/** What a cause stands for: itself, and what follows from it. */
function placesOf({ code, object, also, chain }: RootCause): string[] {
  const places = [object, ...also].flatMap((place) => [
    place,
    place.replace(/\[\d+\]$/, ''),
    place.replace(/#.*$/, ''),
  ]);
  return [...places.map((place) => `${code} ${place}`), ...chain.map((effect) => `${effect.code} `)];
}

/** Its cause is named as what follows from a host of the noise, which the same replicas serve with the same certificate. */
const BEHIND_ANOTHER = new Set(['controller-does-not-reload-rotated-secret']);

describe('debug in a cluster in which other things are wrong as well', () => {
  for (const layer of LAYERS)
    for (const incident of corpusOf(layer).filter(({ objects = [] }) => objects.length > 0))
      it(`finds the cause first: ${incident.id}`, async () => {
        const { verdict, headline, rootCauses } = await debugIncident(withNoise(incident), await symptomOf(incident));
        if (incident.expect?.verdict === 'no-fault') return assert.equal(verdict, 'no-fault', headline);
        const { code, object } = causeOf(incident);
        const wanted = BEHIND_ANOTHER.has(incident.id) ? `${code} ` : `${code} ${object}`;
        const [first] = rootCauses;
        assert.ok(first && placesOf(first).includes(wanted), `${wanted}: ${first?.code} ${first?.object}`);
      });

  const healthy = readCorpus('test/incidents/more').flatMap(({ incident }) =>
    incident.expect?.verdict === 'no-fault' && incident.objects ? [incident] : [],
  );
  for (const incident of healthy)
    it(`names no cause where no certificate is at fault: ${incident.id}`, async () => {
      const { headline, rootCauses } = await debugIncident(withNoise(incident), await symptomOf(incident));
      const isOpaque = headline.includes('the text was not understood');
      // Of a text that nobody understands, what is broken may be the cause: it is said, and that it is not sure.
      const worst = isOpaque ? ['high'] : ['high', 'medium'];
      assert.ok(!rootCauses.some(({ confidence }) => worst.includes(confidence)), headline);
    });

  /** Of the demo, where nothing of the kind is broken. */
  const UNRELATED = [
    'Failed to pull image "x/y:1": rpc error: code = Unknown desc = x509: certificate signed by unknown authority',
    'dial tcp 10.96.0.1:443: i/o timeout',
    'Internal error occurred: failed calling webhook "validate.nginx.ingress.kubernetes.io": failed to call webhook: Post "https://ingress-nginx-controller-admission.ingress-nginx.svc:443/networking/v1/ingresses?timeout=10s": x509: certificate signed by unknown authority',
    'error: You must be logged in to the server (Unauthorized)',
  ];
  for (const text of UNRELATED)
    it(`is not sure of what does not show as "${text.slice(0, 60)}"`, async () => {
      const { rootCauses } = await debugIncident(builtInIncident('demo'), text);
      const sure = rootCauses.filter(({ confidence }) => confidence === 'high');
      assert.deepEqual(
        sure.map(({ code, object }) => `${code} ${object}`),
        [],
      );
    });
});
