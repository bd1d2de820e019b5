import type { Block, DiagnosisView, Line } from '../../view/diagnosis.ts';
import { clean } from '../../view/text.ts';
import type { DiagnosisForm } from './form.ts';

/** One page that needs nothing else: no script, no font, no image, no address. */
export const html = { id: 'html', print } as const satisfies DiagnosisForm;

const STYLE = `
:root { color-scheme: light dark; --line: #8884; --loud: #b3261e; --quiet: #6b7280; --ok: #1b7f3b; --odd: #8e24aa; --warn: #a15c00; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.3rem; line-height: 1.35; border-left: .4rem solid var(--quiet); padding-left: .8rem; }
h2 { font-size: 1.1rem; margin-top: 2rem; border-bottom: 1px solid var(--line); padding-bottom: .2rem; }
h3 { font-size: 1rem; margin-bottom: .2rem; }
ul { margin: .2rem 0; padding-left: 1.2rem; }
pre { background: #8882; padding: .4rem .7rem; border-radius: .3rem; margin: .2rem 0 .4rem; white-space: pre-wrap; overflow-wrap: anywhere; }
p, li { overflow-wrap: anywhere; }
small { color: var(--quiet); }
.critical { border-color: var(--loud); } .ok { border-color: var(--ok); } .unknown { border-color: var(--odd); } .warning { border-color: var(--warn); }
`;

function print({ headline, tone, blocks }: DiagnosisView): string {
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
    `<title>${inHtml(headline)}</title><style>${STYLE}</style></head><body>`,
    `<h1 class="${tone}">${inHtml(headline)}</h1>`,
    ...blocks.map(printBlock),
    '</body></html>\n',
  ].join('\n');
}

function printBlock({ title, level, lines }: Block): string {
  const tag = level === 1 ? 'h2' : 'h3';
  return `<${tag}>${inHtml(title)}</${tag}>\n${lines.map(printLine).join('\n')}`;
}

function printLine({ kind, text, aside }: Line): string {
  if (kind === 'command') return `<pre>${inHtml(text)}</pre>`;
  const beside = aside === undefined ? '' : ` <small>${inHtml(aside)}</small>`;
  return kind === 'item' ? `<ul><li>${inHtml(text)}${beside}</li></ul>` : `<p>${inHtml(text)}${beside}</p>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function inHtml(text: string): string {
  return clean(text).replace(/[&<>"']/g, (character) => ENTITIES[character] as string);
}
