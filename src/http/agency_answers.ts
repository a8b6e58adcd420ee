import type { Response } from 'express';
import { z } from 'zod';
import { STATUSES } from '../compliance/interval_columns.ts';
import { LedgerlineError } from '../errors.ts';
import type { Question, QuestionAnswers } from '../evaluator/questions.ts';
import type { RoleName } from '../identity/roles.ts';
import type { Store } from '../store.ts';
import { AGENCY_READERS, requireReader } from './agency_questions.ts';
import { knownAt } from './api_parameters.ts';
import { type ApiExchange, SENT } from './api_route.ts';
import { statusName } from './compliance_answers.ts';
import { noSuchAgency } from './learning_exchange.ts';
import { askedDay, id } from './learning_parameters.ts';
import { formatOf, sendRows, type TableRow, type tableFormat } from './table_answer.ts';

/** What answers about an agency's people, or about everybody, have in common. */

export const used = {
  agency: z.string().nullable().meta({ description: 'null: all agencies.' }),
  asOf: z.string().meta({ description: 'The day that was used.' }),
  knownAt: z.int().meta({ description: 'The ledger revision that was used: all that was known then is in it.' }),
};
export const times = { asOf: askedDay.optional(), knownAt: knownAt.optional() };
export const counted = {
  counts: z.record(statusName, z.int()),
  rate: z
    .number()
    .nullable()
    .meta({ description: 'Those in order (compliant, waived, due) ÷ those to whom it certainly applies.' }),
};

/** The columns of `counted`. */
export const COUNTED_COLUMNS: readonly string[] = [...new Set<string>(STATUSES), 'rate'];

/** Of whom it is asked: one agency's people, or everybody. */
export interface Scope {
  /** The path of the routes, and that of their examples. */
  readonly base: string;
  readonly example: string;
  readonly whose: string;
  readonly pathParameters: z.ZodObject;
  readonly roles: readonly RoleName[];
  /** How days are counted, in words. */
  readonly zone: string;
}

export const SCOPES: readonly Scope[] = [
  {
    base: '/agencies/{agency}/compliance',
    example: '/agencies/agency-a/compliance',
    whose: "an agency's people",
    pathParameters: z.strictObject({ agency: id }),
    roles: AGENCY_READERS,
    zone: "Days are the agency's.",
  },
  {
    base: '/compliance',
    example: '/compliance',
    whose: 'everybody',
    pathParameters: z.strictObject({}),
    roles: ['auditor'],
    zone: 'Today is the day in UTC; every status is of its own agency.',
  },
];

/** An agency, or undefined for the whole system. @throws `forbidden` */
export function agencyOf(asked: object, { identity }: ApiExchange): string | undefined {
  const agency = 'agency' in asked ? (asked.agency as string) : undefined;
  requireReader(identity, agency);
  return agency;
}

/** @throws `invalid_parameter` for an agency or a requirement that nobody has declared */
export async function askEvaluator<Q extends Question>(store: Store, question: Q): Promise<QuestionAnswers[Q['kind']]> {
  const answer = await store.ask(question);
  if (answer === 'no such agency') throw noSuchAgency(question.agency!, 'agency');
  if (answer === 'no such requirement') {
    throw new LedgerlineError('invalid_parameter', 'There is no such requirement.', {
      property: 'requirement',
      rule: 'it is a requirement that was declared, as known at `knownAt`',
    });
  }
  return answer as QuestionAnswers[Q['kind']];
}

/** The answer in the form that is asked for. */
export async function answered<Answer>(
  { request, response }: { readonly request: ApiExchange['request']; readonly response: Response },
  format: z.output<typeof tableFormat>,
  { columns, rows }: { readonly columns: readonly string[]; readonly rows: () => readonly TableRow[] },
  answer: Answer,
): Promise<Answer | typeof SENT> {
  const form = formatOf(request, format);
  if (form === 'json') return answer;
  await sendRows(response, form, columns, each(rows()));
  return SENT;
}

/** Rows as `sendRows` takes them. */
export async function* each(rows: readonly TableRow[]): AsyncGenerator<TableRow> {
  yield* rows;
}
