import { Flags } from '@oclif/core';
import { FORMAT_IDS } from '../../core/report/formats.ts';

const helpGroup = 'output';

/** How tables print. */
export const OUTPUT_FLAGS = {
  output: Flags.string({
    helpGroup,
    char: 'o',
    options: [...FORMAT_IDS],
    default: 'table',
    summary: 'format of the output',
  }),
  'no-headers': Flags.boolean({ helpGroup, summary: 'leave out the header line of tables and csv' }),
};

/** For reading commands whose output may be drawn again. */
export const WATCH_FLAGS = {
  watch: Flags.boolean({ helpGroup, char: 'w', summary: 'read and print again every 10 seconds' }),
};
