import { z } from 'zod';
import { isDay, numberOfDay } from '../learning/days.ts';
import type { Store } from '../store.ts';
import {
  agencyOf,
  answered,
  askEvaluator,
  COUNTED_COLUMNS,
  counted,
  SCOPES,
  type Scope,
  times,
  used,
} from './agency_answers.ts';
import { chosenBy, chosenParameters, pointOf } from './agency_questions.ts';
import { knownAt } from './api_parameters.ts';
import { type ApiRoute, apiRoute } from './api_route.ts';
import { askedDay, day } from './learning_parameters.ts';
import { type TableRow, tableFormat } from './table_answer.ts';

const LONGEST_TREND = 1100;
const TREND_COLUMNS = ['day', 'knownAt', 'agency', 'requirement', ...COUNTED_COLUMNS];
const CHANGE_COLUMNS = ['person', 'agency', 'requirement', 'before', 'after', 'causes'];

/** How the counts go from day to day, and what changed: of one agency's people, and of everybody. */
export function agencyChangeRoutes(store: Store): ApiRoute[] {
  return SCOPES.flatMap((scope) => questions(store, scope));
}

function questions(store: Store, { base, example, whose, pathParameters, roles, zone }: Scope): ApiRoute[] {
  return [
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
        const point = await pointOf(store, { knownAt: asked.knownAt, asOf: { day: to } }, exchange);
        const question = { kind: 'trend', agency, chosen: chosenBy(asked), from, to, point } as const;
        const { asOf, knownAt, trends } = await askEvaluator(store, question);
        const rows = () =>
          trends.flatMap(({ agency, requirement, days }) =>
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
        const point = await pointOf(store, asked, exchange);
        const second = await pointOf(
          store,
          { asOf: toAsOf ?? asked.asOf, knownAt: toKnownAt ?? asked.knownAt },
          exchange,
        );
        const question = { kind: 'difference', agency, chosen: chosenBy(asked), point, other: second } as const;
        const { one, other, changes } = await askEvaluator(store, question);
        const rows = () =>
          changes.map(
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
