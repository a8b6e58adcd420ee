import fc from 'fast-check';
import type { CertificateWithdrawn, EquivalenceDecided, Fact, FactValue } from '../../src/events/learning_types.ts';

/** Few names, so that what happens meets: of each kind the number that is drawn. */
export const PERSONS = 3;
export const ACCOUNTS = 3;
export const AGENCIES = ['agency-a', 'agency-b'] as const;
export const COURSES = ['first', 'second', 'third'] as const;
const DECISIONS = ['one', 'other'] as const;
/** How many statements there can be; voidings have ids of their own. */
export const STATEMENTS = 5;

const day = fc.constantFrom('2024-01-15', '2024-04-30', '2024-07-31', '2024-11-15');
const person = fc.nat(PERSONS - 1);
const account = fc.nat(ACCOUNTS - 1);
const agency = fc.constantFrom(...AGENCIES);
const course = fc.constantFrom(...COURSES);
/** Which of those that were made so far. */
const nth = fc.nat(5);
const span = fc.tuple(day, fc.option(day)).map(([one, other]) => {
  if (other === null) return { from: one };
  return one < other ? { from: one, to: other } : { from: other, to: one };
});

/** Who states: a platform that courses trust, one that none does, or one that may void whatever it likes. */
const stating = fc.constantFrom('campus', 'blog', 'any' as const);
export type Stating = 'campus' | 'blog' | 'any';

/** A statement of an account about a course, or a voiding of one. */
export type Said =
  | {
      readonly do: 'state';
      readonly statement: number;
      readonly account: number;
      readonly course: string;
      readonly by: Stating;
      readonly scaled: number;
      readonly day: string;
    }
  | { readonly do: 'void'; readonly voiding: number; readonly statement: number; readonly by: Stating };

const statement = fc.nat(STATEMENTS - 1);
export const said: fc.Arbitrary<Said> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('state' as const),
      statement,
      account,
      course,
      by: fc.oneof({ weight: 4, arbitrary: fc.constant('campus' as const) }, stating) as fc.Arbitrary<Stating>,
      scaled: fc.constantFrom(0.4, 0.9),
      day,
    }),
  },
  fc.record({
    do: fc.constant('void' as const),
    voiding: fc.nat(5),
    statement,
    by: stating as fc.Arbitrary<Stating>,
  }),
);

/** A command about people, policy or certificates. What was made before is named by its number among its kind. */
export type Decided =
  | { readonly do: 'fact'; readonly fact: Omit<Fact, 'person'>; readonly person: number }
  | { readonly do: 'link' | 'claim'; readonly account: number; readonly person: number }
  | { readonly do: 'unlink' | 'confirm' | 'refuse claim' | 'unmerge' | 'verify' | 'refuse'; readonly nth: number }
  | { readonly do: 'merge'; readonly persons: readonly [number, number] }
  | {
      readonly do: 'certificate';
      readonly person: number;
      readonly course: string;
      readonly completed: string;
      readonly expires: boolean;
    }
  | {
      readonly do: 'withdraw';
      readonly nth: number;
      readonly days: Pick<CertificateWithdrawn, 'kind' | 'from' | 'to'>;
    }
  | {
      readonly do: 'withdraw earned';
      readonly statement: number;
      readonly course: string;
      readonly days: Pick<CertificateWithdrawn, 'kind' | 'from' | 'to'>;
    }
  | { readonly do: 'course'; readonly course: string; readonly changes: object }
  | { readonly do: 'agency'; readonly agency: string; readonly zone: string }
  | { readonly do: 'decide'; readonly decision: EquivalenceDecided }
  | { readonly do: 'revoke'; readonly decision: string; readonly from: string; readonly keep: boolean };

const withdrawal = fc.oneof(
  fc.record({ kind: fc.constant('revoked' as const), from: day }),
  span.map((days) => ({ kind: 'suspended' as const, ...days })),
);

const named = fc.oneof(
  fc.record({ name: fc.constant('assigned'), value: fc.constantFrom<(FactValue | null)[]>(true, false, null) }),
  fc.record({ name: fc.constant('grade'), value: fc.constantFrom<(FactValue | null)[]>('P3', 'P4', null) }),
);
const fact = fc.tuple(agency, named, span).map(([agency, what, days]) => ({ agency, ...what, ...days }));

const decision = fc
  .record({
    decision: fc.constantFrom(...DECISIONS),
    agency: fc.option(agency, { nil: undefined }),
    effect: fc.constantFrom('counts' as const, 'does-not-count' as const),
    courses: fc.shuffledSubarray([...COURSES], { minLength: 2, maxLength: 3 }),
    mutual: fc.boolean(),
    transitive: fc.boolean(),
    maxAge: fc.constantFrom(undefined, 'P3M'),
    days: span,
  })
  .map(({ courses, days, maxAge, mutual, agency, ...rest }): EquivalenceDecided => {
    const [target, ...sources] = courses as [string, ...string[]];
    return {
      ...rest,
      ...(agency === undefined ? {} : { agency }),
      sources: sources.map((course) => ({ course, ...(maxAge === undefined ? {} : { maxAge }) })),
      target,
      ...(mutual && sources.length === 1 ? { mutual } : {}),
      ...days,
      basis: { document: 'DOC/1' },
      decidedBy: 'Learning board',
    };
  });

const courseChanges = fc.oneof(
  fc.record({ validity: fc.constantFrom('P1M', 'P6M') }),
  fc.record({ minScaled: fc.constantFrom(0.5, 0.3) }),
  fc.record({
    replacedBy: fc.tuple(course, day, fc.boolean()).map(([course, from, keep]) => ({ course, from, keep })),
  }),
);

const made = <D extends string>(...kinds: D[]) => fc.record({ do: fc.constantFrom(...kinds), nth });

/** What changes whose the accounts are, and who is one with whom. */
export const identity: fc.Arbitrary<Decided> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('link' as const, 'claim' as const), account, person }) },
  { weight: 2, arbitrary: made('unlink', 'confirm', 'refuse claim', 'unmerge') },
  fc.record({ do: fc.constant('merge' as const), persons: fc.tuple(person, person) }),
);

export const decided: fc.Arbitrary<Decided> = fc.oneof(
  { weight: 3, arbitrary: identity },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('fact' as const), fact, person }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('certificate' as const),
      person,
      course,
      completed: day,
      expires: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: made('verify', 'refuse') },
  fc.record({ do: fc.constant('withdraw' as const), nth, days: withdrawal }),
  fc.record({ do: fc.constant('course' as const), course, changes: courseChanges }),
  fc.record({ do: fc.constant('agency' as const), agency, zone: fc.constantFrom('UTC', 'Asia/Tokyo') }),
  fc.record({ do: fc.constant('decide' as const), decision }),
  fc.record({
    do: fc.constant('revoke' as const),
    decision: fc.constantFrom(...DECISIONS),
    from: day,
    keep: fc.boolean(),
  }),
);

/** The withdrawal of what a statement earned. */
export const withdrawnEarned: fc.Arbitrary<Decided> = fc.record({
  do: fc.constant('withdraw earned' as const),
  statement,
  course,
  days: withdrawal,
});

export type Step = Said | Decided;

/** A history of everything that there is. */
export const steps = fc.array(
  fc.oneof({ weight: 5, arbitrary: said }, { weight: 8, arbitrary: decided }, withdrawnEarned),
  { minLength: 1, maxLength: 24 },
);

/** A day that is asked about: before, amidst and behind what happens. */
export const askedDay = fc.constantFrom('2024-02-01', '2024-06-15', '2024-09-15', '2025-03-01');
