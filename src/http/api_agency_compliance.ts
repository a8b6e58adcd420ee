import type { Response } from 'express';
import { z } from 'zod';
import { STATUSES } from '../compliance/interval_columns.ts';
import { GROUP_FACTS } from '../evaluator/evaluation.ts';
import type { ListedStatus, Wanted } from '../evaluator/listing.ts';
import type { AskedPoint, Question, QuestionAnswers } from '../evaluator/questions.ts';
import { isDay, numberOfDay } from '../learning/days.ts';
import type { Store } from '../store.ts';
import {
  AGENCY_READERS,
  chosenBy,
  chosenParameters,
  pointOf,
  readPlace,
  requireReader,
  requireSame,
  writePlace,
} from './agency_questions.ts';
import { cursor, knownAt, limit } from './api_parameters.ts';
import { type ApiExchange, type ApiRoute, apiRoute, SENT } from './api_route.ts';
import { statusName } from './compliance_answers.ts';
import { noSuchAgency } from './learning_exchange.ts';
import { askedDay, day, id } from './learning_parameters.ts';
import { formatOf, sendRows, type TableRow, tableFormat } from './table_answer.ts';

const PAGE = 100;
/** What is asked of the evaluator at once while a whole list is streamed. */
const STREAMED = 20_000;
const LONGEST_TREND = 1100;

const used = {
  agency: z.string().nullable().meta({ description: 'null: all agencies.' }),
  asOf: z.string().meta({ description: 'The day that was used.' }),
  knownAt: z.int().meta({ description: 'The ledger revision that was used: all that was known then is in it.' }),
};
const times = { asOf: askedDay.optional(), knownAt: knownAt.optional() };
const counted = {
  counts: z.record(statusName, z.int()),
  rate: z
    .number()
    .nullable()
    .meta({ description: 'Those in order ÷ those to whom it applies; who is undetermined is in neither.' }),
};
const listed = z.looseObject({ person: z.string(), agency: z.string(), requirement: z.string(), status: statusName });

const LIST_COLUMNS = [
  'person',
  'agency',
  'requirement',
  'status',
  'until',
  'by',
  'since',
  'because',
  'dutyStation',
  'category',
  'grade',
  'missing',
  'unknown',
  'waiver',
  'rule',
  'evidence',
  'revision',
] as const satisfies readonly (keyof ListedStatus)[];

const statuses = z
  .string()
  .transform((text) => text.split(','))
  .pipe(z.array(statusName.exclude(['not-required'])))
  .meta({ description: 'Statuses, separated by commas: `overdue,due`.', examples: ['overdue,due'] });

const within = z
  .string()
  .regex(/^\d{1,5}$/, 'it is a number of days')
  .transform(Number)
  .meta({ description: 'Only what is due, or ends, within so many days.', examples: ['30'] });

/** The questions about one agency's people, and the same about everybody's. */
export function agencyComplianceRoutes(store: Store): ApiRoute[] {
  return [...questions(store, 'agency'), ...questions(store, 'system')];
}

/** An agency, or undefined for the whole system. @throws `forbidden` */
function agencyOf(asked: object, { identity }: ApiExchange): string | undefined {
  const agency = 'agency' in asked ? (asked.agency as string) : undefined;
  requireReader(identity, agency);
  return agency;
}

/** @throws `invalid_parameter` for an agency that nobody has declared */
export async function askEvaluator<Q extends Question>(store: Store, question: Q): Promise<QuestionAnswers[Q['kind']]> {
  const answer = await store.ask(question);
  if (answer === 'no such agency') throw noSuchAgency(question.agency!, 'agency');
  return answer as QuestionAnswers[Q['kind']];
}

