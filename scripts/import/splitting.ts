import { LedgerlineError } from '../../src/errors.ts';

/** One statement as it stands in the file, not parsed yet: a line of NDJSON, or an element of a JSON array. */
export interface Piece {
  /** Which line or element of the file it is, counted from 1. */
  readonly position: number;
  /** Its bytes, without white space around them. */
  readonly bytes: Buffer;
}

/** Bytes after which a piece without an end is taken for a sign that the file is something else. */
const LONGEST = 2 ** 26;

const [SPACE, TAB, NEWLINE, RETURN] = [0x20, 0x09, 0x0a, 0x0d];
const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const [BRACKET, BRACKET_END, BRACE, BRACE_END] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * The lines of NDJSON that hold something. Every line counts for the positions, an empty one too.
 * @throws LedgerlineError `too_large` for a line of more than 64 MiB
 */
export async function* splitLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Piece> {
  const unfinished = collector();
  let position = 1;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      const bytes = unfinished.finish(chunk.subarray(start, end));
      if (bytes.length > 0) yield { position, bytes };
      position += 1;
      start = end + 1;
    }
    unfinished.add(chunk.subarray(start), `line ${position}`);
  }
  const bytes = unfinished.finish();
  if (bytes.length > 0) yield { position, bytes };
}

/**
 * The elements of one JSON array. Only the array's own grammar is looked at: an element that is not JSON comes out as
 * it is, as long as its quotes and brackets end; one with nothing in it comes out empty.
 * @throws LedgerlineError `invalid_json` when the text is not one array: something stands before or after it, it is
 *   cut off, or brackets do not match; `too_large` for an element of more than 64 MiB
 */
export async function* splitArray(chunks: AsyncIterable<Buffer>): AsyncGenerator<Piece> {
  const unfinished = collector();
  let position = 0;
  /** Open brackets and braces, the array's own included. */
  let depth = 0;
  let inString = false;
  let escaped = false;
  for await (const chunk of chunks) {
    let start = 0;
    for (let index = 0; index < chunk.length; index++) {
      const byte = chunk[index]!;
      if (inString) {
        if (escaped) escaped = false;
        else if (byte === BACKSLASH) escaped = true;
        else if (byte === QUOTE) inString = false;
      } else if (depth === 0) {
        if (isWhiteSpace(byte)) continue;
        if (position > 0) throw notOneArray('something stands after its end');
        if (byte !== BRACKET) throw notOneArray('something stands before its beginning');
        [depth, position, start] = [1, 1, index + 1];
      } else if (byte === QUOTE) inString = true;
      else if (byte === BRACKET || byte === BRACE) depth += 1;
      else if (byte === COMMA && depth === 1) {
        yield { position, bytes: unfinished.finish(chunk.subarray(start, index)) };
        [position, start] = [position + 1, index + 1];
      } else if (byte === BRACKET_END || byte === BRACE_END) {
        depth -= 1;
        if (depth > 0) continue;
        if (byte === BRACE_END) throw notOneArray(`a brace closes it at element ${position}`);
        const bytes = unfinished.finish(chunk.subarray(start, index));
        if (bytes.length > 0 || position > 1) yield { position, bytes };
      }
    }
    if (depth > 0) unfinished.add(chunk.subarray(start), `element ${position}`);
  }
  if (position === 0) throw notOneArray('it is empty');
  if (depth > 0) throw notOneArray(`it ends in the middle of element ${position}`);
}

/** Gathers a piece that stretches over several chunks. */
function collector() {
  let parts: Buffer[] = [];
  let length = 0;
  return {
    add(part: Buffer, name: string): void {
      length += part.length;
      if (length > LONGEST)
        throw new LedgerlineError('too_large', `${name} is longer than 64 MiB: is this the right file?`);
      parts.push(part);
    },
    finish(last: Buffer = Buffer.alloc(0)): Buffer {
      const whole = parts.length === 0 ? last : Buffer.concat([...parts, last]);
      [parts, length] = [[], 0];
      return trimmed(whole);
    },
  };
}

function trimmed(bytes: Buffer): Buffer {
  let [start, end] = [0, bytes.length];
  while (start < end && isWhiteSpace(bytes[start]!)) start += 1;
  while (end > start && isWhiteSpace(bytes[end - 1]!)) end -= 1;
  return bytes.subarray(start, end);
}

/** White space as JSON knows it (RFC 8259, section 2). */
export function isWhiteSpace(byte: number): boolean {
  return byte === SPACE || byte === NEWLINE || byte === RETURN || byte === TAB;
}

function notOneArray(why: string): LedgerlineError {
  return new LedgerlineError('invalid_json', `The file is not one JSON array: ${why}`);
}
