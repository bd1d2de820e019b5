/** Textual encodings of RFC 7468, read as tolerantly as the clients that load them, in time linear in the input. */

/** One block. `line` counts from 1, `index` from 0 in the order of the text. */
export interface PemBlock {
  readonly label: string;
  readonly der: Uint8Array;
  readonly line: number;
  readonly index: number;
  /** RFC 1421 says so in the block's headers (`Proc-Type: 4,ENCRYPTED`). */
  readonly encrypted: boolean;
}

/** Something that looks like a block and is none, or a block that can't be understood. */
export interface PemProblem {
  readonly line: number;
  readonly reason: string;
}

export interface PemText {
  readonly blocks: readonly PemBlock[];
  readonly problems: readonly PemProblem[];
}

interface Marker {
  readonly opens: boolean;
  readonly label: string;
  readonly from: number;
  readonly to: number;
  readonly line: number;
}

const MARKER = /-----(BEGIN|END) ([^\r\n-]{0,80})-----/g;
const MOST_BLOCKS = 20_000;

/** Finds all blocks; text around them is ignored. Never throws: what is wrong becomes a problem with its line. */
export function readPem(input: string | Uint8Array): PemText {
  const text =
    typeof input === 'string' ? input : Buffer.from(input.buffer, input.byteOffset, input.length).toString('latin1');
  const blocks: PemBlock[] = [];
  const problems: PemProblem[] = [];
  let open: Marker | undefined;
  for (const marker of findMarkers(text)) {
    if (marker.opens) {
      if (open) problems.push({ line: open.line, reason: `BEGIN ${open.label} has no END before the next block` });
      open = marker;
    } else if (!open) {
      problems.push({ line: marker.line, reason: `END ${marker.label} has no BEGIN before it` });
    } else {
      const read = readBlock(text, open, marker, blocks.length);
      if ('reason' in read) problems.push(read);
      else blocks.push(read);
      open = undefined;
    }
    if (blocks.length === MOST_BLOCKS) {
      problems.push({ line: marker.line, reason: `more than ${MOST_BLOCKS} blocks, the rest was not read` });
      return { blocks, problems };
    }
  }
  if (open) problems.push({ line: open.line, reason: `BEGIN ${open.label} has no END: the text is cut off` });
  return { blocks, problems };
}

function* findMarkers(text: string): Generator<Marker> {
  let line = 1;
  let counted = 0;
  for (const match of text.matchAll(MARKER)) {
    line += text.slice(counted, match.index).split('\n').length - 1;
    counted = match.index;
    yield { opens: match[1] === 'BEGIN', label: match[2]!, from: match.index, to: match.index + match[0].length, line };
  }
}

function readBlock(text: string, open: Marker, close: Marker, index: number): PemBlock | PemProblem {
  const { line, label } = open;
  if (close.label !== label) return { line, reason: `BEGIN ${label} is closed by END ${close.label}` };
  const { headers, body } = splitHeaders(text.slice(open.to, close.from));
  const base64 = body.replace(/\s+/g, '');
  if (base64 === '') return { line, reason: `the ${label} block is empty` };
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return { line, reason: `the ${label} block is not base64` };
  const der = Buffer.from(base64, 'base64');
  if (
    Math.floor((base64.replace(/=+$/, '').length * 3) / 4) !== der.length ||
    base64.replace(/=+$/, '').length % 4 === 1
  ) {
    return { line, reason: `the ${label} block is not base64: its length is wrong` };
  }
  return { label, der, line, index, encrypted: /^Proc-Type:.*ENCRYPTED/im.test(headers) };
}

/** Headers end at the first empty line; without a colon in the first line there are none. */
function splitHeaders(block: string): { headers: string; body: string } {
  const first = /[^\r\n]*:/.test(block.slice(0, 200).trimStart().split('\n', 1)[0] ?? '');
  const end = first ? /\r?\n[ \t]*\r?\n/.exec(block.trimStart()) : null;
  if (!end) return { headers: first ? block : '', body: first ? '' : block };
  const text = block.trimStart();
  return { headers: text.slice(0, end.index), body: text.slice(end.index) };
}
