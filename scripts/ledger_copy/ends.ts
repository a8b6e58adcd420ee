import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { resolve } from 'node:path';
import { BlobFiles } from '../../src/blobs/blob_files.ts';
import type { Blob } from '../../src/blobs/blob_store.ts';
import { LedgerlineError } from '../../src/errors.ts';
import { isKurrentAddress, readKurrentAddress, shownKurrentAddress } from '../../src/ledger/kurrentdb/address.ts';
import { BlobStreams } from '../../src/ledger/kurrentdb/blob_streams.ts';
import { KurrentLedger } from '../../src/ledger/kurrentdb/kurrent_ledger.ts';
import type { Head, NewEvent, RecordedEvent } from '../../src/ledger/ledger.ts';
import { SqliteCopy } from '../../src/ledger/sqlite_copy.ts';
import { SqliteLedgerReader } from '../../src/ledger/sqlite_reader.ts';
import { lockData } from '../../src/main/data_lock.ts';
import { storePaths } from '../../src/main/paths.ts';

/** A ledger that is copied from or to, with its blobs. */
export interface CopyEnd {
  /** As it may be shown. */
  readonly name: string;
  head(): Promise<Head>;
  read(from: number): AsyncIterable<readonly RecordedEvent[]>;
  /** The most bytes of one `write`, by `bytesOf`. */
  readonly most: number;
  bytesOf(event: NewEvent): number;
  /** Adds events behind that revision, as they are. Again: nothing more. */
  write(expectedRevision: number, events: readonly RecordedEvent[]): Promise<void>;
  hasBlob(blob: Blob): Promise<boolean>;
  readBlob(blob: Blob, from: number): AsyncIterable<Uint8Array>;
  writeBlob(blob: Blob, open: (from: number) => AsyncIterable<Uint8Array>): Promise<void>;
  /** It is whole: without this it is not taken for a store's ledger. */
  finish(): void;
  close(): Promise<void>;
}

/** How the cluster's answers are waited for, and what it takes. */
export interface ClusterLimits {
  readonly timeoutMilliseconds: number;
  readonly mostAppendBytes: number;
}

/**
 * Opens what an argument names: the address of a cluster, or the data folder of a store, which must not run.
 * @param isTarget a folder is made when there is none
 * @throws `invalid_parameter`, `invalid_config`, `data_in_use`, `damaged`
 */
export function openEnd(argument: string, isTarget: boolean, limits: ClusterLimits): CopyEnd {
  return isKurrentAddress(argument) ? clusterEnd(argument, limits) : folderEnd(resolve(argument), isTarget);
}

function clusterEnd(argument: string, limits: ClusterLimits): CopyEnd {
  const options = { ...readKurrentAddress(argument), ...limits };
  const ledger = new KurrentLedger(options);
  const blobs = new BlobStreams(options);
  return {
    name: shownKurrentAddress(argument),
    head: () => ledger.head(),
    read: (from) => ledger.read(from),
    get most() {
      return ledger.mostAppendBytes;
    },
    bytesOf: (event) => ledger.bytesOf(event),
    write: (expectedRevision, events) => ledger.write(expectedRevision, events),
    hasBlob: ({ sha256 }) => blobs.has(sha256),
    async *readBlob({ sha256 }, from) {
      let place = 0;
      for await (const chunk of blobs.read(sha256)) {
        if (place + chunk.length > from) yield chunk.subarray(Math.max(from - place, 0));
        place += chunk.length;
      }
    },
    writeBlob: (blob, open) => blobs.publish(blob, open),
    finish() {},
    async close() {
      await Promise.all([ledger.close(), blobs.close()]);
    },
  };
}

/** How many bytes a folder's ledger takes in one transaction. */
const FOLDER_BYTES = 4 * 1024 * 1024;

function folderEnd(folder: string, isTarget: boolean): CopyEnd {
  const paths = storePaths(folder);
  if (existsSync(storePaths(folder, 'kurrentdb').ledger)) {
    const message = `${folder} is that of a cluster's node: name the cluster instead.`;
    throw new LedgerlineError('invalid_parameter', message);
  }
  if (!isTarget && !existsSync(paths.ledger)) {
    throw new LedgerlineError(
      'invalid_parameter',
      `There is no ledger.sqlite in ${folder}: it is no store's data folder.`,
    );
  }
  mkdirSync(folder, { recursive: true });
  const lock = lockData(paths);
  // A part of a ledger is none: a store that was started on it would go on from there.
  const partial = `${paths.ledger}.partial`;
  const file = existsSync(paths.ledger) ? paths.ledger : partial;
  let isWhole = false;
  const copy = isTarget ? new SqliteCopy(file, { synchronous: 'FULL' }) : undefined;
  const reader = SqliteLedgerReader.open(file);
  const blobs = new BlobFiles(paths.blobs);
  return {
    name: folder,
    head: async () => reader.head(),
    async *read(from) {
      for (let next = from; ; ) {
        const events = reader.portion(next);
        if (events.length === 0) return;
        next += events.length;
        yield events;
      }
    },
    most: FOLDER_BYTES,
    bytesOf: ({ data }) => data.length,
    async write(_expectedRevision, events) {
      copy!.write(events);
    },
    hasBlob: async ({ sha256 }) => blobs.has(sha256),
    readBlob: ({ sha256 }, from) => blobs.readFrom(sha256, from),
    async writeBlob({ sha256 }, open) {
      const incoming = await blobs.receive(open(0), Number.POSITIVE_INFINITY, []);
      if (incoming.sha256 === sha256) return incoming.keep();
      await incoming.drop();
      throw new LedgerlineError('damaged', `The blob ${sha256} is damaged.`);
    },
    finish() {
      isWhole = true;
    },
    async close() {
      reader.close();
      copy?.close();
      if (isWhole && file === partial) renameSync(partial, paths.ledger);
      lock.release();
    },
  };
}
