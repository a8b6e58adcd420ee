import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';

/** Calling SQLite costs more than inserting a row: of so many in one call little of that is left. */
const ROWS = 32;

/** Inserts rows in the order in which they are added, many in one call. The caller holds the transaction. */
export class BulkInsert {
  readonly #one: StatementSync;
  readonly #many: StatementSync;
  readonly #columns: number;
  #values: SQLInputValue[] = [];

  /**
   * @param into what precedes the values, as `INSERT INTO postings`
   * @param columns of how many values a row is made
   * @param end what follows them, as `ON CONFLICT DO NOTHING`
   */
  constructor(database: DatabaseSync, into: string, columns: number, end = '') {
    const row = `(${Array(columns).fill('?').join(', ')})`;
    const rows = Array(ROWS).fill(row).join(', ');
    this.#one = database.prepare(`${into} VALUES ${row} ${end}`);
    this.#many = database.prepare(`${into} VALUES ${rows} ${end}`);
    this.#columns = columns;
  }

  /** Adds one row; it may be written later, with those behind it. */
  add(...row: SQLInputValue[]): void {
    const values = this.#values;
    for (const value of row) values.push(value);
    if (values.length < ROWS * this.#columns) return;
    this.#many.run(...values);
    values.length = 0;
  }

  /** Writes the rows that wait. */
  flush(): void {
    for (let i = 0; i < this.#values.length; i += this.#columns) {
      this.#one.run(...this.#values.slice(i, i + this.#columns));
    }
    this.#values = [];
  }
}
