import type { Expectation } from '../model/plan.ts';
import type { Inventory, Placed } from '../snapshot/inventory.ts';

/** Whether an expectation is met by what was observed; `unknown` is never taken for met. */
export interface Judgement {
  readonly state: 'met' | 'not-met' | 'unknown';
  /** What was found, for the journal and the person. */
  readonly message: string;
}

/** Judges one expectation. A placement that was not observed is unknown, one that is missing is not met. */
export function judge(expectation: Expectation, inventory: Inventory): Judgement {
  if (expectation.is === 'process-newer') return processNewer(expectation, inventory);
  const placed = inventory.placement(expectation.ref);
  const leaf = placed?.leaf;
  if (!placed) return unknown(`${expectation.ref} was not read${whyUnread(inventory)}`);
  if (!leaf)
    return {
      state: 'not-met',
      message: `${expectation.ref} holds no certificate: ${placed.placement.missing ?? 'it is empty'}`,
    };
  switch (expectation.is) {
    case 'leaf':
      return verdict(leaf.sha256 === expectation.sha256, `${expectation.ref} holds ${leaf.serialNumber}`);
    case 'new-leaf':
      return verdict(
        leaf.sha256 !== expectation.before,
        `${expectation.ref} holds serial ${leaf.serialNumber}, ending ${new Date(leaf.notAfter).toISOString()}`,
      );
    case 'ends-after':
      return verdict(
        leaf.notAfter > expectation.at,
        `${expectation.ref} ends ${new Date(leaf.notAfter).toISOString()}`,
      );
    case 'key-match':
      return keyMatch(placed);
    case 'same-leaf':
      return sameLeaf(placed, inventory.placement(expectation.as), expectation.as);
  }
}

/** A process that is not there holds nothing, but neither does it show that it takes the file. */
function processNewer(
  { program, path }: Extract<Expectation, { is: 'process-newer' }>,
  inventory: Inventory,
): Judgement {
  const readers = inventory
    .facts('process')
    .filter((fact) => fact.program === program)
    .flatMap(({ pid, started, files }) =>
      files.flatMap((file) => (file.path === path ? [{ pid, started, modified: file.modified }] : [])),
    );
  if (readers.length === 0) return unknown(`no process ${program} that reads ${path} was seen${whyUnread(inventory)}`);
  const unseen = readers.find(({ modified }) => modified === undefined);
  if (unseen) return unknown(`when ${path} changed was not seen`);
  const older = readers.find(({ started, modified }) => Date.parse(started) < Date.parse(modified ?? ''));
  const { pid, started } = older ?? readers[0]!;
  return verdict(
    older === undefined,
    `${program} (process ${pid}) started ${started}, ${older ? 'before' : 'after'} ${path} changed`,
  );
}

function keyMatch({ placement, leaf }: Placed): Judgement {
  if (placement.key === undefined) return { state: 'not-met', message: `${placement.ref} has no readable private key` };
  return verdict(
    placement.key === leaf?.spki,
    `${placement.ref} and its private key ${placement.key === leaf?.spki ? 'belong together' : 'do not belong together'}`,
  );
}

function sameLeaf(one: Placed, other: Placed | undefined, ref: string): Judgement {
  if (!other?.leaf) return unknown(`${ref} was not read`);
  const same = one.leaf?.sha256 === other.leaf.sha256;
  return verdict(
    same,
    `${one.placement.ref} shows serial ${one.leaf?.serialNumber}, ${ref} holds ${other.leaf.serialNumber}`,
  );
}

function verdict(met: boolean, message: string): Judgement {
  return { state: met ? 'met' : 'not-met', message };
}

function unknown(message: string): Judgement {
  return { state: 'unknown', message };
}

function whyUnread(inventory: Inventory): string {
  const reasons = inventory.snapshot.coverage.flatMap(({ reason }) => reason ?? []);
  return reasons.length > 0 ? `: ${reasons.join('; ')}` : '';
}
