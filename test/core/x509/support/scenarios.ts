import type { RuleCode } from '../../../../src/core/x509/rules.ts';
import type { ValidationInput } from '../../../../src/core/x509/validate.ts';
import { der, oid, sequence } from '../../../../src/io/demo/der-writer.ts';
import { type Minted, type MintSpec, mint, mintKey } from '../../../../src/io/demo/mint.ts';

export const NOW = Date.parse('2026-06-01T12:00:00Z');
const DAY = 86_400_000;
const HOST = 'app.example.com';

type Spec = Partial<MintSpec>;
type Accepted = { openssl: boolean; strict: boolean; go: boolean; browser: boolean };

/** A chain with one thing wrong (or nothing), what the RFC says to it, and what the families of clients say. */
export interface Scenario {
  readonly title: string;
  readonly make: () => Promise<Made>;
  /** Rules that the chain breaks, each once; none means that it conforms. */
  readonly breaks: readonly RuleCode[];
  readonly accepted: Accepted;
}

export interface Made {
  readonly leaf: Minted;
  readonly intermediates: readonly Minted[];
  readonly anchors: readonly Minted[];
  readonly demands?: Partial<Pick<ValidationInput, 'name' | 'purpose'>>;
}

/** The question that a scenario asks. */
export function inputOf({ leaf, intermediates, anchors, demands }: Made): ValidationInput {
  return {
    leaf: leaf.certificate,
    intermediates: intermediates.map(({ certificate }) => certificate),
    anchors: anchors.map(({ certificate }) => certificate),
    now: NOW,
    purpose: 'serverAuth',
    name: { kind: 'dns', value: HOST },
    ...demands,
  };
}

const validity = { notBefore: NOW - 100 * DAY, notAfter: NOW + 100 * DAY };

export const makeRoot = (spec: Spec = {}) => mint({ subject: 'CN=Root', isCA: true, ...validity, ...spec });
export const makeMiddle = (issuer: Minted, spec: Spec = {}) =>
  mint({ subject: 'CN=Middle', isCA: true, issuer, ...validity, ...spec });
export const makeLeaf = (issuer: Minted, spec: Spec = {}) =>
  mint({
    subject: 'CN=leaf',
    issuer,
    dnsNames: [HOST],
    extKeyUsages: ['serverAuth'],
    keyUsages: ['digitalSignature'],
    ...validity,
    ...spec,
  });

/** Root, intermediate and leaf, each changed as wanted. */
export async function makeChain(
  change: { root?: Spec; middle?: Spec; leaf?: Spec } = {},
): Promise<Made & { root: Minted; middle: Minted }> {
  const root = await makeRoot(change.root);
  const middle = await makeMiddle(root, change.middle);
  const leaf = await makeLeaf(middle, change.leaf);
  return { leaf, intermediates: [middle], anchors: [root], root, middle };
}

/** RSA keys take long to make. */
const rsa = [mintKey('RSA-2048'), mintKey('RSA-2048'), mintKey('RSA-2048')] as const;
const all: Accepted = { openssl: true, strict: true, go: true, browser: true };
const none: Accepted = { openssl: false, strict: false, go: false, browser: false };
const unknownCritical = { oid: '1.2.3.4.5', critical: true, value: Uint8Array.of(5, 0) };
const constraints = (critical: boolean) => ({
  oid: '2.5.29.30',
  critical,
  value: sequence(der(0xa0, sequence(der(0x82, Buffer.from('example.com'))))),
});
const changed = (change: Parameters<typeof makeChain>[0]) => () => makeChain(change);

