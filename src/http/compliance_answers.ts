import { z } from 'zod';

/** What answers about compliance consist of, as the documentation shows it. */

export const statusName = z.enum(['not-required', 'undetermined', 'compliant', 'waived', 'due', 'overdue']);

const until = z.object({ day: z.string(), because: z.string() }).nullable().meta({
  description: 'The last day in order as recorded now, and what ends it; null: without end, or not in order.',
});

const certificate = z.looseObject({
  id: z.string(),
  course: z.string(),
  completed: z.string(),
  decisions: z.array(z.looseObject({ decision: z.string(), version: z.int(), revision: z.int() })),
});

/** A part of what must be learned; its parts are like it. */
const part = z.looseObject({
  kind: z.enum(['course', 'bound', 'when', 'all', 'any', 'at-least']),
  met: z.boolean(),
  course: z.string().optional(),
  until,
  certificate: certificate
    .extend({ evidence: z.array(z.looseObject({ kind: z.string(), revision: z.int() })) })
    .optional()
    .meta({ description: 'What meets it, with its evidence (statement ids, ledger revisions), the earliest first.' }),
  notCounting: z
    .array(certificate.extend({ failed: z.array(z.looseObject({ condition: z.string() })) }))
    .optional()
    .meta({ description: 'What one could think meets it, with the conditions that failed.' }),
  parts: z.array(z.looseObject({})).optional(),
});

const waiver = z.looseObject({ waiver: z.string(), version: z.int(), revision: z.int(), reason: z.string() });

/** A status with everything that it follows from. */
export const explained = z.object({
  requirement: z.string(),
  title: z.string(),
  status: statusName,
  until,
  by: z.string().nullable().meta({ description: 'Due: by this day.' }),
  since: z.string().nullable().meta({ description: 'Overdue: the first day of the present run out of order.' }),
  rule: z.looseObject({
    version: z.int(),
    revision: z.int(),
    from: z.string(),
    to: z.string().nullable(),
    agency: z.string().nullable(),
    mandate: z.string().optional(),
  }),
  applies: z
    .string()
    .nullable()
    .meta({ description: 'The first day of the unbroken span in which it applies to the person.' }),
  facts: z.array(z.looseObject({ name: z.string(), revision: z.int() })),
  unknown: z
    .array(z.looseObject({ fact: z.string() }))
    .meta({ description: 'What nobody recorded, where it matters.' }),
  missing: z.array(z.string()).meta({ description: 'The courses that are missing.' }),
  satisfaction: part.optional(),
  waiver: z.union([waiver, z.literal('absence')]).optional(),
  extensions: z.array(waiver),
});
