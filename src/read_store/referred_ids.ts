import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { IdFilter } from './id_filter.ts';

/**
 * The ids that merged statements refer to. Every new statement is looked for among them, and hardly one is there: so it
 * is said of most without a look at the tables.
 */
export class ReferredIds {
  readonly #select: StatementSync;
  #filter = new IdFilter(0);
  #revision = -1;

  constructor(database: DatabaseSync) {
    this.#select = database.prepare('SELECT target FROM marked WHERE revision > ? AND target IS NOT NULL');
  }

  /** To be called whenever the tables hold more, up to `revision`. */
  readUpTo(revision: number): void {
    if (revision <= this.#revision) return;
    for (const { target } of this.#select.iterate(this.#revision)) this.#filter.add(target as Uint8Array);
    this.#revision = revision;
  }

  /** Never false for one that a statement refers to. */
  mayHold(id: Uint8Array): boolean {
    return this.#filter.mayHold(id);
  }
}
