import { type GeneralName, type GeneralNameKind, parseAddress } from './general-name.ts';
import { parseName, setKey } from './name.ts';

/** How names of one kind are compared with a constraint of that kind. */
interface KindRules {
  /** Why the constraint is no constraint of this kind. */
  readonly malformed: (base: GeneralName) => string | undefined;
  /** Whether all that the name stands for lies inside the subtree. */
  readonly inside: (name: GeneralName, base: GeneralName) => boolean;
  /** Whether anything that the name stands for lies inside the subtree. */
  readonly touches: (name: GeneralName, base: GeneralName) => boolean;
  /** Why the name can't be compared at all, which counts as outside of what is permitted and inside of what is not. */
  readonly invalid: (name: GeneralName) => boolean;
}

/** By kind of name; a kind without rules is one whose constraints are not understood. */
export const kindRules: Partial<Record<GeneralNameKind, KindRules>> = {
  dns: {
    malformed: malformedDns,
    inside: dnsInside,
    touches: dnsTouches,
    invalid: ({ value }) => !isDnsName(value.replace(/^\*\./, '')),
  },
  ip: {
    malformed: malformedRange,
    inside: ipInside,
    touches: ipInside,
    invalid: ({ raw }) => raw.length !== 4 && raw.length !== 16,
  },
  email: {
    malformed: malformedMailbox,
    inside: emailInside,
    touches: emailInside,
    invalid: ({ value }) => !splitMailbox(value),
  },
  uri: {
    malformed: malformedHost,
    inside: uriInside,
    touches: uriInside,
    invalid: ({ value }) => uriHost(value) === undefined,
  },
  directory: { malformed: () => undefined, inside: directoryInside, touches: directoryInside, invalid: () => false },
};

/** Labels of letters, digits, hyphens and underscores, as hosts inside clusters have them. */
export function isDnsName(name: string): boolean {
  return name.length <= 253 && /^(?!-)[a-z0-9_-]{1,63}(?:\.(?!-)[a-z0-9_-]{1,63})*$/i.test(name);
}

/** Whether the host is the domain or lies below it. */
function isWithin(host: string, domain: string): boolean {
  const [inner, outer] = [host.toLowerCase(), domain.toLowerCase()];
  return outer === '' || inner === outer || inner.endsWith(`.${outer}`);
}

function malformedDns({ value }: GeneralName): string | undefined {
  if (value === '' || isDnsName(value)) return undefined;
  return value.startsWith('.') ? 'starts with a period, which only URI and e-mail constraints may' : 'is no DNS name';
}

/** A period in front, which RFC 5280 does not know for DNS, is read as most clients read it: names below only. */
function dnsInside(name: GeneralName, base: GeneralName): boolean {
  if (base.value.startsWith('.')) return name.value.toLowerCase().endsWith(base.value.toLowerCase());
  const host = name.value.replace(/^\*\./, '');
  return isWithin(host, base.value);
}

/** A wildcard touches a subtree also when that begins at one of the names which the wildcard stands for. */
function dnsTouches(name: GeneralName, base: GeneralName): boolean {
  if (dnsInside(name, base)) return true;
  if (!name.value.startsWith('*.')) return false;
  const below = base.value.replace(/^\./, '');
  const parent = below.slice(below.indexOf('.') + 1);
  return below.includes('.') && parent.toLowerCase() === name.value.slice(2).toLowerCase();
}

function malformedRange({ raw }: GeneralName): string | undefined {
  if (raw.length !== 8 && raw.length !== 32) return 'is no address with a mask';
  const bits = [...raw.subarray(raw.length / 2)].map((octet) => octet.toString(2).padStart(8, '0')).join('');
  return /^1*0*$/.test(bits) ? undefined : 'has a mask with holes';
}

function ipInside({ raw: address }: GeneralName, { raw: range }: GeneralName): boolean {
  if (range.length !== address.length * 2) return false;
  return address.every((octet, index) => {
    const mask = range[address.length + index]!;
    return (octet & mask) === (range[index]! & mask);
  });
}

/** RFC 5321 section 4.1.2: a local part of atoms or in quotes, and a host. */
const LOCAL_PART = /^(?:[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*|"[^"\\]*(?:\\.[^"\\]*)*")$/i;

function splitMailbox(address: string): { local: string; host: string } | undefined {
  const at = address.lastIndexOf('@');
  const [local, host] = [address.slice(0, Math.max(0, at)), address.slice(at + 1)];
  return LOCAL_PART.test(local) && isDnsName(host) ? { local, host } : undefined;
}

function malformedMailbox(base: GeneralName): string | undefined {
  if (base.value.includes('@')) return splitMailbox(base.value) ? undefined : 'is no mailbox';
  return malformedHost(base);
}

function malformedHost({ value }: GeneralName): string | undefined {
  return value === '' || isDnsName(value.replace(/^\./, '')) ? undefined : 'is no host name';
}

/** RFC 5280 section 4.2.1.10: a mailbox, all mailboxes on a host, or those on the hosts below a domain. */
function emailInside(name: GeneralName, base: GeneralName): boolean {
  const mailbox = splitMailbox(name.value);
  if (!mailbox) return false;
  const wanted = base.value.includes('@') ? splitMailbox(base.value) : undefined;
  if (wanted) return wanted.local === mailbox.local && wanted.host.toLowerCase() === mailbox.host.toLowerCase();
  return hostInside(mailbox.host, base.value);
}

function uriInside(name: GeneralName, base: GeneralName): boolean {
  const host = uriHost(name.value);
  return host !== undefined && hostInside(host, base.value);
}

/** A host is itself alone; with a period in front it is what lies below it. */
function hostInside(host: string, constraint: string): boolean {
  if (constraint === '') return true;
  if (constraint.startsWith('.')) return host.toLowerCase().endsWith(constraint.toLowerCase());
  return host.toLowerCase() === constraint.toLowerCase();
}

/** The host of a URI, if it is a name: an address or no authority at all can't be constrained. */
function uriHost(uri: string): string | undefined {
  const authority = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#:]*)/i.exec(uri)?.[1];
  if (authority === undefined || parseAddress(authority) || !isDnsName(authority)) return undefined;
  return authority;
}

const setKeys = new WeakMap<Uint8Array, readonly string[]>();

/** RFC 5280 section 7.1: the sets of the constraint are the first sets of the name. */
function directoryInside(name: GeneralName, base: GeneralName): boolean {
  const [sets, wanted] = [keysOf(name.raw), keysOf(base.raw)];
  return wanted.length <= sets.length && wanted.every((key, index) => key === sets[index]);
}

/** Thousands of names may meet thousands of constraints, so each is read once. */
function keysOf(raw: Uint8Array): readonly string[] {
  const known = setKeys.get(raw);
  if (known) return known;
  const keys = parseName(raw).map(setKey);
  setKeys.set(raw, keys);
  return keys;
}
