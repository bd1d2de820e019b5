import { readSecret } from '../../../core/parse/kube/secret.ts';
import { PortFailure } from '../../ports/failure.ts';
import type { Reading } from '../reading.ts';
import type { CollectContext } from '../source.ts';
import type { SecretClaim } from './secret-claims.ts';
import { missingPlacement } from './secret-placements.ts';
import type { SecretStore } from './secret-store.ts';

/** Requests at a time: enough to hide latency, too few to trip API priority and fairness. */
const PARALLEL = 8;

/** Gets what is named and was not listed; what is named, has to be there and is not becomes a missing placement. */
export async function readNamedSecrets(
  context: CollectContext,
  store: SecretStore,
  claims: readonly SecretClaim[],
): Promise<void> {
  const wanted = claims.filter(({ namespace, name }) => !store.has(namespace, name));
  if (wanted.length === 0) return;
  const reading = context.begin({ command: commandOf(wanted), unknown: 'the certificates in Secrets that are named' });
  const failures: PortFailure[] = [];
  const absent: SecretClaim[] = [];
  const queue = wanted.values();
  const work = async () => {
    for (const claim of queue) {
      const failure = await readNamed(context, store, claim, reading);
      if (failure?.state === 'absent') absent.push(claim);
      else if (failure) failures.push(failure);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
  placeMissing(absent, store, reading);
  endReading(reading, wanted.length, failures);
}

async function readNamed(
  { ports, signal, answered }: CollectContext,
  store: SecretStore,
  claim: SecretClaim,
  reading: Reading,
): Promise<PortFailure | undefined> {
  const [namespace, name] = [claim.namespace, claim.name].map(encodeURIComponent);
  try {
    const { body } = await ports.kube.request({ path: `/api/v1/namespaces/${namespace}/secrets/${name}`, signal });
    answered();
    const contents = readSecret(body);
    if (contents) store.add(contents, reading);
    return undefined;
  } catch (error) {
    if (signal.aborted || !(error instanceof PortFailure)) throw error;
    if (error.state === 'absent') answered();
    return error;
  }
}

/** Nothing is missing where the Secret is there by the name that it had in earlier versions. */
function placeMissing(absent: readonly SecretClaim[], store: SecretStore, reading: Reading): void {
  for (const claim of absent) {
    const { namespace, name, required, formerly } = claim;
    if (!required || (formerly !== undefined && store.has(namespace, formerly))) continue;
    reading.place(missingPlacement(claim, store.elsewhere(namespace, name)));
  }
}

function endReading(reading: Reading, wanted: number, failures: readonly PortFailure[]): void {
  const [first] = failures;
  const state = failures.length === wanted ? first?.state : 'partial';
  if (!first || !state) reading.complete();
  else reading.end(state, `${failures.length} of ${wanted} named Secrets could not be read: ${first.message}`);
}

const MOST_COMMANDS = 3;

/** One kubectl command for each namespace. */
function commandOf(claims: readonly SecretClaim[]): string {
  const byNamespace = Map.groupBy(claims, ({ namespace }) => namespace);
  const commands = [...byNamespace].map(
    ([namespace, group]) => `kubectl get secrets -n ${namespace} ${group.map(({ name }) => name).join(' ')}`,
  );
  const more = commands.length > MOST_COMMANDS ? ['...'] : [];
  return [...commands.slice(0, MOST_COMMANDS), ...more].join('; ');
}
