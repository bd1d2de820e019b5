import { Document, isScalar, visit } from 'yaml';
import { acts, escapeInJson } from '../view/text.ts';
import type { Format } from './format.ts';

/** The document as YAML. Strings with acting characters are double-quoted, so that these can be escaped. */
export const yaml = {
  id: 'yaml',
  print: ({ document }) => {
    const tree = new Document(document, { aliasDuplicateObjects: false });
    visit(tree, {
      Scalar: (_, scalar) => {
        if (isScalar(scalar) && typeof scalar.value === 'string' && acts(scalar.value)) scalar.type = 'QUOTE_DOUBLE';
      },
    });
    return escapeInJson(tree.toString({ lineWidth: 0 }));
  },
  notes: false,
} as const satisfies Format;
