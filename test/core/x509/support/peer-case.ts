import type { ValidationInput } from '../../../../src/core/x509/validate.ts';
import { toPem } from '../../../../src/io/demo/mint.ts';
import type { Case } from '../../../conformance/cases.ts';

const nameKinds = { dns: 'DNS', ip: 'IP', email: 'RFC822', uri: 'URI' } as const;

/** A question to the validator in the form that real clients are asked in; they are not asked about URIs. */
export function caseOf(id: string, input: ValidationInput): Case {
  const pem = ({ der }: { der: Uint8Array }) => toPem('CERTIFICATE', der);
  const { name } = input;
  return {
    id,
    features: [],
    trusted_certs: input.anchors.map(pem),
    untrusted_intermediates: input.intermediates.map(pem),
    peer_certificate: pem(input.leaf),
    validation_time: new Date(input.now).toISOString(),
    validation_kind: input.purpose === 'clientAuth' ? 'CLIENT' : 'SERVER',
    expected_peer_name: name && name.kind !== 'uri' ? { kind: nameKinds[name.kind], value: name.value } : null,
    extended_key_usage: [],
    key_usage: [],
    max_chain_depth: null,
    expected_result: 'SUCCESS',
  };
}
