/** A place in bytes that looks like a secret. The secret itself is never part of it. */
export interface Leak {
  /** What it looks like. */
  readonly what: string;
  /** Byte offset. */
  readonly offset: number;
}

/** How the base64 of a DER private key begins: PKCS#8 (RFC 5958), PKCS#1 (RFC 8017 A.1.2) and SEC 1 (RFC 5915). */
const DER_KEYS = [
  'MII[A-Za-z0-9+/]{3}IBADANBgkqhkiG9w0B',
  'MII[A-Za-z0-9+/]{3}IBAAK[A-Za-z0-9+/]',
  'MIG[A-Za-z0-9+/]AgEAM[BC]',
  'MIHuAgEAMB',
  'MC4CAQAwBQYDK2Vw',
  'MHcCAQEE',
  'MIGkAgEBBD',
  'MIHcAgEBBE',
];

/** A field of YAML or JSON, also of such a text inside a JSON string, that is whole on its line. */
const LINE_START = String.raw`(?:["{,[]|\\n|^)[ \t]*(?:- )?`;
const SECRET_FIELDS = 'client-key-data|token|password|id-token|refresh-token|client-secret';
const IS = String.raw`\\?"?\s*:\s*\\?"?`;
const WHOLE_VALUE = String.raw`[^\s",{}[\]\\]{6,}(?=\\n|\\?"|\s*[,}\]]|\s*$)`;
/** In the middle of a sentence ("unable to retrieve token: serviceaccounts ...") a value is told by its digits. */
const ODD_WORD = String.raw`(?=[A-Za-z_.~+=-]*\d)[\w.~+=-]{12,}(?![\w:/])`;

/**
 * Forms that private keys, tokens and passwords have. Each is narrow enough that no certificate, name or message of
 * a healthy snapshot has it by accident; DER keys are found inside base64 by the bytes that every one begins with.
 */
const FORMS: readonly { readonly what: string; readonly pattern: RegExp }[] = [
  { what: 'a PEM private key', pattern: /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----/g },
  { what: 'an OpenSSH private key', pattern: /b3BlbnNzaC1rZXktdjE/g },
  // "PRIVATE KEY" in base64, in each of its three alignments.
  { what: 'a PEM private key in base64', pattern: /UFJJVkFURSBLRV|BSSVZBVEUgS0VZ|QUklWQVRFIEtFW/g },
  {
    what: 'a DER private key in base64',
    pattern: new RegExp(`(?<![A-Za-z0-9+/])(?:${DER_KEYS.join('|')})`, 'g'),
  },
  { what: 'a JSON Web Token', pattern: /eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{16,}/g },
  { what: 'a bootstrap token', pattern: /(?<![a-z0-9.-])[a-z0-9]{6}\.(?=[a-z0-9]*[0-9])[a-z0-9]{16}(?![a-z0-9.-])/g },
  { what: 'an Authorization header', pattern: /\b(?:Bearer|Basic) [A-Za-z0-9+/_.=-]{16,}/g },
  {
    what: 'a kubeconfig credential',
    pattern: new RegExp(`${LINE_START}(?:${SECRET_FIELDS})${IS}${WHOLE_VALUE}`, 'gm'),
  },
  { what: 'a kubeconfig credential', pattern: new RegExp(`\\b(?:${SECRET_FIELDS})${IS}${ODD_WORD}`, 'g') },
  { what: 'a password in a URL', pattern: /[a-z][a-z0-9+.-]*:\/\/[^\s/"@:]+:[^\s/"@]{3,}@/g },
  { what: 'a cloud access key', pattern: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g },
  { what: 'a Vault token', pattern: /\bhv[sbr]\.[A-Za-z0-9_-]{20,}/g },
];

/**
 * Looks for private keys, tokens and passwords by their form, in text that is about to be written.
 * @returns every place found, in order
 */
export function findLeaks(text: string): Leak[] {
  const leaks = FORMS.flatMap(({ what, pattern }) =>
    [...text.matchAll(pattern)].map(({ index }) => ({ what, offset: Buffer.byteLength(text.slice(0, index)) })),
  );
  return leaks.sort((a, b) => a.offset - b.offset);
}

/** A key over several lines, whole or cut off at its end; lines that are nothing but base64 may be what is left of one. */
const KEY_BLOCK = /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----[\s\S]*?(?:-----END (?:[A-Z0-9]+ )*PRIVATE KEY-----|$)/g;
const BASE64_LINE = /^[A-Za-z0-9+/]{60,}={0,2}$/gm;
/** Settings by the names that they have in flags, queries and structured logs. */
const SETTING =
  /\b((?:password|passwd|(?:access|auth|bearer|id|refresh)[_-]?token|token|api[_-]?key|secret[_-]?access[_-]?key|client[_-]?secret)["']?\s*[=:]\s*["']?)[^\s"',;&{}[\]]{6,}/gi;

/** Text of others, such as a line of a log, with what looks like a secret taken out. */
export function withoutSecrets(text: string): string {
  const kept = text
    .replace(KEY_BLOCK, '[a private key]')
    .replace(BASE64_LINE, '[base64]')
    .replace(SETTING, '$1[removed]');
  return FORMS.reduce((left, { what, pattern }) => left.replace(pattern, `[${what}]`), kept);
}
