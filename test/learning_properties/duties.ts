import fc from 'fast-check';
import { questionAnswerer } from '../../src/evaluator/answer_question.ts';
import type { RequirementCounts } from '../../src/evaluator/counts.ts';
import { Evaluator } from '../../src/evaluator/evaluator.ts';
import type { ListedStatus } from '../../src/evaluator/listing.ts';
import type { Question, QuestionAnswers } from '../../src/evaluator/questions.ts';
import type { Condition, RequirementDeclared, Satisfaction } from '../../src/events/compliance_types.ts';
import type { FactValue } from '../../src/events/learning_types.ts';
import { answer } from '../../src/queries/answers.ts';
import type { ComplianceAnswer } from '../../src/queries/compliance_answers.ts';
import { ReadSession } from '../../src/read_store/read_session.ts';
import type { LearningAction } from '../../src/sequencer/command.ts';
import type { LocalStore } from '../support/local_store.ts';
import { AGENCIES, COURSES, PERSONS } from './arbitrary_learning.ts';
import { headOf, type World } from './world.ts';

/** What makes learning a duty: requirements, waivers, and the facts of persons and places that they ask for. */
export interface Duty {
  readonly do: 'duty';
  /** Persons are told by the world. */
  readonly action: (personOf: (number: number) => string) => LearningAction;
}

const DAYS = ['2024-01-01', '2024-02-29', '2024-05-01', '2024-08-31', '2024-12-01'];
const REQUIREMENTS = ['safety', 'yearly'];
const day = fc.constantFrom(...DAYS);
const agency = fc.constantFrom(...AGENCIES);
const maybe = <Value>(one: fc.Arbitrary<Value>) => fc.option(one, { nil: undefined });
const clean = <Value extends object>(value: Value) =>
  Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as {
    [Name in keyof Value]: Exclude<Value[Name], undefined>;
  };
const span = fc.tuple(day, maybe(day)).map(([one, other]) => {
  if (other === undefined) return { from: one };
  return one < other ? { from: one, to: other } : { from: other, to: one };
});

const P4: Condition = { fact: 'grade', equals: 'P4' };
const condition = fc.constantFrom<Condition>(
  { all: [] },
  { all: [] },
  P4,
  { not: P4 },
  { at: 'dutyStation', is: { fact: 'hardship', equals: true, unrecorded: false } },
  { fact: 'absent', equals: true, unrecorded: false },
);
const course = fc.constantFrom(...COURSES).map((course): Satisfaction => ({ course }));
const satisfaction = fc.oneof(
  { weight: 3, arbitrary: course },
  fc
    .record({ all: fc.array(course, { minLength: 2, maxLength: 2 }), ordered: maybe(fc.constant(true as const)) })
    .map(clean),
  fc.record({
    any: fc.array(fc.oneof(course, fc.record({ when: condition, needs: course })), { minLength: 1, maxLength: 3 }),
  }),
  fc.constant<Satisfaction>({ boundTo: 'dutyStation', course: 'induction' }),
);

const required = fc
  .record({
    requirement: fc.constantFrom(...REQUIREMENTS),
    agency: maybe(agency),
    days: span,
    appliesTo: condition,
    satisfiedBy: satisfaction,
    recurrence: maybe(fc.constantFrom({ every: 'P3M', window: 'P1M', toRenew: 'P10D' }, { yearly: '04-01' })),
    timeToComply: maybe(fc.constantFrom({ within: 'P2M' }, { within: 'P1M', anchor: 'entry' })),
    bridge: maybe(fc.constant(60)),
    absence: maybe(
      fc.constantFrom('excuses' as const, 'stops-clock' as const).map((effect) => ({
        when: { fact: 'absent', equals: true } as const,
        effect,
      })),
    ),
  })
  .map(({ days, ...more }): RequirementDeclared => ({ title: more.requirement, ...days, ...clean(more) }));

const waived = fc.record({
  waiver: fc.constantFrom('one', 'other'),
  requirements: fc.subarray(REQUIREMENTS, { minLength: 1 }),
  who: fc.oneof(
    fc.nat(PERSONS - 1),
    condition.map((group) => ({ group })),
  ),
  days: span,
  more: fc.constantFrom({}, { stopsClock: true as const }, { extendsTo: '2024-10-15' }),
});

const FACTS: readonly (readonly [name: string, ...values: FactValue[]])[] = [
  ['assigned', true],
  ['grade', 'P3', 'P4'],
  ['dutyStation', 'kabul', 'juba'],
  ['absent', true, false],
  ['entry', '2024-02-10'],
];
const ofPerson = fc.constantFrom(...FACTS).chain(([name, ...values]) =>
  fc.record({
    name: fc.constant(name),
    value: fc.constantFrom<(FactValue | null)[]>(...values, null),
    days: span,
    agency,
  }),
);
const ofPlace = fc.oneof(
  fc.record({
    name: fc.constant('hardship'),
    value: fc.constantFrom<(FactValue | null)[]>(true, false, null),
    days: span,
  }),
  fc.record({
    name: fc.constant('induction'),
    value: fc.constantFrom<(FactValue | null)[]>(...COURSES, null),
    days: span,
  }),
);

const duty = (action: Duty['action']): Duty => ({ do: 'duty', action });

