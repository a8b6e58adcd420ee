import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { addAbortSignal, pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { isWhiteSpace, type Piece, splitArray, splitLines } from './splitting.ts';

const GZIP = Buffer.from([0x1f, 0x8b]);
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const BRACKET = 0x5b;
const HEAD_BYTES = 2 ** 16;

/** A file of statements that is being read. */
export interface Input {
  /** What a position counts: the lines of NDJSON or the elements of an array. */
  readonly unit: 'line' | 'element';
  /** SHA-256 in hex of the first 64 KiB of text: which file it is, packed or not. */
  readonly head: string;
  /** Bytes of the file as it lies there; null for a stream, which has no size. */
  readonly size: number | null;
  /** The statements, not parsed, in their order. To be read once. */
  readonly pieces: AsyncGenerator<Piece>;
  /** Bytes of the file that have been taken in so far. */
  bytesRead(): number;
}

/**
 * Opens a file of statements, NDJSON or a JSON array, gzipped or not, which it tells by the first bytes. The file is
 * read as the pieces are asked for and never held as a whole.
 * @param path a file's path, or `-` for standard input
 * @param signal ends the reading, also where it waits for input; the pieces then end with an error
 * @throws the system's error when the file cannot be opened; while reading, those of `splitting.ts` and of zlib
 */
export async function openInput(path: string, signal: AbortSignal): Promise<Input> {
  const about = path === '-' ? undefined : await stat(path);
  let bytesRead = 0;
  async function* counted() {
    for await (const chunk of addAbortSignal(signal, path === '-' ? process.stdin : createReadStream(path))) {
      bytesRead += chunk.length;
      yield chunk as Buffer;
    }
  }
  const stored = await peek(counted(), GZIP.length);
  const text = await peek(stored.first.equals(GZIP) ? unpacked(stored.all()) : stored.all(), HEAD_BYTES);
  const start = text.first.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
  const isArray = text.first.subarray(start).find((byte) => !isWhiteSpace(byte)) === BRACKET;
  const chunks = text.all(start);
  return {
    unit: isArray ? 'element' : 'line',
    head: createHash('sha256').update(text.first).digest('hex'),
    size: about?.isFile() ? about.size : null,
    pieces: isArray ? splitArray(chunks) : splitLines(chunks),
    bytesRead: () => bytesRead,
  };
}

/**
 * The first bytes, as many as wanted if there are so many, and all chunks, of which the first has at least those; so
 * many bytes are left out at the beginning.
 */
async function peek(chunks: AsyncGenerator<Buffer>, wanted: number) {
  let beginning = Buffer.alloc(0);
  while (beginning.length < wanted) {
    const next = await chunks.next();
    if (next.done) break;
    beginning = Buffer.concat([beginning, next.value]);
  }
  async function* all(leftOut = 0) {
    try {
      yield beginning.subarray(leftOut);
      yield* chunks;
    } finally {
      // Where the reader stops at the first chunk, nothing else would close the file.
      await chunks.return(undefined);
    }
  }
  return { first: beginning.subarray(0, wanted), all };
}

async function* unpacked(chunks: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  // An error of either stream comes out of the loop, so that the callback has nothing to do.
  const stream = pipeline(Readable.from(chunks), createGunzip(), () => {});
  for await (const chunk of stream) yield chunk as Buffer;
}
