import { keysIn } from '../../projections/keys_text.ts';
import type { TailRow } from './segment.ts';

/** A row to be added; its keys are as `keysText` gives them. */
export interface NewTailRow extends Omit<TailRow, 'segment' | 'keys'> {
  readonly keys: string;
}

/**
 * What is added to the tail together, as one line: its rows, with tabs between them, each `first last recorded keys`.
 * JSON has neither tabs nor ends of lines.
 */
export function lineOf(rows: readonly NewTailRow[]): string {
  const texts = rows.map(({ firstRevision, lastRevision, recorded, keys }) => {
    return `${firstRevision} ${lastRevision} ${recorded} ${keys}`;
  });
  return `${texts.join('\t')}\n`;
}

/** The last line of a segment's file: the tail goes on in that of the next segment. */
export const CLOSING_LINE = 'closed';

/** The rows of a line. */
export function rowsIn(line: string, segment: number): TailRow[] {
  return line.split('\t').map((row) => new StoredRow(row, segment));
}

/** Reads the keys when they are asked for: to pass by a row costs nothing. */
class StoredRow implements TailRow {
  readonly segment: number;
  readonly firstRevision: number;
  readonly lastRevision: number;
  readonly recorded: number;
  readonly #keys: string;

  constructor(text: string, segment: number) {
    const keysFrom = text.indexOf('[');
    const [first, last, recorded] = text.slice(0, keysFrom).split(' ');
    this.segment = segment;
    this.firstRevision = Number(first);
    this.lastRevision = Number(last);
    this.recorded = Number(recorded);
    this.#keys = text.slice(keysFrom);
  }

  get keys() {
    return keysIn(this.#keys);
  }
}
