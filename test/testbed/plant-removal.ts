import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Denial, Incident } from '../../src/io/demo/planting/form.ts';
import type { Bed } from './bed.ts';
import { nodeObjects, PER_POD } from './catalogue/kwok.ts';
import { allowFiles } from './plant-denied.ts';
import { isTold } from './plant-objects.ts';
import { namesOf } from './plant-processes.ts';

const STATE = 'planted/current.json';
const INTERCEPTORS = /WebhookConfiguration$|^APIService$/;

interface Named {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly finalizers: boolean;
  /** A definition that goes with its incident. */
  readonly told: boolean;
}

interface Remembered {
  /** The bed's names of what listens and runs. */
  readonly processes: readonly string[];
  readonly named: readonly Named[];
  readonly root: string;
  readonly denied: readonly Denial[];
}

/** Remembers what is being planted, so that another process can take it away. */
export function remember(bed: Bed, incident: Incident, root: string): void {
  const { id, objects = [], denied = [] } = incident;
  const named = objects.map((object): Named => {
    const { apiVersion, kind, metadata } = object;
    const { name, namespace, finalizers } = metadata;
    return {
      apiVersion,
      kind,
      metadata: { name, ...(namespace !== undefined && { namespace }) },
      finalizers: finalizers !== undefined,
      told: isTold(object),
    };
  });
  const processes = [`planted-${id}`, ...namesOf(incident)];
  bed.write(STATE, JSON.stringify({ processes, named, root, denied } satisfies Remembered));
}

/** Takes away what was planted last, and gives the bed its own life back: its Nodes and the controller manager. */
export async function unplant(bed: Bed): Promise<void> {
  if (!(await makeRoom(bed))) return;
  await bed.restart('kube-controller-manager');
  if (bed.up.some(({ component }) => component === 'kwok')) await bed.apply(...nodeObjects);
}

/**
 * Takes away what was planted last: servers, processes, objects and namespaces; plain definitions of kinds stay.
 * @returns whether there was anything
 */
export async function makeRoom(bed: Bed): Promise<boolean> {
  const file = join(bed.runDir, STATE);
  if (!existsSync(file)) return false;
  const { processes, named, root, denied } = JSON.parse(readFileSync(file, 'utf8')) as Remembered;
  allowFiles(root, denied);
  for (const process of processes) await bed.stop(process);
  await remove(
    bed,
    named.filter(({ kind }) => INTERCEPTORS.test(kind)),
  );
  await removeAnswers(bed);
  for (const each of named.filter(({ finalizers }) => finalizers)) await release(bed, each);
  const isOurs = ({ kind, metadata, told }: Named) =>
    (kind !== 'CustomResourceDefinition' || told) && !(kind === 'Namespace' && isBuiltIn(metadata.name));
  const ours = named.filter(isOurs);
  await remove(
    bed,
    ours.filter(({ kind }) => kind === 'Pod'),
    ['--force', '--grace-period=0'],
  );
  await remove(
    bed,
    ours.filter(({ kind }) => kind !== 'Pod'),
  );
  const namespaces = new Set(named.flatMap(({ metadata }) => metadata.namespace ?? []));
  for (const name of namespaces) if (!isBuiltIn(name)) await removeNamespace(bed, name);
  rmSync(file);
  return true;
}

/**
 * The controller manager would look into a namespace before it ends, after five seconds. It stood still while this one
 * was there, so that nothing is in it but what was planted and is gone.
 */
async function removeNamespace(bed: Bed, name: string): Promise<void> {
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
  await remove(bed, [namespace]);
  const path = `/api/v1/namespaces/${name}/finalize`;
  const body = JSON.stringify({ ...namespace, spec: { finalizers: [] } });
  await bed.kubectl(['replace', '--raw', path, '-f', '-'], body);
}

function isBuiltIn(namespace: string): boolean {
  return namespace === 'default' || namespace.startsWith('kube-');
}

/** What kwok answers for Pods with: the next incident may have Pods of the same names. */
async function removeAnswers(bed: Bed): Promise<void> {
  if (!bed.up.some(({ component }) => component === 'kwok')) return;
  const kinds = PER_POD.map((kind) => `${kind}.kwok.x-k8s.io`).join();
  await bed.kubectl(['delete', kinds, '--all', '--all-namespaces', '--wait=false']);
}

/** Nobody here would end what a finalizer waits for. */
async function release(bed: Bed, { kind, metadata }: Named): Promise<void> {
  const scope = metadata.namespace === undefined ? [] : ['-n', metadata.namespace];
  const patch = ['--type=merge', '-p', '{"metadata":{"finalizers":null}}'];
  await bed.tryRun([
    'kubectl',
    `--kubeconfig=${bed.superAdminKubeconfig}`,
    'patch',
    ...scope,
    kind,
    metadata.name,
    ...patch,
  ]);
}

async function remove(bed: Bed, objects: readonly object[], wait: readonly string[] = ['--wait=false']): Promise<void> {
  if (objects.length === 0) return;
  const input = objects.map((each) => JSON.stringify(each)).join('\n---\n');
  await bed.kubectl(['delete', '--ignore-not-found', ...wait, '-f', '-'], input);
}
