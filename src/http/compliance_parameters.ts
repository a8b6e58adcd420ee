import { z } from 'zod';
import type { Condition, PartsNeeded, Recurrence, Satisfaction, TimeToComply } from '../events/compliance_types.ts';
import { isDay } from '../learning/days.ts';
import { factMembers } from './fact_parameters.ts';
import { day, id, inOrder, period, words } from './learning_parameters.ts';

/** The expressions in requests about compliance: who must, what satisfies, how often, by when. */

const DEEPEST = 12;
const MOST_NODES = 500;

const factName = factMembers.name.meta({ description: "The name of a fact of the person, or of the person's place." });
const key = factMembers.key.meta({ description: 'Only the fact of this key.' });
const value = z.union([z.string().max(4000), z.number(), z.boolean()], 'it is a text, a number, true or false');
const ahead = period
  .optional()
  .meta({ description: 'It holds already so long before the fact does: what is planned.' });
const unrecorded = z
  .boolean()
  .optional()
  .meta({ description: 'What holds where nobody recorded the fact; absent: it is unknown then.' });

const oneCondition: z.ZodType = z.lazy(() => condition);
const factCondition = z
  .strictObject({
    fact: factName,
    key,
    equals: value.optional(),
    in: z.array(value).min(1).optional(),
    contains: words.optional().meta({ description: 'The value is a set that has this member.' }),
    ladder: id.optional().meta({ description: 'The value is a rank of this ladder, from `min` to `max`.' }),
    min: words.optional(),
    max: words.optional(),
    ahead,
    unrecorded,
  })
  .refine(
    (tests) => [tests.equals, tests.in, tests.contains, tests.ladder].filter((one) => one !== undefined).length === 1,
    'it has just one of equals, in, contains and ladder',
  )
  .refine(({ ladder, min, max }) => (ladder !== undefined) === (min !== undefined || max !== undefined), {
    message: 'a ladder comes with min or max or both, and these come with a ladder',
    path: ['ladder'],
  });

const condition = z
  .union(
    [
      z.strictObject({ all: z.array(oneCondition).meta({ description: 'Of none it holds: everybody.' }) }),
      z.strictObject({ any: z.array(oneCondition).min(1) }),
      z.strictObject({ not: oneCondition }),
      z.strictObject({ at: factName, is: oneCondition, key, ahead, unrecorded }),
      factCondition,
    ],
    'it has just one of all, any, not, at (with is) and fact',
  )
  .meta({
    id: 'Condition',
    description:
      'What holds of a person in an agency on a day: of all or any of several, not of one, of the place that a fact names (`at`, `is`), or of the value of a fact.',
  });

const completion = {
  completedFrom: day.optional(),
  completedTo: day.optional(),
  maxAge: period.optional().meta({ description: 'How old the completion may be on the day that is asked about.' }),
  recurs: z.literal(false).optional().meta({ description: 'Once is enough, whatever the recurrence.' }),
};
const DAYS_IN_ORDER = { message: 'the last day is not before the first', path: ['completedTo'] };
const daysInOrder = (asked: { completedFrom?: string | undefined; completedTo?: string | undefined }) =>
  inOrder({ from: asked.completedFrom, to: asked.completedTo });

const oneSatisfaction: z.ZodType = z.lazy(() => satisfaction);
const satisfaction = z
  .union(
    [
      z.strictObject({ all: z.array(oneSatisfaction).min(1), ordered: z.literal(true).optional() }),
      z.strictObject({ any: z.array(oneSatisfaction).min(1) }),
      numbered(oneSatisfaction),
      z.strictObject({
        when: oneCondition.meta({ description: 'Who needs it, on the day; for others it is not there.' }),
        needs: oneSatisfaction,
      }),
      z.strictObject({ course: id, ...completion }).refine(daysInOrder, DAYS_IN_ORDER),
      z
        .strictObject({
          boundTo: factName.meta({ description: "The person's fact that names places." }),
          course: factName.meta({ description: "The place's fact that names the course." }),
          ahead,
          ...completion,
        })
        .refine(daysInOrder, DAYS_IN_ORDER),
    ],
    'it has just one of all, any, atLeast (with of), when (with needs) and course',
  )
  .meta({
    id: 'Satisfaction',
    description:
      'What must have been learned: a course (or what counts for it), the course that a place names, or all (in their order), any, or so many of several; or what only those need of whom a condition holds.',
  });

