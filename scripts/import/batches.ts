import type { Input } from './reading.ts';
import { type Refusal, readStatement, type Statement } from './statements.ts';

/** Bytes at which a batch is posted though it could hold more statements: below what stores take in one body. */
const FULL_BYTES = 2 ** 22;

/** Statements of the file that are posted together, and those between them that cannot be posted at all. */
export interface Batch {
  /** Counted from 0 in the order of the file. */
  readonly number: number;
  /** The position up to which the file is settled when this batch and all before it are. */
  readonly last: number;
  readonly statements: readonly Statement[];
  readonly unreadable: readonly Refusal[];
}

/**
 * Cuts the file into batches. An id comes only once in a batch, because a store may refuse both for that.
 * @param settled the position up to which nothing is to be posted any more
 * @param limit statements in a batch
 */
export async function* batchesOf(input: Input, settled: number, limit: number): AsyncGenerator<Batch> {
  let number = 0;
  let statements: Statement[] = [];
  let unreadable: Refusal[] = [];
  let ids = new Set<unknown>();
  let bytes = 0;
  let last = settled;
  const take = (): Batch => {
    const batch = { number, last, statements, unreadable };
    [number, statements, unreadable, ids, bytes] = [number + 1, [], [], new Set(), 0];
    return batch;
  };
  for await (const piece of input.pieces) {
    if (piece.position <= settled) continue;
    const read = readStatement(piece, input.head);
    if ('code' in read) unreadable.push(read);
    else {
      // Two spellings of one UUID are one id.
      const id = typeof read.id === 'string' ? read.id.toLowerCase() : read.id;
      if (ids.has(id) || (statements.length > 0 && bytes + read.bytes.length > FULL_BYTES)) yield take();
      statements.push(read);
      ids.add(id);
      bytes += read.bytes.length;
    }
    last = piece.position;
    if (statements.length + unreadable.length >= limit) yield take();
  }
  if (statements.length + unreadable.length > 0) yield take();
}
