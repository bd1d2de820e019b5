import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseCertificate } from '../../../src/core/x509/certificate.ts';
import { validate } from '../../../src/core/x509/validate.ts';
import { knownReason } from '../../conformance/known-differences.ts';

interface Vector {
  readonly Name: string;
  readonly CertPath: readonly string[];
  readonly InitialPolicySet: readonly string[];
  readonly InitialPolicyMappingInhibit: boolean;
  readonly InitialExplicitPolicy: boolean;
  readonly InitialAnyPolicyInhibit: boolean;
  readonly ShouldValidate: boolean;
}

/** Go's own copy of NIST's suite: certificates without the lists, so what is about revocation can't be judged. */
function findVectors(): { folder: string; vectors: readonly Vector[] } | undefined {
  const go = spawnSync('go', ['env', 'GOROOT'], { encoding: 'utf8' });
  const folder = join((go.stdout ?? '').trim(), 'src/crypto/x509/testdata/nist-pkits');
  if (go.status !== 0 || !existsSync(folder)) return undefined;
  return { folder, vectors: JSON.parse(readFileSync(join(folder, 'vectors.json'), 'utf8')) as Vector[] };
}

const policyOids: Record<string, string> = { anyPolicy: '2.5.29.32.0' };
for (let n = 1; n <= 10; n++) policyOids[`NIST-test-policy-${n}`] = `2.16.840.1.101.3.2.1.48.${n}`;

const aboutRevocation = /^4\.(4|14|15)\.|CRL|^4\.5\.[257] |Separate|cRLSign/;

describe('the path validation suite of NIST, as far as the Go installation has it', () => {
  it('is answered as expected', function judgeVectors() {
    const found = findVectors();
    if (!found) {
      this.skip();
      return;
    }
    const read = (name: string) => parseCertificate(readFileSync(join(found.folder, 'certs', name)));
    const vectors = found.vectors.filter(({ Name }) => !aboutRevocation.test(Name));
    assert.ok(vectors.length > 150);
    const wrong = vectors.filter((vector) => {
      const [anchor, ...rest] = vector.CertPath.map(read);
      const leaf = rest.pop()!;
      const { conforms } = validate({
        leaf,
        intermediates: rest,
        anchors: [anchor!],
        now: Date.parse('2012-01-01T00:00:00Z'),
        purpose: 'any',
        policy: {
          initialPolicies: vector.InitialPolicySet.map((policy) => policyOids[policy]!),
          requireExplicit: vector.InitialExplicitPolicy,
          inhibitMapping: vector.InitialPolicyMappingInhibit,
          inhibitAny: vector.InitialAnyPolicyInhibit,
        },
      });
      return conforms !== vector.ShouldValidate && knownReason(`PKITS ${vector.Name}`) === undefined;
    });
    assert.deepEqual(
      wrong.map(({ Name }) => Name),
      [],
    );
  });
});
