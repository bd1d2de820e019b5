import type { Opened } from '../../app/open-inventory.ts';
import type { Clock } from '../../io/ports/clock.ts';
import type { Session } from '../session.ts';
import type { Status } from './world.ts';

export type Where = Pick<Status, 'context' | 'namespace'>;

/** Which context and namespaces are shown, by what was opened. */
export function whereOf({ snapshot: { scope } }: Opened): Where {
  return { context: scope.context ?? '', namespace: namespacesText(scope.namespaces) };
}

/** Milliseconds that the name of a context may take: a plugin for credentials may ask somebody. */
const PATIENCE = 1000;

/** Which context and namespaces will be looked at, before anything was read. */
export async function whereToLook({ ports, scope }: Session, clock: Clock): Promise<Where> {
  const known = ports.kube.connection().then(
    ({ context }) => context,
    () => '',
  );
  const context = await Promise.race([known, clock.sleep(PATIENCE).then(() => '')]);
  return { context, namespace: namespacesText(scope.namespaces) };
}

function namespacesText(namespaces: readonly string[]): string {
  return namespaces.length > 0 ? namespaces.join(',') : 'all';
}
