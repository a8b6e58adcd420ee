import { expect } from 'vitest';
import type { AccountLinked, LearningEventData } from '../../src/events/learning_types.ts';
import type { Policy } from '../../src/learning/model.ts';
import { MemoryLedger } from '../../src/ledger/memory.ts';
import { answer, type HistoryAnswer } from '../../src/queries/answers.ts';
import { type LearnerName, learnerOf } from '../../src/queries/learner.ts';
import type { Snapshot } from '../../src/read_store/read_session.ts';
import type { LearningAction } from '../../src/sequencer/command.ts';
import type { Credential } from '../../src/store.ts';
import { accountKey, agentKey } from '../../src/xapi/identifiers.ts';
import { microsOf } from '../../src/xapi/instant.ts';
import { aCredential, type LocalStore, openLocalStore } from '../support/local_store.ts';
import { aVoidingOf } from '../support/statements.ts';
import {
  ACCOUNTS,
  AGENCIES,
  COURSES,
  type Decided,
  PERSONS,
  type Said,
  type Stating,
  type Step,
} from './arbitrary_learning.ts';

const CREDENTIALS: Readonly<Record<Stating, Credential>> = {
  campus: aCredential('campus', 'statements/write'),
  blog: aCredential('blog', 'statements/write'),
  any: aCredential('any', 'all'),
};
const PASSED = 'http://adlnet.gov/expapi/verbs/passed';
const activityOf = (course: string) => `https://example.org/courses/${course}`;
const authorityOf = (name: string) => `account:https://lrs.example.org|${name}`;

/** The kinds of things that are named by the revision which made them. */
type Kind = 'link' | 'claim' | 'merge' | 'certificate';
const KIND: Readonly<Record<string, Kind>> = {
  unlink: 'link',
  confirm: 'claim',
  'refuse claim': 'claim',
  unmerge: 'merge',
  verify: 'certificate',
  refuse: 'certificate',
  withdraw: 'certificate',
};

/** Persons, accounts and statements of one run, beside those of others in the same store. */
export interface World {
  readonly store: LocalStore;
  readonly run: number;
  /** The revisions by which things are named, in the order in which they were made. */
  readonly made: Readonly<Record<Kind, number[]>>;
  /** Who could complete what, and which decision counts, as it is at the begin of every run. */
  begin(): Promise<void>;
  /** Does it; what is refused changes nothing. @throws when the store fails */
  does(step: Step): Promise<void>;
  /** Decides something. Undefined: it was refused. @throws when the store fails */
  decide(decided: Decided): Promise<number | undefined>;
  personOf(number: number): string;
  accountOf(number: number): string;
}

/** What the ids of a run's statements begin with. */
export function idPrefix(run: number): string {
  return String(run).padStart(8, '0');
}

/** How often decisions were revoked in a store: a revoked one stays so, and the next run has others. */
const generations = new WeakMap<LocalStore, number>();

/** The same store, or a new one for every tenth run: what is declared is common to all runs of a store. */
export async function renewed(store: LocalStore, run: number): Promise<LocalStore> {
  if (run % 10 !== 0) return store;
  store.close();
  return openLocalStore(new MemoryLedger());
}

export function aWorld(store: LocalStore, run: number): World {
  const made: World['made'] = { link: [], claim: [], merge: [], certificate: [] };
  const personOf = (number: number) => `P-${run}-${number}`;
  const actorOf = (number: number) => ({
    account: { homePage: 'https://hub.example.org', name: `learner-${run}-${number}` },
  });
  const accountOf = (number: number) => accountKey(agentKey(actorOf(number))!);
  const idOf = (number: number) => `${idPrefix(run)}-0000-4000-8000-${String(number).padStart(12, '0')}`;
  const nth = (kind: Kind, number: number) => made[kind][number % made[kind].length];
  const generation = generations.get(store) ?? 0;
  const decisionOf = (name: string) => `${name}-${generation}`;
  /** What was claimed, by the claim. */
  const claimed = new Map<number, AccountLinked>();

  const submit = async (action: LearningAction): Promise<number | undefined> => {
    const outcome = await store.sequencer.submit({ kind: 'learning', credential: 'editor', action });
    if ('revision' in outcome) return outcome.revision;
    if (!REFUSALS.includes(outcome.error.code)) throw new Error(outcome.error.message);
    return undefined;
  };
  const say = async (one: Said): Promise<void> => {
    const statement =
      one.do === 'void'
        ? aVoidingOf(idOf(one.statement), { id: idOf(100 + one.voiding), timestamp: '2024-12-01T00:00:00Z' })
        : {
            id: idOf(one.statement),
            actor: actorOf(one.account),
            verb: { id: PASSED },
            object: { id: activityOf(one.course) },
            result: { score: { scaled: one.scaled } },
            timestamp: `${one.day}T20:00:00Z`,
          };
    const outcome = await store.store([statement], CREDENTIALS[one.by]);
    if ('error' in outcome && !REFUSALS.includes(outcome.error.code)) throw new Error(outcome.error.message);
  };
  const decide = async (decided: Decided): Promise<number | undefined> => {
    const action = actionOf(decided, { personOf, accountOf, idOf, decisionOf, nth, claimed });
    if (action === undefined) return undefined;
    const revision = await submit(action);
    if (revision === undefined) return undefined;
    const kind = MAKES[decided.do];
    if (kind !== undefined && !made[kind].includes(revision)) made[kind].push(revision);
    if (decided.do === 'revoke') generations.set(store, generation + 1);
    if (action.type === 'account-claimed') claimed.set(revision, action.data);
    return revision;
  };
  return {
    store,
    run,
    made,
    personOf,
    accountOf,
    decide,
    async does(step) {
      if (step.do === 'state' || step.do === 'void') await say(step);
      else await decide(step);
    },
    async begin() {
      for (const action of beginning(decisionOf)) await submit(action);
    },
  };
}

