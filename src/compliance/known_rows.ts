import { type IntervalRow, isSame, type KnownRow } from './interval_columns.ts';

/** The rows of a person while their past is gone over, from revision to revision. */
export class KnownRows {
  readonly #ended: KnownRow[] = [];
  #open: readonly { readonly row: IntervalRow; readonly from: number }[];

  /** @param rows what was known when the revisions begin */
  constructor(rows: readonly IntervalRow[], from: number) {
    this.#open = rows.map((row) => ({ row, from }));
  }

  /** As known from a revision on. @param concerns whether rows of a pair were worked out; those of others go on */
  turn(revision: number, rows: readonly IntervalRow[], concerns: (pair: number) => boolean): void {
    const fresh = new Set(rows);
    const kept = this.#open.filter(({ row, from }) => {
      if (!concerns(row.pair)) return true;
      const same = fresh.values().find((one) => one.person === row.person && isSame(one, row));
      if (same === undefined) this.#ended.push({ row, from, to: revision });
      else fresh.delete(same);
      return same !== undefined;
    });
    this.#open = [...kept, ...Array.from(fresh, (row) => ({ row, from: revision }))];
  }

  /** All that was known of each person, up to before a revision. */
  end(to: number): ReadonlyMap<number, readonly KnownRow[]> {
    const rows = [...this.#ended, ...this.#open.map((one) => ({ ...one, to }))];
    return Map.groupBy(rows, ({ row }) => row.person);
  }
}
