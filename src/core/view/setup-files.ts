import type { SetupFile } from '../plan/setup/setup-file.ts';
import { API_VERSION, type Report } from './section.ts';
import { clean } from './text.ts';

/** Files that belong together; `form` tells alternatives apart. */
export interface SetupForm {
  readonly form: string;
  readonly files: readonly SetupFile[];
}

/** What `setup` prints: the document `SetupFiles`. */
export function viewSetupFiles(what: string, forms: readonly SetupForm[]): Report {
  const files = forms.flatMap(({ form, files: own }) => own.map((file) => ({ form, ...file })));
  return {
    document: {
      apiVersion: API_VERSION,
      kind: 'SetupFiles',
      what,
      files: files.map(({ form, path, mode, content }) => ({ form, path, mode: modeText(mode), content })),
    },
    names: files.map(({ path }) => `file:${path}`),
    sections: [
      {
        title: 'Files',
        columns: ['FORM', 'FILE', 'MODE'].map((header) => ({ header })),
        rows: files.map(({ form, path, mode }) => ({ cells: [form, path, modeText(mode)] })),
      },
    ],
    notes: [],
  };
}

/** The files as text; where there are several, each under a comment with its path. */
export function setupText(forms: readonly SetupForm[]): string {
  const files = forms.flatMap(({ files: own }) => own);
  const texts = files.map(({ path, mode, content }) => {
    const head = files.length > 1 ? `# ---- ${path} (${modeText(mode)})\n` : '';
    return head + content;
  });
  return `${texts.join('\n').split('\n').map(clean).join('\n')}`;
}

function modeText(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}
