import type { CodeDefinition } from '../../model/finding.ts';
import { manualStep } from '../../model/step.ts';
import { rfc3339 } from '../../view/time.ts';
import { draft } from '../draft.ts';
import { allFronts, type Front } from '../fronts.ts';
import { hostPictures } from '../hosts.ts';
import type { Check, CheckInput, Draft } from '../rule.ts';
import { list } from '../words.ts';

const TLS_ENDED_IN_FRONT: CodeDefinition = {
  code: 'TLS_ENDED_IN_FRONT',
  severity: 'info',
  title: 'a CDN or load balancer ends TLS before the controller, with a certificate of its own',
  meaning:
    'Clients of the host never see the certificate of the Secret: something in front of the controller shows another one that is good for the host. That one is renewed where it stands, outside of the cluster. The one in the Secret protects the way from there to the controller alone, if that is verified at all.',
  prove: [
    'curl -sI https://HOST/ | grep -i ^server: who answers',
    'openssl s_client -connect STATUS_ADDRESS:443 -servername HOST </dev/null 2>/dev/null | openssl x509 -noout -issuer -serial: what the controller itself shows',
  ],
  fix: ['watch and renew the certificate in the CDN or load balancer; nothing in the cluster does that'],
  prevent: ['probe the public name beside the addresses of the controller'],
  source: 'kubernetes.io, Ingress, status.loadBalancer; RFC 9110 section 10.2.4 (Server)',
  since: '0.1.0',
};

export const endedInFront: Check = {
  id: 'ended-in-front',
  title: 'TLS is ended by the controllers of the cluster',
  codes: [TLS_ENDED_IN_FRONT],
  applies: ({ inventory }) => hostPictures(inventory).some(({ answers, stored }) => answers.length * stored.length > 0),
  run: (input) => {
    const groups = Map.groupBy(
      allFronts(input.inventory),
      ({ answer, picture }) => `${picture.host} ${answer.served.leaf.sha256}`,
    );
    return [...groups.values()].flatMap(([first, ...others]) => (first ? [report(input, first, others)] : []));
  },
};

function report({ inventory }: CheckInput, front: Front, others: readonly Front[]): Draft {
  const { answer, picture, who = 'something in front of the controller' } = front;
  const { served } = answer;
  const refs = [front, ...others].map((one) => one.answer.served.placement.ref);
  const stored = picture.stored.map(({ placement }) => placement.ref);
  const instead = stored.length > 0 ? `, in place of what ${list(stored)} ${stored.length > 1 ? 'hold' : 'holds'}` : '';
  return draft(TLS_ENDED_IN_FRONT, {
    layer: 'ingress',
    placement: served.placement.ref,
    also: [...refs.slice(1), ...answer.way.objects],
    message: `${who} shows its own certificate for ${picture.host} at ${list(refs)}, which ends ${rfc3339(served.leaf.notAfter)}${instead}`,
    evidence: front.signs.map((sign) => inventory.evidence(answer.way.seen, sign)),
    impact: 'what is renewed in the cluster does not reach the clients of the host, and nothing here renews what does',
    fix: [
      manualStep('watch', `see who renews the certificate that ${picture.host} is shown with, and watch it`, [
        'kubectl',
        'certs',
        'check',
        `${picture.host}:${picture.port}`,
      ]),
    ],
  });
}
