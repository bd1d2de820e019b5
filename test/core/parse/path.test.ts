import assert from 'node:assert/strict';
import { besideFile } from '../../../src/core/parse/path.ts';

describe('a path relative to a file', () => {
  const cases: [file: string, path: string, result: string][] = [
    ['/etc/k/config', 'ca.crt', '/etc/k/ca.crt'],
    ['/etc/k/config', './pki/../ca.crt', '/etc/k/ca.crt'],
    ['/etc/k/config', '../../../ca.crt', '/ca.crt'],
    ['/etc/k/config', '/abs/./ca.crt', '/abs/./ca.crt'],
    ['config', '../ca.crt', '../ca.crt'],
    ['dir/config', '../../ca.crt', '../ca.crt'],
    ['C:\\k\\config', 'ca.crt', 'C:\\k\\ca.crt'],
    ['C:\\k\\config', 'D:\\ca.crt', 'D:\\ca.crt'],
  ];
  for (const [file, path, result] of cases) {
    it(`${path} in ${file} is ${result}`, () => assert.equal(besideFile(file, path), result));
  }
});
