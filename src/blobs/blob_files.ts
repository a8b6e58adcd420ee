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
import { type Blob, type BlobStore, damagedBlob, type IncomingBlob } from './blob_store.ts';

/** Bytes that are written at once. */
const PORTION = 1 << 20;

/**
 * The blobs of the truth: attachments and large documents, each in a file named after the SHA-256 of its content. A
 * blob is durable (its file and its folder's entry are synced) before the event that names it is appended, so a crash
 * in between leaves a blob that nothing names, and which a later upload of the same content uses.
 */
export class BlobFiles implements BlobStore {
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
    return checked(sha256, this.has(sha256) ? readFileSync(this.#path(sha256)) : undefined);
  }

  async content(sha256: string): Promise<Buffer> {
    return checked(sha256, await this.standing(sha256));
  }

  async standing(sha256: string): Promise<Buffer | undefined> {
    return this.has(sha256) ? readFile(this.#path(sha256)) : undefined;
  }

  async prepare(blobs: readonly Blob[]): Promise<void> {
    for (const { sha256, length } of blobs) {
      if (!this.has(sha256) || statSync(this.#path(sha256)).size !== length) throw damagedBlob(sha256);
    }
  }

  async read(blob: Blob): Promise<Readable> {
    await this.prepare([blob]);
    return this.readFrom(blob.sha256, 0);
  }

  /** The content of a blob that is there, from that byte on. */
  readFrom(sha256: string, start: number): Readable {
    return createReadStream(this.#path(sha256), { start });
  }

  async keep(bytes: Uint8Array): Promise<Blob> {
    const incoming = await this.receive(portionsOf(bytes), Number.POSITIVE_INFINITY, []);
    await incoming.keep();
    return { sha256: incoming.sha256, length: incoming.length };
  }

  /** As `keep`, within the turn: for the thread that decides. */
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
          throw new LedgerlineError('too_large', 'The attachments are larger than the store takes.', {
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

function checked(sha256: string, content: Buffer | undefined): Buffer {
  if (content !== undefined && hash('sha256', content) === sha256) return content;
  throw damagedBlob(sha256);
}

async function* portionsOf(content: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += PORTION) yield content.subarray(at, at + PORTION);
}

/** Makes the entries of a folder durable. */
function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  fsyncSync(folder);
  closeSync(folder);
}
