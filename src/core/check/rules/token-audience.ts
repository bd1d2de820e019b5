import type { PodFact, Seen } from '../../model/facts.ts';
import type { CodeDefinition } from '../../model/finding.ts';
import { ref } from '../../model/ref.ts';
import { manualStep } from '../../model/step.ts';
import { draft } from '../draft.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';

const TOKEN_AUDIENCE_WRONG: CodeDefinition = {
  code: 'TOKEN_AUDIENCE_WRONG',
  severity: 'critical',
  title: "a proxy's token is for another audience than the CA takes",
  meaning:
    "A proxy asks istiod for its certificate with a service account token that is made for istiod alone (audience istio-ca). The pod's own volume istio-token takes the place of the injected one and asks for another audience: istiod refuses every request, and the proxy never gets ready. As a native sidecar it keeps the pod in Init.",
  prove: [
    'kubectl get pod POD -o jsonpath=\'{.spec.volumes[?(@.name=="istio-token")].projected.sources}\'',
    'istiod logs: token audiences [...] is invalid for the target audiences ["istio-ca"]',
  ],
  fix: ['take the volume istio-token out of the pod template, or give it audience: istio-ca, and make the pod anew'],
  prevent: ['never name a volume of your own istio-token'],
  source:
    'istio security/pkg/k8s/tokenreview; manifests/charts/istio-control/istio-discovery/files/injection-template.yaml',
  since: '0.1.0',
};

/** Whether proxies show a token that their CA takes. */
export const tokenAudience: Check = {
  id: 'token-audience',
  title: 'proxies of Istio ask for certificates with tokens that istiod takes',
  codes: [TOKEN_AUDIENCE_WRONG],
  applies: ({ inventory }) => inventory.facts('pod').some(({ mesh }) => mesh?.kind === 'istio'),
  run: (input) => {
    const isExternal = input.inventory.facts('istioMesh').some(({ caAddress }) => caAddress !== undefined);
    const wrong = input.inventory
      .facts('pod')
      .filter(({ mesh }) => mesh?.kind === 'istio' && mesh.audience !== undefined);
    return isExternal ? [] : wrong.map((pod) => report(input, pod));
  },
};

function report({ inventory }: CheckInput, { namespace, name, mesh, owner, phase, seen }: Seen<PodFact>): Draft {
  const at = ref.object('pod', name, namespace);
  return draft(TOKEN_AUDIENCE_WRONG, {
    layer: 'mesh',
    placement: at,
    message: `the volume istio-token of ${at} asks for a token for ${mesh?.audience}, and istiod takes tokens for istio-ca alone`,
    evidence: [
      inventory.evidence(
        seen,
        `${at} has a volume istio-token with audience ${mesh?.audience}; the pod is ${phase ?? 'in an unknown phase'}`,
      ),
    ],
    impact: 'its proxy gets no certificate, and the pod does not get ready',
    fix: [
      manualStep('template', 'take the volume istio-token out of the pod template, or give it audience: istio-ca', [
        'kubectl',
        '-n',
        namespace,
        'edit',
        owner ?? `pod/${name}`,
      ]),
    ],
  });
}
