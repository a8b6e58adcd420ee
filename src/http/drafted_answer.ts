import { z } from 'zod';
import type { Interval } from '../compliance/model.ts';
import { LedgerlineError } from '../errors.ts';
import type { Draft } from '../evaluator/what_if.ts';
import type { AskedDay } from '../queries/asked_day.ts';
import type { DraftRefusal } from '../queries/draft_refusal.ts';
import type { Store } from '../store.ts';
import { askEvaluator } from './agency_answers.ts';
import { isReader, pointOf } from './agency_questions.ts';
import type { ApiExchange } from './api_route.ts';
import { statusName } from './compliance_answers.ts';

/** The most changes that are told one by one. */
const MOST_CHANGES = 1000;

const standing = z
  .object({
    status: statusName,
    until: z.string().nullable(),
    by: z.string().nullable(),
    since: z.string().nullable(),
    missing: z.array(z.string()),
  })
  .nullable();

/** What a draft would change. */
export const whatIfAnswer = z.object({
  agency: z.string().nullable().meta({ description: 'null: all agencies.' }),
  asOf: z.string(),
  knownAt: z.int().meta({ description: 'The ledger revision on top of which the draft is.' }),
  persons: z.int().meta({ description: 'How many people would have another status, on that day or later.' }),
  statuses: z.int().meta({ description: 'How many of their statuses.' }),
  changes: z
    .array(
      z.object({
        person: z.string(),
        agency: z.string(),
        requirement: z.string(),
        from: z.string().meta({ description: 'The first day on which it would be another one.' }),
        before: standing,
        after: standing,
      }),
    )
    .optional()
    .meta({ description: `The first ${MOST_CHANGES}, for who may read of these people; null: no status.` }),
  seats: z
    .array(z.object({ course: z.string(), now: z.int(), drafted: z.int() }))
    .meta({ description: 'How many people are due or overdue for want of each course on the day, now and then.' }),
});

/** With it, a declaration is only tried. */
export const preview = z.enum(['true', 'false']).default('false').meta({
  description: 'With `true` nothing is recorded: the answer says what it would change, in its agency or in all.',
});

/** A draft, and where it is tried. */
export interface AskedDraft {
  /** Absent: in all agencies. */
  readonly agency?: string | undefined;
  readonly asOf?: AskedDay;
  readonly draft: Partial<Draft>;
}

/** What a draft would change; nothing of it is recorded. @throws what declaring it would be refused with, by its place */
export function whatIf(
  store: Store,
  { identity, response }: Pick<ApiExchange, 'identity' | 'response'>,
  asked: AskedDraft,
): Promise<z.input<typeof whatIfAnswer>> {
  return tried(store, { identity, response, ifMatch: undefined }, asked, ({ list, index }) => `/${list}/${index}`);
}

/** What the one declaration of a draft would change. @throws what declaring it would be refused with */
export function previewOf(
  store: Store,
  exchange: Pick<ApiExchange, 'identity' | 'ifMatch' | 'response'>,
  asked: Omit<AskedDraft, 'asOf'>,
): Promise<z.input<typeof whatIfAnswer>> {
  return tried(store, exchange, asked, () => '');
}

async function tried(
  store: Store,
  { identity, ifMatch, response }: Pick<ApiExchange, 'identity' | 'ifMatch' | 'response'>,
  { agency, asOf: day, draft: given }: AskedDraft,
  placeOf: (refusal: DraftRefusal) => string,
): Promise<z.input<typeof whatIfAnswer>> {
  const draft = { requirements: [], equivalences: [], waivers: [], ...given };
  if (!isReader(identity, agency) && draft.waivers.some(({ persons }) => persons !== undefined)) {
    // The numbers would tell how the one person stands.
    const rule = "who tries a waiver for persons may read of the agency's people";
    throw new LedgerlineError('forbidden', `This needs another role: ${rule}.`, { rule });
  }
  const refusal = await store.read({ kind: 'draft-refusal', draft, ifMatch });
  if (refusal !== undefined) throw refusedAt(refusal, placeOf(refusal));
  const point = await pointOf(store, { asOf: day }, { response });
  const question = { kind: 'what-if', agency, draft, limit: MOST_CHANGES, point } as const;
  const { asOf, knownAt, persons, statuses, changes, seats } = await askEvaluator(store, question);
  const told = changes.map(({ before, after, ...change }) => ({
    ...change,
    before: standingOf(before),
    after: standingOf(after),
  }));
  return {
    agency: agency ?? null,
    asOf,
    knownAt,
    persons,
    statuses,
    ...(isReader(identity, agency) ? { changes: told } : {}),
    seats: [...seats],
  };
}

function standingOf(interval: Interval | undefined): z.input<typeof standing> {
  if (interval === undefined) return null;
  const { status, until, by, since, reason } = interval;
  return { status, until: until?.day ?? null, by, since, missing: [...reason.missing] };
}

function refusedAt({ code, message, details }: DraftRefusal, place: string): LedgerlineError {
  const { property } = details;
  if (place === '') return new LedgerlineError(code, message, details);
  if (property === undefined) return new LedgerlineError(code, message, { ...details, property: place });
  const text = message.startsWith(property) ? place + message : message;
  return new LedgerlineError(code, text, { ...details, property: place + property });
}
