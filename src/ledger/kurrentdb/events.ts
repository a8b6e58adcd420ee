import { type BinaryEventType, binaryEvent, type EventData, type ResolvedEvent } from '@eventstore/db-client';
import { z } from 'zod';
import { LedgerlineError } from '../../errors.ts';
import type { NewEvent, RecordedEvent } from '../ledger.ts';

/** What a KurrentDB event says of ours besides its id, type and bytes. */
const metadata = z.object({ version: z.int(), credential: z.string(), recorded: z.int() });

/** An event as it is appended: the data are the same bytes, whatever they mean. */
export function toKurrentEvent({ id, type, version, credential, data }: NewEvent, recorded: number): EventData {
  return binaryEvent<BinaryEventType>({
    id,
    type,
    // The client hands on plain arrays of bytes alone.
    data: data.constructor === Uint8Array ? data : new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    metadata: { version, credential, recorded },
  });
}

/** @throws `damaged` when it is no event of a ledger, or not the one of that revision */
export function fromKurrentEvent({ event }: ResolvedEvent, revision: number): RecordedEvent {
  const read = metadata.safeParse(event?.metadata);
  if (event === undefined || !read.success || !(event.data instanceof Uint8Array)) {
    throw damaged(`the event at revision ${revision} is not of a ledger`);
  }
  if (Number(event.revision) !== revision) {
    throw damaged(`revision ${revision} is missing (the next is ${event.revision}): was the stream cut?`);
  }
  return { revision, id: event.id, type: event.type, ...read.data, data: event.data };
}

/**
 * How many bytes an event takes of the server's limit for one append. A little more than the server counts: data,
 * metadata, and two for each letter of the type.
 */
export function appendedBytes({ type, credential, data }: NewEvent): number {
  return data.length + 2 * type.length + 3 * credential.length + 100;
}

function damaged(what: string): LedgerlineError {
  return new LedgerlineError('damaged', `The stream of the ledger is damaged: ${what}.`);
}
