import { decode } from '../events/codec.ts';
import type { SnapshotFrozen } from '../events/compliance_types.ts';
import type { CertificateRecorded } from '../events/learning_types.ts';
import type { DocumentStored, EventData, EventType, StatementStored } from '../events/types.ts';
import type { NewEvent } from '../ledger/ledger.ts';
import type { Blob } from './blob_store.ts';

/** The blobs that the data of an event names. */
export function blobsIn(type: string, data: EventData[EventType]): readonly Blob[] {
  switch (type) {
    case 'statement-stored':
      return ((data as StatementStored).blobs ?? []).map(({ sha256, length }) => ({ sha256, length }));
    case 'certificate-recorded':
      return (data as CertificateRecorded).evidence.flatMap((one) =>
        'length' in one ? [{ sha256: one.sha256, length: one.length }] : [],
      );
    case 'snapshot-frozen': {
      const { digest, length } = data as SnapshotFrozen;
      return [{ sha256: digest, length }];
    }
    case 'document-stored': {
      const { content } = data as DocumentStored;
      return 'sha256' in content ? [{ sha256: content.sha256, length: content.length }] : [];
    }
    default:
      return NONE;
  }
}

/** As `blobsIn`, of an event's bytes. Only those of events that may name one are parsed. @throws `damaged` */
export function blobsNamedBy({ type, version, data }: Pick<NewEvent, 'type' | 'version' | 'data'>): readonly Blob[] {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  if (!mayName(type, bytes)) return NONE;
  return blobsIn(type, decode(type as EventType, version, data));
}

/** The blobs that hold documents which these events store. @throws `damaged` */
export function documentBlobsOf(events: readonly Pick<NewEvent, 'type' | 'version' | 'data'>[]): readonly Blob[] {
  return events.flatMap((event) => (event.type === 'document-stored' ? blobsNamedBy(event) : NONE));
}

const NONE: readonly Blob[] = [];
const STATEMENT = '"statement":';
/** Within a text its quotation marks would be escaped. */
const DOCUMENT_IN_BLOB = '"content":{"sha256":';

/** Told from bytes whose members stand in the order in which they are written. */
function mayName(type: string, bytes: Buffer): boolean {
  if (type === 'statement-stored') return bytes.subarray(0, bytes.indexOf(STATEMENT)).includes('"blobs":');
  if (type === 'document-stored') return bytes.includes(DOCUMENT_IN_BLOB);
  return type === 'certificate-recorded' || type === 'snapshot-frozen';
}
