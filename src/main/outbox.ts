import type { Worker } from 'node:worker_threads';
import { LedgerlineError } from '../errors.ts';
import type { Command, Outcome } from '../sequencer/command.ts';
import type { ToWriter } from './writer_thread.ts';

interface Waiting {
  readonly resolve: (revision: number) => void;
  readonly reject: (error: Error) => void;
  readonly size: number;
}

/** The commands on their way to the writer, and those whose outcome is not known yet. */
export class Outbox {
  readonly #limit: number;
  readonly #waiting = new Map<number, Waiting>();
  /** What was submitted since the last turn of the event loop: it goes to the writer in one message. */
  #unsent: { number: number; command: Command }[] = [];
  #next = 0;
  /** How many statements wait. */
  #queued = 0;

  /** @param limit how many statements may wait before more are refused with `overloaded` */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether every command has its outcome. */
  get isSettled(): boolean {
    return this.#waiting.size === 0;
  }

  /** Resolves with the revision of the command's last event. Rejects as the writer refuses it, and with `overloaded`. */
  submit(command: Command, writer: Worker): Promise<number> {
    const size = command.kind === 'store-statements' ? command.ids.length : 1;
    // A batch larger than the whole limit is taken when nothing waits; else it could never be.
    if (this.#queued > 0 && this.#queued + size > this.#limit) {
      const message = `${this.#queued} statements wait to be stored; the limit is ${this.#limit}.`;
      return Promise.reject(new LedgerlineError('overloaded', message, { retryAfterSeconds: 1 }));
    }
    const number = this.#next++;
    return new Promise((resolve, reject) => {
      this.#queued += size;
      this.#waiting.set(number, { resolve, reject, size });
      if (this.#unsent.length === 0) setImmediate(() => this.flush(writer));
      this.#unsent.push({ number, command });
    });
  }

  /** Sends what was submitted. */
  flush(writer: Worker): void {
    const commands = this.#unsent.splice(0);
    if (commands.length === 0) return;
    // The bytes of statements have a buffer of their own: it goes over, and is not copied.
    const buffers = commands.map(({ command }) => command.kind === 'store-statements' && command.bytes.buffer);
    writer.postMessage(
      { commands } satisfies ToWriter,
      buffers.filter((buffer) => buffer instanceof ArrayBuffer),
    );
  }

  settle(number: number, outcome: Outcome): void {
    const { resolve, reject, size } = this.#waiting.get(number)!;
    this.#waiting.delete(number);
    this.#queued -= size;
    if ('revision' in outcome) resolve(outcome.revision);
    else reject(new LedgerlineError(outcome.error.code, outcome.error.message, outcome.error.details));
  }

  /** The writer has died: whoever waits does not learn what became of his command. */
  abandon(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
    this.#queued = 0;
  }
}
