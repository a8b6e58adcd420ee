import { mkdirSync, rmSync } from 'node:fs';
import { MessageChannel, Worker } from 'node:worker_threads';
import { LedgerlineError } from '../errors.ts';
import type { Answer, ReadRequest } from '../queries/answers.ts';
import { openProjectionForReading } from '../read_store/projection_file.ts';
import type { Command } from '../sequencer/command.ts';
import { SharedHead } from '../sequencer/shared_head.ts';
import type { Credential, Store } from '../store.ts';
import { type EngineName, ledgerFile } from './engines.ts';
import { type StorePaths, storePaths } from './paths.ts';
import type { ProjectorData, ProjectorReady } from './projector_thread.ts';
import { ReaderPool } from './reader_pool.ts';
import type { FromWriter, ToWriter, WriterData } from './writer_thread.ts';

export interface StoreOptions {
  readonly engine: EngineName;
  /** The data folder; made when it is missing. */
  readonly data: string;
  readonly readers: number;
  /** How many statements may wait before more are refused with `overloaded`. */
  readonly queueLimit: number;
  /** Told how far the read store's rebuild has got. */
  readonly onProgress?: (revision: number, head: number) => void;
  /** Told of failures that no client caused. */
  readonly onFailure: (message: string) => void;
  /** Told when a thread ended that should not have: the store is of no more use. */
  readonly onFatal: (error: Error) => void;
}

interface Threads {
  readonly writer: Worker;
  readonly projector: Worker;
  readonly readers: ReaderPool;
}