const onePart: z.ZodType = z.lazy(() => partsNeeded);
const partsNeeded = z
  .union(
    [
      z.strictObject({ all: z.array(onePart).min(1) }),
      z.strictObject({ any: z.array(onePart).min(1) }),
      numbered(onePart),
      z.strictObject({ part: id }),
    ],
    'it has just one of all, any, atLeast (with of) and part',
  )
  .meta({ id: 'PartsNeeded', description: 'Which parts of the programme make a graduate.' });

/** Who, as a condition over dated facts. */
export const conditionBody = limited(condition as unknown as z.ZodType<Condition>);

/** What, as an expression over courses. */
export const satisfactionBody = limited(satisfaction as unknown as z.ZodType<Satisfaction>);

/** Of a programme's parts, those that make a graduate. */
export const partsNeededBody = limited(partsNeeded as unknown as z.ZodType<PartsNeeded>);

const every = period
  .refine((text) => /[1-9]/.test(text), 'it is longer than nothing')
  .meta({ description: 'From the completion, or from the end before: `P1Y`.' });
const toRenew = period.optional().meta({ description: 'So much time there is to renew.' });

/** How often. */
export const recurrenceBody = z.union(
  [
    z.strictObject({
      every,
      window: period.optional().meta({
        description: 'Completed so shortly before the end, it prolongs from the end; absent: always.',
      }),
      toRenew,
    }),
    z.strictObject({
      yearly: z
        .string()
        .refine((text) => isDay(`2023-${text}`), 'it is a day of every year, MM-DD: 04-01')
        .meta({ description: 'The first day of each cycle: `04-01`.' }),
      toRenew,
    }),
  ],
  'it has just one of every and yearly',
) as unknown as z.ZodType<Recurrence>;

/** By when. */
export const timeToComplyBody = z.union(
  [
    z.strictObject({
      within: period,
      anchor: factName.optional().meta({
        description:
          'A fact whose value is a day, or else whose first day it is; absent: the first day that it applies.',
      }),
    }),
    z.strictObject({ before: factName.meta({ description: 'To the day before this fact begins.' }) }),
  ],
  'it has just one of within and before',
) as unknown as z.ZodType<TimeToComply>;

/** So many of several. */
function numbered(member: z.ZodType) {
  return z
    .strictObject({ atLeast: z.int().min(1), of: z.array(member).min(1) })
    .refine(({ atLeast, of }) => atLeast <= of.length, {
      message: 'it is not more than there are',
      path: ['atLeast'],
    });
}

/** Counted before it is read, so that reading it is no work without end. */
function limited<S extends z.ZodType>(schema: S) {
  return z.preprocess((given, context) => {
    const nodes = nodesIn(given, 1);
    if (nodes <= MOST_NODES) return given;
    context.addIssue(
      nodes === Number.POSITIVE_INFINITY
        ? `it is nested at most ${DEEPEST} deep`
        : `it has at most ${MOST_NODES} conditions or parts`,
    );
    return z.NEVER;
  }, schema);
}

/** How many objects there are; infinite where they are nested too deep. */
function nodesIn(given: unknown, depth: number): number {
  if (typeof given !== 'object' || given === null) return 0;
  if (depth > DEEPEST) return Number.POSITIVE_INFINITY;
  if (Array.isArray(given)) {
    return given.reduce((sum, one) => sum + nodesIn(one, Array.isArray(one) ? depth + 1 : depth), 0);
  }
  return Object.values(given).reduce((sum, one) => sum + nodesIn(one, depth + 1), 1);
}
