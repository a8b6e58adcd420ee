import { closeSync, ftruncateSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { damage, deleteDatabase } from './projection_file.ts';
import { CLOSING_LINE, lineOf, type NewTailRow } from './tail_lines.ts';

/** The file of a segment. */
export function segmentFile(folder: string, segment: number): string {
  return join(folder, `${segment}`);
}

/** Whether a file or folder is not there. */
export function isMissing(error: unknown): boolean {
  return (error as { code?: string }).code === 'ENOENT';
}

/** Does what needs the tail's folder. @throws damage when it is gone, and what `work` throws */
export function inFolder<T>(folder: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw isMissing(error) ? damage(`The folder ${folder} is gone.`) : error;
  }
}

/**
 * The tail: the keys of the newest statements, in order of arrival, until the projector has merged them into the
 * tables. Written by the writer thread before it answers, so whoever reads after the answer finds the statement: in the
 * tables or here. It is made anew at each start.
 *
 * Each segment has a file, to which lines are added; what has no end of line yet is not there for whoever reads. So one
 * write is all that an append costs here, however many statements it has.
 */
export class TailWriter {
  readonly #folder: string;
  #open: OpenFile | undefined;
  /** The segments whose files are there and closed. */
  #closed: number[] = [];
  #staged: { readonly segment: number; readonly line: Buffer } | undefined;

  /** Makes the folder anew. */
  constructor(folder: string) {
    // The tail was a database once.
    deleteDatabase(`${folder}.sqlite`);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    this.#folder = folder;
  }

  /** Adds all rows to a segment, or none when it throws (damage: the folder is gone). Segments come in ascending order. */
  add(segment: number, rows: readonly NewTailRow[]): void {
    this.stage(segment, rows);
    this.commit();
  }

  /** As `add`, but nobody sees them until `commit`; `rollback` takes them back. */
  stage(segment: number, rows: readonly NewTailRow[]): void {
    this.#staged = rows.length === 0 ? undefined : { segment, line: Buffer.from(lineOf(rows)) };
  }

  commit(): void {
    if (this.#staged === undefined) return;
    const { segment, line } = this.#staged;
    this.rollback();
    const open = this.#open?.segment === segment ? this.#open : this.#begin(segment);
    open.write(line);
  }

  rollback(): void {
    this.#staged = undefined;
  }

  /**
   * Deletes the segments up to `segment`, but for the newest, from which readers find their way to the next. Only after
   * the tables that hold them were committed.
   */
  drop(segment: number): void {
    this.#closed = this.#closed.filter((number) => number > segment || !this.#remove(number));
  }

  close(): void {
    this.#open?.close();
  }

  #begin(segment: number): OpenFile {
    this.#open?.end();
    const next = inFolder(this.#folder, () => new OpenFile(segment, segmentFile(this.#folder, segment)));
    if (this.#open) this.#closed.push(this.#open.segment);
    this.#open?.close();
    this.#open = next;
    return next;
  }

  /** @returns whether the file is gone; one that cannot be removed now may be the next time */
  #remove(segment: number): boolean {
    try {
      rmSync(segmentFile(this.#folder, segment), { force: true });
      return true;
    } catch {
      return false;
    }
  }
}

/** A file that grows by whole lines. */
class OpenFile {
  readonly segment: number;
  readonly #file: number;
  #length = 0;
  #isTorn = false;
  #isEnded = false;

  constructor(segment: number, path: string) {
    this.segment = segment;
    this.#file = openSync(path, 'w');
  }

  /** Adds a line, or nothing when it throws: readers pass by its beginning, and the next line takes its place. */
  write(line: Buffer): void {
    if (this.#isTorn) ftruncateSync(this.#file, this.#length);
    this.#isTorn = true;
    for (let written = 0; written < line.length; ) {
      written += writeSync(this.#file, line, written, line.length - written, this.#length + written);
    }
    this.#length += line.length;
    this.#isTorn = false;
  }

  /** Adds the last line. */
  end(): void {
    if (!this.#isEnded) this.write(Buffer.from(`${CLOSING_LINE}\n`));
    this.#isEnded = true;
  }

  close(): void {
    closeSync(this.#file);
  }
}
