import { z } from 'zod';
import type { RequirementDeclared } from '../events/compliance_types.ts';
import type { Identity } from '../identity/identity.ts';
import type { ShownRequirement } from '../queries/declared_query.ts';
import type { Store } from '../store.ts';
import { knownAt } from './api_parameters.ts';
import { type ApiRoute, apiRoute } from './api_route.ts';
import { conditionBody, recurrenceBody, satisfactionBody, timeToComplyBody } from './compliance_parameters.ts';
import { preview, previewOf, whatIfAnswer } from './drafted_answer.ts';
import { EVERYBODY, noSuch, record, recorded, requireGrant, setEtag, timesOf } from './learning_exchange.ts';
import { askedDay, day, IN_ORDER, id, inOrder, period, words } from './learning_parameters.ts';

/** A requirement as it is declared: its id stands in the path. */
export const requirementBody = z
  .strictObject({
    title: words,
    agency: id.optional().meta({ description: 'Whose requirement it is; absent: of all agencies.' }),
    from: day.meta({ description: 'The first day of these terms: they hold until those of a later day do.' }),
    to: day.optional(),
    appliesTo: conditionBody,
    satisfiedBy: satisfactionBody,
    recurrence: recurrenceBody.optional().meta({ description: 'Absent: once is enough.' }),
    timeToComply: timeToComplyBody.optional().meta({ description: 'Absent: it is due on the first day.' }),
    bridge: z
      .int()
      .min(0)
      .max(3660)
      .optional()
      .meta({ description: 'So many days without it do not begin the time to comply anew.' }),
    evidenceAge: period
      .optional()
      .meta({ description: 'How old evidence may be on the day on which it begins to apply to the person.' }),
    absence: z
      .strictObject({ when: conditionBody, effect: z.enum(['excuses', 'stops-clock']) })
      .optional()
      .meta({ description: 'What being absent does; absent: nothing.' }),
    mandate: words.optional().meta({ description: 'Where it is written that they must.' }),
    note: words.optional(),
  })
  .refine(inOrder, IN_ORDER);

const EXAMPLE = {
  title: 'First aid',
  agency: 'agency-a',
  from: '2021-01-01',
  appliesTo: {
    all: [
      { fact: 'grade', in: ['P3', 'P4'] },
      { at: 'dutyStation', is: { fact: 'requires', key: 'first-aid', equals: true, unrecorded: false } },
    ],
  },
  satisfiedBy: { course: 'first-aid' },
  recurrence: { every: 'P3Y', window: 'P3M' },
  timeToComply: { within: 'P6M', anchor: 'appointment' },
  mandate: 'Memo 2021/1',
};

const shown = z.looseObject({
  requirement: z.string(),
  version: z.int().meta({ description: 'The n-th declaration of the requirement, from 1.' }),
  revision: z.int(),
  inForce: z
    .object({ from: z.string(), to: z.string().nullable() })
    .nullable()
    .meta({ description: 'On which days; null: another took its place, or it is withdrawn.' }),
});

const RULE = "policy-editor of the requirement's agency, or of all for a requirement of all";
const name = z.strictObject({ requirement: id });

