import { z } from 'zod';

/** What answers about progress consist of, as the documentation shows it. */

const day = z.string().nullable();

/** How something that must be learned stands. */
const standing = {
  done: z.boolean(),
  since: day.meta({ description: 'The day from which on it is done.' }),
  until: z
    .object({ day: z.string(), because: z.string() })
    .nullable()
    .meta({ description: 'The last day on which it is done, and what ends it; null: nothing, or it is not done.' }),
  agency: z.string().nullable().meta({ description: 'The agency where it counts; null: it is common to all.' }),
  certificates: z
    .array(
      z.looseObject({
        id: z.string(),
        course: z.string(),
        completed: z.string(),
        evidence: z.array(z.looseObject({ kind: z.string(), revision: z.int() })),
      }),
    )
    .meta({ description: 'What shows it: certificates with their evidence (statement ids, ledger revisions).' }),
  missing: z.array(z.string()).meta({ description: 'The courses that are missing.' }),
  unknown: z.array(z.looseObject({ fact: z.string() })).meta({ description: 'What nobody recorded.' }),
};

const tally = {
  done: z.int(),
  left: z.int(),
  of: z.int(),
  lastActivity: day.meta({
    description: 'The latest day on which one of its courses was completed, whether or not that still counts.',
  }),
};

export const stage = z.enum(['not-begun', 'begun', 'done']);

/** Progress on a path, without its steps. */
export const pathTally = {
  ...tally,
  stage,
  next: z.string().nullable().meta({ description: 'The first step that is left.' }),
};

/** A path with the progress on it. */
export const pathProgress = z.object({
  path: z.string(),
  title: z.string(),
  agency: z.string().nullable().meta({ description: 'The agency that curates it.' }),
  person: z.string().nullable().meta({ description: 'Whose own it is.' }),
  ordered: z.boolean(),
  version: z.int(),
  revision: z.int(),
  ...pathTally,
  steps: z.array(
    z.object({
      step: z.string(),
      title: z.string(),
      ...standing,
      outOfOrder: z.boolean().meta({ description: 'It would be done, but was completed before the step before it.' }),
    }),
  ),
});

/** A programme as an answer names it. */
export const programmeNamed = {
  programme: z.string(),
  title: z.string(),
  version: z.int(),
  revision: z.int(),
};

/** How a participant stands. */
export const participantProgress = {
  entities: z
    .array(z.object({ agency: z.string(), dutyStation: z.unknown() }))
    .meta({ description: 'The agencies through which they take part, each with their duty station there.' }),
  ...tally,
  graduates: z.boolean(),
  since: day.meta({ description: 'The day from which on they graduate.' }),
  because: z.array(z.string()).meta({ description: 'The parts that make them a graduate.' }),
  missing: z.looseObject({}).nullable().meta({
    description: 'What is still needed of the parts that are left: `all`, `any`, or `atLeast` so many `of` them.',
  }),
  parts: z.array(z.object({ part: z.string(), title: z.string(), kind: z.string(), ...standing })),
};
