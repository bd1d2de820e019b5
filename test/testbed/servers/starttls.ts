import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bed } from '../bed.ts';
import type { IngressProxy, Pair } from '../proxies/proxy.ts';

/** A server that starts TLS in the middle of its own protocol, and how Debian's is made to do so on one port. */
export interface StartTlsServer {
  /** Component of the bed. */
  readonly component: string;
  /** Of `--probe`. */
  readonly scheme: string;
  /** Files of its folder by their names, and what runs. The pair is in `cert.pem` and `key.pem` beside them. */
  readonly plan: (folder: string, port: number) => { files: Record<string, string>; argv: readonly string[] };
}

const mariadb: StartTlsServer = {
  component: 'mariadb',
  scheme: 'mysql',
  plan: (folder, port) => ({
    files: {},
    argv: [
      ...['/usr/sbin/mariadbd', '--no-defaults', '--user=root', `--datadir=${folder}/data`],
      // Without tables of its own it lets everybody in; nobody gets further than TLS.
      ...['--skip-grant-tables', '--skip-networking=0', '--bind-address=127.0.0.1', `--port=${port}`],
      ...[`--socket=${folder}/socket`, `--pid-file=${folder}/pid`, '--innodb-buffer-pool-size=8M'],
      ...[`--ssl-cert=${folder}/cert.pem`, `--ssl-key=${folder}/key.pem`],
    ],
  }),
};

const slapd: StartTlsServer = {
  component: 'slapd',
  scheme: 'ldap',
  plan: (folder, port) => ({
    files: {
      'slapd.conf': `include /etc/ldap/schema/core.schema
pidfile ${folder}/pid
TLSCertificateFile ${folder}/cert.pem
TLSCertificateKeyFile ${folder}/key.pem
database monitor
`,
    },
    argv: ['/usr/sbin/slapd', '-d', '0', '-f', `${folder}/slapd.conf`, '-h', `ldap://127.0.0.1:${port}/`],
  }),
};

const dovecot: StartTlsServer = {
  component: 'dovecot',
  scheme: 'imap',
  plan: (folder, port) => ({
    files: {
      'dovecot.conf': `base_dir = ${folder}/data
state_dir = ${folder}/data
log_path = /dev/stderr
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <${folder}/cert.pem
ssl_key = <${folder}/key.pem
mail_location = maildir:${folder}/mail
passdb {
  driver = static
  args = nopassword=y
}
userdb {
  driver = static
  args = uid=nobody gid=nogroup home=${folder}
}
service imap-login {
  chroot =
  inet_listener imap {
    port = ${port}
  }
  inet_listener imaps {
    port = 0
  }
}
`,
    },
    argv: ['/usr/sbin/dovecot', '-F', '-c', `${folder}/dovecot.conf`],
  }),
};

/** Its control socket has a fixed place: one at a time on a machine. */
const opensmtpd: StartTlsServer = {
  component: 'opensmtpd',
  scheme: 'smtp',
  plan: (folder, port) => ({
    files: {
      'smtpd.conf': `pki bed cert "${folder}/cert.pem"
pki bed key "${folder}/key.pem"
listen on 127.0.0.1 port ${port} tls pki bed
action "out" relay
match from local for any action "out"
`,
    },
    argv: ['/usr/sbin/smtpd', '-d', '-f', `${folder}/smtpd.conf`],
  }),
};

export const STARTTLS_SERVERS: readonly StartTlsServer[] = [mariadb, slapd, dovecot, opensmtpd];

/** Starts one with a pair on loopback; none of them reads a new pair without being started anew. */
export async function startServer(bed: Bed, { component, plan }: StartTlsServer, pair: Pair): Promise<IngressProxy> {
  const [port = 0] = await bed.takePorts([component]);
  const folder = mkdtempSync(join(tmpdir(), `kubectl-certs-${component}-`));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, 'data'));
  const { files, argv } = plan(folder, port);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const write = ({ certificate, key }: Pair) => {
    writeFileSync(join(folder, 'cert.pem'), certificate);
    writeFileSync(join(folder, 'key.pem'), key, { mode: 0o600 });
  };
  write(pair);
  const start = () => bed.spawn({ name: component, argv, ready: { kind: 'tcp', port } });
  await start();
  const reload = async () => {
    await bed.stop(component);
    await start();
  };
  return { port, write, reload };
}
