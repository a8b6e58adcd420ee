import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Change, ProjectedEvent, Value } from '../../projections/change.ts';
import { decode } from '../events/codec.ts';
import type { EventType } from '../events/types.ts';
import type { RecordedEvent } from '../ledger/ledger.ts';
import { ProjectionFile } from './projection_file.ts';
import type { RowGroup } from './row_tables.ts';

/**
 * A row group's file, written by the sequencer itself: in the transaction of the group that is being decided, so that
 * each decision sees what the ones before it will have done, and in the end all of it is kept or nothing.
 */
export class RowFile {
  readonly #file: ProjectionFile;
  readonly #group: RowGroup;
  readonly #prepared = new Map<string, StatementSync>();

  constructor(path: string, group: RowGroup) {
    this.#file = ProjectionFile.open(path, group.schema);
    this.#group = group;
  }

  get database(): DatabaseSync {
    return this.#file.database;
  }

  /** Everything up to this revision is in the rows. */
  get revision(): number {
    return this.#file.revision;
  }

  /** Whether something was applied since the last commit. */
  get changed(): boolean {
    return this.database.isTransaction;
  }

  /**
   * Applies the events that concern the group, to be committed or rolled back; what the rows already hold is left out.
   */
  apply(events: readonly RecordedEvent[]): void {
    for (const event of events) {
      const project = this.#group.projections[event.type as EventType] as Project | undefined;
      if (project === undefined || event.revision <= this.revision) continue;
      if (!this.changed) this.#file.begin();
      const { type, version, data, revision, recorded, credential } = event;
      const projected = { revision, recorded, credential, data: decode(type as EventType, version, data) };
      for (const change of project(projected)) this.#write(change);
    }
  }

  /** Keeps what was applied: the rows hold everything up to `revision` now. */
  commit(revision: number): void {
    if (!this.changed) this.#file.begin();
    this.#file.commit(revision);
  }

  rollback(): void {
    if (this.changed) this.#file.rollback();
  }

  close(): void {
    this.rollback();
    this.#file.close();
  }

  #write(change: Change): void {
    if ('put' in change) {
      const names = Object.keys(change.put);
      const sql = `INSERT OR REPLACE INTO ${change.table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`;
      this.#run(sql, Object.values(change.put));
    } else if ('update' in change) {
      const sql = `UPDATE ${change.table} SET ${equalities(change.update, ', ')} WHERE ${equalities(change.where, ' AND ')}`;
      this.#run(sql, [...Object.values(change.update), ...Object.values(change.where)]);
    } else {
      const sql = `DELETE FROM ${change.table} WHERE ${equalities(change.removeWhere, ' AND ')}`;
      this.#run(sql, Object.values(change.removeWhere));
    }
  }

  #run(sql: string, values: readonly Value[]): void {
    const statement = this.#prepared.get(sql) ?? this.database.prepare(sql);
    this.#prepared.set(sql, statement);
    statement.run(...values);
  }
}

type Project = (event: ProjectedEvent<unknown>) => Change[];

function equalities(row: Readonly<Record<string, unknown>>, separator: string): string {
  return Object.keys(row)
    .map((name) => `${name} = ?`)
    .join(separator);
}
