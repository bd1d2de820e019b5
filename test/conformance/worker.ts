import { parentPort } from 'node:worker_threads';
import type { Case } from './cases.ts';
import { judgeCase } from './judge.ts';

parentPort?.on('message', ({ one, now }: { one: Case; now: number }) => parentPort?.postMessage(judgeCase(one, now)));
