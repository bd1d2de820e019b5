const ABSOLUTE = /^([/\\]|[A-Za-z]:[/\\])/;

/** A path that stands in a file and is relative to that file's folder. Both kinds of separators are understood. */
export function besideFile(file: string, path: string): string {
  if (ABSOLUTE.test(path)) return path;
  const end = Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\'));
  if (end < 0) return normalize(path);
  return normalize(`${file.slice(0, end + 1)}${path}`);
}

/** Takes `.` and `..` out, as far as they can be resolved without looking. */
function normalize(path: string): string {
  const separator = path.includes('/') || !path.includes('\\') ? '/' : '\\';
  const pieces: string[] = [];
  for (const piece of path.split(/[/\\]/)) {
    const above = pieces.at(-1);
    if (piece === '..' && above !== undefined && above !== '..') {
      if (above !== '') pieces.pop();
    } else if (piece !== '.' && !(piece === '' && pieces.length > 0)) {
      pieces.push(piece);
    }
  }
  return pieces.join(separator);
}
