import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { questionAnswerer } from '../evaluator/answer_question.ts';
import { Evaluator } from '../evaluator/evaluator.ts';
import type { NoAnswer, Question, QuestionAnswers } from '../evaluator/questions.ts';
import { isDamage } from '../read_store/projection_file.ts';
import { ReadSession, type ReadStorePaths } from '../read_store/read_session.ts';
import { SharedHead } from '../sequencer/shared_head.ts';

/** The thread that keeps everybody's statuses, so that no long work on them delays a post or another query. */
export interface EvaluatorData {
  readonly paths: ReadStorePaths;
  /** See `SharedHead.buffer`. */
  readonly head: SharedArrayBuffer;
}

export type ToEvaluator = { readonly number: number; readonly question: Question } | 'close';

export type FromEvaluator =
  | { readonly number: number; readonly answer: QuestionAnswers[Question['kind']] | NoAnswer }
  | { readonly number: number; readonly failure: string; readonly damage: boolean };

/** How often it looks whether something was recorded, in milliseconds. */
const LOOK_MS = 25;

const data = workerData as EvaluatorData;
const port = parentPort!;
const head = new SharedHead(data.head);
const session = new ReadSession(data.paths);
const evaluator = new Evaluator(session);
let closing = false;

/** Lets questions be answered. */
const pause = async (): Promise<boolean> => {
  await turn();
  return !closing;
};
const answer = questionAnswerer({ session, evaluator, head: () => head.revision, pause });

port.on('message', async (message: ToEvaluator) => {
  if (message === 'close') {
    closing = true;
    return;
  }
  const { number, question } = message;
  try {
    port.postMessage({ number, answer: await answer(question) } satisfies FromEvaluator);
  } catch (error) {
    const failure = String((error as Error).stack ?? error);
    port.postMessage({ number, failure, damage: isDamage(error) } satisfies FromEvaluator);
  }
});

while (!closing) {
  if (evaluator.revision < head.revision) await evaluator.catchUp(head.revision, pause);
  else await wait(LOOK_MS);
}
session.close();
port.close();