export const duties: fc.Arbitrary<Duty> = fc.oneof(
  {
    weight: 4,
    arbitrary: required.map((data) => duty(() => ({ type: 'requirement-declared', data }))),
  },
  fc
    .record({ requirement: fc.constantFrom(...REQUIREMENTS), from: day })
    .map((data) => duty(() => ({ type: 'requirement-withdrawn', data: { ...data, reason: 'Not needed.' } }))),
  {
    weight: 2,
    arbitrary: waived.map(({ who, days, more: { extendsTo, ...more }, ...waiver }) =>
      duty((personOf) => {
        const persons = typeof who === 'number' ? { persons: [personOf(who)] } : who;
        const extended = extendsTo === undefined ? { ...days, ...more } : { from: days.from, extendsTo };
        return {
          type: 'waiver-granted',
          data: { ...waiver, ...persons, ...extended, reason: 'Leave', grantedBy: 'HR' },
        };
      }),
    ),
  },
  fc
    .constantFrom('one', 'other')
    .map((waiver) => duty(() => ({ type: 'waiver-withdrawn', data: { waiver, reason: 'Back.' } }))),
  {
    weight: 5,
    arbitrary: fc.tuple(fc.nat(PERSONS - 1), ofPerson).map(([person, { days, ...fact }]) =>
      duty((personOf) => ({
        type: 'facts-recorded',
        data: { facts: [{ person: personOf(person), ...fact, ...days }] },
      })),
    ),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom('kabul', 'juba'), ofPlace)
      .map(([place, { days, ...fact }]) =>
        duty(() => ({ type: 'facts-recorded', data: { facts: [{ place, ...fact, ...days }] } })),
      ),
  },
);

const REFUSALS: readonly string[] = ['conflict', 'not_found', 'invalid_body'];

/** Has it recorded; what is refused changes nothing. @throws when the store fails */
export async function doDuty({ store, personOf }: World, { action }: Duty): Promise<void> {
  const outcome = await store.sequencer.submit({ kind: 'learning', credential: 'editor', action: action(personOf) });
  if ('error' in outcome && !REFUSALS.includes(outcome.error.code)) throw new Error(outcome.error.message);
}

/** Everybody is in an agency, with an account and something to learn, before the history begins. */
export async function beginDuties(world: World): Promise<void> {
  const yearly = { satisfiedBy: { course: COURSES[1] }, recurrence: { yearly: '04-01' } };
  const terms = { from: '2024-01-01', appliesTo: { all: [] } };
  const required: RequirementDeclared[] = [
    {
      requirement: 'safety',
      title: 'Safety',
      ...terms,
      satisfiedBy: { course: COURSES[0] },
      timeToComply: { within: 'P6M' },
    },
    { requirement: 'yearly', title: 'Yearly', ...terms, ...yearly },
  ];
  for (const data of required)
    await doDuty(
      world,
      duty(() => ({ type: 'requirement-declared', data })),
    );
  for (let person = 0; person < PERSONS; person++) {
    const assigned = { name: 'assigned', value: true, from: '2024-01-15', agency: AGENCIES[person % 2]! };
    const facts = [{ person: world.personOf(person), ...assigned }];
    await doDuty(
      world,
      duty(() => ({ type: 'facts-recorded', data: { facts } })),
    );
    await world.decide({ do: 'link', account: person, person });
  }
}

/** How every person stands on a day and, of all requirements, on all other days, as known at a revision. */
export function everyCompliance(
  { store, personOf }: World,
  asOf: string,
  knownAt: number,
): (ComplianceAnswer | undefined)[] {
  return store.read((snapshot) =>
    Array.from({ length: PERSONS }, (_, i) => {
      const request = { kind: 'compliance', learner: { person: personOf(i) }, viewer: 'everybody', now: 0 } as const;
      const which = { agency: undefined, requirement: undefined, timeline: true };
      return answer(snapshot, { ...request, ...which, asOf: { day: asOf }, knownAt }) as ComplianceAnswer | undefined;
    }),
  );
}

/** What answers about agencies, as the evaluator's thread does; it has gone over the events so far. */
export interface Agencies {
  /** Goes over the events that came since. */
  catchUp(): Promise<void>;
  counts(agency: string, asOf: string, knownAt: number): Promise<readonly RequirementCounts[]>;
  list(agency: string, asOf: string, knownAt: number): Promise<readonly ListedStatus[]>;
  close(): void;
}

export function agenciesOf(store: LocalStore): Agencies {
  const session = new ReadSession(store.paths);
  const evaluator = new Evaluator(session);
  const pause = async () => true;
  const ask = questionAnswerer({ session, evaluator, head: () => headOf(store), pause });
  const answered = async <Q extends Question>(question: Q) => {
    const found = await ask(question);
    if (typeof found === 'string' || 'notYet' in found) throw new Error(JSON.stringify(found));
    return found as QuestionAnswers[Q['kind']];
  };
  const point = (asOf: string, knownAt: number) => ({ asOf: { day: asOf }, now: 0, knownAt });
  return {
    catchUp: () => evaluator.catchUp(headOf(store), pause),
    async counts(agency, asOf, knownAt) {
      const question = { kind: 'counts', agency, chosen: {}, by: undefined, point: point(asOf, knownAt) } as const;
      return JSON.parse((await answered(question)).requirements);
    },
    async list(agency, asOf, knownAt) {
      const question = { kind: 'list', agency, wanted: {}, limit: 1000, after: undefined } as const;
      return (await answered({ ...question, point: point(asOf, knownAt) })).found;
    },
    close: () => session.close(),
  };
}
