import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import type { TailRow } from './segment.ts';
import { CLOSING_LINE, rowsIn } from './tail_lines.ts';
import { inFolder, isMissing, segmentFile } from './tail_writer.ts';

/** Reads the tail beside its writer. Not for use by two threads. */
export class TailReader {
  readonly #folder: string;
  /** Those of which something may be new, in order. */
  #files: SegmentReader[] = [];
  /** From this revision on whoever asks has applied all that was given. */
  #given = -1;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * The rows behind `revision`, in order, as one consistent view.
   * @param revision never less than the time before
   * @throws damage when the folder is gone
   */
  after(revision: number): TailRow[] {
    if (revision >= this.#given) this.#passBy();
    // Where it ends by an error, what was read by then has not been given.
    this.#given = Number.POSITIVE_INFINITY;
    const rows: TailRow[] = [];
    for (let place = 0, from = 0; ; place++) {
      const file = this.#files[place] ?? this.#openFrom(from);
      if (file === undefined) break;
      for (const row of file.rows()) if (row.firstRevision > revision) rows.push(row);
      if (!file.isClosed) break;
      from = file.segment + 1;
    }
    this.#given = rows.at(-1)?.firstRevision ?? revision;
    return rows;
  }

  /**
   * The rows of one segment, in order, one by one: together they take far more memory than their text. None when its file
   * is gone.
   */
  *segment(segment: number): Generator<TailRow> {
    const file = openSegment(this.#folder, segment);
    if (file === undefined) return;
    try {
      yield* file.rows();
    } finally {
      file.close();
    }
  }

  close(): void {
    for (const file of this.#files) file.close();
  }

  /** What was given is not read again. */
  #passBy(): void {
    const last = this.#files.at(-1);
    for (const file of this.#files) if (file !== last) file.close();
    last?.passBy();
    this.#files = last === undefined ? [] : [last];
  }

  /** Opens the file of the first segment from a number on that is still there. */
  #openFrom(number: number): SegmentReader | undefined {
    const file = firstSegment(this.#folder, number);
    if (file !== undefined) this.#files.push(file);
    return file;
  }
}

/** A segment may be dropped between being listed and being opened; the newest never is. */
function firstSegment(folder: string, from: number): SegmentReader | undefined {
  for (;;) {
    const segments = inFolder(folder, () => readdirSync(folder)).map(Number);
    const first = Math.min(...segments.filter((segment) => segment >= from));
    if (first === Number.POSITIVE_INFINITY) return undefined;
    const file = openSegment(folder, first);
    if (file !== undefined) return file;
  }
}

function openSegment(folder: string, segment: number): SegmentReader | undefined {
  try {
    return new SegmentReader(segment, openSync(segmentFile(folder, segment), 'r'));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

const LINE_END = '\n'.charCodeAt(0);
/** Read at once, if no line is longer. */
const CHUNK_BYTES = 262_144;

class SegmentReader {
  readonly segment: number;
  readonly #file: number;
  #chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  #from = 0;
  #to = 0;
  #isClosed = false;

  constructor(segment: number, file: number) {
    this.segment = segment;
    this.#file = file;
  }

  /** Whether the tail goes on in the file of the next segment. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** What is there behind what was passed by. */
  *rows(): Generator<TailRow> {
    this.#to = this.#from;
    for (const line of this.#lines()) {
      if (line === CLOSING_LINE) this.#isClosed = true;
      else yield* rowsIn(line, this.segment);
    }
  }

  /** Passes by what `rows` gave the last time. */
  passBy(): void {
    this.#from = this.#to;
  }

  close(): void {
    closeSync(this.#file);
  }

  /** The lines from `#to` on, each of which it passes; a line whose end is not there yet is left out. */
  *#lines(): Generator<string> {
    for (;;) {
      const chunk = this.#chunk;
      const at = this.#to;
      const read = chunk.subarray(0, readSync(this.#file, chunk, 0, chunk.length, at));
      let start = 0;
      for (let end = read.indexOf(LINE_END); end >= 0; end = read.indexOf(LINE_END, start)) {
        const line = read.toString('utf8', start, end);
        start = end + 1;
        this.#to = at + start;
        yield line;
      }
      if (read.length < chunk.length) return;
      if (start === 0) this.#chunk = Buffer.allocUnsafeSlow(2 * chunk.length);
    }
  }
}