const REFUSALS: readonly string[] = ['conflict', 'not_found', 'invalid_body', 'forbidden'];
const MAKES: Readonly<Record<string, Kind>> = {
  link: 'link',
  confirm: 'link',
  claim: 'claim',
  merge: 'merge',
  certificate: 'certificate',
};

function aCourse(course: string, { minScaled, ...changes }: { readonly minScaled?: number } = {}): LearningAction {
  const rule = { platforms: ['campus'], verbs: [PASSED], activities: [activityOf(course)] };
  const completion = [minScaled === undefined ? rule : { ...rule, minScaled }];
  return { type: 'course-declared', data: { course, title: course, editions: [], completion, ...changes } };
}

const beginning = (decisionOf: Names['decisionOf']): readonly LearningAction[] => [
  ...AGENCIES.map((agency) => ({ type: 'agency-declared' as const, data: { agency, name: agency } })),
  ...['campus', 'blog'].map((platform) => ({
    type: 'platform-declared' as const,
    data: { platform, name: platform, authorities: [authorityOf(platform)] },
  })),
  ...COURSES.map((course) => aCourse(course)),
  ...['one', 'other'].map((decision) => ({
    type: 'equivalence-decided' as const,
    data: {
      decision: decisionOf(decision),
      effect: 'counts' as const,
      sources: [{ course: COURSES[0] }],
      target: decision === 'one' ? COURSES[1] : COURSES[2],
      from: '2024-01-01',
      basis: { document: 'DOC/0' },
      decidedBy: 'Learning board',
    },
  })),
];

interface Names {
  personOf(number: number): string;
  accountOf(number: number): string;
  idOf(number: number): string;
  decisionOf(name: string): string;
  nth(kind: Kind, number: number): number | undefined;
  readonly claimed: ReadonlyMap<number, AccountLinked>;
}

const BY = { authority: 'Records office', reason: 'checked' };

/** What is submitted; undefined where nothing was made that it could be about. */
function actionOf(
  decided: Decided,
  { personOf, accountOf, idOf, decisionOf, nth, claimed }: Names,
): LearningAction | undefined {
  const kind = 'nth' in decided ? KIND[decided.do] : undefined;
  const about = 'nth' in decided && kind !== undefined ? nth(kind, decided.nth) : undefined;
  if (kind !== undefined && about === undefined) return undefined;
  const action = <T extends keyof LearningEventData>(type: T, data: LearningEventData[T]) =>
    ({ type, data }) as LearningAction;
  switch (decided.do) {
    case 'fact':
      return action('facts-recorded', { facts: [{ person: personOf(decided.person), ...decided.fact } as never] });
    case 'link':
    case 'claim': {
      const data = { account: accountOf(decided.account), person: personOf(decided.person) };
      return action(decided.do === 'link' ? 'account-linked' : 'account-claimed', data);
    }
    case 'unlink':
      return action('account-unlinked', { link: about!, reason: 'wrong' });
    case 'confirm':
      return action('account-linked', { ...claimed.get(about!)!, claim: about! });
    case 'refuse claim':
      return action('claim-refused', { claim: about!, reason: 'wrong' });
    case 'merge':
      return action('persons-merged', { persons: [personOf(decided.persons[0]), personOf(decided.persons[1])] });
    case 'unmerge':
      return action('persons-unmerged', { merge: about!, reason: 'two' });
    case 'certificate': {
      const { course, completed, expires } = decided;
      const data = { person: personOf(decided.person), course, completed, issuer: 'Institute', evidence: [] };
      return action('certificate-recorded', expires ? { ...data, expires: '2024-12-01' } : data);
    }
    case 'verify':
      return action('certificate-verified', { recorded: about!, authority: BY.authority });
    case 'refuse':
      return action('certificate-refused', { recorded: about!, ...BY });
    case 'withdraw':
      return action('certificate-withdrawn', { certificate: { recorded: about! }, ...decided.days, ...BY });
    case 'withdraw earned': {
      const certificate = { course: decided.course, statement: idOf(decided.statement) };
      return action('certificate-withdrawn', { certificate, ...decided.days, ...BY });
    }
    case 'course':
      return aCourse(decided.course, decided.changes);
    case 'agency':
      return action('agency-declared', { agency: decided.agency, name: decided.agency, zone: decided.zone });
    case 'decide':
      return action('equivalence-decided', { ...decided.decision, decision: decisionOf(decided.decision.decision) });
    case 'revoke': {
      const { decision, from, keep } = decided;
      return action('equivalence-revoked', { decision: decisionOf(decision), from, keep, reason: 'superseded' });
    }
  }
}

