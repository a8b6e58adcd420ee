import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { LedgerlineError } from '../errors.ts';
import { questionAnswerer } from '../evaluator/answer_question.ts';
import { type KeptEvaluation, readEvaluation, writeEvaluation } from '../evaluator/evaluation_file.ts';
import { Evaluator } from '../evaluator/evaluator.ts';
import type { NoAnswer, Question, QuestionAnswers } from '../evaluator/questions.ts';
import { isDamage } from '../read_store/projection_file.ts';
import { ReadSession, type ReadStorePaths } from '../read_store/read_session.ts';
import { Gauges } from '../sequencer/gauges.ts';
import { SharedHead } from '../sequencer/shared_head.ts';

/** The thread that keeps everybody's statuses, so that no long work on them delays a post or another query. */
export interface EvaluatorData {
  readonly paths: ReadStorePaths;
  /** Where it keeps what it has worked out; undefined: nowhere. */
  readonly file: string | undefined;
  /** See `SharedHead.buffer`. */
  readonly head: SharedArrayBuffer;
  /** See `Gauges.buffer`. */
  readonly gauges: SharedArrayBuffer;
}

export type ToEvaluator = { readonly number: number; readonly question: Question } | 'close';

export type FromEvaluator =
  | { readonly number: number; readonly answer: QuestionAnswers[Question['kind']] | NoAnswer }
  | { readonly number: number; readonly failure: string; readonly damage: boolean };

/** How often it looks whether something was recorded, in milliseconds. */
const LOOK_MS = 25;

/** How often it is kept, in milliseconds: all of it is written. */
const KEEP_MS = 600_000;

const data = workerData as EvaluatorData;
const port = parentPort!;
const head = new SharedHead(data.head);
const gauges = new Gauges(data.gauges);
const session = new ReadSession(data.paths);
const evaluator = new Evaluator(session, keptBy(head.revision));
let closing = false;
let kept = stateNow();
let keptSince = performance.now();

/** What was kept, if it is not ahead of the ledger. */
function keptBy(revision: number): KeptEvaluation | undefined {
  const kept = data.file === undefined ? undefined : readEvaluation(data.file);
  return kept !== undefined && kept.revision <= revision ? kept : undefined;
}

/** How far everything is worked out. */
function stateNow(): string {
  return JSON.stringify([evaluator.revision, evaluator.evaluation.gaps]);
}

function keep(): void {
  if (data.file === undefined || stateNow() === kept) return;
  const { evaluation, revision } = evaluator;
  writeEvaluation(data.file, { evaluation, revision });
  kept = stateNow();
  keptSince = performance.now();
}

function show(): void {
  gauges.set('statusesOf', evaluator.revision + 1);
  gauges.set(
    'statusesGap',
    evaluator.evaluation.gaps.reduce((sum, { from, to }) => sum + to - from, 0),
  );
}

/** Lets questions be answered. */
const pause = async (): Promise<boolean> => {
  show();
  await turn();
  return !closing;
};
const isBehind = (): boolean => evaluator.revision < head.revision;
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
    if (error instanceof LedgerlineError && error.code === 'unavailable') {
      port.postMessage({ number, answer: { notYet: 'the store is closing' } } satisfies FromEvaluator);
      return;
    }
    const failure = String((error as Error).stack ?? error);
    port.postMessage({ number, failure, damage: isDamage(error) } satisfies FromEvaluator);
  }
});

while (!closing) {
  if (isBehind()) await evaluator.catchUp(head.revision, pause);
  else if (evaluator.hasGaps) await evaluator.fillGaps(async () => (await pause()) && !isBehind());
  else await wait(LOOK_MS);
  show();
  // What is lost by a crash is worked out again from the events since.
  if (performance.now() - keptSince > KEEP_MS) keep();
}
keep();
session.close();
port.close();
