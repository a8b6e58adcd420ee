import type { Worker } from 'node:worker_threads';
import { LedgerlineError } from '../errors.ts';
import type { Command } from '../sequencer/command.ts';
import { Slots } from '../slots.ts';
import { type NumberedCommand, pack } from './packed_commands.ts';
import type { Outcomes, ToWriter } from './writer_thread.ts';

interface Waiting {
  readonly resolve: (revision: number) => void;
  readonly reject: (error: Error) => void;
  readonly size: number;
}

/**
 * So many statements go to the writer at once, in the middle of a turn of the event loop: it works on them while the
 * rest of the turn's requests are read. Otherwise each of the two would wait for all that the other has.
 */
const ENOUGH_STATEMENTS = 32;

/** The commands on their way to the writer, and those whose outcome is not known yet. */
export class Outbox {
  readonly #limit: number;
  readonly #waiting = new Slots<Waiting>();
  /** What was submitted in this turn of the event loop: it goes to the writer in one message, or few. */
  #unsent: NumberedCommand[] = [];
  #unsentStatements = 0;
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
    return new Promise((resolve, reject) => {
      this.#queued += size;
      const number = this.#waiting.put({ resolve, reject, size });
      if (this.#unsent.length === 0) setImmediate(() => this.flush(writer));
      this.#unsent.push({ number, command });
      this.#unsentStatements += size;
      if (this.#unsentStatements >= ENOUGH_STATEMENTS) this.flush(writer);
    });
  }

  /** Sends what was submitted. */
  flush(writer: Worker): void {
    const commands = this.#unsent.splice(0);
    this.#unsentStatements = 0;
    if (commands.length === 0) return;
    writer.postMessage(pack(commands) satisfies ToWriter);
  }

  settle({ stored, refused }: Outcomes): void {
    for (let i = 0; i < stored.length; i += 2) this.#take(stored[i]!).resolve(stored[i + 1]!);
    for (const [number, { code, message, details }] of refused) {
      this.#take(number).reject(new LedgerlineError(code, message, details));
    }
  }

  /** The writer has died: whoever waits does not learn what became of his command. */
  abandon(error: Error): void {
    for (const { reject } of this.#waiting.takeAll()) reject(error);
    this.#queued = 0;
  }

  #take(number: number): Waiting {
    const waiting = this.#waiting.take(number);
    this.#queued -= waiting.size;
    return waiting;
  }
}
