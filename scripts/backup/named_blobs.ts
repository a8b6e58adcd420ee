import type { Blob } from '../../src/blobs/blob_store.ts';
import { blobsIn, blobsNamedBy } from '../../src/blobs/event_blobs.ts';
import type { EventData, EventType } from '../../src/events/types.ts';
import type { NewEvent } from '../../src/ledger/ledger.ts';

/** A blob that an event names. */
export interface NamedBlob extends Blob {
  /**
   * A document's blob may be gone when the document is: LEDGERLINE_SUPERSEDED_BLOBS can say so. Any other never.
   */
  readonly mayBeGone: boolean;
}

/** The blobs that the data of an event names. */
export function namedBlobs(type: string, data: EventData[EventType]): NamedBlob[] {
  return blobsIn(type, data).map((blob) => ({ ...blob, mayBeGone: type === 'document-stored' }));
}

/** The same, of an event's bytes. @throws `damaged` */
export function namedBlobsOf(event: Pick<NewEvent, 'type' | 'version' | 'data'>): NamedBlob[] {
  return blobsNamedBy(event).map((blob) => ({ ...blob, mayBeGone: event.type === 'document-stored' }));
}
