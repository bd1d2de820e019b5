import { join } from 'node:path';
import { playTool, RECORDINGS, recordedAnswers } from '../replay/tool.ts';
import type { Component } from './component.ts';

/** Answers of a mesh without fault; suites of a faulty one give their own with playTool. */
const HEALTHY = [
  ...['check-healthy-json', 'check-healthy-table', 'check-healthy-short', 'check-proxy-healthy-json'],
  ...['identity-healthy-pod', 'identity-healthy-two-pods', 'version-client', 'version-short', 'version-with-server'],
];

/** No registry has linkerd: what it said of a real control plane is played back. */
export const linkerd: Component = {
  name: 'linkerd',
  version: '2.20',
  source: { kind: 'recorded', program: join(RECORDINGS, 'linkerd') },
  service: {
    processes: () => [],
    async settle(bed) {
      playTool(bed, 'linkerd', recordedAnswers('linkerd', HEALTHY));
    },
  },
};
