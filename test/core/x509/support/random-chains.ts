import fc from 'fast-check';
import type { Purpose } from '../../../../src/core/x509/demands.ts';
import type { ExpectedName } from '../../../../src/core/x509/names.ts';
import type { ValidationInput } from '../../../../src/core/x509/validate.ts';
import { der, sequence } from '../../../../src/io/demo/der-writer.ts';
import { type Minted, type MintSpec, mint, mintKey } from '../../../../src/io/demo/mint.ts';
import { NOW, policies } from './scenarios.ts';

const DAY = 86_400_000;
const validity = { notBefore: NOW - 10 * DAY, notAfter: NOW + 10 * DAY };
const expired = { notAfter: NOW - DAY };
const keys = (['ECDSA-P256', 'ECDSA-P384', 'RSA-2048', 'Ed25519', 'RSA-1024'] as const).map(mintKey);

type Spec = Partial<MintSpec>;

/** One of the values, each as likely as it is often in the list. */
const oneOf = <T>(...values: readonly T[]) => fc.constantFrom(...values);
/** The change in one of `n` cases, nothing otherwise. */
const rarely = (n: number, change: fc.Arbitrary<Spec>) =>
  fc.oneof({ weight: 1, arbitrary: change }, { weight: n - 1, arbitrary: fc.constant<Spec>({}) });
const merge = (...parts: fc.Arbitrary<Spec>[]) => fc.tuple(...parts).map((specs): Spec => Object.assign({}, ...specs));

const subtrees = fc.record(
  {
    dns: fc.subarray(['example.com', '.example.com', 'app.example.com', 'other.org', ''], {
      minLength: 1,
      maxLength: 2,
    }),
    ip: fc.subarray(['10.0.0.0/8', '192.0.2.0/24', '2001:db8::/32'], { minLength: 1, maxLength: 2 }),
    email: fc.subarray(['example.com', '.example.com', 'a@example.com'], { minLength: 1, maxLength: 2 }),
    uri: fc.subarray(['example.com', '.example.com'], { minLength: 1 }),
    directory: fc.subarray(['O=Org', 'CN=leaf', 'O=Other'], { minLength: 1, maxLength: 2 }),
  },
  { requiredKeys: ['dns'] },
);
const nameConstraints = fc.oneof(
  fc.record({ permitted: subtrees }),
  fc.record({ excluded: subtrees }),
  fc.record({ permitted: subtrees, excluded: subtrees }),
);
const requirePolicy = { oid: '2.5.29.36', critical: true, value: sequence(der(0x80, Buffer.from([0]))) };
const unknown = (critical: boolean) => ({ oid: '1.2.3.9', critical, value: Uint8Array.of(5, 0) });

const anyKey = oneOf(...keys).map((key): Spec => ({ key }));
const subject = (name: string) =>
  oneOf<Spec>({ subject: `CN=${name},O=Org` }, { subject: `CN=${name}` }, { subject: 'CN=CA,O=Org' });

const ca = (name: string) =>
  merge(
    fc.constant({ isCA: true, ...validity }),
    subject(name),
    anyKey,
    rarely(5, fc.record({ pathLen: oneOf(0, 1, 2) })),
    rarely(12, fc.record({ keyUsages: oneOf(['digitalSignature'], [], ['keyCertSign']) })),
    rarely(6, fc.record({ extKeyUsages: oneOf(['serverAuth'], ['clientAuth'], ['anyExtendedKeyUsage']) })),
    rarely(4, fc.record({ nameConstraints })),
    rarely(
      4,
      fc.record({
        extensions: oneOf([policies('1.2.3')], [policies('1.2.3'), requirePolicy], [unknown(true)], [unknown(false)]),
      }),
    ),
    rarely(
      20,
      oneOf<Spec>(
        expired,
        { isCA: false, keyUsages: [] },
        { omitSubjectKeyId: true },
        { omitAuthorityKeyId: true },
        { signatureHash: 'SHA-1' },
      ),
    ),
  );