const broken: readonly [string, Parameters<typeof makeChain>[0], readonly RuleCode[], Accepted][] = [
  ['nothing is wrong', {}, [], all],
  ['RSA keys', { root: { key: rsa[0] }, middle: { key: rsa[1] }, leaf: { key: rsa[2] } }, [], all],
  ['RSASSA-PSS', { root: { key: rsa[0], pss: true }, middle: { pss: true } }, [], all],
  ['P-384 and P-521', { root: { key: 'ECDSA-P521' }, middle: { key: 'ECDSA-P384' } }, [], all],
  ['Ed25519, which browsers do not know', { root: { key: 'Ed25519' } }, [], { ...all, browser: false }],
  ['an expired leaf', { leaf: { notAfter: NOW - DAY } }, ['expired'], none],
  ['an expired intermediate', { middle: { notAfter: NOW - DAY } }, ['expired'], none],
  ['an expired root', { root: { notAfter: NOW - DAY } }, ['expired'], none],
  ['a leaf of tomorrow', { leaf: { notBefore: NOW + DAY } }, ['not-yet-valid'], none],
  ['the last second', { leaf: { notAfter: NOW } }, [], { ...all, openssl: false, strict: false }],
  ['another name', { leaf: { dnsNames: ['other.example.com'] } }, ['name-mismatch'], none],
  ['a wildcard', { leaf: { dnsNames: ['*.example.com'] } }, [], all],
  [
    'a wildcard within its label',
    { leaf: { dnsNames: ['a*.example.com'] } },
    ['name-mismatch'],
    { ...none, openssl: true, strict: true },
  ],
  [
    'a common name instead of a DNS name',
    { leaf: { subject: `CN=${HOST}`, dnsNames: [] } },
    ['name-mismatch'],
    { ...none, openssl: true, strict: true },
  ],
  ['a client certificate for a server', { leaf: { extKeyUsages: ['clientAuth'] } }, ['extended-key-usage'], none],
  ['any purpose', { leaf: { extKeyUsages: ['anyExtendedKeyUsage'] } }, [], { ...all, openssl: false, strict: false }],
  ['an intermediate for clients only', { middle: { extKeyUsages: ['clientAuth'] } }, ['extended-key-usage'], none],
  [
    'a leaf that may not sign handshakes',
    { leaf: { keyUsages: ['dataEncipherment'] } },
    [],
    { ...all, openssl: false, strict: false },
  ],
  ['an intermediate that is no CA', { middle: { isCA: false, keyUsages: [] } }, ['not-a-ca'], none],
  ['an intermediate that may not sign', { middle: { keyUsages: ['digitalSignature'] } }, ['key-usage-cert-sign'], none],
  ['a root without keyUsage', { root: { keyUsages: [] } }, [], { ...all, strict: false }],
  ['a path length of 0 in the root', { root: { pathLen: 0 } }, ['path-length'], none],
  ['a path length of 0 in the intermediate', { middle: { pathLen: 0 } }, [], all],
  ['SHA-1 in the leaf', { middle: { key: rsa[0] }, leaf: { signatureHash: 'SHA-1' } }, ['signature-weak'], none],
  ['SHA-1 in the root itself', { root: { key: rsa[0], signatureHash: 'SHA-1' } }, [], all],
  ['RSA of 1024 bits', { root: { key: 'RSA-1024' } }, [], all],
  [
    'an unknown critical extension in the leaf',
    { leaf: { extensions: [unknownCritical] } },
    ['unknown-critical-extension'],
    none,
  ],
  [
    'an unknown critical extension in the root',
    { root: { extensions: [unknownCritical] } },
    ['unknown-critical-extension'],
    none,
  ],
  ['an unknown extension', { leaf: { extensions: [{ ...unknownCritical, critical: false }] } }, [], all],
  [
    'an extension twice',
    {
      leaf: {
        extensions: [
          { ...unknownCritical, critical: false },
          { ...unknownCritical, critical: false },
        ],
      },
    },
    ['duplicate-extension'],
    { ...none, openssl: true, strict: true },
  ],
  ['no key id of the issuer', { leaf: { omitAuthorityKeyId: true } }, ['aki-missing'], { ...all, strict: false }],
  [
    'no key id in an intermediate',
    { middle: { omitSubjectKeyId: true } },
    ['aki-missing', 'ski-missing'],
    { ...all, strict: false },
  ],
  ['an empty subject', { leaf: { subject: '' } }, [], all],
  ['permitted DNS names', { middle: { nameConstraints: { permitted: { dns: ['example.com'] } } } }, [], all],
  ['constraints that are not critical', { middle: { extensions: [constraints(false)] } }, ['must-be-critical'], all],
  [
    'a DNS name outside of what is permitted',
    { middle: { nameConstraints: { permitted: { dns: ['example.org'] } } } },
    ['name-not-permitted'],
    none,
  ],
  [
    'a DNS name that is excluded',
    { root: { nameConstraints: { excluded: { dns: ['app.example.com'] } } } },
    ['name-excluded'],
    none,
  ],
  [
    'a wildcard that could be an excluded name',
    { root: { nameConstraints: { excluded: { dns: ['bar.example.com'] } } }, leaf: { dnsNames: ['*.example.com'] } },
    ['name-excluded'],
    { ...none, openssl: true, strict: true },
  ],
  [
    'an IP address outside of what is permitted',
    { middle: { nameConstraints: { permitted: { ip: ['10.0.0.0/8'] } } }, leaf: { ipAddresses: ['192.0.2.1'] } },
    ['name-not-permitted'],
    none,
  ],
  [
    'a subject outside of what is permitted, for which Go knows no constraints',
    { middle: { nameConstraints: { permitted: { directory: ['O=Org'] } } } },
    ['name-not-permitted'],
    none,
  ],
];

