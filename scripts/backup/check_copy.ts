import { createHash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { LedgerlineError } from '../../src/errors.ts';
import { decodeChecked } from '../../src/events/codec.ts';
import type { Head, RecordedEvent } from '../../src/ledger/ledger.ts';
import { SqliteLedgerReader } from '../../src/ledger/sqlite_reader.ts';
import { type NamedBlob, namedBlobs } from './named_blobs.ts';

export interface CheckedCopy {
  readonly head: Head;
  /** SHA-256 in hex of the events' data in their order, each followed by a line feed. */
  readonly sha256: string;
  /** The blobs that its events name, each once. */
  readonly blobs: readonly NamedBlob[];
}

/**
 * Replays a copy of a ledger beside the ledger itself: revisions are dense from 0, recorded times never go back, every
 * event is one that this release can read, and each is byte for byte the ledger's own.
 * @throws `damaged` that names the revision and what is wrong there
 */
export async function checkCopy(
  copyFile: string,
  ledgerFile: string,
  onProgress: (events: number, total: number) => void,
): Promise<CheckedCopy> {
  const copy = SqliteLedgerReader.open(copyFile);
  const ledger = SqliteLedgerReader.open(ledgerFile);
  try {
    const head = copy.head();
    const hash = createHash('sha256');
    const blobs = new Map<string, NamedBlob>();
    let last: Head = { revision: -1, recorded: 0 };
    for (;;) {
      const events = copy.portion(last.revision + 1);
      if (events.length === 0) break;
      const originals = ledger.portion(last.revision + 1, events.length);
      events.forEach((event, i) => {
        for (const blob of checkEvent(event, last, originals[i])) {
          if (!blob.mayBeGone || !blobs.has(blob.sha256)) blobs.set(blob.sha256, blob);
        }
        last = event;
        hash.update(event.data).update('\n');
      });
      onProgress(last.revision + 1, head.revision + 1);
      await turn();
    }
    if (last.revision !== head.revision) throw damaged(last.revision + 1, 'it is missing');
    return { head, sha256: hash.digest('hex'), blobs: [...blobs.values()] };
  } finally {
    copy.close();
    ledger.close();
  }
}

/** @returns the blobs that the event names */
function checkEvent(event: RecordedEvent, before: Head, original: RecordedEvent | undefined): NamedBlob[] {
  const { revision, recorded, type, version, data } = event;
  if (revision !== before.revision + 1) throw damaged(before.revision + 1, 'it is missing');
  if (recorded < before.recorded) throw damaged(revision, 'it was recorded before the one before it');
  if (original === undefined || !isSame(event, original)) throw damaged(revision, "it is not the ledger's");
  try {
    return namedBlobs(type, decodeChecked(type, version, data));
  } catch (error) {
    throw damaged(revision, (error as Error).message);
  }
}

function isSame({ data, ...event }: RecordedEvent, { data: originalData, ...original }: RecordedEvent): boolean {
  const names = Object.keys(event) as (keyof typeof event)[];
  return names.every((name) => event[name] === original[name]) && Buffer.compare(data, originalData) === 0;
}

function damaged(revision: number, what: string): LedgerlineError {
  return new LedgerlineError('damaged', `The copy is not good at revision ${revision}: ${what}`);
}
