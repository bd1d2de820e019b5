import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Component } from './component.ts';

/**
 * Reads rules from `prometheus/rules/*.yaml` and scrape targets from `prometheus/targets/*.json` (file_sd) of the run
 * folder: write them there, then `signal('prometheus', 'SIGHUP')`.
 */
export const prometheus: Component = {
  name: 'prometheus',
  version: '2.42.0',
  source: { kind: 'debian', packages: ['prometheus'], program: '/usr/bin/prometheus' },
  needs: ['alertmanager'],
  service: {
    ports: ['prometheus'],
    async prepare(bed) {
      for (const folder of ['rules', 'targets']) mkdirSync(join(bed.runDir, 'prometheus', folder), { recursive: true });
      const config = {
        global: { scrape_interval: '1s', evaluation_interval: '1s' },
        rule_files: ['rules/*.yaml'],
        scrape_configs: [{ job_name: 'bed', file_sd_configs: [{ files: ['targets/*.json'], refresh_interval: '1s' }] }],
        alerting: { alertmanagers: [{ static_configs: [{ targets: [`127.0.0.1:${bed.port('alertmanager')}`] }] }] },
      };
      bed.write('prometheus/prometheus.yaml', stringify(config));
    },
    processes(bed) {
      const address = `127.0.0.1:${bed.port('prometheus')}`;
      const argv = [
        join(bed.binDir, 'prometheus'),
        `--config.file=${join(bed.runDir, 'prometheus/prometheus.yaml')}`,
        `--storage.tsdb.path=${join(bed.runDir, 'prometheus/tsdb')}`,
        '--rules.alert.resend-delay=2s', // An alert that fires before Alertmanager is discovered would wait a minute.
        `--web.listen-address=${address}`,
      ];
      return [{ name: 'prometheus', argv, ready: { kind: 'http', url: `http://${address}/-/ready` } }];
    },
  },
};

export const alertmanager: Component = {
  name: 'alertmanager',
  version: '0.25.0',
  source: { kind: 'debian', packages: ['prometheus-alertmanager'], program: '/usr/bin/prometheus-alertmanager' },
  service: {
    ports: ['alertmanager'],
    async prepare(bed) {
      bed.write(
        'alertmanager/config.yaml',
        stringify({ route: { receiver: 'nobody' }, receivers: [{ name: 'nobody' }] }),
      );
    },
    processes(bed) {
      const address = `127.0.0.1:${bed.port('alertmanager')}`;
      const argv = [
        join(bed.binDir, 'alertmanager'),
        `--config.file=${join(bed.runDir, 'alertmanager/config.yaml')}`,
        `--storage.path=${join(bed.runDir, 'alertmanager/data')}`,
        `--web.listen-address=${address}`,
        '--cluster.listen-address=', // Empty: no gossip port.
      ];
      return [{ name: 'alertmanager', argv, ready: { kind: 'http', url: `http://${address}/-/ready` } }];
    },
  },
};
