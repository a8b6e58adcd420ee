import type { Blob } from '../../src/blobs/blob_files.ts';
import type { DocumentStored, EventData, EventType, StatementStored } from '../../src/events/types.ts';

/** A blob that an event names. */
export interface NamedBlob extends Blob {
  /**
   * A document's blob may be gone when the document is: LEDGERLINE_SUPERSEDED_BLOBS can say so. A statement's never.
   */
  readonly mayBeGone: boolean;
}

/** The blobs that the data of an event names. */
export function namedBlobs(type: string, data: EventData[EventType]): NamedBlob[] {
  if (type === 'statement-stored') {
    const { blobs = [] } = data as StatementStored;
    return blobs.map(({ sha256, length }) => ({ sha256, length, mayBeGone: false }));
  }
  if (type !== 'document-stored') return [];
  const { content } = data as DocumentStored;
  return 'sha256' in content ? [{ ...content, mayBeGone: true }] : [];
}
