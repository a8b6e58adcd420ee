import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const savedState = z.strictObject({
  /** Which import this is of: the same file into the same store. */
  url: z.string(),
  size: z.int().nullable(),
  head: z.string(),
  /** The position up to which every statement is stored or refused. */
  settled: z.int().min(0),
  /** How many of them are stored. */
  stored: z.int().min(0),
  /** How many of them are refused. */
  refused: z.int().min(0),
});
type SavedState = z.output<typeof savedState>;

/** Which file goes into which store. */
export type Import = Pick<SavedState, 'url' | 'size' | 'head'>;

/** How far an import has come. */
export type Progress = Readonly<Pick<SavedState, 'settled' | 'stored' | 'refused'>>;

const NOTHING: Progress = { settled: 0, stored: 0, refused: 0 };

/** Milliseconds between two savings. */
const SAVE_INTERVAL_MS = 1_000;

/** Keeps in a small file how far an import is, so that a later run can go on from there. */
export interface ProgressKeeper {
  /** How far an earlier run came. */
  readonly from: Progress;
  /** Notes the progress; it is saved about once a second. */
  note(progress: Progress): void;
  /** Saves the progress now. @returns whether a later run will find it */
  save(progress: Progress): boolean;
  /** Forgets an import that is done. */
  forget(): void;
}

/**
 * The keeper of one import. What was saved for another file or another store, or cannot be read, counts for nothing:
 * the import begins anew, which is slower and does no harm. Nor does a place where nothing can be written.
 * @param path of the file; undefined when nothing is to be kept
 * @param complain told once when the file cannot be written
 */
export function createProgressKeeper(
  path: string | undefined,
  { url, size, head }: Import,
  complain: (why: string) => void,
): ProgressKeeper {
  if (path === undefined) return { from: NOTHING, note: () => {}, save: () => false, forget: () => {} };
  let savedAt = performance.now();
  let complained = false;

  function save({ settled, stored, refused }: Progress): boolean {
    savedAt = performance.now();
    const state = { url, size, head, settled, stored, refused } satisfies SavedState;
    try {
      // Written beside and renamed, so that a stop in between leaves the older state.
      writeFileSync(`${path}.tmp`, `${JSON.stringify(state)}\n`);
      renameSync(`${path}.tmp`, path!);
      return true;
    } catch (error) {
      if (!complained) complain((error as Error).message);
      complained = true;
      return false;
    }
  }

  const saved = readState(path);
  const isOfThis = saved !== undefined && saved.url === url && saved.size === size && saved.head === head;
  return {
    from: isOfThis ? { settled: saved.settled, stored: saved.stored, refused: saved.refused } : NOTHING,
    note: (progress) => void (performance.now() - savedAt > SAVE_INTERVAL_MS && save(progress)),
    save,
    forget: () => rmSync(path, { force: true }),
  };
}

function readState(path: string): SavedState | undefined {
  try {
    return savedState.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}
