import type { Certificate } from '../certificate.ts';
import { isDnsName } from '../constraint-kinds.ts';
import { COMMON_NAME, parseName, valuesOf } from '../name.ts';
import { judgeName } from '../name-constraints.ts';
import { coversName, describeNames, type ExpectedName } from '../names.ts';
import type { Objection } from '../rules.ts';

const HOST = 'openssl crypto/x509/v3_utl.c';

/** X509_check_host and its like, with their default flags. */
export function checkHostName(leaf: Certificate, name: ExpectedName | undefined): Objection[] {
  if (!name || covers(leaf, name)) return [];
  const message = `does not cover ${name.value}: ${describeNames(leaf)}`;
  return [{ rule: 'name-mismatch', certificate: leaf.sha256, message, source: `${HOST} do_x509_check` }];
}

/** The common name counts where subjectAltName has no DNS name. */
function covers(leaf: Certificate, name: ExpectedName): boolean {
  if (name.kind !== 'dns') return coversName(leaf, name);
  const presented = leaf.dnsNames.length > 0 ? leaf.dnsNames : commonNames(leaf);
  const host = name.value.toLowerCase().replace(/\.$/, '');
  return isDnsName(host) && presented.some((pattern) => matches(pattern.toLowerCase(), host));
}

/**
 * A wildcard may be a part of its label (`ba*.example.com`), but two more labels must follow, so that "*.local"
 * matches nothing (valid_star).
 */
function matches(pattern: string, host: string): boolean {
  if (pattern === host) return true;
  const dot = pattern.indexOf('.');
  const [label, rest] = [pattern.slice(0, dot), pattern.slice(dot)];
  const parts = label.split('*');
  if (dot < 1 || parts.length !== 2 || rest.includes('*') || !rest.slice(1).includes('.') || label.includes('xn--'))
    return false;
  const [before, after] = parts as [string, string];
  if (!host.endsWith(rest)) return false;
  const first = host.slice(0, -rest.length);
  return (
    first.length > 0 &&
    !first.includes('.') &&
    first.length >= label.length - 1 &&
    first.startsWith(before) &&
    first.endsWith(after)
  );
}

/** NAME_CONSTRAINTS_check_CN: common names that look like host names fall under DNS constraints where there is no DNS name. */
export function checkCommonNames(path: readonly Certificate[]): Objection[] {
  const [leaf, ...issuers] = path;
  if (!leaf || leaf.dnsNames.length > 0) return [];
  return commonNames(leaf)
    .filter(isDnsName)
    .flatMap((value) =>
      issuers.flatMap(({ nameConstraints }) => {
        const broken = nameConstraints && judgeName({ kind: 'dns', value, raw: Buffer.from(value) }, nameConstraints);
        if (!broken || broken.byWildcard) return [];
        const source = 'openssl crypto/x509/v3_ncons.c NAME_CONSTRAINTS_check_CN';
        return [
          {
            rule: broken.rule,
            certificate: leaf.sha256,
            message: `the common name counts as one: ${broken.message}`,
            source,
          },
        ];
      }),
    );
}

function commonNames({ subjectRaw }: Certificate): string[] {
  return valuesOf(parseName(subjectRaw), COMMON_NAME);
}
