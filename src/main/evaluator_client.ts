import { Worker } from 'node:worker_threads';
import { LedgerlineError } from '../errors.ts';
import type { NoAnswer, NoSuch, Question, QuestionAnswers } from '../evaluator/questions.ts';
import type { EvaluatorData, FromEvaluator, ToEvaluator } from './evaluator_thread.ts';

/** Whole lists are made of many small things that are soon gone: room for them saves moving them about. */
const YOUNG_MIB = 48;

interface Waiting {
  readonly resolve: (answer: never) => void;
  readonly reject: (error: Error) => void;
}

interface Running {
  readonly worker: Worker;
  readonly exited: Promise<unknown>;
  readonly waiting: Map<number, Waiting>;
}

export interface EvaluatorEvents {
  /** Told of failures that no client caused. */
  readonly onFailure: (message: string) => void;
  /** Told when a file of the read store turns out to be broken. */
  readonly onDamage: () => void;
}

/** The evaluator's thread. It starts with the first question: who asks none of an agency pays nothing for it. */
export class EvaluatorClient {
  readonly #data: EvaluatorData;
  readonly #events: EvaluatorEvents;
  #running: Running | undefined;
  #next = 0;

  constructor(data: EvaluatorData, events: EvaluatorEvents) {
    this.#data = data;
    this.#events = events;
  }

  /** @throws `internal`; `unavailable` when what is asked for is not worked out yet */
  async ask<Q extends Question>(question: Q): Promise<QuestionAnswers[Q['kind']] | NoSuch> {
    this.#running ??= this.#start();
    const { worker, waiting } = this.#running;
    const number = this.#next++;
    const answer = await new Promise<QuestionAnswers[Q['kind']] | NoAnswer>((resolve, reject) => {
      waiting.set(number, { resolve, reject });
      worker.postMessage({ number, question } satisfies ToEvaluator);
    });
    if (typeof answer === 'object' && 'notYet' in answer) {
      throw new LedgerlineError('unavailable', `This cannot be answered yet: ${answer.notYet}.`, {
        retryAfterSeconds: 2,
      });
    }
    return answer;
  }

  /** Ends the thread; what was asked and not answered is refused. */
  async close(): Promise<void> {
    if (this.#running === undefined) return;
    const { worker, exited } = this.#running;
    worker.postMessage('close' satisfies ToEvaluator);
    await exited;
  }

  #start(): Running {
    const worker = new Worker(new URL('./evaluator_thread.ts', import.meta.url), {
      workerData: this.#data,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB },
      name: 'evaluator',
    });
    const waiting = new Map<number, Waiting>();
    const exited = new Promise<void>((resolve) =>
      worker.once('exit', () => {
        // With the next question another takes its place.
        this.#running = undefined;
        for (const { reject } of waiting.values()) reject(failed());
        resolve();
      }),
    );
    worker.on('error', (error) => this.#events.onFailure(String((error as Error).stack ?? error)));
    worker.on('message', (message: FromEvaluator) => {
      const { resolve, reject } = waiting.get(message.number)!;
      waiting.delete(message.number);
      if ('answer' in message) return resolve(message.answer as never);
      this.#events.onFailure(message.failure);
      reject(failed());
      if (message.damage) this.#events.onDamage();
    });
    return { worker, exited, waiting };
  }
}

function failed(): LedgerlineError {
  return new LedgerlineError('internal', 'The query failed.');
}