/** `/api/requirements`: who must have learned what. */
export function requirementRoutes(store: Store): ApiRoute[] {
  /** All its declarations. @throws `forbidden` to whom one of them is another agency's */
  const changeable = async (identity: Identity, requirement: string): Promise<readonly ShownRequirement[]> => {
    const times = await timesOf(store, {});
    const { found } = await store.read({ kind: 'requirement', id: requirement, ...times });
    for (const agency of new Set(found.map((one) => one.agency ?? null))) {
      requireGrant(identity, { role: 'policy-editor', agency }, RULE);
    }
    return found;
  };
  return [
    apiRoute({
      method: 'put',
      path: '/requirements/{requirement}',
      summary: 'Declare a requirement',
      description:
        'Who must have learned what, from the day `from` on. Declared for another day, these terms stand beside those before them, and take over on that day; for the same day, they take their place. The same content again is no new version.',
      roles: ['policy-editor'],
      pathParameters: name,
      query: z.strictObject({ preview }),
      body: requirementBody,
      answer: z.union([recorded, whatIfAnswer]),
      refusals: [409, 412],
      example: { path: '/requirements/first-aid', body: EXAMPLE },
      async handle({ requirement, preview, body }, exchange) {
        requireGrant(exchange.identity, { role: 'policy-editor', agency: body.agency ?? null }, RULE);
        await changeable(exchange.identity, requirement);
        const data = { requirement, ...body } as RequirementDeclared;
        if (preview === 'true')
          return previewOf(store, exchange, { agency: body.agency, draft: { requirements: [data] } });
        return record(store, exchange, { type: 'requirement-declared', data });
      },
    }),
    apiRoute({
      method: 'get',
      path: '/requirements',
      summary: 'The requirements in force',
      description:
        'The terms of each requirement that are in force on the day `asOf` (in the zone of the agency, where one is asked for), as known at `knownAt`.',
      roles: EVERYBODY,
      pathParameters: z.strictObject({}),
      query: z.strictObject({
        asOf: askedDay.optional(),
        knownAt: knownAt.optional(),
        agency: id.optional().meta({ description: 'Those that this agency goes by: its own, and those of all.' }),
      }),
      answer: z.object({ asOf: z.string(), knownAt: z.int(), requirements: z.array(shown) }),
      example: { path: '/requirements?agency=agency-a&asOf=2024-01-31' },
      async handle({ agency, ...asked }) {
        const times = await timesOf(store, asked);
        const { asOf, found } = await store.read({ kind: 'requirements', agency, ...times });
        return { asOf, knownAt: times.knownAt, requirements: found.map((one) => ({ ...one })) };
      },
    }),
    apiRoute({
      method: 'get',
      path: '/requirements/{requirement}',
      summary: 'One requirement',
      description:
        'All that was declared of it, as known at `knownAt`, in the order in which it was declared, each with the days on which it is in force. The ETag is the revision of the last one.',
      roles: EVERYBODY,
      pathParameters: name,
      query: z.strictObject({ knownAt: knownAt.optional() }),
      answer: z.object({
        requirement: z.string(),
        knownAt: z.int(),
        revision: z.int(),
        declarations: z.array(shown),
      }),
      refusals: [404],
      example: { path: '/requirements/first-aid' },
      async handle({ requirement, ...asked }, exchange) {
        const times = await timesOf(store, asked);
        const { found } = await store.read({ kind: 'requirement', id: requirement, ...times });
        const last = found.at(-1);
        if (last === undefined) throw noSuch('requirement');
        setEtag(exchange, last.revision);
        const declarations = found.map((one) => ({ ...one }));
        return { requirement, knownAt: times.knownAt, revision: last.revision, declarations };
      },
    }),
    apiRoute({
      method: 'post',
      path: '/requirements/{requirement}/withdraw',
      summary: 'Withdraw terms of a requirement',
      description: 'What was declared from that day on is as if it had not been: the terms before it go on.',
      roles: ['policy-editor'],
      pathParameters: name,
      query: z.strictObject({}),
      body: z.strictObject({
        from: day.meta({ description: 'The day from which on it was declared.' }),
        reason: words,
      }),
      answer: recorded,
      refusals: [404, 409, 412],
      example: {
        path: '/requirements/drill/withdraw',
        body: { from: '2021-01-01', reason: 'It was never decided.' },
      },
      async handle({ requirement, body }, exchange) {
        if ((await changeable(exchange.identity, requirement)).length === 0) throw noSuch('requirement');
        return record(store, exchange, { type: 'requirement-withdrawn', data: { requirement, ...body } });
      },
    }),
  ];
}
