import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Case } from './cases.ts';

/** What a real client says. */
export interface PeerAnswer {
  readonly accepted: boolean;
  readonly error: string;
  /** Nanoseconds of one judgement, where it was measured. */
  readonly nanoseconds?: number;
}

const goFolder = fileURLToPath(new URL('go/', import.meta.url));
const goEnvironment = { ...process.env, GOFLAGS: '-mod=mod', GOTOOLCHAIN: 'local' };

/** Whether the tool can be run here. */
export function isAtHand(tool: 'openssl' | 'go'): boolean {
  return spawnSync(tool, ['version'], { stdio: 'ignore' }).status === 0;
}

/** Builds the Go program into a folder of its own; `remove` deletes it. */
export function buildGoPeer(): {
  judge: (cases: readonly Case[], repeat?: number) => Map<string, PeerAnswer>;
  remove: () => void;
} {
  const folder = mkdtempSync(join(tmpdir(), 'conformance-go-'));
  const program = join(folder, 'peer');
  execFileSync('go', ['build', '-o', program, '.'], { cwd: goFolder, env: goEnvironment, stdio: 'pipe' });
  const judge = (cases: readonly Case[], repeat = 0) => {
    const input = JSON.stringify({ testcases: cases });
    const lines = execFileSync(program, ['-repeat', String(repeat)], { input, maxBuffer: 1 << 28 })
      .toString()
      .trim()
      .split('\n');
    const answers = lines.map(
      (line) => JSON.parse(line) as { id: string; accepted: boolean; error?: string; nanoseconds?: number },
    );
    return new Map(answers.map(({ id, error = '', ...rest }) => [id, { error, ...rest }]));
  };
  return { judge, remove: () => rmSync(folder, { recursive: true }) };
}

export type OpenSslFlavour = 'openssl' | 'openssl-strict';

const flavours: Record<OpenSslFlavour, readonly string[]> = {
  openssl: [],
  'openssl-strict': ['-x509_strict', '-partial_chain'],
};

/** Asks `openssl verify`, at the security level that TLS clients have by default. */
export function askOpenSsl(one: Case, flavour: OpenSslFlavour, now: number): PeerAnswer {
  const folder = mkdtempSync(join(tmpdir(), 'conformance-openssl-'));
  try {
    const run = spawnSync('openssl', openSslArguments(one, flavour, now, folder), {
      encoding: 'utf8',
      timeout: 20_000,
    });
    return { accepted: run.status === 0, error: run.stderr.replace(/\s+/g, ' ').slice(0, 200) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The command line for a case, whose files are written into the folder. `now` is in ms. */
function openSslArguments(one: Case, flavour: OpenSslFlavour, now: number, folder: string): string[] {
  const write = (name: string, pems: readonly string[]) => {
    writeFileSync(join(folder, name), pems.join('\n'));
    return join(folder, name);
  };
  const at = one.validation_time === null ? now : Date.parse(one.validation_time);
  const name = one.expected_peer_name;
  const nameFlags: Record<string, string> = { DNS: '-verify_hostname', IP: '-verify_ip', RFC822: '-verify_email' };
  return [
    'verify',
    '-CAfile',
    write('anchors.pem', one.trusted_certs),
    '-no-CApath',
    '-no-CAstore',
    ...(one.untrusted_intermediates.length > 0
      ? ['-untrusted', write('untrusted.pem', one.untrusted_intermediates)]
      : []),
    '-attime',
    String(Math.floor(at / 1000)),
    '-auth_level',
    '1',
    '-purpose',
    one.validation_kind === 'SERVER' ? 'sslserver' : 'sslclient',
    ...(name ? [nameFlags[name.kind]!, name.value] : []),
    ...flavours[flavour],
    write('leaf.pem', [one.peer_certificate]),
  ];
}
