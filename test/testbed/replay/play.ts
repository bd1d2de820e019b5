/** A program that answers as recorded: node play.ts ANSWERS.json ARGUMENTS... An answer with exit 124 never comes. */
import { answerFor } from './answers.ts';
import { give } from './give.ts';

const [file = '', ...argv] = process.argv.slice(2);
give(file, argv, answerFor);
