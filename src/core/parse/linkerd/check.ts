/** One line of `linkerd check`. */
export interface LinkerdCheck {
  /** `linkerd-identity`, `linkerd-webhooks-and-apisvc-tls`, ... */
  readonly category: string;
  readonly description: string;
  readonly result: 'success' | 'warning' | 'error';
  /** What it says of a warning or an error. */
  readonly error?: string;
}

export interface LinkerdCheckReport {
  /** False where a check failed; a warning leaves it true. */
  readonly success: boolean;
  /** A fatal failure ends the list: what would have come after it is absent, not failed. */
  readonly checks: readonly LinkerdCheck[];
}

/**
 * Reads the answer of `linkerd check`: JSON, or the text of `-o table` and `-o short`, with whatever stands before or
 * after it. The exit code says nothing of warnings. Undefined where there is no answer in it.
 * @see linkerd/linkerd2 pkg/healthcheck/healthcheck_output.go
 */
export function readLinkerdCheck(output: string): LinkerdCheckReport | undefined {
  return readJson(output) ?? readText(output);
}

const RESULTS: ReadonlySet<unknown> = new Set(['success', 'warning', 'error']);

function readJson(output: string): LinkerdCheckReport | undefined {
  const start = output.search(/^\{/m);
  const end = output.lastIndexOf('}');
  if (start < 0 || end < start) return undefined;
  try {
    const value = JSON.parse(output.slice(start, end + 1)) as { success?: unknown; categories?: unknown };
    if (!Array.isArray(value.categories)) return undefined;
    const checks = value.categories.flatMap((category: Record<string, unknown> | null) =>
      Array.isArray(category?.checks)
        ? category.checks.flatMap((item) => readItem(textOf(category.categoryName), item))
        : [],
    );
    return { success: value.success === true, checks };
  } catch {
    return undefined;
  }
}

function readItem(category: string, item: Record<string, unknown> | null): LinkerdCheck[] {
  if (typeof item?.description !== 'string' || !RESULTS.has(item.result)) return [];
  const { description, error } = item;
  const result = item.result as LinkerdCheck['result'];
  return [{ category, description, result, ...(typeof error === 'string' && error !== '' && { error }) }];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** √ and ×, as the terminal has them; `‼` is a warning. Without Unicode the same in ASCII. */
const MARKS: Readonly<Record<string, LinkerdCheck['result']>> = { '√': 'success', '‼': 'warning', '×': 'error' };

function readText(output: string): LinkerdCheckReport | undefined {
  const checks: { category: string; description: string; result: LinkerdCheck['result']; said: string[] }[] = [];
  let category = '';
  const lines = output.split('\n');
  for (const [index, line] of lines.entries()) {
    const mark = MARKS[line.trimStart().charAt(0)];
    const last = checks.at(-1);
    if (/^-{3,}$/.test(line)) category = lines[index - 1]?.trim() ?? '';
    else if (mark) checks.push({ category, description: line.trimStart().slice(1).trim(), result: mark, said: [] });
    else if (/^\s+\S/.test(line) && last && !/^\s+see https?:/.test(line)) last.said.push(line.replace(/^ {4}/, ''));
  }
  if (checks.length === 0) return undefined;
  return {
    success: checks.every(({ result }) => result !== 'error'),
    checks: checks.map(({ said, ...check }) => ({ ...check, ...(said.length > 0 && { error: said.join('\n') }) })),
  };
}

/** Pods that `linkerd check --proxy` names, as it names them: `NS/NAME`, or `NAME` within one namespace. */
export function podsNamed({ error = '' }: LinkerdCheck): string[] {
  return [...error.matchAll(/^\s*\* (?<pod>[a-z0-9][a-z0-9./-]*)\s*$/gm)].map(({ groups }) => groups?.pod as string);
}