function questions(store: Store, about: 'agency' | 'system'): ApiRoute[] {
  const isAgency = about === 'agency';
  const base = isAgency ? '/agencies/{agency}/compliance' : '/compliance';
  const example = isAgency ? '/agencies/agency-a/compliance' : '/compliance';
  const whose = isAgency ? "an agency's people" : 'everybody';
  const pathParameters = isAgency ? z.strictObject({ agency: id }) : z.strictObject({});
  const roles = isAgency ? AGENCY_READERS : (['auditor'] as const);
  const zone = isAgency ? "Days are the agency's." : 'Today is the day in UTC; every status is of its own agency.';
  return [
    apiRoute({
      method: 'get',
      path: base,
      summary: `How many of ${whose} are in order`,
      description: `For each requirement that is in force, how many of those who are in the agency on the day have which status. ${zone}`,
      roles,
      pathParameters,
      query: z.strictObject({
        ...times,
        ...chosenParameters,
        by: z.enum(GROUP_FACTS).optional().meta({ description: 'Counts by this fact of the people, too.' }),
        format: tableFormat,
      }),
      answer: z.object({
        ...used,
        requirements: z.array(
          z.object({
            agency: z.string(),
            requirement: z.string(),
            title: z.string(),
            ...counted,
            groups: z.array(z.object({ value: z.string().nullable(), ...counted })).optional(),
          }),
        ),
      }),
      example: { path: `${example}?asOf=2024-01-31&by=dutyStation` },
      async handle({ by, format, ...asked }, exchange) {
        const agency = agencyOf(asked, exchange);
        const question = {
          kind: 'counts',
          agency,
          chosen: chosenBy(asked),
          by,
          point: await pointOf(store, asked),
        } as const;
        const { asOf, knownAt, requirements } = await askEvaluator(store, question);
        const rows = requirements.flatMap(({ counts, rate, groups = [], ...named }) =>
          [{ value: null as string | null, counts, rate }, ...groups].map(
            (one, i): TableRow => ({
              asOf,
              knownAt,
              ...named,
              by: i === 0 ? null : by,
              value: one.value,
              ...one.counts,
              rate: one.rate,
            }),
          ),
        );
        return answered(
          exchange,
          format,
          { columns: COUNT_COLUMNS, rows },
          {
            agency: agency ?? null,
            asOf,
            knownAt,
            requirements: requirements as never,
          },
        );
      },
    }),
    apiRoute({
      method: 'get',
      path: `${base}/list`,
      summary: `Who of ${whose} is overdue, due, …`,
      description:
        'Statuses with their reasons, of people and requirements in the order in which they first came up; who need not is not listed. `status=due&within=30` gives who is due within 30 days, `status=compliant&within=30` whose being in order ends then. As CSV or NDJSON it comes whole, in one answer; as JSON in pages that belong together.',
      roles,
      pathParameters,
      query: z.strictObject({
        ...times,
        ...chosenParameters,
        status: statuses.optional(),
        within: within.optional(),
        limit: limit.optional(),
        cursor: cursor.optional(),
        format: tableFormat,
      }),
      answer: z.object({
        ...used,
        statuses: z.array(listed),
        next: z.string().nullable().meta({ description: 'The cursor of the next page; null on the last.' }),
      }),
      example: { path: `${example}/list?asOf=2024-01-31&status=overdue,due&limit=10` },
      async handle({ status, within, limit, cursor, format, ...asked }, exchange) {
        const agency = agencyOf(asked, exchange);
        const wanted: Wanted = { ...chosenBy(asked), statuses: status, within };
        const { asOf: askedAsOf, knownAt: askedKnownAt } = exchange.request.query;
        const filters = JSON.stringify([agency ?? null, wanted]);
        const now = { filters, asOf: writtenIn(askedAsOf), knownAt: writtenIn(askedKnownAt) };
        const place = cursor === undefined ? undefined : readPlace(cursor);
        if (place !== undefined) requireSame(place.asked, now);
        const point = place === undefined ? await pointOf(store, asked) : pinned(place, await pointOf(store, asked));
        const ask = (at: AskedPoint, after = place?.after, most = limit ?? PAGE) =>
          askEvaluator(store, { kind: 'list', agency, wanted, point: at, limit: most, after });
        const form = formatOf(exchange.request, format);
        if (form !== 'json') {
          await sendRows(exchange.response, form, LIST_COLUMNS, wholeList(ask, point));
          return SENT;
        }
        const { asOf, knownAt, found, next } = await ask(point);
        return {
          agency: agency ?? null,
          asOf,
          knownAt,
          statuses: found as unknown as z.input<typeof listed>[],
          next: next === undefined ? null : writePlace({ after: next, asOf, knownAt, asked: place?.asked ?? now }),
        };
      },
    }),
    apiRoute({
      method: 'get',
      path: `${base}/trend`,
      summary: `How many of ${whose} are in order, day by day`,
      description: `The counts on each day of a range, also of days to come. ${zone}`,
      roles,
      pathParameters,
      query: z
        .strictObject({ from: day, to: day, knownAt: knownAt.optional(), ...chosenParameters, format: tableFormat })
        .refine(({ from, to }) => from <= to, { message: 'the last day is not before the first', path: ['to'] })
        .refine(({ from, to }) => !isDay(from) || !isDay(to) || numberOfDay(to) - numberOfDay(from) < LONGEST_TREND, {
          message: `it is at most ${LONGEST_TREND} days from the first to the last`,
          path: ['to'],
        }),
      answer: z.object({
        ...used,
        trends: z.array(
          z.object({
            agency: z.string(),
            requirement: z.string(),
            days: z.array(z.object({ day: z.string(), ...counted })),
          }),
        ),
      }),
      example: { path: `${example}/trend?from=2024-01-01&to=2024-01-31` },
      async handle({ from, to, format, ...asked }, exchange) {
        const agency = agencyOf(asked, exchange);
        const point = await pointOf(store, { knownAt: asked.knownAt, asOf: { day: to } });
        const question = { kind: 'trend', agency, chosen: chosenBy(asked), from, to, point } as const;
        const { asOf, knownAt, trends } = await askEvaluator(store, question);
        const rows = trends.flatMap(({ agency, requirement, days }) =>
          days.map(({ day, counts, rate }): TableRow => ({ day, knownAt, agency, requirement, ...counts, rate })),
        );
        return answered(
          exchange,
          format,
          { columns: TREND_COLUMNS, rows },
          { agency: agency ?? null, asOf, knownAt, trends: trends as never },
        );
      },
    }),
    apiRoute({
      method: 'get',
      path: `${base}/diff`,
      summary: `What changed for ${whose} between two points`,
      description:
        'From a day as known at a revision, to another day or another revision: whose status is another one, how, and the events that made it so. What is not given of the second point is as in the first.',
      roles,
      pathParameters,
      query: z.strictObject({
        ...times,
        toAsOf: askedDay.optional().meta({ description: 'The day of the second point.' }),
        toKnownAt: knownAt.optional().meta({ description: 'The revision or the instant of the second point.' }),
        ...chosenParameters,
        format: tableFormat,
      }),
      answer: z.object({
        agency: z.string().nullable(),
        from: z.object({ asOf: z.string(), knownAt: z.int() }),
        to: z.object({ asOf: z.string(), knownAt: z.int() }),
        changes: z.array(z.looseObject({ person: z.string(), agency: z.string(), requirement: z.string() })),
      }),
      example: { path: `${example}/diff?asOf=2024-01-31&toAsOf=2024-02-29` },
      async handle({ toAsOf, toKnownAt, format, ...asked }, exchange) {
        const agency = agencyOf(asked, exchange);
        const point = await pointOf(store, asked);
        const second = await pointOf(store, { asOf: toAsOf ?? asked.asOf, knownAt: toKnownAt ?? asked.knownAt });
        const question = { kind: 'difference', agency, chosen: chosenBy(asked), point, other: second } as const;
        const { one, other, changes } = await askEvaluator(store, question);
        const rows = changes.map(
          ({ person, agency, requirement, before, after, causes }): TableRow => ({
            person,
            agency,
            requirement,
            before: before?.status ?? null,
            after: after?.status ?? null,
            causes: causes
              .map((cause) => ('revision' in cause ? `${cause.kind} ${cause.revision}` : cause.kind))
              .join(', '),
          }),
        );
        return answered(
          exchange,
          format,
          { columns: CHANGE_COLUMNS, rows },
          {
            agency: agency ?? null,
            from: one,
            to: other,
            changes: changes as never,
          },
        );
      },
    }),
  ];
}

