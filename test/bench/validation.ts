// npm run bench:validation
//
// Validation time per chain, beside `openssl verify` and Go's crypto/x509 in the same run, as ratios. Each of them
// parses the leaf and the chain every time; OpenSSL's start is taken out by verifying many leaves in one process.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readPem } from '../../src/core/parse/pem.ts';
import { parseCertificate } from '../../src/core/x509/certificate.ts';
import { validate } from '../../src/core/x509/validate.ts';
import { type KeyAlgorithm, type Minted, mint } from '../../src/io/demo/mint.ts';
import { buildGoPeer, isAtHand } from '../conformance/peers.ts';

const NOW = Date.now();
const HOST = 'app.example.com';
const LEAVES = 150;
/** The best of these counts: the machine is shared. */
const ROUNDS = 7;
const validity = { notBefore: NOW - 86_400_000, notAfter: NOW + 86_400_000 };

interface Chain {
  readonly root: Minted;
  readonly middle: Minted;
  readonly leaves: readonly Minted[];
}

async function makeChain(key: KeyAlgorithm): Promise<Chain> {
  const root = await mint({ subject: 'CN=Root', isCA: true, key, ...validity });
  const middle = await mint({ subject: 'CN=Middle', isCA: true, key, issuer: root, ...validity });
  const spec = {
    issuer: middle,
    key: middle.key,
    dnsNames: [HOST],
    keyUsages: ['digitalSignature'],
    extKeyUsages: ['serverAuth'],
    ...validity,
  };
  const leaves = await Promise.all(
    Array.from({ length: LEAVES }, (_, index) => mint({ subject: `CN=leaf ${index}`, ...spec })),
  );
  return { root, middle, leaves };
}

/** Microseconds a chain: read from PEM, judged by the RFC and as every family of clients would. */
function timeOurs({ root, middle, leaves }: Chain): number {
  const read = (pem: string) => parseCertificate(readPem(pem).blocks[0]!.der);
  const judge = (leaf: Minted) => {
    const chain = { leaf: read(leaf.pem), intermediates: [read(middle.pem)], anchors: [read(root.pem)] };
    const verdict = validate({ ...chain, now: NOW, purpose: 'serverAuth', name: { kind: 'dns', value: HOST } });
    if (!verdict.conforms) throw new Error(verdict.reasons.map(({ message }) => message).join('; '));
  };
  return (bestOf(() => leaves.forEach(judge)) * 1000) / leaves.length;
}

/** Milliseconds of the fastest round. */
function bestOf(work: () => void): number {
  const times = Array.from({ length: ROUNDS }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
  return Math.min(...times);
}

function timeOpenSsl({ root, middle, leaves }: Chain): number {
  const folder = mkdtempSync(join(tmpdir(), 'bench-openssl-'));
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const [anchors, untrusted] = [write('root.pem', root.pem), write('middle.pem', middle.pem)];
  const files = leaves.map(({ pem }, index) => write(`${index}.pem`, pem));
  const verify = (paths: readonly string[]) => {
    const flags = [
      '-CAfile',
      anchors,
      '-no-CApath',
      '-no-CAstore',
      '-untrusted',
      untrusted,
      '-purpose',
      'sslserver',
      '-verify_hostname',
      HOST,
    ];
    return bestOf(() => execFileSync('openssl', ['verify', ...flags, ...paths], { stdio: 'pipe' }));
  };
  const micros = ((verify(files) - verify(files.slice(0, 1))) * 1000) / (files.length - 1);
  rmSync(folder, { recursive: true });
  return micros;
}

function timeGo({ root, middle, leaves }: Chain, peer: ReturnType<typeof buildGoPeer>): number {
  const cases = leaves.slice(0, 20).map(({ pem }, index) => ({
    id: String(index),
    features: [],
    trusted_certs: [root.pem],
    untrusted_intermediates: [middle.pem],
    peer_certificate: pem,
    validation_time: new Date(NOW).toISOString(),
    validation_kind: 'SERVER' as const,
    expected_peer_name: { kind: 'DNS', value: HOST },
    extended_key_usage: [],
    key_usage: [],
    max_chain_depth: null,
    expected_result: 'SUCCESS' as const,
  }));
  const answers = [...peer.judge(cases, 30).values()];
  if (!answers.every(({ accepted }) => accepted)) throw new Error(answers[0]?.error);
  return Math.min(...answers.map(({ nanoseconds = 0 }) => nanoseconds)) / 1000;
}

const kinds: readonly KeyAlgorithm[] = ['ECDSA-P256', 'RSA-2048', 'Ed25519'];
const go = isAtHand('go') ? buildGoPeer() : undefined;
console.log('| chain of three | kubectl certs | openssl verify | Go | to OpenSSL | to Go |');
console.log('|----------------|--------------:|---------------:|---:|-----------:|------:|');
for (const key of kinds) {
  const chain = await makeChain(key);
  const ours = timeOurs(chain);
  const peers = [isAtHand('openssl') ? timeOpenSsl(chain) : undefined, go ? timeGo(chain, go) : undefined];
  const micros = peers.map((time) => (time === undefined ? '-' : `${Math.round(time)} µs`));
  const ratios = peers.map((time) => (time === undefined ? '-' : `x${(ours / time).toFixed(2)}`));
  console.log(`| ${[key, `${Math.round(ours)} µs`, ...micros, ...ratios].join(' | ')} |`);
}
go?.remove();
