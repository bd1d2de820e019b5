import { isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument, type YAMLMap } from 'yaml';
import { EXIT, UserError } from '../model/error.ts';
import { DEFAULT_POLICY, type Policy, type Threshold } from '../model/policy.ts';
import { parseDuration, parseDurationFlag } from './duration.ts';

export interface PolicySource {
  /** The file's name, for messages. */
  readonly name: string;
  /** Every code that may be ignored. */
  readonly codes: ReadonlySet<string>;
}

/**
 * Reads a policy file (YAML) and lays it over the default policy: what it does not name stays as it is.
 * @throws UserError (65) with file, line and column of what is wrong
 */
export function parsePolicy(text: string, source: PolicySource): Policy {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const reader = new PolicyReader(source, lines);
  const [broken] = document.errors;
  if (broken) reader.fail(broken.message.split('\n')[0] ?? 'not YAML', broken.pos[0]);
  if (document.contents === null) return DEFAULT_POLICY;
  return reader.read(document.contents as Node);
}

/**
 * Lays `--warn` and `--critical` over a policy: absolute times before the end of whatever does not renew itself. For
 * CAs they only ever lengthen the warning. @throws UserError (64)
 */
export function applyThresholds(policy: Policy, flags: { warn?: string; critical?: string }): Policy {
  const critical = flags.critical === undefined ? undefined : parseDurationFlag(flags.critical, '--critical');
  const warn = flags.warn === undefined ? undefined : parseDurationFlag(flags.warn, '--warn');
  if (warn !== undefined && critical !== undefined && warn < critical) {
    throw new UserError(`--warn ${flags.warn} is shorter than --critical ${flags.critical}`, {
      exitCode: EXIT.usage,
      hints: ['a warning comes before what is critical: swap the two'],
    });
  }
  const leaf = replaceThresholds(policy.leaf, { warn, critical });
  const ca = {
    warn: longer(policy.ca.warn, leaf.warn, warn ?? critical),
    critical: longer(policy.ca.critical, leaf.critical, critical),
  };
  return { ...policy, leaf, ca };
}

type Pairs = { warn: Threshold; critical: Threshold };

function replaceThresholds(own: Pairs, { warn, critical }: { warn: number | undefined; critical: number | undefined }) {
  const whole = (before: number): Threshold => ({ before, share: 1 });
  const replaced = {
    warn: warn === undefined ? own.warn : whole(warn),
    critical: critical === undefined ? own.critical : whole(critical),
  };
  if (warn !== undefined && critical === undefined && own.critical.before > warn) replaced.critical = whole(warn);
  if (critical !== undefined && warn === undefined && own.warn.before < critical) replaced.warn = whole(critical);
  return replaced;
}

function longer(own: Threshold, leaf: Threshold, given: number | undefined): Threshold {
  return given !== undefined && leaf.before > own.before ? leaf : own;
}

/** Walks the parsed document by hand, so that each complaint has its line. */
class PolicyReader {
  readonly #source: PolicySource;
  readonly #lines: LineCounter;

  constructor(source: PolicySource, lines: LineCounter) {
    this.#source = source;
    this.#lines = lines;
  }

