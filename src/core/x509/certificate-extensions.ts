import type { Defect } from './defect.ts';
import { type Element, Fields, TAG } from './der.ts';
import { readExtensionFacts } from './extension-facts.ts';
import { type Extension, readExtensions } from './extensions.ts';
import type { GeneralName, GeneralNameKind } from './general-name.ts';

/** The extensions of a certificate; repeated ones are a defect. @throws MalformedDer */
export function readExtensionList(wrapper: Element | undefined, defects: Defect[]): Extension[] {
  if (!wrapper) return [];
  const extensions = readExtensions(new Fields(wrapper).expect('the extensions', TAG.sequence));
  const seen = new Set<string>();
  for (const { oid } of extensions) {
    if (seen.has(oid))
      defects.push({ code: 'duplicate-extension', message: `extension ${oid} appears more than once`, oid });
    seen.add(oid);
  }
  return extensions;
}

/** What the extensions say, with the fields that every certificate has. */
export function readFacts(extensions: readonly Extension[], defects: Defect[]) {
  const facts = readExtensionFacts(extensions, ({ oid }, reason) =>
    defects.push({ code: 'extension-unreadable', message: `extension ${oid} can't be read: ${reason}`, oid }),
  );
  const { basicConstraints, keyUsages = [], extKeyUsages = [], subjectAltNames = [] } = facts;
  return {
    ...facts,
    keyUsages,
    extKeyUsages,
    dnsNames: valuesOfKind(subjectAltNames, 'dns'),
    emails: valuesOfKind(subjectAltNames, 'email'),
    uris: valuesOfKind(subjectAltNames, 'uri'),
    ipAddresses: subjectAltNames
      .filter(({ kind, raw }) => kind === 'ip' && (raw.length === 4 || raw.length === 16))
      .map(({ value }) => value),
    isCA: basicConstraints?.ca ?? false,
    ...(basicConstraints?.pathLen === undefined ? {} : { pathLen: basicConstraints.pathLen }),
  };
}

function valuesOfKind(names: readonly GeneralName[], kind: GeneralNameKind): string[] {
  return names.filter((name) => name.kind === kind).map(({ value }) => value);
}
