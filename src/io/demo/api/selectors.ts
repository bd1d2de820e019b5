import { badRequest } from './failures.ts';
import type { StoredObject } from './stored-object.ts';

type Test = (object: StoredObject) => boolean;

/** Fields that may be selected beside metadata.name and metadata.namespace: pkg/registry and pkg/apis of Kubernetes. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  Secret: ['type'],
  Pod: ['spec.nodeName', 'spec.serviceAccountName', 'spec.restartPolicy', 'status.phase', 'status.podIP'],
  Event: [
    'involvedObject.kind',
    'involvedObject.name',
    'involvedObject.namespace',
    'involvedObject.uid',
    'reason',
    'type',
  ],
  CertificateSigningRequest: ['spec.signerName'],
  Namespace: ['status.phase'],
  Node: ['spec.unschedulable'],
};

/** `type=kubernetes.io/tls,metadata.name!=x`. @throws PortFailure (400) for a field that the kind does not select by */
export function fieldSelector(text: string, kind: string): Test {
  const tests = split(text).map((part): Test => {
    const [, field = '', operator, wanted = ''] = /^([^=!]+)(==|=|!=)(.*)$/.exec(part) ?? [];
    const known = ['metadata.name', 'metadata.namespace', ...(FIELDS[kind] ?? [])];
    if (!operator) throw badRequest(`invalid selector: '${part}'; can't understand '${part}'`);
    if (!known.includes(field)) throw badRequest(`field label not supported: ${field}`);
    return (object) => (String(valueAt(object, field) ?? '') === wanted) !== (operator === '!=');
  });
  return (object) => tests.every((test) => test(object));
}

/** `a=b,c!=d,e,!f,g in (x,y),h notin (z)`. @throws PortFailure (400) */
export function labelSelector(text: string): Test {
  const tests = split(text).map(labelTest);
  return (object) => tests.every((test) => test(object));
}

function labelTest(part: string): Test {
  const label = ({ metadata }: StoredObject, name: string) => metadata.labels?.[name];
  const [, name = '', word, values = ''] = /^([^\s=!]+)\s+(in|notin)\s*\(([^)]*)\)$/.exec(part) ?? [];
  if (word) {
    const set = values.split(',').map((value) => value.trim());
    return (object) => set.includes(label(object, name) ?? '\0') === (word === 'in');
  }
  const [, key = '', operator, wanted] = /^([^\s=!]+)\s*(==|=|!=)\s*([^\s=!]*)$/.exec(part) ?? [];
  if (operator) return (object) => (label(object, key) === wanted) !== (operator === '!=');
  const [, not, only] = /^(!?)([^\s=!()]+)$/.exec(part) ?? [];
  if (!only) throw badRequest(`unable to parse requirement: '${part}'`);
  return (object) => (label(object, only) !== undefined) !== (not === '!');
}

/** At commas outside parentheses. */
function split(text: string): string[] {
  return text
    .split(/,(?![^(]*\))/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function valueAt(object: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], object);
}
