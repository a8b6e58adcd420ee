import { setTimeout as wait } from 'node:timers/promises';
import { LedgerlineError } from '../../src/errors.ts';
import type { RecordedEvent } from '../../src/ledger/ledger.ts';
import { namedBlobsOf } from '../backup/named_blobs.ts';
import type { CopyEnd } from './ends.ts';

export type OnProgress = (done: number, total: number) => void;

const EVENTS_A_WRITE = 1_000;
/** How often an append is made again whose outcome is unknown: the same again, so that it cannot be stored twice. */
const ATTEMPTS = 6;
const PAUSE_MILLISECONDS = 2_000;

/**
 * Adds to `to` what `from` has beyond it. What is there already must be the same up to its last event.
 * @returns the first revision that was added, and the last that `from` had when it began
 * @throws `conflict` when they are two ledgers
 */
export async function copyEvents(
  from: CopyEnd,
  to: CopyEnd,
  onProgress: OnProgress,
): Promise<{ readonly first: number; readonly last: number }> {
  const [{ revision: last }, { revision: there }] = [await from.head(), await to.head()];
  if (last < 0) throw new LedgerlineError('invalid_parameter', `${from.name} holds no events: is it the right one?`);
  await requireSameLedger(from, to, there, last);
  let group: RecordedEvent[] = [];
  let bytes = 0;
  const flush = async () => {
    if (group.length === 0) return;
    await writeSurely(to, group);
    onProgress(group.at(-1)!.revision - there, last - there);
    group = [];
    bytes = 0;
  };
  for await (const events of from.read(there + 1)) {
    for (const event of events) {
      if (event.revision > last) break;
      const size = to.bytesOf(event);
      if (group.length >= EVENTS_A_WRITE || bytes + size > to.most) await flush();
      group.push(event);
      bytes += size;
    }
    if (events.at(-1)!.revision >= last) break;
  }
  await flush();
  return { first: there + 1, last };
}

async function writeSurely(to: CopyEnd, group: readonly RecordedEvent[]): Promise<void> {
  const expected = group[0]!.revision - 1;
  for (let attempt = 1; ; attempt++) {
    try {
      return await to.write(expected, group);
    } catch (error) {
      const isKnown = error instanceof LedgerlineError && error.code !== 'unavailable';
      if (isKnown || attempt === ATTEMPTS) throw error;
      await wait(PAUSE_MILLISECONDS);
    }
  }
}

async function requireSameLedger(from: CopyEnd, to: CopyEnd, there: number, last: number): Promise<void> {
  if (there < 0) return;
  const [one, other] = [await eventAt(from, there), await eventAt(to, there)];
  if (there <= last && one !== undefined && other !== undefined && isSame(one, other)) return;
  const message = `${to.name} holds another ledger than ${from.name}: its event at revision ${there} is another one.`;
  throw new LedgerlineError('conflict', message);
}

async function eventAt(end: CopyEnd, revision: number): Promise<RecordedEvent | undefined> {
  for await (const events of end.read(revision)) return events[0];
  return undefined;
}

/**
 * Compares the two event by event, up to a revision. @throws `damaged` that names the first event that is not the same
 */
export async function verifyEvents(from: CopyEnd, to: CopyEnd, last: number, onProgress: OnProgress): Promise<void> {
  const others = eventsOf(to);
  for await (const one of eventsOf(from)) {
    if (one.revision > last) break;
    const { value: other } = await others.next();
    if (other === undefined || !isSame(one, other)) {
      throw new LedgerlineError('damaged', `The event at revision ${one.revision} is not the same in ${to.name}.`);
    }
    onProgress(one.revision + 1, last + 1);
  }
  await others.return(undefined);
}

async function* eventsOf(end: CopyEnd): AsyncGenerator<RecordedEvent, undefined> {
  for await (const events of end.read(0)) yield* events;
  return undefined;
}

function isSame(one: RecordedEvent, other: RecordedEvent): boolean {
  return (
    one.revision === other.revision &&
    one.id === other.id &&
    one.type === other.type &&
    one.version === other.version &&
    one.recorded === other.recorded &&
    one.credential === other.credential &&
    Buffer.compare(one.data, other.data) === 0
  );
}

/** Copies the blobs that the events name, those that are not there yet. @returns how many there are, and were copied */
export async function copyBlobsOf(
  from: CopyEnd,
  to: CopyEnd,
  last: number,
  onProgress: OnProgress,
): Promise<{ readonly named: number; readonly copied: number }> {
  const seen = new Set<string>();
  let copied = 0;
  for await (const event of eventsOf(from)) {
    if (event.revision > last) break;
    for (const blob of namedBlobsOf(event)) {
      if (seen.has(blob.sha256)) continue;
      seen.add(blob.sha256);
      if (await to.hasBlob(blob)) continue;
      if (blob.mayBeGone && !(await from.hasBlob(blob))) continue;
      await to.writeBlob(blob, (place) => from.readBlob(blob, place));
      copied += 1;
    }
    onProgress(event.revision + 1, last + 1);
  }
  return { named: seen.size, copied };
}
