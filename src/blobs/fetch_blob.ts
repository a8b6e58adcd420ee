import type { BlobFiles } from './blob_files.ts';
import { type CommonBlobs, damagedBlob } from './blob_store.ts';

/**
 * Takes a blob that is published into the local files, unless it is there.
 * @throws `unavailable`, and `damaged` when it is missing or is not what its name says: then nothing is kept
 */
export async function fetchBlob(files: BlobFiles, common: Pick<CommonBlobs, 'read'>, sha256: string): Promise<void> {
  if (files.has(sha256)) return;
  const incoming = await files.receive(common.read(sha256), Number.POSITIVE_INFINITY, []);
  if (incoming.sha256 === sha256) return incoming.keep();
  await incoming.drop();
  throw damagedBlob(sha256);
}
