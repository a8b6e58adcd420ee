import { LedgerlineError } from '../errors.ts';
import type { NewEvent, RecordedEvent } from '../ledger/ledger.ts';
import type { BlobFiles } from './blob_files.ts';
import type { Blob, CommonBlobs } from './blob_store.ts';
import { documentBlobsOf } from './event_blobs.ts';
import { fetchBlob } from './fetch_blob.ts';
import { fewAtOnce } from './few_at_once.ts';

/** How many names of what is published are remembered; and how many blobs are on their way at once. */
const REMEMBERED = 4_096;
const AT_ONCE = 4;

/** How the thread that decides shares the blobs of documents with other nodes. */
export interface BlobPublisher {
  /**
   * Publishes what the events of documents name, before they are appended; the local files have it. What other events
   * name was published when it was kept. @throws `unavailable`, `damaged`
   */
  publish(events: readonly NewEvent[]): Promise<void>;
  /**
   * Fetches what the events of documents name, before they are applied: a later decision may merge into it. What is
   * gone for good, as that of a document before the present one may be, is passed over. @throws `unavailable`
   */
  fetch(events: readonly RecordedEvent[]): Promise<void>;
}

/** @param files the local ones, in which `keepSync` keeps documents */
export function publisher(files: BlobFiles, common: CommonBlobs): BlobPublisher {
  const published = new Set<string>();
  const remember = (sha256: string) => {
    published.add(sha256);
    if (published.size > REMEMBERED) published.delete(published.values().next().value!);
  };
  return {
    publish: (events) =>
      fewAtOnce(distinctOf(events), AT_ONCE, async (blob) => {
        if (published.has(blob.sha256)) return;
        await common.publish(blob, (from) => files.readFrom(blob.sha256, from));
        remember(blob.sha256);
      }),
    fetch: (events) =>
      fewAtOnce(distinctOf(events), AT_ONCE, async ({ sha256 }) => {
        try {
          await fetchBlob(files, common, sha256);
        } catch (error) {
          if (!(error instanceof LedgerlineError) || error.code !== 'damaged') throw error;
        }
      }),
  };
}

/** Each blob once, however many of the events name it. */
function distinctOf(events: readonly NewEvent[]): readonly Blob[] {
  return [...new Map(documentBlobsOf(events).map((blob) => [blob.sha256, blob])).values()];
}
