import type { Readable } from 'node:stream';
import { LedgerlineError } from '../errors.ts';
import type { BlobFiles } from './blob_files.ts';
import type { Blob, BlobStore, CommonBlobs, IncomingBlob } from './blob_store.ts';
import { fetchBlob } from './fetch_blob.ts';
import { fewAtOnce } from './few_at_once.ts';

/** How many blobs one request fetches at once. */
const AT_ONCE = 4;

/**
 * The blobs of a node that shares its ledger with others. What it keeps stands in its own files first, then where all
 * nodes have it; what others have kept comes into its files when it is first asked for, and stays.
 */
export class SharedBlobs implements BlobStore {
  readonly #files: BlobFiles;
  readonly #common: CommonBlobs;
  /** What is being fetched, by name. */
  readonly #fetching = new Map<string, Promise<void>>();

  constructor(files: BlobFiles, common: CommonBlobs) {
    this.#files = files;
    this.#common = common;
  }

  async receive(
    stream: AsyncIterable<Uint8Array>,
    limit: number,
    algorithms: readonly string[],
  ): Promise<IncomingBlob> {
    const incoming = await this.#files.receive(stream, limit, algorithms);
    const keep = async () => {
      await incoming.keep();
      await this.#publish(incoming);
    };
    return { ...incoming, keep };
  }

  async keep(bytes: Uint8Array): Promise<Blob> {
    const blob = await this.#files.keep(bytes);
    await this.#publish(blob);
    return blob;
  }

  async prepare(blobs: readonly Blob[]): Promise<void> {
    await fewAtOnce(blobs, AT_ONCE, ({ sha256 }) => this.#fetch(sha256));
    await this.#files.prepare(blobs);
  }

  async read(blob: Blob): Promise<Readable> {
    await this.#fetch(blob.sha256);
    return this.#files.read(blob);
  }

  async content(sha256: string): Promise<Buffer> {
    await this.#fetch(sha256);
    return this.#files.content(sha256);
  }

  async standing(sha256: string): Promise<Buffer | undefined> {
    try {
      await this.#fetch(sha256);
    } catch (error) {
      if (!(error instanceof LedgerlineError) || error.code !== 'damaged') throw error;
    }
    return this.#files.standing(sha256);
  }

  #publish({ sha256, length }: Blob): Promise<void> {
    return this.#common.publish({ sha256, length }, (from) => this.#files.readFrom(sha256, from));
  }

  #fetch(sha256: string): Promise<void> {
    const known = this.#fetching.get(sha256);
    if (known) return known;
    const fetching = fetchBlob(this.#files, this.#common, sha256).finally(() => this.#fetching.delete(sha256));
    this.#fetching.set(sha256, fetching);
    return fetching;
  }
}
