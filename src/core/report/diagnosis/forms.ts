import type { DiagnosisView } from '../../view/diagnosis.ts';
import type { Report } from '../../view/section.ts';
import type { Format } from '../format.ts';
import { json } from '../json.ts';
import { yaml } from '../yaml.ts';
import type { DiagnosisForm } from './form.ts';
import { html } from './html.ts';
import { markdown } from './markdown.ts';
import { text } from './text.ts';

/** Every output format of `debug`. */
export const DIAGNOSIS_FORMS: readonly DiagnosisForm[] = [text, markdown, documentForm(json), documentForm(yaml), html];
export const DIAGNOSIS_FORM_IDS: readonly string[] = DIAGNOSIS_FORMS.map(({ id }) => id);

/** The document, as other commands print theirs. */
function documentForm({ id, print }: Format): DiagnosisForm {
  return { id, print: (view) => print(reportOf(view), { color: false, noHeaders: false, terminal: false }) };
}

function reportOf({ document, headline }: DiagnosisView): Report {
  return { document, headline, names: [], sections: [{ title: '', columns: [], rows: [] }], notes: [] };
}
