import { joinedKeys, keysText } from '../../projections/keys_text.ts';
import type { BlobFiles } from '../blobs/blob_files.ts';
import { statementId } from '../events/statement_bytes.ts';
import type { RecordedEvent } from '../ledger/ledger.ts';
import type { SqliteCopy } from '../ledger/sqlite_copy.ts';
import type { SqliteLedgerReader } from '../ledger/sqlite_reader.ts';
import { inRows, toStatementEvent } from '../read_store/ledger_statements.ts';
import { blockOf } from '../read_store/postings.ts';
import type { RowFile } from '../read_store/row_file.ts';
import type { RowFiles } from '../read_store/row_groups.ts';
import type { ClosedSegment } from '../read_store/statement_file.ts';
import type { NewTailRow } from '../read_store/tail_lines.ts';
import type { TailWriter } from '../read_store/tail_writer.ts';
import type { Knowledge } from './accepted.ts';
import type { Applied, AppliedPart } from './applied.ts';
import { knowledgeOf } from './knowledge.ts';
import type { KnownStatements } from './known_statements.ts';

/** While it catches up, who merges segments is not to wait for a long one. */
const AWAITED_AT_FIRST = 8_192;

export interface AppliedStateParts {
  readonly tail: TailWriter;
  readonly known: KnownStatements;
  readonly rows: RowFiles;
  readonly blobs: BlobFiles;
  /** Reads the data of statements: from the ledger's own file, or from the local copy. */
  readonly reader: SqliteLedgerReader;
  /** The local copy of a ledger that is not a file of this node; undefined when it is. */
  readonly copy: SqliteCopy | undefined;
  /** Up to where the statements' tables hold everything. */
  readonly mergedRevision: number;
  /** Told of every segment that is closed: it can be merged. */
  readonly onSegment: (closed: ClosedSegment) => void;
  /** Whether whoever merges segments beside this thread waits for one. */
  readonly isMergerIdle?: () => boolean;
  readonly onIdentityChange: () => void;
}

/**
 * What the writer thread has applied: the tail, the ids in memory, and the files of rows, in step with the ledger.
 *
 * It begins by catching up, while nobody reads: until `goLive` segments are merged from the ledger itself, so that each
 * statement is parsed once, by whoever merges, and the tail stays empty.
 */
export class AppliedState implements Applied {
  readonly knowledge: Knowledge;
  readonly #parts: AppliedStateParts;
  readonly #rowFiles: readonly RowFile[];
  #revision: number;
  #isLive = false;
  /** What is being appended stands in the copy and the tail, and only there. */
  #isStaged = false;
  /** Statements that are applied, but for the tail. */
  #unsettled: RecordedEvent[] = [];
  #segment = 0;
  /** From which revision on the open segment holds the statements. */
  #segmentFrom: number;
  #inSegment = 0;

  constructor(parts: AppliedStateParts) {
    this.#parts = parts;
    this.#rowFiles = Object.values(parts.rows);
    this.#revision = Math.min(parts.mergedRevision, ...this.#rowFiles.map((file) => file.revision));
    this.#segmentFrom = parts.mergedRevision + 1;
    this.knowledge = knowledgeOf(parts);
  }

  get revision(): number {
    return this.#revision;
  }

