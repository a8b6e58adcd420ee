import type { Blob } from '../../src/blobs/blob_files.ts';
import type { SnapshotFrozen } from '../../src/events/compliance_types.ts';
import type { CertificateRecorded } from '../../src/events/learning_types.ts';
import type { DocumentStored, EventData, EventType, StatementStored } from '../../src/events/types.ts';

/** A blob that an event names. */
export interface NamedBlob extends Blob {
  /**
   * A document's blob may be gone when the document is: LEDGERLINE_SUPERSEDED_BLOBS can say so. Any other never.
   */
  readonly mayBeGone: boolean;
}

/** The blobs that the data of an event names. */
export function namedBlobs(type: string, data: EventData[EventType]): NamedBlob[] {
  switch (type) {
    case 'statement-stored': {
      const { blobs = [] } = data as StatementStored;
      return blobs.map(({ sha256, length }) => ({ sha256, length, mayBeGone: false }));
    }
    case 'certificate-recorded': {
      const { evidence } = data as CertificateRecorded;
      return evidence.flatMap((one) =>
        'length' in one ? [{ sha256: one.sha256, length: one.length, mayBeGone: false }] : [],
      );
    }
    case 'snapshot-frozen': {
      const { digest, length } = data as SnapshotFrozen;
      return [{ sha256: digest, length, mayBeGone: false }];
    }
    case 'document-stored': {
      const { content } = data as DocumentStored;
      return 'sha256' in content ? [{ ...content, mayBeGone: true }] : [];
    }
    default:
      return [];
  }
}
