import type { CertificateFacts, CrlFacts } from './form.ts';
import { flag, integer, list, oneOf, record, type Shape, text, textLike } from './shape.ts';
import { algorithm, ip, moment, subject } from './words.ts';

export const certificate: Shape<CertificateFacts> = record(
  {},
  {
    subject,
    issuer: text,
    ca: flag,
    pathLength: integer,
    dns: list(text),
    ips: list(ip),
    uris: list(text),
    notBefore: moment,
    notAfter: moment,
    key: text,
    algorithm,
    signature: oneOf(['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512']),
    usages: list(oneOf(['server', 'client', 'codeSigning', 'timeStamping', 'any'])),
    serial: textLike('hex', (value) => /^[0-9a-f]+$/i.test(value)),
    caIssuers: text,
  },
);

export const crl: Shape<CrlFacts> = record(
  { issuer: text, nextUpdate: moment },
  { thisUpdate: moment, revoked: list(text) },
);