  read(root: Node): Policy {
    const policy = { ...DEFAULT_POLICY };
    this.#each(root, 'a policy', {
      leaf: (node) => Object.assign(policy, { leaf: this.#thresholds(node, policy.leaf) }),
      ca: (node) => Object.assign(policy, { ca: this.#thresholds(node, policy.ca) }),
      selfRenewing: (node) => Object.assign(policy, { selfRenewing: this.#selfRenewing(node) }),
      clockSkew: (node) => Object.assign(policy, { clockSkew: this.#duration(node) }),
      minimumBits: (node) => Object.assign(policy, { minimumBits: this.#minimumBits(node) }),
      ignore: (node) => Object.assign(policy, { ignore: this.#ignores(node) }),
    });
    return policy;
  }

  fail(message: string, at: number): never {
    const { line, col } = this.#lines.linePos(at);
    throw new UserError(`${this.#source.name}:${line}:${col}: ${message}`, {
      exitCode: EXIT.unreadable,
      hints: ['kubectl certs explain policy shows a whole policy file'],
    });
  }

  #thresholds(node: Node, base: Pairs): Pairs {
    const made = { ...base };
    this.#each(node, 'thresholds', {
      warn: (value) => Object.assign(made, { warn: this.#threshold(value, made.warn) }),
      critical: (value) => Object.assign(made, { critical: this.#threshold(value, made.critical) }),
    });
    if (made.warn.before < made.critical.before) this.#failAt(node, 'warn is shorter than critical');
    return made;
  }

  /** Either a map of `before` and `share`, or a duration alone, which then holds for every lifetime. */
  #threshold(node: Node, base: Threshold): Threshold {
    if (!isMap(node)) return { before: this.#duration(node), share: 1 };
    const made = { ...base };
    this.#each(node, 'a threshold', {
      before: (value) => Object.assign(made, { before: this.#duration(value) }),
      share: (value) => Object.assign(made, { share: this.#share(value) }),
    });
    return made;
  }

  #selfRenewing(node: Node): Policy['selfRenewing'] {
    const made = { ...DEFAULT_POLICY.selfRenewing };
    this.#each(node, 'selfRenewing', {
      warnAfter: (value) => Object.assign(made, { warnAfter: this.#share(value) }),
      criticalAfter: (value) => Object.assign(made, { criticalAfter: this.#share(value) }),
    });
    if (made.criticalAfter < made.warnAfter) this.#failAt(node, 'criticalAfter comes before warnAfter');
    return made;
  }

  #minimumBits(node: Node): Policy['minimumBits'] {
    const made = { ...DEFAULT_POLICY.minimumBits };
    this.#each(node, 'minimumBits', {
      rsa: (value) => Object.assign(made, { rsa: this.#bits(value) }),
      ecdsa: (value) => Object.assign(made, { ecdsa: this.#bits(value) }),
    });
    return made;
  }

  #ignores(node: Node): Policy['ignore'] {
    if (!isSeq(node)) this.#failAt(node, 'ignore is a list');
    return node.items.map((item) => this.#ignore(item as Node));
  }

  #ignore(node: Node): Policy['ignore'][number] {
    const made = { code: '', placement: '*', reason: '' };
    this.#each(node, 'an ignored finding', {
      code: (value) => Object.assign(made, { code: this.#code(value) }),
      placement: (value) => Object.assign(made, { placement: this.#text(value) }),
      reason: (value) => Object.assign(made, { reason: this.#text(value) }),
    });
    if (!made.code) this.#failAt(node, 'an ignored finding needs its code');
    if (!made.reason) this.#failAt(node, 'an ignored finding needs a reason: whoever reads this later will ask');
    return made;
  }

  #each(node: Node, what: string, known: Record<string, (value: Node) => void>): void {
    if (!isMap(node)) this.#failAt(node, `${what} is a map of ${Object.keys(known).join(', ')}`);
    for (const pair of (node as YAMLMap).items as Pair<Node, Node | null>[]) {
      const name = isScalar(pair.key) ? String(pair.key.value) : '';
      const read = Object.hasOwn(known, name) ? known[name] : undefined;
      if (!read) this.#failAt(pair.key, `${what} has no "${name}": it knows ${Object.keys(known).join(', ')}`);
      if (pair.value === null || (isScalar(pair.value) && pair.value.value === null)) {
        this.#failAt(pair.key, `"${name}" has no value`);
      }
      read(pair.value);
    }
  }

  #duration(node: Node): number {
    const span = parseDuration(this.#text(node));
    return span ?? this.#failAt(node, 'not a duration: write it as 30d, 720h or 1w');
  }

  /** `1/3`, `33%` or `0.33`. */
  #share(node: Node): number {
    const [, over, under, percent] = /^(?:(\d+)\/(\d+)|(\d+(?:\.\d+)?)%)$/.exec(this.#text(node)) ?? [];
    const share = over && under ? Number(over) / Number(under) : percent ? Number(percent) / 100 : this.#number(node);
    return share >= 0 && share <= 1
      ? share
      : this.#failAt(node, 'not a share between 0 and 1: write it as 1/3, 33% or 0.33');
  }

  #bits(node: Node): number {
    const bits = this.#number(node);
    return Number.isInteger(bits) && bits > 0 ? bits : this.#failAt(node, 'not a number of bits');
  }

  #number(node: Node): number {
    const text = this.#text(node);
    return /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  }

  #code(node: Node): string {
    const code = this.#text(node);
    return this.#source.codes.has(code)
      ? code
      : this.#failAt(node, `no code ${code}: kubectl certs explain --list shows all`);
  }

  #text(node: Node): string {
    return isScalar(node) ? String(node.value) : this.#failAt(node, 'a plain value is expected here');
  }

  #failAt(node: Node, message: string): never {
    return this.fail(message, node.range?.[0] ?? 0);
  }
}
