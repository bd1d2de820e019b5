import type { PlantedObject } from '../../src/io/demo/planting/form.ts';
import type { Bed } from './bed.ts';

interface Condition {
  readonly type: string;
}
type Request = PlantedObject & {
  readonly spec?: { readonly username?: string; readonly groups?: readonly string[] };
  readonly status?: { readonly conditions?: readonly Condition[]; readonly certificate?: string };
};

const PATH = '/apis/certificates.k8s.io/v1/certificatesigningrequests';
/** Conditions that only the approval subresource takes. */
const DECISIONS: ReadonlySet<string> = new Set(['Approved', 'Denied']);

/**
 * Creates a CertificateSigningRequest as the user that it names, since the server writes its creator into it, and
 * gives it certificate and conditions through the subresources that take them.
 */
export async function plantRequest(bed: Bed, { status, writtenBy: _writer, ...request }: Request): Promise<void> {
  const { username, groups = [], ...spec } = request.spec ?? {};
  const user = username === undefined ? [] : [`--as=${username}`, ...groups.map((group) => `--as-group=${group}`)];
  await bed.kubectl(['delete', 'csr', request.metadata.name, '--ignore-not-found']);
  await bed.kubectl(['create', ...asMaster(user), '-f', '-'], JSON.stringify({ ...request, spec }));
  const conditions = status?.conditions ?? [];
  if (status?.certificate !== undefined) await change(bed, request, 'status', { certificate: status.certificate });
  const decisions = conditions.filter(({ type }) => DECISIONS.has(type));
  if (decisions.length > 0) await change(bed, request, 'approval', { conditions: decisions });
  if (conditions.length > decisions.length) await change(bed, request, 'status', { conditions });
}

/** Whom a request names need not be allowed to create one: the right comes from a group beside its own. */
function asMaster(user: readonly string[]): readonly string[] {
  return user.length === 0 ? [] : [...user, '--as-group=system:masters'];
}

async function change(bed: Bed, { metadata }: Request, part: 'approval' | 'status', status: object): Promise<void> {
  const current = JSON.parse(await bed.kubectl(['get', 'csr', metadata.name, '-o', 'json'])) as { status?: object };
  const changed = { ...current, status: { ...current.status, ...status } };
  await bed.kubectl(['replace', '--raw', `${PATH}/${metadata.name}/${part}`, '-f', '-'], JSON.stringify(changed));
}
