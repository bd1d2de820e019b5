import { EXIT, UserError } from '../model/error.ts';
import type { ProbeAddress, ResolveRule } from '../model/target.ts';
import { parseAddress } from '../x509/general-name.ts';

/**
 * Schemes that an address may have, with the port that it then defaults to. The dialer starts TLS at once, or after
 * the scheme's conversation in the clear (STARTTLS) where its table has one.
 */
export const SCHEME_PORTS: Readonly<Record<string, number>> = {
  tls: 443,
  https: 443,
  smtp: 25,
  smtps: 465,
  imap: 143,
  imaps: 993,
  pop3: 110,
  pop3s: 995,
  ldap: 389,
  ldaps: 636,
  ftp: 21,
  ftps: 990,
  xmpp: 5222,
  postgres: 5432,
  mysql: 3306,
};

/** Other names of the same thing. */
const SCHEME_ALIASES: Readonly<Record<string, string>> = { postgresql: 'postgres' };

const FORMS = 'write [SCHEME://]HOST:PORT[#SNI], for example 10.0.0.5:6443, [2001:db8::1]:443#app.example.com';

/**
 * Reads `[SCHEME://]host[:port][#sni]`; a path behind the host is ignored, as in a URL that was pasted, and so is the
 * `~2` of a ref. The port may be left out only where the scheme has one. IPv6 addresses stand in brackets when a port
 * follows.
 * @throws UserError (64)
 */
export function parseProbeAddress(text: string): ProbeAddress {
  const found =
    /^(?:([a-z][a-z0-9+.-]*):\/\/)?(?:\[([^\]]+)\]|([^:/#?\s[\]]+))(?::(\d+))?(?:[/?][^#]*)?(?:#(.*?))?(?:~\d+)?$/i.exec(
      text,
    );
  if (!found) throw bad(text, 'is no address');
  const [, given, bracketed, plain, digits, sni] = found;
  const scheme = given === undefined ? 'tls' : schemeNamed(given, text);
  if (given === undefined && digits === undefined) throw bad(text, 'has no port');
  if (bracketed !== undefined && !parseAddress(bracketed.replace(/%.*$/, '')))
    throw bad(text, 'has no IPv6 address in its brackets');
  return {
    scheme,
    host: bracketed ?? hostNamed(plain!, text),
    port: digits === undefined ? SCHEME_PORTS[scheme]! : portNumbered(digits, text),
    ...(sni && { sni: hostNamed(sni, text) }),
  };
}

/** Reads `host:port:addr`; IPv6 addresses may stand in brackets. @throws UserError (64) */
export function parseResolveRule(text: string): ResolveRule {
  const found = /^(?:\[([^\]]+)\]|([^:[\]\s]+)):(\d+):(?:\[([^\]]+)\]|(\S+))$/.exec(text);
  if (!found) throw badRule(text, 'is not HOST:PORT:ADDRESS');
  const address = found[4] ?? found[5]!;
  if (!parseAddress(address)) throw badRule(text, `has no IP address behind the port, but ${JSON.stringify(address)}`);
  const host = found[1] ?? hostNamed(found[2]!, text);
  return { host, port: portNumbered(found[3]!, text), address };
}

function badRule(text: string, why: string): UserError {
  return usage(
    `--resolve ${text} ${why}`,
    'write --resolve HOST:PORT:ADDRESS, for example app.example.com:443:10.0.0.5',
  );
}

function schemeNamed(given: string, text: string): string {
  const scheme = SCHEME_ALIASES[given.toLowerCase()] ?? given.toLowerCase();
  if (Object.hasOwn(SCHEME_PORTS, scheme)) return scheme;
  throw usage(`${text}: the scheme ${given} is not known`, `known are ${Object.keys(SCHEME_PORTS).join(', ')}`);
}

function portNumbered(digits: string, text: string): number {
  const port = Number(digits);
  if (port < 1 || port > 65_535) throw bad(text, `has the port ${digits}, which is not between 1 and 65535`);
  return port;
}

/**
 * A host name in the form that goes over the wire: lower case, letters of other scripts as punycode, without the
 * final dot. @throws UserError (64) when it is none
 */
export function hostNamed(name: string, text = name): string {
  const ascii = /^[\x20-\x7e]*$/.test(name) ? name : (URL.parse(`https://${name}`)?.hostname ?? name);
  const host = ascii.toLowerCase().replace(/\.$/, '');
  if (
    host.length > 253 ||
    !/^(\*\.)?[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/.test(host)
  ) {
    throw bad(text, `names the host ${JSON.stringify(name)}, which is no host name`);
  }
  return host;
}

function bad(text: string, why: string): UserError {
  return usage(`${text} ${why}`, FORMS);
}

function usage(message: string, hint: string): UserError {
  return new UserError(message, { exitCode: EXIT.usage, hints: [hint] });
}
