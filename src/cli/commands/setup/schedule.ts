import { ReadingCommand } from '../../reading-command.ts';
import { SCHEDULE_FLAGS } from '../../setup/flags.ts';
import { setUpSchedule } from '../../setup/schedule.ts';

export default class SetupSchedule extends ReadingCommand {
  static override summary = "renew a control-plane node's certificates by itself, before they end";
  static override description =
    'Prints, or installs with --apply, what runs `kubectl certs renew` once a week on this control-plane node: a systemd service and timer, or a file for cron. Each run renews only what is due, restarts what holds it, proves that the new certificates are served, goes back when they are not, and leaves a metric for node_exporter, also when it fails. Control-plane nodes take turns, a day each. What is installed already is left alone; changed flags update it in place; --remove takes it away.';
  static override examples = [
    { description: 'Both forms, to look at:', command: '<%= config.bin %> setup schedule' },
    {
      description: 'What would be installed on this node:',
      command: '<%= config.bin %> setup schedule --dry-run=client',
    },
    { description: 'Install the timer:', command: '<%= config.bin %> setup schedule --apply' },
    {
      description: 'The same for cron, on another day, with another window:',
      command: '<%= config.bin %> setup schedule --form cron --day thu --expiring-within 45d --apply',
    },
    {
      description: 'Into an image that is being built:',
      command: '<%= config.bin %> setup schedule --root /mnt/image --apply --yes',
    },
    { description: 'Take it away again:', command: '<%= config.bin %> setup schedule --remove' },
  ];
  static override flags = SCHEDULE_FLAGS;

  async run(): Promise<number> {
    const { flags } = await this.parse(SetupSchedule);
    const { name, version } = this.config;
    return setUpSchedule({ context: this.context, flags, tool: { name, version } });
  }
}
