import type { ObservationRequest } from '../../core/model/observation.ts';
import type { Plan } from '../../core/model/plan.ts';
import { type KubeadmNode, kubeadmNode } from '../../core/plan/kubeadm-node.ts';
import type { Installed } from '../../core/plan/setup/installed.ts';
import { type OtherSchedule, otherSchedules } from '../../core/plan/setup/other-schedules.ts';
import { scheduleFiles } from '../../core/plan/setup/schedule.ts';
import { dayIn, dayOf } from '../../core/plan/setup/schedule-day.ts';
import {
  SCHEDULE_FORMS,
  type ScheduleForm,
  type ScheduleOptions,
  type Weekday,
} from '../../core/plan/setup/schedule-options.ts';
import { scheduleSteps } from '../../core/plan/setup/schedule-plan.ts';
import type { SetupFile } from '../../core/plan/setup/setup-file.ts';
import { rfc3339 } from '../../core/view/time.ts';
import type { Ports } from '../../io/ports/ports.ts';
import { type ObserveOptions, observe } from '../observe.ts';
import { runId } from '../renew-plan.ts';
import { readInstalled, readSchedules } from './machine.ts';
import { type MetricsFolder, metricsFolder } from './metrics-folder.ts';
import { openToOthers, type SearchPath, searchPath } from './programs.ts';

/** What a person said of the schedule; what is left open is found out. */
export interface ScheduleWish extends Omit<ScheduleOptions, 'day' | 'searchPath' | 'metricsFile' | 'program'> {
  readonly day?: Weekday;
  /** `none`: no metric. */
  readonly metricsDir?: string;
  /** Folder in place of `/`; empty for the machine itself. */
  readonly root: string;
}

/** What was found out about the machine that the schedule is for. */
export interface Survey {
  readonly options: ScheduleOptions;
  readonly root: string;
  readonly installed: Installed;
  /** Undefined: no control-plane node of kubeadm's. */
  readonly node: KubeadmNode | undefined;
  /** Whether other control-plane nodes could be seen, so that they take turns. */
  readonly knowsNodes: boolean;
  readonly path: SearchPath;
  readonly metrics: MetricsFolder;
  readonly others: readonly OtherSchedule[];
  /** Through which somebody other than root could change what is run. */
  readonly open: readonly string[];
}

export interface SurveyOptions extends ObserveOptions {
  readonly program: readonly string[];
}

/** Name of the metric's file; node_exporter reads what ends in `.prom`. */
const METRICS_FILE = 'kubectl_certs_renewal.prom';

/** Finds out what the wish leaves open, and what is installed. @throws PortFailure for an I/O error */
export async function surveyMachine(wish: ScheduleWish, survey: SurveyOptions): Promise<Survey> {
  const { ports, program } = survey;
  const { root, day, metricsDir, ...rest } = wish;
  const folder = rest.pkiDir ?? survey.scope.pkiDir;
  const installed = await readInstalled(ports, root);
  const inventory = await observe(survey, [filesOf(folder), ...(day === undefined ? [NODES] : [])]);
  const node = kubeadmNode(inventory, folder);
  const controlPlanes = inventory.facts('node').flatMap(({ name, controlPlane }) => (controlPlane ? [name] : []));
  const [path, metrics] = await Promise.all([searchPath(ports), metricsOf(ports, metricsDir)]);
  const programs = [...program, ...(path.kubeadm === undefined ? [] : [path.kubeadm])];
  return {
    options: {
      ...rest,
      program,
      searchPath: path.folders,
      day: day ?? dayInstalled(installed) ?? dayOf(controlPlanes, node?.name),
      ...(metricsDir !== 'none' && { metricsFile: `${metrics.path}/${METRICS_FILE}` }),
    },
    root,
    installed,
    node,
    knowsNodes: day !== undefined || controlPlanes.length > 0,
    path,
    metrics,
    others: otherSchedules(await readSchedules(ports.files, root)),
    open: await openToOthers(ports.files, programs),
  };
}

function filesOf(folder: string): ObservationRequest {
  return { source: 'kubeadm-files', params: { folder }, why: 'which node this is' };
}

const NODES: ObservationRequest = { source: 'nodes', params: {}, why: 'who else takes turns' };

/** A day that was chosen once stays, whoever can be asked today. */
function dayInstalled({ files }: Installed): Weekday | undefined {
  return [...files.values()].flatMap(({ content }) => dayIn(content) ?? [])[0];
}

async function metricsOf(ports: Ports, given: string | undefined): Promise<MetricsFolder> {
  const found = await metricsFolder(ports);
  return given === undefined || given === 'none'
    ? found
    : { path: given, isRead: found.isRead && found.path === given };
}

/** Files of each form that was asked for; of both where none was. */
export function filesOfForms(
  options: ScheduleOptions,
  form?: ScheduleForm,
): { form: ScheduleForm; files: SetupFile[] }[] {
  const forms = form === undefined ? SCHEDULE_FORMS : [form];
  return forms.map((each) => ({ form: each, files: scheduleFiles(each, options) }));
}

/** What brings the machine to the schedule, or rid of it. @param now milliseconds since the epoch */
export function planSchedule(
  { options, installed, root, node }: Survey,
  { form, now, random }: { form: ScheduleForm | 'none'; now: number; random: string },
): Plan {
  const wanted = form === 'none' ? [] : scheduleFiles(form, options);
  return {
    id: runId(now, random),
    createdAt: rfc3339(now),
    subject: { kind: 'node', name: root || (node?.name ?? 'this machine') },
    snapshotTakenAt: rfc3339(now),
    steps: scheduleSteps({ wanted, installed, root }),
    skipped: [],
  };
}
