import type { Bed } from './bed.ts';
import { find } from './build/build.ts';
import type { Component, Source } from './catalogue/component.ts';
import { COMPONENTS, componentsNamed } from './catalogue/index.ts';
import { upstreamNamed } from './go/upstreams.ts';
import { renderTable } from './report.ts';

/** What `status -o json` tells of one component. */
export interface ComponentStatus {
  name: string;
  version: string;
  source: string;
  state: 'running' | 'built' | 'installed' | 'missing';
  /** Program, or folder of a component without one; null when missing. */
  path: string | null;
  /** Why it is missing; null otherwise. */
  reason: string | null;
}

/** Where a component comes from, in a person's words. */
function describeSource(source: Source): string {
  switch (source.kind) {
    case 'go':
    case 'go-files': {
      const { module, version } = upstreamNamed(source.upstream);
      return `Go module ${module}@${version}`;
    }
    case 'debian':
      return `Debian ${source.packages.join(' ')}`;
    case 'pypi':
      return `PyPI ${source.package}`;
    case 'recorded':
      return 'recorded answers';
  }
}

async function statusOfOne(component: Component, running: ReadonlySet<string>): Promise<ComponentStatus> {
  const artifact = await find(component);
  const about = { name: component.name, version: artifact.version, source: describeSource(component.source) };
  if (artifact.state === 'missing') return { ...about, state: 'missing', path: null, reason: artifact.reason };
  return {
    ...about,
    state: running.has(component.name) ? 'running' : artifact.state,
    path: artifact.path,
    reason: null,
  };
}

/** @param bed the one that is up, if any; @param names components or groups, none for all */
export async function statusOf(
  bed: Bed | undefined,
  names: readonly string[] = [],
): Promise<{ components: ComponentStatus[] }> {
  const processes = (await bed?.processes()) ?? [];
  const alive = new Set(processes.filter(({ pid }) => pid !== null).map(({ name }) => name));
  const isRunning = (names: string[]) => names.length > 0 && names.every((name) => alive.has(name));
  const running = new Set(
    (bed?.up ?? []).filter((each) => isRunning(each.processes)).map(({ component }) => component),
  );
  const components = names.length === 0 ? COMPONENTS : componentsNamed(names);
  return { components: await Promise.all(components.map((component) => statusOfOne(component, running))) };
}

export function statusTable(components: readonly ComponentStatus[]): string {
  if (components.length === 0) return '';
  const rows = components.map((each) => [
    each.name,
    each.version,
    each.state,
    each.source,
    each.path ?? each.reason ?? '',
  ]);
  return renderTable(['COMPONENT', 'VERSION', 'STATE', 'SOURCE', 'PATH OR REASON'], rows);
}
