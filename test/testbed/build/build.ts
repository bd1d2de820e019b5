import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Component } from '../catalogue/component.ts';
import { cached, fill, keyOf } from './cache.ts';
import { installDebian, installedVersion } from './debian.ts';
import { buildGo, goKey } from './go.ts';
import { whileAloneBuilding } from './lock.ts';
import { buildPypi } from './pypi.ts';

/** Where a component is at hand, or why it isn't. */
export type Artifact = Present | { state: 'missing'; version: string; reason: string };

export interface Present {
  /** Built ones are in the cache, installed ones are the system's. */
  state: 'built' | 'installed';
  version: string;
  /** The program, or the folder of a component without one. */
  path: string;
  folder: string;
  /** Seconds that the build took; 0 when installed. */
  seconds: number;
}

/** What a build did: the report's row. */
export interface BuildOutcome {
  component: Component;
  artifact: Artifact;
  how: 'built' | 'cached' | 'missing';
  seconds: number;
}

async function cacheName(component: Component): Promise<string> {
  const { source } = component;
  const isGo = source.kind === 'go' || source.kind === 'go-files';
  const key = isGo ? await goKey(component, source) : keyOf([JSON.stringify(source)]);
  return `${component.name}-${component.version}-${key}`;
}

/** Looks only: nothing is built or installed. */
export async function find(component: Component): Promise<Artifact> {
  const { source, version, name } = component;
  if (source.kind === 'recorded') return installed(source.program, version);
  if (source.kind === 'debian') {
    const there = await installedVersion(source.packages[0] ?? '');
    if (there === undefined) return { state: 'missing', version, reason: `not installed; ${howToBuild(component)}` };
    return installed(source.program, there);
  }
  try {
    const entry = cached(await cacheName(component));
    if (entry === undefined) return { state: 'missing', version, reason: `not built; ${howToBuild(component)}` };
    const program = join(entry.folder, name);
    return {
      state: 'built',
      version,
      path: existsSync(program) ? program : join(entry.folder, 'files'),
      folder: entry.folder,
      seconds: entry.record.seconds,
    };
  } catch (error) {
    return { state: 'missing', version, reason: (error as Error).message };
  }
}

const howToBuild = ({ name }: Component) => `npm run testbed -- build ${name} makes it`;

const installed = (path: string, version: string): Present => {
  return { state: 'installed', version, path, folder: dirname(path), seconds: 0 };
};

/** Builds or installs what is not at hand yet. Never throws for a component that can't be had: that is its outcome. */
export async function build(component: Component): Promise<BuildOutcome> {
  const start = performance.now();
  const found = await find(component);
  if (found.state !== 'missing') return { component, artifact: found, how: 'cached', seconds: found.seconds };
  try {
    await whileAloneBuilding(() => make(component));
  } catch (error) {
    const reason = (error as Error).message;
    return {
      component,
      artifact: { state: 'missing', version: component.version, reason },
      how: 'missing',
      seconds: since(start),
    };
  }
  return { component, artifact: await find(component), how: 'built', seconds: since(start) };
}

const since = (start: number) => Math.round((performance.now() - start) / 100) / 10;

async function make(component: Component): Promise<void> {
  const { source } = component;
  if (source.kind === 'debian') return installDebian(source);
  if (source.kind === 'recorded') return;
  const name = await cacheName(component);
  if (cached(name) !== undefined) return; // Another process built it while this one waited for the lock.
  await fill(name, (folder) =>
    source.kind === 'pypi' ? buildPypi(component, source, folder) : buildGo(component, source, folder),
  );
}