const leaf = merge(
  fc.constant(validity),
  oneOf<Spec>(
    { subject: 'CN=leaf' },
    { subject: 'CN=leaf,O=Org' },
    { subject: '' },
    { subject: 'CN=app.example.com' },
    { subject: 'emailAddress=a@example.com,CN=leaf' },
  ),
  oneOf(...keys.slice(0, 4)).map((key): Spec => ({ key })),
  fc.record({
    dnsNames: oneOf(
      ['app.example.com'],
      ['*.example.com'],
      ['app.example.com', 'x.other.org'],
      ['App.Example.com'],
      [],
    ),
  }),
  rarely(5, fc.record({ ipAddresses: oneOf(['10.1.1.1'], ['192.0.2.9'], ['2001:db8::1']) })),
  rarely(6, fc.record({ emails: oneOf(['a@example.com'], ['b@x.example.com']) })),
  rarely(6, fc.record({ uris: oneOf(['https://example.com/'], ['https://a.example.com'], ['spiffe://td/x']) })),
  rarely(
    2,
    fc.record({
      extKeyUsages: oneOf(['serverAuth'], ['serverAuth', 'clientAuth'], ['clientAuth'], ['anyExtendedKeyUsage']),
    }),
  ),
  rarely(
    2,
    fc.record({
      keyUsages: oneOf(
        ['digitalSignature'],
        ['digitalSignature', 'keyEncipherment'],
        ['keyAgreement'],
        ['dataEncipherment'],
      ),
    }),
  ),
  rarely(4, fc.record({ extensions: oneOf([policies('1.2.3')], [policies('1.2.4')]) })),
  rarely(20, oneOf<Spec>(expired, { isCA: true }, { isCA: false }, { omitAuthorityKeyId: true })),
);

const plan = fc.record({
  root: ca('root'),
  middles: fc.array(ca('middle'), { maxLength: 3 }),
  leaf,
  /** A second certificate for the last CA's key, from another root. */
  cross: fc.option(subject('other'), { freq: 2 }),
  trusts: oneOf('root', 'root', 'root', 'last CA', 'both'),
  purpose: oneOf<Purpose>('serverAuth', 'serverAuth', 'clientAuth'),
  name: oneOf<ExpectedName>(
    { kind: 'dns', value: 'app.example.com' },
    { kind: 'dns', value: 'app.example.com' },
    { kind: 'ip', value: '10.1.1.1' },
  ),
});
type Plan = typeof plan extends fc.Arbitrary<infer T> ? T : never;

/** Chains with anything in them, the same for the same seed. */
export async function makeRandomInputs(seed: number, count: number): Promise<ValidationInput[]> {
  const inputs: ValidationInput[] = [];
  for (const one of fc.sample(plan, { seed, numRuns: count })) inputs.push(await makeInput(one));
  return inputs;
}

async function makeInput(one: Plan): Promise<ValidationInput> {
  const chain = [await mint(one.root as MintSpec)];
  for (const spec of one.middles) chain.push(await mint({ ...(spec as MintSpec), issuer: chain.at(-1)! }));
  const last = chain.at(-1)!;
  const beside: Minted[] = [];
  if (one.cross) {
    const other = await mint({ isCA: true, ...validity, subject: 'CN=Other', ...one.cross });
    beside.push(
      await mint({ subject: last.certificate.subject, key: last.key, issuer: other, isCA: true, ...validity }),
    );
  }
  const made = await mint({ ...(one.leaf as MintSpec), issuer: last });
  const anchors = one.trusts === 'root' ? [chain[0]!] : one.trusts === 'both' ? [chain[0]!, last] : [last];
  const certificates = (minted: readonly Minted[]) => minted.map(({ certificate }) => certificate);
  const intermediates = certificates([...chain.slice(1), ...beside]);
  return {
    leaf: made.certificate,
    intermediates,
    anchors: certificates(anchors),
    now: NOW,
    purpose: one.purpose,
    name: one.name,
  };
}
