import { BlobFiles } from '../../src/blobs/blob_files.ts';
import { LedgerlineError } from '../../src/errors.ts';
import type { NamedBlob } from './named_blobs.ts';

export interface CopiedBlobs {
  readonly count: number;
  readonly bytes: number;
}

/**
 * Copies blobs from one folder of blobs to another, and makes them durable. They are never changed, so it does not
 * matter what is stored meanwhile.
 * @throws `damaged` when one is not what its name says, or is missing and may not be
 */
export async function copyBlobs(
  from: string,
  to: string,
  blobs: readonly NamedBlob[],
  onProgress: (done: number, total: number) => void,
): Promise<CopiedBlobs> {
  const [source, target] = [new BlobFiles(from), new BlobFiles(to)];
  let [count, bytes] = [0, 0];
  for (const blob of blobs) {
    if (blob.mayBeGone && !source.has(blob.sha256)) continue;
    const copy = await target.receive(await source.read(blob), blob.length, []);
    if (copy.sha256 !== blob.sha256) throw new LedgerlineError('damaged', `The blob ${blob.sha256} is damaged.`);
    await copy.keep();
    count += 1;
    bytes += blob.length;
    onProgress(count, blobs.length);
  }
  return { count, bytes };
}
