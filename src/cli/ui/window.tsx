import { Box, Text, useApp, useInput, useWindowSize } from 'ink';
import { useEffect, useSyncExternalStore } from 'react';
import type { JobControl } from '../../io/ports/terminal.ts';
import { frameOf } from './frame.ts';
import { keysOf } from './keys.ts';
import type { Line } from './line.ts';
import type { Store } from './store.ts';
import { lookOf } from './theme.ts';

export interface WindowProps {
  readonly store: Store;
  readonly press: (key: string) => void;
  readonly color: boolean;
  readonly jobControl?: JobControl | undefined;
  /** Given what stops the process and draws again when it goes on. */
  readonly onReady?: (controls: WindowControls) => void;
}

export interface WindowControls {
  /** Gives the window back, stops, and takes the window again. */
  suspend(): void;
  /** Draws everything again. */
  redraw(): void;
}

/** The whole window as a view of the store; keys are handed on one by one, however they arrived. */
export function Window({ store, press, color, jobControl, onReady }: WindowProps) {
  const ui = useSyncExternalStore(store.subscribe, store.get);
  const size = useWindowSize();
  const { suspendTerminal } = useApp();
  useInput((input, key) => {
    for (const pressed of keysOf(input, key)) press(pressed);
  });
  useEffect(() => {
    store.dispatch({ type: 'resize', size: { columns: size.columns, rows: size.rows } });
  }, [store, size.columns, size.rows]);
  useEffect(() => {
    const suspend = () => void suspendTerminal(async () => jobControl?.stop()).catch(() => {});
    onReady?.({ suspend, redraw: () => void suspendTerminal(() => {}).catch(() => {}) });
    return jobControl?.onStopRequest(suspend);
  }, [suspendTerminal, jobControl, onReady]);
  return <Lines lines={frameOf({ ...ui, size })} color={color} />;
}

function Lines({ lines, color }: { lines: readonly Line[]; color: boolean }) {
  return (
    <Box flexDirection="column">
      {lines.map((spans, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row of the window is what it is by its number
        <Text key={row} wrap="truncate">
          {spans.length === 0
            ? ' '
            : spans.map((span, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: spans have no other identity
                <Text key={index} {...lookOf(span, color)}>
                  {span.text}
                </Text>
              ))}
        </Text>
      ))}
    </Box>
  );
}
