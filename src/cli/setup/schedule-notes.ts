import type { Survey } from '../../app/setup/schedule.ts';
import type { ScheduleFlags } from './flags.ts';

/** What a person should know beside the files, a line each. */
export function scheduleNotes(survey: Survey, { form, apply, 'metrics-dir': metricsDir }: ScheduleFlags): string[] {
  const { node, knowsNodes, path, metrics, others, open, installed, options } = survey;
  return [
    ...(node ? [] : ['no files of kubeadm are here: a schedule belongs on each control-plane node that kubeadm made']),
    ...(path.kubeadm === undefined ? ['kubeadm is not on PATH: the schedule looks for it in the usual folders'] : []),
    ...(knowsNodes || installed.files.size > 0
      ? []
      : ['other control-plane nodes could not be seen: give each another --day, so that no two restart together']),
    ...(metrics.isRead || metricsDir === 'none'
      ? []
      : [
          `no node_exporter is seen to read ${metrics.path}: start it with --collector.textfile.directory=${metrics.path}`,
        ]),
    ...others.map(({ path: file, line }) => `${file} renews too, without restart and check; remove it: ${line}`),
    ...(open.length > 0 ? [`others than root could change what runs as root: ${open.join(', ')}`] : []),
    ...storeNote(options.program),
    ...(form === undefined && !apply
      ? ['two forms of the same: install the first with --apply, the second with --form cron --apply']
      : []),
  ];
}

/** krew removes a version's folder when it installs the next one. */
function storeNote(program: readonly string[]): string[] {
  const inStore = program.filter((path) => /\/krew\/store\/|\/\.krew\//.test(path));
  return inStore.length > 0
    ? [`an upgrade by krew removes ${inStore.join(' and ')}: run setup schedule --apply again after it`]
    : [];
}