function pinned({ asOf, knownAt }: { readonly asOf: string; readonly knownAt: number }, point: AskedPoint): AskedPoint {
  return { ...point, asOf: { day: asOf }, knownAt };
}

function writtenIn(parameter: unknown): string | null {
  return typeof parameter === 'string' ? parameter : null;
}

type AskList = (
  point: AskedPoint,
  after: ReturnType<typeof readPlace>['after'] | undefined,
  limit: number,
) => Promise<QuestionAnswers['list']>;

/** All pages, from one point. */
async function* wholeList(ask: AskList, point: AskedPoint): AsyncGenerator<TableRow> {
  let at = point;
  let after: QuestionAnswers['list']['next'];
  do {
    const { asOf, knownAt, found, next } = await ask(at, after, STREAMED);
    for (const row of found) yield row as unknown as TableRow;
    at = pinned({ asOf, knownAt }, point);
    after = next;
  } while (after !== undefined);
}

const COUNTED = [...new Set<string>(STATUSES), 'rate'];
const COUNT_COLUMNS = ['asOf', 'knownAt', 'agency', 'requirement', 'title', 'by', 'value', ...COUNTED];
const TREND_COLUMNS = ['day', 'knownAt', 'agency', 'requirement', ...COUNTED];
const CHANGE_COLUMNS = ['person', 'agency', 'requirement', 'before', 'after', 'causes'];

/** The answer in the form that is asked for. */
async function answered<Answer>(
  { request, response }: { readonly request: ApiExchange['request']; readonly response: Response },
  format: z.output<typeof tableFormat>,
  { columns, rows }: { readonly columns: readonly string[]; readonly rows: readonly TableRow[] },
  answer: Answer,
): Promise<Answer | typeof SENT> {
  const form = formatOf(request, format);
  if (form === 'json') return answer;
  await sendRows(response, form, columns, each(rows));
  return SENT;
}

async function* each(rows: readonly TableRow[]): AsyncGenerator<TableRow> {
  yield* rows;
}
