import { sign } from 'node:crypto';
import { der, oid, sequence, text } from '../../../../src/io/demo/der-writer.ts';
import { type MintKey, mintKey } from '../../../../src/io/demo/mint.ts';
import { encodeName } from '../../../../src/io/demo/mint-names.ts';

/** Certificates that no proper issuer would write: every field can be given as it is encoded. */
export interface HandMade {
  readonly version?: number;
  readonly serial?: Uint8Array;
  readonly subject?: Uint8Array;
  readonly issuer?: Uint8Array;
  readonly notBefore?: Uint8Array;
  readonly notAfter?: Uint8Array;
  readonly extensions?: readonly Uint8Array[];
  readonly innerAlgorithm?: Uint8Array;
  readonly spki?: Uint8Array;
  readonly afterwards?: readonly Uint8Array[];
  readonly key?: MintKey;
}

const ecdsaSha256 = sequence(oid('1.2.840.10045.4.3.2'));
const shared = mintKey('ECDSA-P256');

export const utcTime = (value: string) => text(value, 0x17);
export const generalizedTime = (value: string) => text(value, 0x18);
export const extension = (id: string, critical: boolean, value: Uint8Array) =>
  sequence(oid(id), ...(critical ? [der(1, Buffer.from([0xff]))] : []), der(4, value));

/** The DER of a self-signed certificate with the given fields. */
export function handMade(fields: HandMade = {}): Uint8Array {
  const key = fields.key ?? shared;
  const extensions = fields.extensions ? [der(0xa3, sequence(...fields.extensions))] : [];
  const version = fields.version === 1 ? [] : [der(0xa0, der(2, Buffer.from([(fields.version ?? 3) - 1])))];
  const tbs = sequence(
    ...version,
    der(2, fields.serial ?? Buffer.from([7])),
    fields.innerAlgorithm ?? ecdsaSha256,
    fields.issuer ?? encodeName('CN=by hand'),
    sequence(fields.notBefore ?? utcTime('260101000000Z'), fields.notAfter ?? utcTime('270101000000Z')),
    fields.subject ?? encodeName('CN=by hand'),
    fields.spki ?? key.publicKey.export({ type: 'spki', format: 'der' }),
    ...extensions,
  );
  const signature = der(3, Buffer.from([0]), sign('sha256', tbs, key.privateKey));
  return sequence(tbs, ecdsaSha256, signature, ...(fields.afterwards ?? []));
}
