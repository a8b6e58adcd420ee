import fc from 'fast-check';
import { expect, it } from 'vitest';
import { evaluate, intervalOn, placeBooks } from '../../src/compliance/evaluate.ts';
import type { Interval, PersonRecord } from '../../src/compliance/model.ts';
import type { Day } from '../../src/events/learning_types.ts';
import { addPeriod, dayAfter, dayBefore } from '../../src/learning/days.ts';
import { type Case, complianceCase, FAR_AHEAD } from './arbitrary_compliance.ts';
import { focusedCase } from './arbitrary_focus.ts';
import { AGENCY, known, PERSON, policyOf, recordOf } from './given.ts';
import { type NaiveUntil, naiveStatuses } from './naive.ts';

/** How many cases: `COMPLIANCE_RUNS`. */
const RUNS = Number(process.env.COMPLIANCE_RUNS ?? 350);
const SEED = process.env.COMPLIANCE_SEED;

/** All days from one to another. */
function daysFrom(first: Day, last: Day): Day[] {
  const days: Day[] = [];
  for (let day = first; day <= last; day = dayAfter(day)) days.push(day);
  return days;
}

/** The first differences between the product and the naive rules, as text; empty where there are none. */
function differences({ first, last, given, facts, certificates, withdrawn }: Case): string[] {
  const all = known(facts);
  const person: PersonRecord = {
    persons: [PERSON, 'P-2'],
    record: recordOf(certificates, withdrawn),
    facts: all.filter((one) => 'person' in one),
  };
  const factsOfPlace = (place: string) => all.filter((one) => 'place' in one && one.place === place);
  const policy = policyOf(given);
  const intervals = evaluate(person, policy, placeBooks(factsOfPlace)).get(AGENCY)?.get('safety') ?? [];
  // A year and some months behind the last day nothing that is short enough to be generated goes on.
  const days = [
    ...daysFrom(dayBefore(first), addPeriod(last, 'P5Y')),
    ...daysFrom(FAR_AHEAD, '2500-01-02').filter((day) => day > addPeriod(last, 'P5Y')),
  ];
  const naive = naiveStatuses({
    person,
    policy,
    factsOfPlace,
    agency: AGENCY,
    requirement: 'safety',
    days,
    upTo: last,
  });
  const found: string[] = [];
  const edges = new Set(intervals.flatMap(({ from, to }) => [from, to]));
  let before: string | undefined;
  for (const day of days) {
    if (day > last || found.length >= 3) break;
    const is = intervalOn(intervals, day);
    const should = naive.on(day);
    const [a, b] = [is, should].map((one) => one && `${one.status} by ${one.by} since ${one.since}`);
    if (a !== b) found.push(`${day}: is ${a}, should be ${b}`);
    else if (should && (edges.has(day) || before !== b) && ['compliant', 'waived'].includes(should.status)) {
      const until = naive.untilOn(day);
      if (!isSame(is!.until, until)) {
        found.push(
          `${day}: is ${b} until ${JSON.stringify(is!.until)}, should be until ${until?.day} ${[...(until?.causes ?? [])]}`,
        );
      }
    }
    before = b;
  }
  return found;
}

function isSame(is: Interval['until'], should: NaiveUntil | null): boolean {
  if (is === null || should === null) return is === should;
  return is.day === should.day && (should.causes.size === 0 || should.causes.has(is.because));
}

/** A case as one reads it. */
function text({ first, given, facts, certificates, withdrawn }: Case): string {
  const lines = (name: string, all: readonly unknown[] = []) => all.map((one) => `  ${name} ${JSON.stringify(one)}`);
  const plain = (one: object, ...without: string[]) =>
    Object.fromEntries(Object.entries(one).filter(([name]) => !without.includes(name)));
  return [
    `from ${first}`,
    ...lines(
      'requirement',
      given.requirements.map((one) => plain(one, 'requirement', 'title')),
    ),
    ...lines(
      'waiver',
      given.waivers?.map((one) => plain(one, 'requirements', 'reason', 'grantedBy')),
    ),
    ...lines(
      'decision',
      given.decisions?.map(({ data, revoked }) => ({
        ...plain(data, 'basis', 'decidedBy'),
        revoked: revoked && plain(revoked.data, 'reason', 'decision'),
      })),
    ),
    ...lines(
      'course',
      given.courses?.map((one) => plain(one, 'title', 'editions', 'completion')),
    ),
    ...lines('fact', facts),
    ...lines(
      'certificate',
      certificates.map((one) => plain(one, 'person', 'issuer', 'evidence')),
    ),
    ...lines('withdrawn', withdrawn),
  ].join('\n');
}

it(`is what the naive rules say, in ${RUNS} histories`, () => {
  const property = fc.property(fc.oneof(complianceCase, focusedCase), (one) => differences(one).length === 0);
  const run = fc.check(property, { numRuns: RUNS, ...(SEED !== undefined && { seed: Number(SEED) }) });
  const [counterexample] = run.counterexample ?? [];
  const shown = counterexample && [text(counterexample), ...differences(counterexample), `seed ${run.seed}`].join('\n');
  expect(shown ?? '').toBe('');
});
