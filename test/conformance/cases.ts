import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { readPem } from '../../src/core/parse/pem.ts';
import { type Certificate, MalformedCertificate, parseCertificate } from '../../src/core/x509/certificate.ts';
import { parseCrl } from '../../src/core/x509/crl.ts';
import type { ExpectedName } from '../../src/core/x509/names.ts';
import type { ValidationInput } from '../../src/core/x509/validate.ts';

/** One path validation case in the form of x509-limbo. */
export interface Case {
  readonly id: string;
  readonly features: readonly string[];
  readonly trusted_certs: readonly string[];
  readonly untrusted_intermediates: readonly string[];
  readonly peer_certificate: string;
  readonly crls?: readonly string[];
  readonly validation_time: string | null;
  readonly validation_kind: 'SERVER' | 'CLIENT';
  readonly expected_peer_name: { readonly kind: string; readonly value: string } | null;
  readonly extended_key_usage: readonly string[];
  readonly key_usage: readonly string[];
  readonly max_chain_depth: number | null;
  readonly expected_result: 'SUCCESS' | 'FAILURE';
}

const nameKinds: Record<string, ExpectedName['kind']> = { DNS: 'dns', IP: 'ip', RFC822: 'email' };

/** Reads a file of cases, gzipped or not. @throws Error when it is no such file */
export function readCases(path: string): Case[] {
  const bytes = readFileSync(path);
  const text = (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString('utf8');
  const { testcases } = JSON.parse(text) as { testcases?: Case[] };
  if (!Array.isArray(testcases)) throw new Error(`${path} has no testcases`);
  return testcases;
}

/**
 * What the validator is asked in a case. `now` (ms) is used where the case names no time. Like every client it leaves
 * out what is no certificate among those beside the leaf. @throws MalformedCertificate for the leaf
 */
export function inputOf(one: Case, now: number): ValidationInput {
  const name = one.expected_peer_name;
  return {
    leaf: certificateOf(one.peer_certificate),
    intermediates: readable(one.untrusted_intermediates),
    anchors: readable(one.trusted_certs),
    crls: (one.crls ?? []).map((pem) => parseCrl(derOf(pem))),
    now: one.validation_time === null ? now : Date.parse(one.validation_time),
    purpose: one.validation_kind === 'SERVER' ? 'serverAuth' : 'clientAuth',
    keyUsage: one.key_usage,
    extKeyUsage: one.extended_key_usage,
    ...(name ? { name: { kind: nameKinds[name.kind] ?? 'dns', value: name.value } } : {}),
    ...(one.max_chain_depth === null ? {} : { maxDepth: one.max_chain_depth }),
  };
}

/** The group that a case is counted in. */
export function groupOf({ id }: Case): string {
  const [suite = '', part = ''] = id.split('::');
  if (suite === 'bettertls')
    return part === 'pathbuilding' ? 'path building' : part === 'nameconstraints' ? 'name constraints' : part;
  return suite === 'online' || suite === 'webpki' ? suite : 'core';
}

function readable(pems: readonly string[]): Certificate[] {
  return pems.flatMap((pem) => {
    try {
      return [certificateOf(pem)];
    } catch (error) {
      if (error instanceof MalformedCertificate) return [];
      throw error;
    }
  });
}

function certificateOf(pem: string) {
  return parseCertificate(derOf(pem));
}

function derOf(pem: string): Uint8Array {
  const [block] = readPem(pem).blocks;
  if (!block) throw new Error('a certificate of the case is no PEM');
  return block.der;
}
