import { mkdirSync, rmSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { LedgerlineError } from '../errors.ts';
import type { NoSuch, Question, QuestionAnswers } from '../evaluator/questions.ts';
import type { Answer, ReadRequest } from '../queries/answers.ts';
import { isMadeFrom } from '../read_store/lineage.ts';
import { deleteDatabase, isDamage } from '../read_store/projection_file.ts';
import { ROW_GROUP_NAMES } from '../read_store/row_groups.ts';
import type { Command } from '../sequencer/command.ts';
import { Gauges } from '../sequencer/gauges.ts';
import { SharedHead } from '../sequencer/shared_head.ts';
import { type Credential, cannotAnswer, type Store } from '../store.ts';
import type { Engine } from './engines.ts';
import { knownCredentials } from './known_credentials.ts';
import { matchReplica } from './match_replica.ts';
import { Outbox } from './outbox.ts';
import { requireFolderOf, type StorePaths, storePaths } from './paths.ts';
import { Refreshes } from './refreshes.ts';
import { closeThreads, startThreads, type Threads, terminateThreads } from './threads.ts';
import type { FromWriter, ToWriter } from './writer_thread.ts';

export interface StoreOptions {
  readonly engine: Engine;
  /** The data folder; made when it is missing. */
  readonly data: string;
  readonly readers: number;
  /** How many statements may wait before more are refused with `overloaded`. */
  readonly queueLimit: number;
  /** Told how far the read store's rebuild has got. */
  readonly onProgress?: (revision: number, head: number) => void;
  /** Told of failures that no client caused. */
  readonly onFailure: (message: string) => void;
  /** Told what whoever runs the store should know, and is no failure of the store's. */
  readonly onNotice: (message: string) => void;
  /** Told when a thread ended that should not have: the store is of no more use. */
  readonly onFatal: (error: Error) => void;
}

/** A store that has to be opened: before, `notReady` tells how far it has got, and whatever it is asked is refused. */
export interface UnopenedStore extends Store {
  /** Resolves when it can answer: after the read store has caught up with the ledger. */
  open(): Promise<void>;
}

/** A store in its threads, which are started when it is opened. */
export function newStore(options: StoreOptions): UnopenedStore {
  return new ThreadedStore(options, storePaths(options.data, options.engine.kind));
}

/** As `newStore`, opened. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const store = newStore(options);
  await store.open();
  return store;
}

class ThreadedStore implements UnopenedStore {
  readonly #options: StoreOptions;
  readonly #paths: StorePaths;
  readonly #head = new SharedHead();
  readonly #gauges = new Gauges();
  readonly #closed = new AbortController();
  readonly #refreshes = new Refreshes();
  readonly #outbox: Outbox;
  /** Those who wait for a merge, in the order in which they asked. */
  readonly #merging: (() => void)[] = [];
  #threads: Threads | undefined;
  #credentials = new Map<string, Credential>();
  #closing = false;
  #rebuilding: Promise<void> | undefined;
  #notReady: string | undefined = 'starting';

  constructor(options: StoreOptions, paths: StorePaths) {
    this.#options = options;
    this.#paths = paths;
    this.#outbox = new Outbox(options.queueLimit);
  }

  get revision(): number {
    return this.#head.revision;
  }

  get notReady(): string | undefined {
    return this.#notReady ?? this.#lag();
  }

  get gauges(): Gauges {
    return this.#gauges;
  }

  async open(): Promise<void> {
    requireFolderOf(this.#options.engine.kind, this.#paths.data);
    const threads = await this.#start(() => this.#matchFiles()).catch((error) => {
      if (!isDamage(error)) throw error;
      // A file that looked whole when it was opened was not.
      this.#deleteDamaged();
      return this.#start();
    });
    threads.failure.catch((error) => {
      if (this.#threads === threads) this.#onFailedThread(error as Error);
    });
    this.#threads = threads;
    this.#credentials = knownCredentials(this.#paths.identity);
    this.#notReady = undefined;
  }

  submit(command: Command): Promise<number> {
    if (!this.#threads || this.#closing) return Promise.reject(this.#unavailable());
    return this.#outbox.submit(command, this.#threads.writer);
  }

  async read<R extends ReadRequest>(request: R): Promise<Answer<R>> {
    if (!this.#threads) throw this.#unavailable();
    return this.#threads.readers.ask(request);
  }

  async ask<Q extends Question>(question: Q): Promise<QuestionAnswers[Q['kind']] | NoSuch> {
    if (!this.#threads) throw this.#unavailable();
    return this.#threads.evaluator.ask(question);
  }

  async caughtUp(milliseconds: number): Promise<void> {
    if (this.#options.engine.kind !== 'kurrentdb') return;
    if (!this.#threads) throw this.#unavailable();
    await this.#refreshes.ask(this.#threads.writer, milliseconds);
  }

  async reached(revision: number, milliseconds: number): Promise<void> {
    const until = performance.now() + milliseconds;
    if (this.revision < revision) this.caughtUp(milliseconds).catch(() => {});
    while (this.revision < revision) {
      if (performance.now() > until) {
        const message = `This node has everything up to revision ${this.revision}, and not yet ${revision}.`;
        throw new LedgerlineError('unavailable', message, { property: 'minRevision', retryAfterSeconds: 1 });
      }
      await wait(5);
    }
  }

  consistentThrough(): number | undefined {
    return this.#head.consistentThrough();
  }

  async soonConsistentThrough(): Promise<number> {
    for (;;) {
      const micros = this.consistentThrough();
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

  merge(): Promise<void> {
    if (!this.#threads) return Promise.reject(this.#unavailable());
    const { writer } = this.#threads;
    this.#outbox.flush(writer);
    writer.postMessage('merge' satisfies ToWriter);
    return new Promise((resolve) => this.#merging.push(resolve));
  }

  rebuild(): Promise<void> {
    this.#rebuilding ??= this.#remake().finally(() => {
      this.#rebuilding = undefined;
    });
    return this.#rebuilding;
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.#closed.abort();
    await this.#rebuilding?.catch(() => {});
    const threads = this.#takeThreads('closing');
    if (!threads) return;
    try {
      await closeThreads(threads);
    } catch (error) {
      // Whatever was accepted is in the ledger; the read store is made anew at the next start.
      this.#options.onFailure(String((error as Error).stack ?? error));
      this.#deleteReadStore();
    }
  }

  /** Deletes what is not made from this ledger. */
  async #matchFiles(): Promise<void> {
    const { engine, onNotice } = this.#options;
    if (engine.kind === 'kurrentdb') {
      await matchReplica(this.#paths.ledger, engine, { signal: this.#closed.signal, onNotice });
    }
    if (!this.#isReadStoreOfTheLedger()) this.#deleteReadStore();
  }

  #start(matchFiles = async () => {}): Promise<Threads> {
    const { engine, readers, onFailure } = this.#options;
    return startThreads({
      engine,
      paths: this.#paths,
      prepare: async () => {
        await matchFiles();
        mkdirSync(this.#paths.readStore, { recursive: true });
      },
      readers,
      head: this.#head,
      gauges: this.#gauges,
      onMessage: (message) => this.#onMessage(message),
      onWriterDeath: () => this.#abandonWaiting(),
      onFailure,
      onDamage: () => this.#repair(),
    });
  }

  async #remake(): Promise<void> {
    if (this.#closing) return;
    if (this.#options.engine.kind === 'memory') {
      throw new LedgerlineError('unavailable', 'A ledger in memory does not survive a rebuild of the read store.');
    }
    this.#options.onFailure('The read store is being rebuilt from the ledger.');
    const threads = this.#takeThreads('rebuilding the read store');
    if (threads) {
      await Promise.all([threads.readers.close(), threads.evaluator.close()]);
      while (!this.#outbox.isSettled) await new Promise((resolve) => setTimeout(resolve, 5));
      await terminateThreads(threads);
    }
    this.#deleteReadStore();
    await this.open();
  }

  /** Why it is not ready although it is open: it has not had everything of its cluster for too long. */
  #lag(): string | undefined {
    const { engine } = this.#options;
    if (engine.kind !== 'kurrentdb') return undefined;
    const lag = Date.now() - this.#gauges.get('caughtUpAt');
    if (lag <= engine.mostLagMilliseconds) return undefined;
    return `behind the ledger's cluster for ${Math.round(lag / 1_000)} s`;
  }

  /** From here on requests are refused with the reason; what was accepted before is still finished by the threads. */
  #takeThreads(reason: string): Threads | undefined {
    const threads = this.#threads;
    if (threads) this.#outbox.flush(threads.writer);
    this.#threads = undefined;
    for (const resolve of this.#merging.splice(0)) resolve();
    this.#notReady = reason;
    return threads;
  }

  #isReadStoreOfTheLedger(): boolean {
    const { statements, ledger } = this.#paths;
    const rows = ROW_GROUP_NAMES.map((name) => this.#paths[name]);
    // A ledger in memory begins anew with each process.
    return this.#options.engine.kind !== 'memory' && isMadeFrom({ statements, rows }, ledger);
  }

  #deleteReadStore(): void {
    rmSync(this.#paths.readStore, { recursive: true, force: true });
  }

  /** Where one file is broken, so may be this node's copy of the ledger. */
  #deleteDamaged(): void {
    this.#deleteReadStore();
    if (this.#options.engine.kind === 'kurrentdb') deleteDatabase(this.#paths.ledger);
  }

  /** What died of a broken file is helped by a new one; anything else is not. */
  #onFailedThread(error: Error): void {
    this.#options.onFailure(String(error.stack ?? error));
    if (isDamage(error)) this.#repair();
    else this.#options.onFatal(error);
  }

  #repair(): void {
    this.rebuild().catch((error) => this.#options.onFatal(error as Error));
  }

  #onMessage(message: FromWriter): void {
    switch (message.kind) {
      case 'progress':
        this.#notReady = `rebuilding the read store: revision ${message.revision} of ${message.head}`;
        this.#options.onProgress?.(message.revision, message.head);
        break;
      case 'outcomes':
        this.#outbox.settle(message);
        break;
      case 'merged':
        this.#merging.shift()?.();
        break;
      case 'refreshed':
        this.#refreshes.settle(message);
        break;
      case 'identity-changed':
        this.#reloadCredentials();
        break;
      case 'notice':
        this.#options.onNotice(message.message);
        break;
      case 'failure':
        this.#options.onFailure(message.message);
        if (message.damage) this.#repair();
    }
  }

  #abandonWaiting(): void {
    this.#outbox.abandon(this.#unavailable());
    this.#refreshes.abandon(this.#unavailable());
  }

  #reloadCredentials(): void {
    try {
      this.#credentials = knownCredentials(this.#paths.identity);
    } catch (error) {
      this.#onFailedThread(error as Error);
    }
  }

  #unavailable(): LedgerlineError {
    return cannotAnswer(this.#notReady ?? 'closing');
  }
}