const chains: readonly Scenario[] = broken.map(([title, change, breaks, accepted]) => ({
  title,
  make: changed(change),
  breaks,
  accepted,
}));

const others: readonly Scenario[] = [
  {
    title: 'the intermediate is missing',
    make: async () => ({ ...(await makeChain()), intermediates: [] }),
    breaks: ['issuer-missing'],
    accepted: none,
  },
  {
    title: 'the root is not trusted',
    make: async () => {
      const chain = await makeChain();
      return {
        ...chain,
        intermediates: [chain.middle, chain.root],
        anchors: [await makeRoot({ subject: 'CN=Other' })],
      };
    },
    breaks: ['untrusted-root'],
    accepted: none,
  },
  {
    title: 'another root of the same name is trusted',
    make: async () => ({
      ...(await makeChain({ root: { omitSubjectKeyId: true } })),
      anchors: [await makeRoot({ omitSubjectKeyId: true })],
    }),
    breaks: ['signature-invalid', 'aki-missing'],
    accepted: none,
  },
  {
    title: 'the trust anchor is the intermediate',
    make: async () => {
      const chain = await makeChain();
      return { ...chain, intermediates: [], anchors: [chain.middle] };
    },
    breaks: [],
    accepted: { ...all, openssl: false },
  },
  {
    title: 'the leaf signed itself and is trusted',
    make: async () => {
      const leaf = await mint({ subject: 'CN=leaf', dnsNames: [HOST], ...validity });
      return { leaf, intermediates: [], anchors: [leaf] };
    },
    breaks: [],
    accepted: all,
  },
  {
    title: 'the leaf signed itself and is not trusted',
    make: async () => {
      const leaf = await mint({ subject: 'CN=leaf', dnsNames: [HOST], ...validity });
      return { leaf, intermediates: [], anchors: [await makeRoot()] };
    },
    breaks: ['untrusted-root'],
    accepted: none,
  },
  {
    title: 'a rotated root is cross-signed by the old one, which alone is trusted',
    make: async () => {
      const [old, fresh] = [await makeRoot({ subject: 'CN=Old' }), await makeRoot({ subject: 'CN=New' })];
      const cross = await makeMiddle(old, { subject: 'CN=New', key: fresh.key });
      return { leaf: await makeLeaf(fresh), intermediates: [fresh, cross], anchors: [old] };
    },
    breaks: [],
    accepted: { ...all, openssl: false, strict: false },
  },
  {
    title: 'a bundle holds the old and the new root of one name',
    make: async () => {
      const [old, fresh] = [await makeRoot(), await makeRoot()];
      return { leaf: await makeLeaf(fresh), intermediates: [], anchors: [old, fresh] };
    },
    breaks: [],
    accepted: all,
  },
  {
    title: 'a client presents its certificate',
    make: async () => {
      const root = await makeRoot();
      const leaf = await makeLeaf(root, {
        extKeyUsages: ['clientAuth'],
        dnsNames: [],
        uris: ['spiffe://cluster.local/ns/a/sa/b'],
      });
      return {
        leaf,
        intermediates: [],
        anchors: [root],
        demands: { purpose: 'clientAuth', name: { kind: 'uri', value: 'spiffe://cluster.local/ns/a/sa/b' } },
      };
    },
    breaks: [],
    accepted: all,
  },
  {
    title: 'a policy is demanded by an intermediate and the leaf has none',
    make: () =>
      makeChain({
        middle: {
          extensions: [
            { oid: '2.5.29.36', critical: true, value: sequence(der(0x80, Buffer.from([0]))) },
            policies('1.2.3'),
          ],
        },
      }),
    breaks: ['policy'],
    accepted: { ...all, go: false, browser: false },
  },
  {
    title: 'a policy is demanded and the whole path has it',
    make: () =>
      makeChain({
        middle: {
          extensions: [
            { oid: '2.5.29.36', critical: true, value: sequence(der(0x80, Buffer.from([0]))) },
            policies('1.2.3'),
          ],
        },
        leaf: { extensions: [policies('1.2.3')] },
      }),
    breaks: [],
    accepted: all,
  },
];

/** The extension that states the policies. */
export function policies(...ids: string[]) {
  return { oid: '2.5.29.32', critical: false, value: sequence(...ids.map((id) => sequence(oid(id)))) };
}

export const scenarios: readonly Scenario[] = [...chains, ...others];
