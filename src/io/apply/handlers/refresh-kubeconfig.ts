import { mergeUser } from '../../../core/parse/kubeconfig-merge.ts';
import { during } from '../failure.ts';
import { StepFailure, type StepHandler } from '../handler.ts';
import type { ApplyPorts } from '../ports.ts';

/** Bytes. */
const MAX_KUBECONFIG = 16 << 20;

/** Gives a user of one kubeconfig the credentials of another's, with its clusters' CA; everything else stays. */
export function refreshKubeconfig({ files }: ApplyPorts): StepHandler {
  return {
    kind: 'refresh-kubeconfig',
    run: async ({ params }) => {
      const { from = '', to = '', user = '' } = params ?? {};
      return during(`${to} could not be brought up to date`, async () => {
        const [source, target] = [await files.read(from, MAX_KUBECONFIG), await files.read(to, MAX_KUBECONFIG)];
        const merged = mergeUser({ source: text(source), target: text(target), user });
        if (merged === undefined) throw new StepFailure(`${to} has no user ${user} any more, or ${from} has none`);
        source.fill(0);
        await files.replace(to, Buffer.from(merged), 0o600);
        return `user ${user} of ${to} has the certificate of ${from}`;
      });
    },
  };
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}
