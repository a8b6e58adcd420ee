import { z } from 'zod';
import type { CompletionRule, Day } from '../events/learning_types.ts';
import { isDay, isPeriod, isZone } from '../learning/days.ts';
import type { AskedDay } from '../queries/asked_day.ts';
import type { LearnerName } from '../queries/learner.ts';
import { accountKey, agentKey, parseAgentKey } from '../xapi/identifiers.ts';
import { isTimestamp, microsOf } from '../xapi/instant.ts';
import { iri } from './api_parameters.ts';

/** The values in requests about people, policy and certificates, with the words that the documentation shows. */

const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

export const id = z.string().regex(ID, 'it is 1 to 128 letters, digits, dots, hyphens and underscores');
export const words = z.string().min(1, 'it is not empty').max(4000, 'it has at most 4000 characters');
export const day = z
  .string()
  .refine(isDay, 'it is a day that exists: 2026-01-31')
  .meta({ description: 'A day: `2026-01-31`.' });
export const period = z
  .string()
  .refine(isPeriod, 'it is an ISO 8601 period of years, months, weeks and days: P1Y, P6M')
  .meta({ description: 'An ISO 8601 period: `P1Y`, `P6M`.' });
export const zone = z.string().refine(isZone, 'it is an IANA zone: Europe/Vienna');
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'it is a SHA-256 in lower-case hex');

/** The number of an event: what names a link, a claim, a merge or a recorded certificate. */
export const revision = z
  .string()
  .regex(/^\d{1,15}$/, 'it is a ledger revision')
  .transform(Number)
  .meta({ examples: ['12'] });

/** Whom a request is about, and how they were written. */
export const learnerName = z
  .string()
  .transform((text, context): { readonly written: string; readonly name: LearnerName } => {
    const agent = parseAgentKey(text);
    if (agent !== undefined) return { written: agentKey(agent)!, name: { account: accountKey(agentKey(agent)!) } };
    if (ID.test(text)) return { written: text, name: { person: text } };
    context.addIssue('it is a person (an id), or mailto:…, sha1sum:…, openid:… or account:HOMEPAGE|NAME');
    return z.NEVER;
  })
  .meta({
    description:
      'A person by id, or any identifier of the learner, percent-encoded: `mailto:…`, `sha1sum:…`, `openid:…` or `account:HOMEPAGE|NAME`.',
    examples: ['P-1'],
  });

const identifier = z
  .string()
  .refine((text) => parseAgentKey(text) !== undefined, 'it is mailto:…, sha1sum:…, openid:… or account:HOMEPAGE|NAME')
  .meta({ description: 'An identifier of a learner: `mailto:…`, `sha1sum:…`, `openid:…` or `account:HOMEPAGE|NAME`.' });

/** An account in a body. */
export const account = identifier.transform((text) => accountKey(agentKey(parseAgentKey(text)!)!));

/** An account in a body, with what was written where the account does not show it. */
export const writtenAccount = identifier.transform((text): { readonly account: string; readonly written?: string } => {
  const key = accountKey(agentKey(parseAgentKey(text)!)!);
  return key === text ? { account: key } : { account: key, written: text };
});

/** A day, or an instant that is taken to its day in the zone of the agency that answers. */
export const askedDay = z
  .string()
  .refine((text) => isDay(text) || isTimestamp(text), 'it is a day (2026-01-31) or an ISO 8601 timestamp')
  .transform((text): AskedDay => (isDay(text) ? { day: text } : { instant: microsOf(text) }))
  .meta({ description: 'The day that is asked about, by default today; an instant is taken to its day.' });

/** From a day to a day, both included. */
export function inOrder({ from, to }: { readonly from?: Day | undefined; readonly to?: Day | undefined }): boolean {
  return from === undefined || to === undefined || from <= to;
}
export const IN_ORDER = { message: 'the last day is not before the first', path: ['to'] };

const rule = {
  platforms: z.array(id).min(1),
  edition: words.optional().meta({ description: 'The code of the edition that is completed.' }),
};
const statementRule = z.strictObject({
  ...rule,
  verbs: z.array(iri).min(1),
  activities: z.array(iri).min(1),
  in: z.enum(['object', 'parent', 'grouping', 'category', 'other']).optional(),
  success: z.boolean().optional(),
  completion: z.boolean().optional(),
  minScaled: z.number().min(-1).max(1).optional(),
  extensions: z.record(iri, z.union([z.string(), z.number(), z.boolean()])).optional(),
});
const cmi5Rule = z.strictObject({
  ...rule,
  cmi5: z
    .strictObject({
      unit: z
        .strictObject({
          activity: iri,
          moveOn: z.enum(['Passed', 'Completed', 'CompletedAndPassed', 'CompletedOrPassed', 'NotApplicable']),
        })
        .optional(),
      satisfied: iri.optional(),
      waived: z.boolean().optional(),
    })
    .refine(({ unit, satisfied }) => unit !== undefined || satisfied !== undefined, 'it has unit or satisfied'),
});

/** What completes a course: a statement that meets all, or what a cmi5 course structure says. */
export const completionRule = z.union([statementRule, cmi5Rule]) as unknown as z.ZodType<CompletionRule>;
