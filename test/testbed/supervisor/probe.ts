import { existsSync, readFileSync } from 'node:fs';
import { get as httpGet } from 'node:http';
import { get as httpsGet } from 'node:https';
import { connect } from 'node:net';
import type { Probe } from './protocol.ts';

const ANSWER_WITHIN_MS = 3000;

/** Where a process writes, and from which byte on: what stands before was written by another of that name. */
export interface Log {
  readonly file: string;
  readonly from: number;
}

/** One look; @param log for probes that wait for a line of the process */
export async function isReady(probe: Probe, log: Log): Promise<boolean> {
  switch (probe.kind) {
    case 'tcp':
      return canConnect(probe.port);
    case 'http':
      return (await statusOf(probe.url)) === (probe.status ?? 200);
    case 'file':
      return existsSync(probe.path);
    case 'log':
      return readFileSync(log.file).subarray(log.from).includes(probe.text);
  }
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: ANSWER_WITHIN_MS });
    const end = (answer: boolean) => () => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', end(true)).once('error', end(false)).once('timeout', end(false));
  });
}

function statusOf(url: string): Promise<number | undefined> {
  const get = url.startsWith('https:') ? httpsGet : httpGet;
  return new Promise((resolve) => {
    const options = { rejectUnauthorized: false, timeout: ANSWER_WITHIN_MS, agent: false };
    const request = get(url, options, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.once('error', () => resolve(undefined));
    request.once('timeout', () => request.destroy());
  });
}
