import type { Readable } from 'node:stream';
import { LedgerlineError } from '../errors.ts';

/** A blob's name and size: SHA-256 in lower-case hex, and bytes. */
export interface Blob {
  readonly sha256: string;
  readonly length: number;
}

/** What has come in and is not kept yet: dropped unless `keep` is called. */
export interface IncomingBlob extends Blob {
  /** Further digests that were asked for, in lower-case hex. */
  readonly digests: Readonly<Record<string, string>>;
  /** The content, which is taken into memory whole. */
  read(): Promise<Buffer>;
  /** Makes the blob durable under its name. What the store already has is kept once. */
  keep(): Promise<void>;
  drop(): Promise<void>;
}

/**
 * The blobs of the truth, attachments and large documents, as requests use them. A blob that is kept is durable
 * wherever the event that names it will be: an event is appended after its blobs are kept. Where several nodes share
 * the ledger, every method that looks for a blob also throws `unavailable`.
 */
export interface BlobStore {
  /**
   * Receives a stream without holding it in memory.
   * @param limit the most bytes that are taken
   * @param algorithms further digests to compute (names of `node:crypto`)
   * @throws `too_large`, and whatever the stream throws: then nothing is left behind
   */
  receive(stream: AsyncIterable<Uint8Array>, limit: number, algorithms: readonly string[]): Promise<IncomingBlob>;
  /** Keeps bytes that are at hand, durably. */
  keep(bytes: Uint8Array): Promise<Blob>;
  /** Makes sure that these can be read, before an answer begins with them. @throws `damaged` as `read` */
  prepare(blobs: readonly Blob[]): Promise<void>;
  /** The content as a stream, for sending. @throws `damaged` when the blob is missing or has another length */
  read(blob: Blob): Promise<Readable>;
  /** The content in memory. @throws `damaged` when the blob is missing or is not what its name says */
  content(sha256: string): Promise<Buffer>;
  /** What stands under that name, whether or not it is what the name says; undefined: nothing. */
  standing(sha256: string): Promise<Buffer | undefined>;
}

/** Where the nodes that share a ledger have their blobs in common. Every method throws `unavailable`. */
export interface CommonBlobs {
  /**
   * Makes a blob durable for every node; what is there of it already is used.
   * @param open gives the content from that byte on
   */
  publish(blob: Blob, open: (from: number) => AsyncIterable<Uint8Array>): Promise<void>;
  /** The content as it was published, whatever its hash. @throws `damaged` when it is missing or not whole */
  read(sha256: string): AsyncIterable<Uint8Array>;
}

/** The refusal for a blob that an event names and that is not there as it should be. */
export function damagedBlob(sha256: string): LedgerlineError {
  return new LedgerlineError('damaged', `The blob ${sha256} is missing or damaged.`);
}
