import { componentRef } from '../control-plane.ts';
import type { Judgement, PlaybookStep } from '../playbook.ts';

const BAD_SIGNATURE =
  /invalid bearer token[^\n]*(?:cryptographic primitive|signature|verification error|key)|signature is invalid|failed to verify[^\n]*token/i;

/** Which keys sign and verify tokens is told by flags and files; it is the API server that is given the wrong one. */
export const serviceAccountKeys: PlaybookStep = {
  id: 'service-account-keys',
  question: 'Does the API server verify service account tokens with the key that they are signed with?',
  command: () =>
    'ps -o args -C kube-apiserver,kube-controller-manager | tr " " "\\n" | grep -E "service-account|tls-private-key"',
  sources: ['processes', 'manifest-files'],
  causes: ['SA_KEY_MISMATCH'],
  judge: ({ findings, inventory, sayings }) => {
    const said = sayings.filter(({ text }) => BAD_SIGNATURE.test(text));
    return findings
      .filter(({ code }) => code === 'SA_KEY_MISMATCH')
      .map(
        ({ code, placement, also = [], message, evidence, impact, fix }): Judgement => ({
          is: 'supports',
          code,
          object: componentRef(inventory, 'kube-apiserver'),
          also: [placement, ...also, componentRef(inventory, 'kube-controller-manager')],
          message,
          evidence: [...evidence, ...said.slice(0, 2).map((one) => one.evidence)],
          impact,
          fix,
          explains: [{ code, placement }],
          named: said.length > 0,
        }),
      );
  },
};
