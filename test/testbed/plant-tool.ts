/** A program that answers as an incident has it: node plant-tool.ts ANSWERS.json PROGRAM ARGUMENTS... */
import { answerTo } from '../../src/io/demo/recorded-tools.ts';
import { give } from './replay/give.ts';

const [file = '', ...argv] = process.argv.slice(2);
give(file, argv, answerTo);
