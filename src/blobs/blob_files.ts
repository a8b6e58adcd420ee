import { createHash, hash, randomUUID } from 'node:crypto';
import {
  closeSync,
  createReadStream,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
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
 * The blobs of the truth: attachments and large documents, each in a file named after the SHA-256 of its content. A
 * blob is durable (its file and its folder's entry are synced) before the event that names it is appended, so a crash
 * in between leaves a blob that nothing names, and which a later upload of the same content uses.
 */
export class BlobFiles {
  readonly #folder: string;
  readonly #incoming: string;

  constructor(folder: string) {
    this.#folder = folder;
    this.#incoming = join(folder, 'incoming');
    mkdirSync(this.#incoming, { recursive: true });
  }

  /** Removes what a killed process had not finished receiving. By the process that holds the data lock. */
  clearIncoming(): void {
    for (const name of readdirSync(this.#incoming)) rmSync(join(this.#incoming, name), { force: true });
  }

  has(sha256: string): boolean {
    return existsSync(this.#path(sha256));
  }

  /** @throws `damaged` when the blob is missing or is not what its name says */
  readSync(sha256: string): Buffer {
    const content = existsSync(this.#path(sha256)) ? readFileSync(this.#path(sha256)) : undefined;
    if (content !== undefined && hash('sha256', content) === sha256) return content;
    throw new LedgerlineError('damaged', `The blob ${sha256} is missing or damaged.`);
  }

  /** What stands under that name, whether or not it is what the name says; undefined: nothing. */
  async standing(sha256: string): Promise<Buffer | undefined> {
    return this.has(sha256) ? readFile(this.#path(sha256)) : undefined;
  }

  /** The content as a stream, for sending. @throws `damaged` when the blob is missing or has another length */
  read({ sha256, length }: Blob): Readable {
    if (!this.has(sha256) || statSync(this.#path(sha256)).size !== length) {
      throw new LedgerlineError('damaged', `The blob ${sha256} is missing or damaged.`);
    }
    return createReadStream(this.#path(sha256));
  }

  /** Keeps bytes that are at hand, durably. */
  keepSync(bytes: Uint8Array): Blob {
    const sha256 = hash('sha256', bytes);
    if (!this.has(sha256)) {
      const temporary = join(this.#incoming, randomUUID());
      const file = openSync(temporary, 'wx');
      for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
      fsyncSync(file);
      closeSync(file);
      this.#name(temporary, sha256);
    }
    return { sha256, length: bytes.length };
  }

  /**
   * Receives a stream into a file, without holding it in memory.
   * @param limit the most bytes that are taken
   * @param algorithms further digests to compute (names of `node:crypto`)
   * @throws `too_large`, and whatever the stream throws: then nothing is left behind
   */
  async receive(
    stream: AsyncIterable<Uint8Array>,
    limit: number,
    algorithms: readonly string[],
  ): Promise<IncomingBlob> {
    const temporary = join(this.#incoming, randomUUID());
    const file = await open(temporary, 'wx');
    const sha256 = createHash('sha256');
    const others = algorithms.map((algorithm) => [algorithm, createHash(algorithm)] as const);
    let length = 0;
    try {
      for await (const chunk of stream) {
        length += chunk.length;
        if (length > limit) {
          throw new LedgerlineError('too_large', `The attachments are larger than ${limit} bytes.`, {
            rule: 'LEDGERLINE_MAX_ATTACHMENTS',
          });
        }
        sha256.update(chunk);
        for (const [, digest] of others) digest.update(chunk);
        await file.writeFile(chunk);
      }
      await file.sync();
    } catch (error) {
      await file.close();
      await rm(temporary, { force: true });
      throw error;
    }
    await file.close();
    const name = sha256.digest('hex');
    return {
      sha256: name,
      length,
      digests: Object.fromEntries(others.map(([algorithm, digest]) => [algorithm, digest.digest('hex')])),
      read: () => readFile(temporary),
      keep: async () => {
        if (this.has(name)) await rm(temporary, { force: true });
        else this.#name(temporary, name);
      },
      drop: () => rm(temporary, { force: true }),
    };
  }

  /** Deletes every blob but the named ones. While nothing is being received. @returns how many were deleted */
  dropAllBut(kept: ReadonlySet<string>): number {
    const dropped = [...this.names()].filter((name) => !kept.has(name));
    for (const name of dropped) rmSync(this.#path(name), { force: true });
    return dropped.length;
  }

  /** Every blob's name, in order. */
  *names(): Generator<string> {
    for (const folder of readdirSync(this.#folder).sort()) {
      if (folder.length === 2) yield* readdirSync(join(this.#folder, folder)).sort();
    }
  }

  #name(temporary: string, sha256: string): void {
    const folder = join(this.#folder, sha256.slice(0, 2));
    if (mkdirSync(folder, { recursive: true }) !== undefined) syncFolder(this.#folder);
    renameSync(temporary, this.#path(sha256));
    syncFolder(folder);
  }

  #path(sha256: string): string {
    return join(this.#folder, sha256.slice(0, 2), sha256);
  }
}

/** Makes the entries of a folder durable. */
function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  fsyncSync(folder);
  closeSync(folder);
}
