import type { PlannedStep } from '../../model/plan.ts';
import type { Step } from '../../model/step.ts';
import type { InstalledFile } from './installed.ts';
import { SCHEDULE_NAME, SERVICE_PATH, TIMER_PATH } from './schedule-options.ts';
import { isOurs, type SetupFile } from './setup-file.ts';

const TIMER = `${SCHEDULE_NAME}.timer`;
const RELOAD = ['systemctl', 'daemon-reload'];

/** Undone last, when the files are as they were: then systemd is to read them again. */
export function backup(paths: readonly string[], { root, reloads }: { root: string; reloads: boolean }): PlannedStep {
  return {
    id: 'backup',
    kind: 'backup-files',
    title: 'copy away what stands where files are written or removed',
    command: [],
    risk: 'none',
    target: SCHEDULE_NAME,
    params: { paths: paths.map((path) => root + path).join('\n') },
    rollback: reloads ? tool('reload-again', 'have systemd read its units again', RELOAD) : null,
  };
}

export function write(
  { path, mode, content }: SetupFile,
  { there, root }: { there: InstalledFile | undefined; root: string },
): PlannedStep {
  const verb = !there ? 'write' : isOurs(there.content) ? 'update' : 'replace what somebody else wrote in';
  return {
    ...step('write-file', `write-${nameOf(path)}`, `${verb} ${root}${path}`),
    target: `file:${root}${path}`,
    params: { path: root + path, mode: mode.toString(8), content, before: there?.sha256 ?? 'absent' },
    after: ['backup'],
    rollback: putBack(path, root),
  };
}

export function remove(path: string, root: string): PlannedStep {
  return {
    ...step('remove-file', `remove-${nameOf(path)}`, `remove ${root}${path}`),
    target: `file:${root}${path}`,
    params: { path: root + path },
    after: ['backup'],
    rollback: putBack(path, root),
  };
}

function putBack(path: string, root: string): Step {
  return {
    ...step('put-back-file', `put-back-${nameOf(path)}`, `put ${root}${path} back as it was`),
    params: { path: root + path },
  };
}

/** systemd reads the units as it will read them later, before anything is started from them. */
export function verify(root: string): PlannedStep {
  const command = ['systemd-analyze', 'verify', '--man=no', `${root}${SERVICE_PATH}`, `${root}${TIMER_PATH}`];
  return { ...tool('verify', 'have systemd check the units', command), target: SCHEDULE_NAME, rollback: null };
}

export function reload(): PlannedStep {
  return { ...tool('reload', 'have systemd read its units again', RELOAD), target: SCHEDULE_NAME, rollback: null };
}

/** @param wasThere going back, the timer of before stays as it was */
export function enable(root: string, wasThere: boolean): PlannedStep {
  return {
    ...tool('enable', `start ${TIMER} after every boot`, systemctl(root, 'enable'), {
      check: systemctl(root, 'is-enabled').join('\n'),
      says: 'enabled',
    }),
    target: TIMER,
    rollback: wasThere ? null : tool('disable', `no longer start ${TIMER}`, systemctl(root, 'disable')),
  };
}

/** A timer that runs already takes up a new calendar only when it is started again. */
export function start(wasThere: boolean): PlannedStep {
  return {
    ...tool('start', `start ${TIMER} now`, ['systemctl', 'restart', TIMER], {
      check: ['systemctl', 'is-active', TIMER].join('\n'),
      says: 'active',
    }),
    target: TIMER,
    rollback: wasThere ? null : tool('stop', `stop ${TIMER}`, ['systemctl', 'stop', TIMER]),
  };
}

export function disable(root: string): PlannedStep {
  return {
    ...tool('disable', `stop ${TIMER}, and no longer start it`, systemctl(root, 'disable')),
    target: TIMER,
    rollback: tool('enable-again', `start ${TIMER} again`, systemctl(root, 'enable')),
  };
}

/** An image's units are linked; those of the machine are started and stopped as well. */
function systemctl(root: string, verb: 'enable' | 'disable' | 'is-enabled'): string[] {
  if (root !== '') return ['systemctl', `--root=${root}`, verb, TIMER];
  return ['systemctl', verb, ...(verb === 'is-enabled' ? [] : ['--now']), TIMER];
}

function tool(id: string, title: string, command: readonly string[], params: Record<string, string> = {}): Step {
  return { ...step('run-tool', id, title), command, params };
}

function step(kind: string, id: string, title: string): Step {
  return { id, kind, title, command: [], risk: 'none' };
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
