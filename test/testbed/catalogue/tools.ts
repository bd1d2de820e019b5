import type { Component } from './component.ts';

const debian = (name: string, version: string, packageName: string, program: string): Component => ({
  name,
  version,
  source: { kind: 'debian', packages: [packageName], program },
});

/** Ingress proxies; suites start them with certificates of their own (see ../proxies). */
export const nginx = debian('nginx', '1.22.1', 'nginx-light', '/usr/sbin/nginx');
export const haproxy = debian('haproxy', '2.6.12', 'haproxy', '/usr/sbin/haproxy');

/** Servers that start TLS in the middle of their own protocols; suites start them (see ../servers and ../proxies). */
export const postgres = debian('postgres', '15.20', 'postgresql-15', '/usr/lib/postgresql/15/bin/postgres');
export const mariadb = debian('mariadb', '10.11.19', 'mariadb-server', '/usr/sbin/mariadbd');
export const slapd = debian('slapd', '2.5.13', 'slapd', '/usr/sbin/slapd');
export const dovecot = debian('dovecot', '2.3.19.1', 'dovecot-imapd', '/usr/sbin/dovecot');
export const opensmtpd = debian('opensmtpd', '6.8.0p2', 'opensmtpd', '/usr/sbin/smtpd');

/** The peer of path validation. */
export const openssl = debian('openssl', '3.0.19', 'openssl', '/usr/bin/openssl');

export const promtool = debian('promtool', '2.42.0', 'prometheus', '/usr/bin/promtool');

/** What judges schedules: systemd's own reader of units, and cron's of crontabs. */
export const systemd = debian('systemd', '252.38', 'systemd', '/usr/bin/systemd-analyze');
export const cron = debian('cron', '3.0pl1', 'cron', '/usr/bin/crontab');

/** Terminals for the screens, with real keys. */
export const tmux = debian('tmux', '3.3a', 'tmux', '/usr/bin/tmux');

/** Installs the packed plugin. `kubectl krew` finds it under its other name. */
export const krew: Component = {
  name: 'krew',
  version: '0.4.3',
  source: {
    kind: 'go',
    upstream: 'krew',
    package: 'sigs.k8s.io/krew/cmd/krew',
    stamps: { 'sigs.k8s.io/krew/internal/version.gitTag': 'v0.4.3' },
  },
  needs: ['kubectl'],
  alsoNamed: ['kubectl-krew'],
};

export const validateKrewManifest: Component = {
  name: 'validate-krew-manifest',
  version: '0.4.3',
  source: { kind: 'go', upstream: 'krew', package: 'sigs.k8s.io/krew/cmd/validate-krew-manifest' },
};
