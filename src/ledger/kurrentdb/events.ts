import type { EventData } from '@eventstore/db-client';
import { LedgerlineError } from '../../errors.ts';
import type { NewEvent, RecordedEvent } from '../ledger.ts';
import type { StoredEvent } from './read_response.ts';

/** What a KurrentDB event says of ours besides its id, type and bytes. */
interface Metadata extends Pick<RecordedEvent, 'version' | 'credential' | 'recorded'> {
  /** How many events of the same append stand behind it: a subscription brings them one by one. Absent: none. */
  readonly left?: number;
}

const encoder = new TextEncoder();

/**
 * An event as it is appended, with how many of the same append are left behind it. The data are the same bytes,
 * whatever they mean: the client's own function would copy them byte by byte, and turn metadata that are no bytes into
 * Base64 and back.
 */
export function toKurrentEvent(
  { id, type, version, credential, data }: NewEvent,
  recorded: number,
  left: number,
): EventData {
  const metadata: Metadata = { version, credential, recorded, ...(left > 0 && { left }) };
  return {
    id,
    type,
    contentType: 'application/octet-stream',
    // The client hands on plain arrays of bytes alone.
    data: data.constructor === Uint8Array ? data : new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    metadata: encoder.encode(JSON.stringify(metadata)),
  };
}

/** An event that was read, and how many of its append stand behind it. */
interface ReadEvent {
  readonly event: RecordedEvent;
  readonly left: number;
}

/** @throws `damaged` when it is no event of a ledger, or not the one of that revision */
export function fromKurrentEvent(stored: StoredEvent, revision: number): ReadEvent {
  const { id, type, data } = stored;
  const metadata = metadataIn(stored);
  if (!isMetadata(metadata)) throw damaged(`the event at revision ${revision} is not of a ledger`);
  if (stored.revision !== revision) {
    throw damaged(`revision ${revision} is missing (the next is ${stored.revision}): was the stream cut?`);
  }
  const { version, credential, recorded, left = 0 } = metadata;
  return { event: { revision, id, type, version, credential, recorded, data }, left };
}

/** What an event's metadata say; undefined where they are no JSON. */
export function metadataIn({ metadata: { buffer, byteOffset, byteLength } }: StoredEvent): unknown {
  try {
    return JSON.parse(Buffer.from(buffer, byteOffset, byteLength).toString());
  } catch {
    return undefined;
  }
}

/** By hand: it is asked of every event. */
function isMetadata(read: unknown): read is Metadata {
  if (typeof read !== 'object' || read === null) return false;
  const { version, credential, recorded } = read as Partial<Metadata>;
  return Number.isSafeInteger(version) && typeof credential === 'string' && Number.isSafeInteger(recorded);
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
