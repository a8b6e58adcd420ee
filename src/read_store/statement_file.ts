import type { SqliteLedgerReader } from '../ledger/sqlite_reader.ts';
import { rowsFrom, statementEventAt } from './ledger_statements.ts';
import { Merger } from './merge.ts';
import { damage, ProjectionFile } from './projection_file.ts';
import { ReferredIds } from './referred_ids.ts';
import { Segment } from './segment.ts';
import { STATEMENT_TABLES } from './statement_tables.ts';
import { tableView } from './statement_view.ts';
import type { TailReader } from './tail_reader.ts';

/** A segment that is to be merged: then the tables hold everything up to `revision`. */
export interface ClosedSegment {
  readonly segment: number;
  readonly revision: number;
  /** How many there are in it. */
  readonly statements: number;
  /** From this revision on its statements are read from the ledger; undefined: they are in the tail. */
  readonly from?: number;
}

/** Where the statements of a segment come from. */
export interface SegmentSources {
  readonly ledger: SqliteLedgerReader;
  readonly tail: TailReader;
}

/** Ids come in no order: much of their table is written with every segment. */
const CACHE_MIB = 32;

/** The statements' file, opened by its one writer: segments of the tail are merged into its tables. */
export class StatementFile {
  readonly #file: ProjectionFile;
  /** Undefined after a merge that failed: what it remembers may not have come to be. */
  #merger: Merger | undefined;
  readonly #open: () => SegmentSources;
  #sources: SegmentSources | undefined;
  readonly #referredTo: ReferredIds;

  /** @param open opens the sources, when there is a first segment to merge; they are closed with the file */
  constructor(path: string, open: () => SegmentSources) {
    this.#file = ProjectionFile.open(path, STATEMENT_TABLES, CACHE_MIB);
    this.#open = open;
    this.#referredTo = new ReferredIds(this.#file.database);
    this.#referredTo.readUpTo(this.revision);
  }

  /** Up to here the tables hold everything. */
  get revision(): number {
    return this.#file.revision;
  }

  /**
   * All of the segment is merged, or nothing when it throws: then it can be tried again.
   * @throws damage when the tail does not have all of the segment's statements
   */
  merge(closed: ClosedSegment): void {
    // One transaction from the first look-up on: tens of thousands of them come before the first write.
    this.#file.begin();
    try {
      this.#merge(closed);
    } catch (error) {
      this.#file.rollback();
      this.#merger = undefined;
      throw error;
    }
  }

  close(): void {
    this.#sources?.ledger.close();
    this.#sources?.tail.close();
    this.#file.close();
  }

  #merge({ segment: number, revision, statements, from }: ClosedSegment): void {
    const { ledger, tail } = this.#opened();
    const segment = new Segment(number, (revision) => statementEventAt(revision, ledger.dataAt(revision)!));
    const older = tableView(this.#file.database, ledger, this.#referredTo);
    const rows = from === undefined ? tail.segment(number) : rowsFrom(ledger, number, from, revision);
    for (const row of rows) segment.apply(row, older);
    const found = segment.statements.length;
    if (found !== statements) throw damage(`Segment ${number} has ${found} statements instead of ${statements}.`);
    this.#merger ??= new Merger(this.#file.database, (revision) => this.#opened().ledger.dataAt(revision)!);
    this.#merger.write(segment);
    this.#file.commit(revision);
    this.#referredTo.readUpTo(revision);
  }

  #opened(): SegmentSources {
    this.#sources ??= this.#open();
    return this.#sources;
  }
}
