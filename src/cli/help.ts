import { type Command, CommandHelp, Help, type Interfaces } from '@oclif/core';

const EXECUTABLE = 'kubectl-certs';
const TYPED = 'kubectl certs';

/** Groups of flags that every reading command has, in the order of help. */
const SHARED_GROUPS = ['input', 'connection', 'global'];

class CertsCommandHelp extends CommandHelp {
  protected override usage(): string {
    return typed(super.usage());
  }

  /** Usage without the flags: they follow in their own sections. */
  protected override defaultUsage(): string {
    const args = Object.values(this.command.args ?? {}).map(
      ({ name, required, multiple }) =>
        `${required ? name.toUpperCase() : `[${name.toUpperCase()}]`}${multiple ? '...' : ''}`,
    );
    return [this.command.id, ...args, '[flags]'].join(' ');
  }

  protected override examples(examples: Command.Example[] | string | undefined): string | undefined {
    const text = super.examples(examples);
    return text && typed(text);
  }

  /** What is the command's own comes first, what every command shares last. */
  protected override groupFlags(flags: Command.Flag.Any[]): ReturnType<CommandHelp['groupFlags']> {
    const { mainFlags, flagGroups } = super.groupFlags(flags);
    const rank = ([name]: [string, unknown]) => SHARED_GROUPS.indexOf(name);
    return { mainFlags, flagGroups: Object.fromEntries(Object.entries(flagGroups).sort((a, b) => rank(a) - rank(b))) };
  }
}

/** Help that shows what a person types: the plugin's name as kubectl has it. */
export default class CertsHelp extends Help {
  protected override CommandHelpClass = CertsCommandHelp;

  constructor(config: Interfaces.Config, options: Partial<Interfaces.HelpOptions> = {}) {
    super(config, { ...options, all: true, flagSortOrder: 'none', hideCommandSummaryInDescription: true });
  }

  /** A topic that is a command too is listed as one: its own children stand beside it. */
  protected override get sortedTopics(): Interfaces.Topic[] {
    return super.sortedTopics.filter(({ name }) => !this.config.findCommand(name));
  }

  override formatRoot(): string {
    return typed(super.formatRoot());
  }

  protected override formatTopic(topic: Interfaces.Topic): string {
    return typed(super.formatTopic(topic));
  }
}

function typed(text: string): string {
  return text.replaceAll(EXECUTABLE, TYPED).replaceAll(`${TYPED}/`, `${EXECUTABLE}/`);
}
