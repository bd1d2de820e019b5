import { parseAddress } from '../../../core/x509/general-name.ts';
import { encodeName } from '../mint-names.ts';
import type { CertificateFacts } from './form.ts';
import { parseMoment, parseSkew } from './moment.ts';
import { list, text, textLike } from './shape.ts';

export const moment = textLike(
  'a moment (now, now-3d, now+12h, or RFC 3339 in UTC)',
  (value) => parseMoment(value, 0) !== undefined,
);
export const skew = textLike('a skew (-3d, +5m)', (value) => parseSkew(value) !== undefined);
export const address = textLike('HOST:PORT', (value) => /^.+:\d{1,5}$/.test(value));
export const podName = textLike('NAMESPACE/NAME', (value) => /^[^/]+\/[^/]+$/.test(value));
export const absolute = textLike('an absolute path', (value) => value.startsWith('/'));
export const algorithm = textLike<NonNullable<CertificateFacts['algorithm']>>(
  'RSA-BITS, ECDSA-P256, ECDSA-P384, ECDSA-P521 or Ed25519',
  (value) => /^(RSA-(512|1024|2048|3072|4096)|ECDSA-P(256|384|521)|Ed25519)$/.test(value),
);
export const chain = list(text);
export const subject = textLike('a name (CN=kube-apiserver,O=example)', (value) => isName(value));
export const ip = textLike('an IP address', (value) => parseAddress(value) !== undefined);

function isName(value: string): boolean {
  try {
    return encodeName(value).length > 0;
  } catch {
    return false;
  }
}