  anticipate(events: readonly RecordedEvent[]): void {
    for (const file of this.#rowFiles) file.apply(events);
  }

  forget(): void {
    this.#unstage();
    for (const file of this.#rowFiles) file.rollback();
  }

  stageOwn(parts: readonly AppliedPart[]): void {
    const { tail, copy } = this.#parts;
    this.#unstage();
    this.settle();
    const rows = this.#rowsOf(parts);
    copy?.stage(parts.flatMap(({ events }) => events));
    try {
      tail.stage(this.#segment, rows);
    } catch (error) {
      copy?.rollback();
      throw error;
    }
    this.#isStaged = true;
  }

  applyOwn(parts: readonly AppliedPart[], revision: number): void {
    const { tail, copy } = this.#parts;
    if (!this.#isStaged) this.stageOwn(parts);
    this.#isStaged = false;
    copy?.commit();
    let statements = 0;
    for (const { events, accepted } of parts) {
      const ids = accepted.statements?.ids ?? [];
      ids.forEach((id, i) => {
        this.#parts.known.add(this.#segment, id, events[0]!.revision + i);
      });
      statements += ids.length;
    }
    this.#commitRows(revision);
    tail.commit();
    this.#inSegment += statements;
    this.#revision = revision;
    this.#closeFullSegment();
  }

  /** A segment that is closed or dropped meanwhile must not hold, or take away, what is only staged. */
  #unstage(): void {
    if (!this.#isStaged) return;
    this.#isStaged = false;
    this.#parts.copy?.rollback();
    this.#parts.tail.rollback();
  }

  applyRead(events: readonly RecordedEvent[], isForNow = false): void {
    const { mergedRevision, copy } = this.#parts;
    copy?.write(events);
    this.anticipate(events);
    this.#commitRows(events.at(-1)!.revision);
    // After the rows: where these fail, the same events are applied again, and nothing notices what stands twice.
    const statements = events.filter(({ type, revision }) => type === 'statement-stored' && revision > mergedRevision);
    this.#inSegment += statements.length;
    if (this.#isLive) {
      for (const { revision, data } of statements) this.#parts.known.add(this.#segment, statementId(data), revision);
      for (const statement of statements) this.#unsettled.push(statement);
    }
    this.#revision = events.at(-1)!.revision;
    if (!isForNow) this.settle();
    this.#closeFullSegment();
  }

  settle(): void {
    if (this.#unsettled.length === 0) return;
    const rows = inRows(this.#unsettled.map(toStatementEvent), this.#segment);
    this.#parts.tail.add(
      this.#segment,
      rows.map(({ keys, ...row }) => ({ ...row, keys: keysText(keys) })),
    );
    this.#unsettled = [];
  }

  /**
   * From now on somebody may read, and decide: what is applied and not merged is in the tail. To be called when
   * everything applied is merged.
   */
  goLive(): void {
    this.#parts.known.open();
    this.#isLive = true;
  }

  /** Closes the segment, if it holds anything or the tables' revision is behind, so that it can be merged. */
  closeSegment(): void {
    this.#unstage();
    this.settle();
    const closed = { segment: this.#segment, revision: this.#revision, statements: this.#inSegment };
    this.#parts.onSegment(this.#isLive ? closed : { ...closed, from: this.#segmentFrom });
    this.#segment += 1;
    this.#segmentFrom = Math.max(this.#segmentFrom, this.#revision + 1);
    this.#inSegment = 0;
  }

  /** Forgets the segments up to `segment`, which the tables hold by now. */
  dropMerged(segment: number): void {
    this.#unstage();
    this.#parts.tail.drop(segment);
    this.#parts.known.drop(segment);
    // So that a restart does not look again through what does not concern these files.
    for (const file of this.#rowFiles) if (!file.changed) file.commit(this.#revision);
  }

  /** How many statements wait in the open segment. */
  get inSegment(): number {
    return this.#inSegment;
  }

  /** The statements of an append that follow one another stand in one row, whoever sent them. */
  #rowsOf(parts: readonly AppliedPart[]): NewTailRow[] {
    const rows: { firstRevision: number; lastRevision: number; recorded: number; texts: string[] }[] = [];
    for (const { events, accepted } of parts) {
      if (accepted.statements === undefined) continue;
      const { revision: firstRevision, recorded } = events[0]!;
      let row = rows.at(-1);
      if (row === undefined || row.lastRevision + 1 !== firstRevision) {
        row = { firstRevision, lastRevision: firstRevision - 1, recorded, texts: [] };
        rows.push(row);
      }
      row.texts.push(accepted.statements.keys);
      row.lastRevision += events.length;
    }
    return rows.map(({ texts, ...row }) => ({ ...row, keys: joinedKeys(texts) }));
  }

  #closeFullSegment(): void {
    if (this.#inSegment === 0) return;
    // What it has of a block is a row to write for each term: shorter segments are more to write, longer ones more to
    // keep in memory.
    const endsBlock = blockOf(this.#revision + 1) > blockOf(this.#segmentFrom);
    const isAwaited = !this.#isLive && this.#parts.isMergerIdle?.() === true;
    if (endsBlock || (isAwaited && this.#inSegment >= AWAITED_AT_FIRST)) this.closeSegment();
  }

  /**
   * The tail comes after the rows: where it fails, the events can be applied again, for the rows leave out what they
   * hold.
   */
  #commitRows(revision: number): void {
    const { rows, onIdentityChange } = this.#parts;
    const identityChanged = rows.identity.changed;
    for (const file of this.#rowFiles) if (file.changed) file.commit(revision);
    if (identityChanged) onIdentityChange();
  }
}
