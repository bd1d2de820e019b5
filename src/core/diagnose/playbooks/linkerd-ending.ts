import { ref } from '../../model/ref.ts';
import type { RoleId } from '../../model/role.ts';
import type { Judgement, PlaybookStep, StepContext } from '../playbook.ts';
import { findingsOf } from '../steps.ts';

const ROLES: readonly RoleId[] = ['linkerd-issuer', 'linkerd-trust-anchor', 'linkerd-webhook'];
/** Texts that are about what is to come, or about rights: an outage is worded otherwise. */
const ASKED =
  /will expire|about to expire|expir(?:e|es|ing) (?:soon|on|in)|valid for at least|forbidden|cannot get resource/i;

/** What ends soon, where nothing fails yet: what a proxy shows is read where its Secret may not be. */
export const linkerdEnding: PlaybookStep = {
  id: 'ending',
  question: 'Does anything of the mesh end soon, by what may be read?',
  command: () => 'linkerd identity -n NAMESPACE POD; openssl s_client through kubectl port-forward POD 4191 -showcerts',
  sources: [],
  judge: (context) => {
    if (!ASKED.test(context.reading.text) || isBroken(context)) return [];
    const ending = findingsOf(context, { codes: ['CERT_EXPIRING'], roles: ROLES, kinds: [] });
    return ending.flatMap((finding): Judgement[] => {
      if (finding.severity !== 'critical' && finding.severity !== 'warning') return [];
      const object = storedAt(finding.placement);
      const unread = object !== finding.placement ? `; its Secret may not be read here, which is no fault` : '';
      return [
        {
          is: 'supports',
          code: finding.code,
          object,
          also: [finding.placement, ...(finding.also ?? [])],
          message: `nothing fails yet: ${finding.message}${unread}`,
          evidence: finding.evidence,
          fix: finding.fix,
        },
      ];
    });
  },
};

const ENDING: ReadonlySet<string> = new Set(['CERT_EXPIRING', 'ROTATION_STUCK']);

function isBroken({ findings }: StepContext): boolean {
  return findings.some(({ layer, severity, code }) => layer === 'mesh' && severity === 'critical' && !ENDING.has(code));
}

/** The issuer that a proxy shows lies in the control plane's Secret. */
function storedAt(place: string): string {
  return place.endsWith('#sds/issuer') ? ref.object('secret', 'linkerd-identity-issuer', 'linkerd') : place;
}