/** A question about a day, whatever the revision. */
export type Question =
  | {
      readonly kind: 'recognition';
      readonly learner: LearnerName;
      readonly agency: string | null;
      readonly day: string;
    }
  | {
      readonly kind: 'person' | 'learner';
      readonly learner: LearnerName;
      readonly agency: string;
      readonly day: string;
    }
  | { readonly kind: 'history'; readonly learner: LearnerName; readonly voided: boolean; readonly day: string }
  | { readonly kind: 'claims' | 'decisions'; readonly agency: string; readonly day: string }
  | { readonly kind: 'policy'; readonly day: string };

/** Every question about a day, of every person and account. */
export function everyQuestion({ personOf, accountOf }: World, day: string): Question[] {
  const learners: LearnerName[] = [
    ...Array.from({ length: PERSONS }, (_, i) => ({ person: personOf(i) })),
    ...Array.from({ length: ACCOUNTS }, (_, i) => ({ account: accountOf(i) })),
  ];
  return [
    ...learners.flatMap((learner): Question[] => [
      ...[null, ...AGENCIES].map((agency) => ({ kind: 'recognition' as const, learner, agency, day })),
      ...AGENCIES.map((agency) => ({ kind: 'person' as const, learner, agency, day })),
      { kind: 'learner', learner, agency: 'nobody', day },
      { kind: 'history', learner, voided: false, day },
      { kind: 'history', learner, voided: true, day },
    ]),
    ...AGENCIES.flatMap((agency): Question[] => [
      { kind: 'claims', agency, day },
      { kind: 'decisions', agency, day },
    ]),
    { kind: 'policy', day },
  ];
}

/** Behind everything that is asked about. */
const MOST = 1_000;

/**
 * The answer, without the revision that it was asked at. The person's own questions are asked as somebody who may know
 * all; facts and claims as the agency's reader.
 */
function ask(snapshot: Snapshot, question: Question, knownAt: number): unknown {
  const { kind, day } = question;
  const times = { asOf: { day }, now: 0, knownAt };
  const viewer = (agency: string) => ({ agencies: [agency], persons: [] });
  switch (kind) {
    case 'recognition': {
      const { learner, agency } = question;
      return answer(snapshot, { kind, learner, agency, viewer: 'everybody', ...times });
    }
    case 'person':
      return answer(snapshot, { kind, learner: question.learner, viewer: viewer(question.agency), ...times });
    case 'learner':
      return answer(snapshot, { kind, learner: question.learner, viewer: 'everybody', ...times });
    case 'history': {
      const learner = learnerOf(snapshot, question.learner, knownAt);
      if (learner === undefined) return undefined;
      const { accounts } = learner;
      const to = microsOf(`${day}T23:59:59Z`);
      const query = { accounts, to, includeVoided: question.voided, limit: MOST, knownAt };
      return (answer(snapshot, { kind, query }) as HistoryAnswer).entries;
    }
    case 'claims':
      return answer(snapshot, { kind, viewer: viewer(question.agency), ...times });
    case 'decisions':
      return answer(snapshot, { kind, filter: { agency: question.agency }, ...times });
    case 'policy': {
      const policy = answer(snapshot, { kind, knownAt }) as Policy;
      return Object.values(policy).map((declared: ReadonlyMap<string, unknown>) => [...declared]);
    }
  }
}

/** Answers to all of these questions, as one text each. */
export function answersFrom(snapshot: Snapshot, questions: readonly Question[], knownAt: number): string[] {
  return questions.map((one) => JSON.stringify([one, ask(snapshot, one, knownAt)]));
}

export function answersTo(store: LocalStore, questions: readonly Question[], knownAt: number): string[] {
  return store.read((snapshot) => answersFrom(snapshot, questions, knownAt));
}

/** That answers are the same; where they are not, the first that differs is shown. */
export function expectSame(answers: readonly string[], expected: readonly string[]): void {
  const differs = answers.findIndex((one, i) => one !== expected[i]);
  expect(answers[differs]).toBe(expected[differs]);
  expect(answers.length).toBe(expected.length);
}

/** The last revision that is applied. */
export function headOf(store: LocalStore): number {
  return store.read(({ ledger }) => ledger.head().revision);
}

/** Merges all statements so far into the tables. */
export function mergeAll(store: LocalStore): void {
  store.closeSegment();
  while (store.mergeNext());
}
