import type { Certificate } from '../../../core/x509/certificate.ts';

/**
 * Whether a kubelet made this serving certificate for itself at its first start: self-signed, or issued by
 * `HOST-ca@EPOCH` (client-go util/cert, GenerateSelfSignedCertKey).
 */
export function isKubeletOwn({ issuer, selfIssued }: Certificate): boolean {
  return selfIssued || /^CN=.+-ca@\d+$/.test(issuer);
}
