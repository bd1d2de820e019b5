import { Flags, type Interfaces } from '@oclif/core';
import { RESTART_WAYS } from '../../core/plan/plan-maker.ts';
import type { ReadingFlags } from '../reading-flags.ts';

/** What ends a run, looks at one, or goes on with one: none of it goes with a new plan. */
const OTHER_RUN = ['resume', 'rollback', 'history'];

export const RENEW_FLAGS = {
  output: Flags.string({
    helpGroup: 'output',
    char: 'o',
    options: ['table', 'wide', 'json', 'yaml'],
    default: 'table',
    summary: 'format of the plan and of what became of it',
  }),
  'expiring-within': Flags.string({
    helpValue: 'TIME',
    summary: 'only what ends within this time, and what has ended',
  }),
  'dry-run': Flags.string({
    options: ['client', 'server'],
    exclusive: ['resume', 'rollback', 'history'],
    summary: 'print the plan and change nothing; server: let the API server judge what would be written to it',
  }),
  yes: Flags.boolean({ char: 'y', summary: 'do not ask before anything is changed' }),
  'refresh-kubeconfig': Flags.string({
    helpValue: 'FILE',
    multiple: true,
    multipleNonGreedy: true,
    exclusive: OTHER_RUN,
    summary: 'bring this copy of admin.conf up to date; its other contexts stay (repeatable)',
  }),
  'restart-with': Flags.string({
    options: RESTART_WAYS,
    exclusive: OTHER_RUN,
    summary:
      'how static Pods are restarted: their manifests move away and back, or crictl ends their sandboxes [default: manifests, and crictl where these cannot be moved]',
  }),
  'metrics-file': Flags.string({
    helpValue: 'FILE',
    exclusive: [...OTHER_RUN, 'dry-run'],
    summary: "leave a metric of the outcome there, for node_exporter's textfile collector",
  }),
  resume: Flags.string({
    helpGroup: 'runs',
    helpValue: 'ID',
    exclusive: ['rollback', 'history'],
    summary: 'go on with a run that was interrupted, last for the newest',
  }),
  rollback: Flags.string({
    helpGroup: 'runs',
    helpValue: 'ID',
    exclusive: ['history'],
    summary: 'go back through a run: put the old files in place and restart what holds the new ones',
  }),
  history: Flags.boolean({ helpGroup: 'runs', summary: 'list the runs on this machine' }),
  'state-dir': Flags.string({
    helpGroup: 'runs',
    helpValue: 'DIR',
    summary: 'folder of journals, backups and locks [default: /var/lib/kubectl-certs for root, else of the user]',
  }),
};

/** The flags of `renew`, with the words that stand beside them. */
export type RenewFlags = ReadingFlags &
  Interfaces.InferredFlags<typeof RENEW_FLAGS> & { readonly words: readonly string[] };
