import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { readStoreFiles, type StorePaths } from '../../src/main/paths.ts';
import { rebuildAside } from '../../src/main/rebuild_aside.ts';
import { digestOf, PROJECTION_TABLES, type ProjectionTables } from '../../src/read_store/digest.ts';
import {
  isDamage,
  openProjectionForReading,
  openProjectionSnapshot,
  type ProjectionSnapshot,
} from '../../src/read_store/projection_file.ts';
import { ROW_GROUP_NAMES, ROW_GROUPS, type RowGroupName } from '../../src/read_store/row_groups.ts';
import { STATEMENT_TABLES } from '../../src/read_store/statement_tables.ts';
import { type Progress, progressBar } from '../progress.ts';

/** The digests of a projection in the live read store and in the rebuilt one; undefined where there is no good file. */
export interface ProjectionVerdict {
  readonly projection: string;
  readonly live: string | undefined;
  readonly rebuilt: string | undefined;
}

export interface Comparison {
  /** Up to where the live tables hold everything; undefined when there is no good file. */
  readonly revision: number | undefined;
  readonly verdicts: readonly ProjectionVerdict[];
}

type FileName = ProjectionTables['file'];
type Snapshots = Readonly<Record<FileName, ProjectionSnapshot>>;

/** Compares the live read store with one that is rebuilt aside, and leaves nothing of that behind. */
export async function compareWithRebuilt(paths: StorePaths): Promise<Comparison> {
  const live = openLive(paths);
  if (live === undefined) {
    const verdicts = PROJECTION_TABLES.map(({ projection }) => ({ projection, live: undefined, rebuilt: undefined }));
    return { revision: undefined, verdicts };
  }
  removeAbandoned(paths.readStore);
  const aside = readStoreFiles(join(paths.readStore, `replay-${process.pid}`));
  const clear = () => rmSync(aside.readStore, { recursive: true, force: true });
  const stop = () => {
    clear();
    process.exit(130);
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    await rebuild(paths, aside, live);
    return { revision: live.statements.revision, verdicts: compare(live, aside) };
  } finally {
    clear();
    for (const { database } of Object.values(live)) database.close();
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

/**
 * The live files, each as it stands at one moment. The statements' comes first: whatever it holds was in the others
 * before, so these are at its revision or further, and further only by what concerns them.
 */
function openLive(paths: StorePaths): Snapshots | undefined {
  const statements = openProjectionSnapshot(paths.statements, STATEMENT_TABLES);
  const rows = ROW_GROUP_NAMES.map(
    (name) => [name, openProjectionSnapshot(paths[name], ROW_GROUPS[name].schema)] as const,
  );
  const files = Object.fromEntries([['statements', statements], ...rows]);
  if (Object.values(files).every((file) => file !== undefined)) return files as Snapshots;
  for (const file of Object.values(files)) file?.database.close();
  return undefined;
}

async function rebuild(paths: StorePaths, aside: ReturnType<typeof readStoreFiles>, live: Snapshots): Promise<void> {
  const { revision } = live.statements;
  const rows = ROW_GROUP_NAMES.map((name) => [name, Math.max(revision, live[name].revision)] as const);
  const upTo = { statements: revision, ...(Object.fromEntries(rows) as Record<RowGroupName, number>) };
  const bar = progressBar('Rebuilding', 'events');
  await rebuildAside(paths, aside, upTo, bar.update).finally(bar.stop);
}

function compare(live: Snapshots, aside: ReturnType<typeof readStoreFiles>): ProjectionVerdict[] {
  const rebuilt = new Map<FileName, DatabaseSync>();
  for (const file of Object.keys(live) as FileName[]) rebuilt.set(file, openProjectionForReading(aside[file]));
  const bar = progressBar('Comparing', 'digests');
  try {
    return PROJECTION_TABLES.map((tables, i) => {
      const total = PROJECTION_TABLES.length * 2;
      const verdict = {
        projection: tables.projection,
        live: digest(live[tables.file].database, tables, bar, 2 * i, total),
        rebuilt: digest(rebuilt.get(tables.file)!, tables, bar, 2 * i + 1, total),
      };
      return verdict;
    });
  } finally {
    bar.stop();
    for (const database of rebuilt.values()) database.close();
  }
}

function digest(database: DatabaseSync, { tables }: ProjectionTables, bar: Progress, done: number, total: number) {
  try {
    return digestOf(database, tables, () => bar.update(done, total));
  } catch (error) {
    if (isDamage(error)) return undefined;
    throw error;
  }
}

/** Removes what a killed replay has left. */
function removeAbandoned(folder: string): void {
  for (const name of readdirSync(folder)) {
    const [, pid] = /^replay-(\d+)$/.exec(name) ?? [];
    if (pid !== undefined && !isRunning(Number(pid))) rmSync(join(folder, name), { recursive: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
