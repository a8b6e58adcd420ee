import { afterEach, beforeEach, expect, it } from 'vitest';
import { questionAnswerer } from '../../src/evaluator/answer_question.ts';
import { Evaluator } from '../../src/evaluator/evaluator.ts';
import { MemoryLedger } from '../../src/ledger/memory.ts';
import { ReadSession } from '../../src/read_store/read_session.ts';
import type { LearningAction } from '../../src/sequencer/command.ts';
import { aCredential, type LocalStore, openLocalStore } from '../support/local_store.ts';
import { aStatement, type Posted } from '../support/statements.ts';

const VERB = 'http://adlnet.gov/expapi/verbs/completed';
const ACTIVITY = 'https://example.org/safety';
const AUTHORITY = 'account:https://lrs.example.org|lms';
const ACCOUNT = { homePage: 'https://lms.example.org', name: 'learner-1' };
const DECLARED: readonly LearningAction[] = [
  { type: 'agency-declared', data: { agency: 'agency-a', name: 'Agency A' } },
  { type: 'platform-declared', data: { platform: 'lms', name: 'LMS', authorities: [AUTHORITY] } },
  {
    type: 'course-declared',
    data: {
      course: 'safety',
      title: 'Safety',
      editions: [],
      completion: [{ platforms: ['lms'], verbs: [VERB], activities: [ACTIVITY] }],
    },
  },
  {
    type: 'requirement-declared',
    data: {
      requirement: 'R',
      title: 'Safety',
      from: '2020-01-01',
      appliesTo: { all: [] },
      satisfiedBy: { course: 'safety' },
    },
  },
  {
    type: 'facts-recorded',
    data: {
      facts: ['P-1', 'P-2'].map((person) => ({
        person,
        agency: 'agency-a',
        name: 'assigned',
        value: true,
        from: '2020-01-01',
      })),
    },
  },
  { type: 'account-linked', data: { account: `account:${ACCOUNT.homePage}|${ACCOUNT.name}`, person: 'P-1' } },
];
const completion = aStatement({
  actor: { account: ACCOUNT },
  verb: { id: VERB },
  object: { id: ACTIVITY },
  timestamp: '2024-05-01T10:00:00Z',
});
const credential = aCredential('lms', 'statements/write');

let store: LocalStore;
beforeEach(async () => {
  store = await openLocalStore(new MemoryLedger());
  for (const action of DECLARED) {
    const outcome = await store.sequencer.submit({ kind: 'learning', credential: 'editor', action });
    if ('error' in outcome) throw new Error(outcome.error.message);
  }
});
afterEach(() => store.close());

async function stored(...statements: Posted[]): Promise<number> {
  const outcome = await store.store(statements, credential);
  if ('error' in outcome) throw new Error(outcome.error.message);
  return store.head.revision;
}

it('reads what the tables hold without the tail, whatever is in it', async () => {
  const merged = await stored(completion);
  store.closeSegment();
  store.mergeNext();
  const head = await stored(completion);
  const session = new ReadSession(store.paths);
  try {
    expect(session.read(({ segments }) => segments.length, merged)).toBe(0);
    expect(session.read(({ segments }) => segments.length, head)).toBe(1);
    expect(session.read(({ segments }) => segments.length)).toBe(1);
  } finally {
    session.close();
  }
});

it('an evaluator that is far behind takes what the tables hold at once, and goes over what came since', async () => {
  for (let i = 0; i < 41; i++) await stored(...Array.from({ length: 500 }, () => aStatement()));
  store.closeSegment();
  store.mergeNext();
  const merged = store.head.revision;
  const head = await stored(completion);
  const session = new ReadSession(store.paths);
  try {
    const evaluator = new Evaluator(session);
    const pause = async () => true;
    await evaluator.catchUp(head, pause);
    expect({ revision: evaluator.revision, gaps: evaluator.evaluation.gaps }).toEqual({
      revision: head,
      gaps: [{ from: 0, to: merged }],
    });
    const ask = questionAnswerer({ session, evaluator, head: () => head, pause });
    const compliant = async (knownAt: number) => {
      const point = { asOf: { day: '2024-06-01' }, now: 0, knownAt } as const;
      const answer = await ask({ kind: 'counts', agency: 'agency-a', chosen: {}, by: undefined, point });
      if (typeof answer === 'string' || !('requirements' in answer)) throw new Error(JSON.stringify(answer));
      return JSON.parse(answer.requirements)[0].counts.compliant;
    };
    const answers = async () => [await compliant(merged - 1), await compliant(merged), await compliant(head)];
    expect([evaluator.has(merged - 1), evaluator.has(merged)]).toEqual([false, true]);
    expect(await answers()).toEqual([0, 0, 1]);
    await evaluator.fillGaps(pause);
    expect([evaluator.has(merged - 1), evaluator.has(0)]).toEqual([true, true]);
    expect(await answers()).toEqual([0, 0, 1]);
  } finally {
    session.close();
  }
});