/** Opens the store in its threads and resolves when it can answer: after the read store has caught up with the ledger. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const store = new ThreadedStore(options, storePaths(options.data));
  await store.open();
  return store;
}

class ThreadedStore implements Store {
  readonly #options: StoreOptions;
  readonly #paths: StorePaths;
  readonly #head = new SharedHead();
  readonly #waiting = new Map<
    number,
    { resolve: (revision: number) => void; reject: (error: Error) => void; size: number }
  >();
  #threads: Threads | undefined;
  #credentials = new Map<string, Credential>();
  #next = 0;
  #queued = 0;
  #closing = false;
  #rebuilding: Promise<void> | undefined;
  #notReady: string | undefined = 'starting';

  constructor(options: StoreOptions, paths: StorePaths) {
    this.#options = options;
    this.#paths = paths;
  }

  get revision(): number {
    return this.#head.revision;
  }

  get notReady(): string | undefined {
    return this.#notReady;
  }

  async open(): Promise<void> {
    mkdirSync(this.#paths.readStore, { recursive: true });
    const { engine, readers, onFailure } = this.#options;
    const { port1, port2 } = new MessageChannel();
    const projector = this.#start('projector', { engine, paths: this.#paths, writer: port1 } satisfies ProjectorData, [
      port1,
    ]);
    const { mergedRevision } = await firstMessage<ProjectorReady>(projector);
    const data: WriterData = { engine, paths: this.#paths, head: this.#head.buffer, mergedRevision, projector: port2 };
    const writer = this.#start('writer', data, [port2]);
    await this.#untilReady(writer);
    const pool = new ReaderPool(readers, { ...this.#paths, ledger: ledgerFile(engine, this.#paths) }, onFailure, () => {
      void this.rebuild();
    });
    this.#threads = { writer, projector, readers: pool };
    this.#loadCredentials();
    this.#notReady = undefined;
  }

  submit(command: Command): Promise<number> {
    const size = command.kind === 'store-statements' ? command.entries.length : 1;
    const { queueLimit } = this.#options;
    if (!this.#threads || this.#closing) return Promise.reject(this.#unavailable());
    // A batch larger than the whole limit is taken when nothing waits; else it could never be.
    if (this.#queued > 0 && this.#queued + size > queueLimit) {
      const message = `${this.#queued} statements wait to be stored; the limit is ${queueLimit}.`;
      return Promise.reject(new LedgerlineError('overloaded', message, { retryAfterSeconds: 1 }));
    }
    const number = this.#next++;
    const { writer } = this.#threads;
    return new Promise((resolve, reject) => {
      this.#queued += size;
      this.#waiting.set(number, { resolve, reject, size });
      const transfer = command.kind === 'store-statements' ? [command.bytes.buffer as ArrayBuffer] : [];
      writer.postMessage({ number, command } satisfies ToWriter, transfer);
    });
  }

  async read<R extends ReadRequest>(request: R): Promise<Answer<R>> {
    if (!this.#threads) throw this.#unavailable();
    return this.#threads.readers.ask(request);
  }

  async consistentThrough(): Promise<number> {
    for (;;) {
      const micros = this.#head.consistentThrough();
      if (micros !== undefined) return micros;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  credential(key: string): Credential | undefined {
    return this.#credentials.get(key);
  }

  credentials(): readonly Credential[] {
    return [...this.#credentials.values()];
  }

  rebuild(): Promise<void> {
    this.#rebuilding ??= (async () => {
      this.#options.onFailure('The read store is being rebuilt from the ledger.');
      await this.#end(true);
      rmSync(this.#paths.readStore, { recursive: true, force: true });
      await this.open();
    })().finally(() => {
      this.#rebuilding = undefined;
    });
    return this.#rebuilding;
  }

  async close(): Promise<void> {
    await this.#rebuilding;
    this.#closing = true;
    await this.#end(false);
  }

  /** Ends the threads after what was accepted is finished. `discard`: the read store is not worth being closed in order. */
  async #end(discard: boolean): Promise<void> {
    const threads = this.#threads;
    if (!threads) return;
    this.#threads = undefined;
    this.#notReady = this.#closing ? 'closing' : 'rebuilding';
    await threads.readers.close();
    if (discard) {
      await this.#drained();
      await Promise.all([ended(threads.writer, () => threads.writer.terminate()), threads.projector.terminate()]);
      return;
    }
    const gone = Promise.all([ended(threads.writer), ended(threads.projector)]);
    threads.writer.postMessage('close' satisfies ToWriter);
    await gone;
  }

  async #drained(): Promise<void> {
    while (this.#waiting.size > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  #start(name: string, workerData: unknown, transferList: MessagePort[]): Worker {
    const worker = new Worker(new URL(`./${name}_thread.ts`, import.meta.url), {
      workerData,
      transferList: transferList as never,
      name,
    });
    worker.on('error', (error) => this.#options.onFatal(error as Error));
    return worker;
  }

  #untilReady(writer: Worker): Promise<void> {
    return new Promise((resolve, reject) => {
      writer.once('error', reject);
      writer.on('message', (message: FromWriter) => {
        switch (message.kind) {
          case 'progress':
            this.#notReady = `rebuilding the read store: revision ${message.revision} of ${message.head}`;
            this.#options.onProgress?.(message.revision, message.head);
            break;
          case 'ready':
            resolve();
            break;
          case 'outcomes':
            for (const [number, outcome] of message.outcomes) {
              const waiting = this.#waiting.get(number)!;
              this.#waiting.delete(number);
              this.#queued -= waiting.size;
              if ('revision' in outcome) waiting.resolve(outcome.revision);
              else
                waiting.reject(new LedgerlineError(outcome.error.code, outcome.error.message, outcome.error.details));
            }
            break;
          case 'identity-changed':
            this.#loadCredentials();
            break;
          case 'failure':
            this.#options.onFailure(message.message);
        }
      });
    });
  }

  #loadCredentials(): void {
    const database = openProjectionForReading(this.#paths.identity);
    const rows = database
      .prepare('SELECT key, secret_hash AS secretHash, name, scopes, authority, issued, revoked FROM credentials')
      .all() as unknown as (Omit<Credential, 'scopes'> & { scopes: string })[];
    database.close();
    this.#credentials = new Map(rows.map((row) => [row.key, { ...row, scopes: JSON.parse(row.scopes) }]));
  }

  #unavailable(): LedgerlineError {
    const message = `The store cannot answer now: ${this.#notReady ?? 'closing'}.`;
    return new LedgerlineError('unavailable', message, { retryAfterSeconds: 1 });
  }
}

function firstMessage<T>(worker: Worker): Promise<T> {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

async function ended(worker: Worker, end?: () => unknown): Promise<void> {
  await new Promise<void>((resolve) => {
    worker.once('exit', () => resolve());
    end?.();
  });
}
