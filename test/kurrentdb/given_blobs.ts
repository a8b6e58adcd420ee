import { hash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { binaryEvent, EventStoreDBClient, NO_STREAM } from '@eventstore/db-client';
import { BlobFiles } from '../../src/blobs/blob_files.ts';
import type { Blob } from '../../src/blobs/blob_store.ts';
import { CHUNK } from '../../src/ledger/kurrentdb/blob_chunks.ts';
import { BlobStreams } from '../../src/ledger/kurrentdb/blob_streams.ts';

const open: (() => Promise<void> | void)[] = [];

/** Closes, newest first, what a test has opened here; for `afterEach`. */
export async function closeBlobs(): Promise<void> {
  for (const close of open.splice(0).reverse()) await close();
}

/** A name for the stream of a ledger that nobody else has. */
export function aStream(): string {
  return `blobs-${randomUUID()}`;
}

export function blobStreams(connection: string, stream: string, timeoutMilliseconds = 10_000): BlobStreams {
  const streams = new BlobStreams({ connection, stream, timeoutMilliseconds });
  open.push(() => streams.close());
  return streams;
}

/** The local files of a node, in a folder of their own. */
export function blobFiles(): { readonly files: BlobFiles; readonly folder: string } {
  const folder = mkdtempSync(join(tmpdir(), 'ledgerline-blobs-'));
  open.push(() => rmSync(folder, { recursive: true }));
  return { files: new BlobFiles(folder), folder };
}

export interface Content extends Blob {
  readonly bytes: Buffer;
  /** As `publish` asks for it. */
  readonly from: (start: number) => AsyncIterable<Uint8Array>;
}

/** Content that nobody else has. */
export function aContent(length: number): Content {
  return contentOf(randomBytes(length));
}

export function contentOf(bytes: Buffer): Content {
  return { bytes, sha256: hash('sha256', bytes), length: bytes.length, from: (start) => pieces(bytes.subarray(start)) };
}

/** In pieces as a file gives them. */
async function* pieces(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}

/** A content of which only the first `count` chunks can be read: then the process that publishes it is no more. */
export function dyingAfter({ bytes }: Content, count: number): () => AsyncGenerator<Uint8Array> {
  return async function* () {
    yield* pieces(bytes.subarray(0, count * CHUNK));
    throw new Error('killed');
  };
}

export async function gather(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(stream));
}

/** Whether what is read is the content. */
export async function brings(stream: AsyncIterable<Uint8Array>, { bytes }: Content): Promise<boolean> {
  return (await gather(stream)).equals(bytes);
}

/** The name of the blob's stream. */
export function streamOf(stream: string, { sha256 }: Blob): string {
  return `${stream}-blob-${sha256}`;
}

/** Puts an event into a blob's stream that no `BlobStreams` would. */
export async function put(
  address: string,
  name: string,
  { data, metadata, type = 'blob-chunk' }: { data: Uint8Array; metadata: Record<string, number>; type?: string },
): Promise<void> {
  const client = EventStoreDBClient.connectionString(address);
  await client.appendToStream(name, binaryEvent({ type, data, metadata }), { expectedRevision: NO_STREAM });
  await client.dispose();
}
