// A tar writer and reader for what the archives need: regular files and folders with short names, no links, so that
// the same entries always give the same bytes. Format: POSIX.1-1988 ustar.
const BLOCK = 512;
/** 2020-01-01T00:00:00Z in seconds: every entry's time. */
const MODIFIED = 1_577_836_800;
const NAME_LENGTH = 100;

export interface TarFile {
  readonly content: Uint8Array;
  readonly executable?: boolean;
}

/** Writes files by path, with the folders that they need, sorted. */
export function writeTar(files: Readonly<Record<string, TarFile>>): Buffer {
  const folders = new Set(Object.keys(files).flatMap(foldersOf));
  const names = [...folders, ...Object.keys(files)].sort();
  const blocks = names.flatMap((name) => {
    const file = files[name];
    if (!file) return [header(name, { mode: 0o755, size: 0, type: '5' })];
    const { content, executable } = file;
    const head = header(name, { mode: executable ? 0o755 : 0o644, size: content.length, type: '0' });
    return [head, content, Buffer.alloc(-content.length & (BLOCK - 1))];
  });
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]);
}

/** `a/b/c.js` needs `a/` and `a/b/`. */
function foldersOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => `${parts.slice(0, index + 1).join('/')}/`);
}

function header(name: string, { mode, size, type }: { mode: number; size: number; type: '0' | '5' }): Buffer {
  if (Buffer.byteLength(name) > NAME_LENGTH) throw new Error(`${name}: longer than a ustar header holds`);
  const block = Buffer.alloc(BLOCK);
  block.write(name, 0);
  block.write(octal(mode, 7), 100);
  block.write(octal(0, 7), 108);
  block.write(octal(0, 7), 116);
  block.write(octal(size, 11), 124);
  block.write(octal(MODIFIED, 11), 136);
  block.fill(' ', 148, 156);
  block.write(type, 156);
  block.write('ustar\0', 257);
  block.write('00', 263);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 6)}\0 `, 148);
  return block;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}

/** One file of an unpacked tar; undefined when it has none of that name. */
export function readFromTar(tar: Buffer, name: string): Buffer | undefined {
  for (let at = 0; at + BLOCK <= tar.length; ) {
    const found = text(tar.subarray(at, at + NAME_LENGTH));
    if (found === '') return undefined;
    const size = Number.parseInt(text(tar.subarray(at + 124, at + 136)), 8);
    if (found === name) return tar.subarray(at + BLOCK, at + BLOCK + size);
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return undefined;
}

function text(field: Buffer): string {
  const end = field.indexOf(0);
  return field.toString('latin1', 0, end === -1 ? field.length : end).trim();
}
