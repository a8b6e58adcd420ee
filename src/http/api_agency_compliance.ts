import { z } from 'zod';
import type { RequirementCounts } from '../evaluator/counts.ts';
import { GROUP_FACTS, type GroupFact } from '../evaluator/evaluation.ts';
import type { ListedStatus, Wanted } from '../evaluator/listing.ts';
import type { AskedPoint, Question } from '../evaluator/questions.ts';
import type { Store } from '../store.ts';
import {
  agencyOf,
  askEvaluator,
  COUNTED_COLUMNS,
  counted,
  each,
  SCOPES,
  type Scope,
  times,
  used,
} from './agency_answers.ts';
import { chosenBy, chosenParameters, pointOf, readPlace, requireSame, writePlace } from './agency_questions.ts';
import { cursor, limit } from './api_parameters.ts';
import { type ApiRoute, apiRoute, SENT } from './api_route.ts';
import { statusName } from './compliance_answers.ts';
import { formatOf, sendLines, sendRows, type TableRow, tableFormat } from './table_answer.ts';

const PAGE = 100;
/** What is asked of the evaluator at once while a whole list is streamed. */
const STREAMED = 5_000;
const COUNT_COLUMNS = ['asOf', 'knownAt', 'agency', 'requirement', 'title', 'by', 'value', ...COUNTED_COLUMNS];
const listed = z.looseObject({
  person: z.string(),
  agency: z.string(),
  requirement: z.string(),
  status: statusName,
  revision: z.int().nullable().meta({
    description:
      'The last event that changed the run of days with this status, its reason, or the facts by which it is counted; null: not worked out yet. Which event changed the status of one day is told by `/diff`.',
  }),
});

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

/** How many have which status, and who: of one agency's people, and of everybody. */
export function agencyComplianceRoutes(store: Store): ApiRoute[] {
  return SCOPES.flatMap((scope) => questions(store, scope));
}

function questions(store: Store, { base, example, whose, pathParameters, roles, zone }: Scope): ApiRoute[] {
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
          point: await pointOf(store, asked, exchange),
        } as const;
        const { asOf, knownAt, requirements } = await askEvaluator(store, question);
        const form = formatOf(exchange.request, format);
        if (form === 'json') {
          const members = JSON.stringify({ agency: agency ?? null, asOf, knownAt }).slice(0, -1);
          exchange.response.type('json').send(`${members},"requirements":${requirements}}`);
          return SENT;
        }
        const rows = countRows(JSON.parse(requirements), { asOf, knownAt }, by);
        await sendRows(exchange.response, form, COUNT_COLUMNS, each(rows));
        return SENT;
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
        const first = await pointOf(store, asked, exchange);
        const point = place === undefined ? first : pinned(place, first);
        const form = formatOf(exchange.request, format);
        if (form !== 'json') {
          const lines = wholeList(store, {
            kind: 'lines',
            agency,
            wanted,
            point,
            limit: STREAMED,
            after: place?.after,
          });
          await sendLines(exchange.response, form, LIST_COLUMNS, lines);
          return SENT;
        }
        const page = { limit: limit ?? PAGE, after: place?.after };
        const { asOf, knownAt, found, next } = await askEvaluator(store, {
          kind: 'list',
          agency,
          wanted,
          point,
          ...page,
        });
        return {
          agency: agency ?? null,
          asOf,
          knownAt,
          statuses: found as unknown as z.input<typeof listed>[],
          next: next === undefined ? null : writePlace({ after: next, asOf, knownAt, asked: place?.asked ?? now }),
        };
      },
    }),
  ];
}

/** A row for each requirement, and one for each group of it. */
function countRows(
  requirements: readonly RequirementCounts[],
  used: { readonly asOf: string; readonly knownAt: number },
  by: GroupFact | undefined,
): readonly TableRow[] {
  return requirements.flatMap(({ counts, rate, groups = [], ...named }) =>
    [{ value: null, counts, rate }, ...groups].map((one, i) => ({
      ...used,
      ...named,
      by: i === 0 ? null : by,
      value: one.value,
      ...one.counts,
      rate: one.rate,
    })),
  );
}

function pinned({ asOf, knownAt }: { readonly asOf: string; readonly knownAt: number }, point: AskedPoint): AskedPoint {
  return { ...point, asOf: { day: asOf }, knownAt };
}

function writtenIn(parameter: unknown): string | null {
  return typeof parameter === 'string' ? parameter : null;
}

/** All pages, from one point. */
async function* wholeList(store: Store, first: Extract<Question, { kind: 'list' | 'lines' }>): AsyncGenerator<string> {
  for (let question = { ...first, kind: 'lines' as const }; ; ) {
    const { asOf, knownAt, text, next } = await askEvaluator(store, question);
    yield text;
    if (next === undefined) return;
    question = { ...question, point: pinned({ asOf, knownAt }, question.point), after: next };
  }
}
