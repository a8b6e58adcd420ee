import { z } from 'zod';
import { LedgerlineError } from '../errors.ts';
import type { EquivalenceDecided } from '../events/learning_types.ts';
import type { Identity } from '../identity/identity.ts';
import type { Store } from '../store.ts';
import { knownAt } from './api_parameters.ts';
import { type ApiRoute, apiRoute } from './api_route.ts';
import { preview, previewOf, whatIfAnswer } from './drafted_answer.ts';
import { EVERYBODY, noSuchAgency, record, recorded, requireGrant, setEtag, timesOf } from './learning_exchange.ts';
import { askedDay, day, IN_ORDER, id, inOrder, period, words } from './learning_parameters.ts';

const source = z
  .strictObject({
    course: id,
    version: words.optional(),
    edition: words.optional().meta({ description: 'The code of an edition.' }),
    completedFrom: day.optional(),
    completedTo: day.optional(),
    maxAge: period.optional().meta({ description: 'How old the completion may be on the day that is asked about.' }),
    minScaled: z.number().min(-1).max(1).optional(),
    languages: z.array(words).optional(),
    platforms: z.array(id).optional().meta({ description: 'The platforms whose evidence counts.' }),
    issuers: z.array(words).optional().meta({ description: 'The issuers whose certificates count.' }),
  })
  .refine(({ completedFrom, completedTo }) => inOrder({ from: completedFrom, to: completedTo }), {
    message: IN_ORDER.message,
    path: ['completedTo'],
  });

/** A decision as it is made: its id stands in the path. */
export const decisionBody = z
  .strictObject({
    agency: id.optional().meta({ description: 'Whose decision it is; absent: for all agencies.' }),
    effect: z.enum(['counts', 'does-not-count']),
    sources: z.array(source).min(1).meta({ description: 'What counts: all of them together.' }),
    target: id.meta({ description: 'The course that they count for.' }),
    mutual: z.boolean().optional(),
    transitive: z.boolean().optional(),
    from: day,
    to: day.optional(),
    basis: z.strictObject({ document: words, link: z.url().optional() }),
    decidedBy: words,
    reason: words.optional(),
  })
  .refine(inOrder, IN_ORDER)
  .refine(({ effect, reason }) => effect === 'counts' || reason !== undefined, {
    message: 'a decision that something does not count says why',
    path: ['reason'],
  })
  .refine(({ mutual, sources }) => mutual !== true || sources.length === 1, {
    message: 'a mutual decision has one source',
    path: ['mutual'],
  })
  .refine(({ sources, target }) => sources.every(({ course }) => course !== target), {
    message: 'it is another course than the sources',
    path: ['target'],
  });

const decision = z.looseObject({
  decision: z.string(),
  version: z.int(),
  revision: z.int(),
  status: z
    .enum(['applies', 'not-yet', 'ended', 'revoked', 'revoked-keeping'])
    .meta({ description: 'How it stands on the day.' }),
});

const RULE = "policy-editor of the decision's agency, or of all for a decision for all";
const name = z.strictObject({ decision: id });

/** `/api/equivalences`: what certificates count for, by whose decision. */
export function equivalenceRoutes(store: Store): ApiRoute[] {
  const decisions = async (identity: Identity, called: string): Promise<EquivalenceDecided | undefined> => {
    const policy = await store.read({ kind: 'policy', knownAt: store.revision });
    const present = policy.decisions.get(called)?.data;
    if (present) requireGrant(identity, { role: 'policy-editor', agency: present.agency ?? null }, RULE);
    return present;
  };
  const requireAgency = async (agency: string, knownAt: number) => {
    const { agencies } = await store.read({ kind: 'policy', knownAt });
    if (!agencies.has(agency)) throw noSuchAgency(agency, 'agency');
  };
  return [
    apiRoute({
      method: 'put',
      path: '/equivalences/{decision}',
      summary: 'Decide on equivalence',
      description:
        'An agency, or all, decides that certificates of some courses count for another, or that they do not. The days from and to are those on which the decision applies; the same content again is no new version.',
      roles: ['policy-editor'],
      pathParameters: name,
      query: z.strictObject({ preview }),
      body: decisionBody,
      answer: z.union([recorded, whatIfAnswer]),
      refusals: [409, 412],
      example: {
        path: '/equivalences/first-aid-for-safety',
        body: {
          agency: 'agency-a',
          effect: 'counts',
          sources: [{ course: 'first-aid', completedFrom: '2019-01-01', maxAge: 'P5Y' }],
          target: 'safety',
          from: '2021-01-01',
          basis: { document: 'Memo 2021/4' },
          decidedBy: 'Training board',
        },
      },
      async handle({ decision, preview, body }, exchange) {
        requireGrant(exchange.identity, { role: 'policy-editor', agency: body.agency ?? null }, RULE);
        await decisions(exchange.identity, decision);
        const data = { decision, ...body } as EquivalenceDecided;
        if (preview === 'true')
          return previewOf(store, exchange, { agency: body.agency, draft: { equivalences: [data] } });
        return record(store, exchange, { type: 'equivalence-decided', data });
      },
    }),
    apiRoute({
      method: 'get',
      path: '/equivalences',
      summary: 'Decisions on equivalence',
      description:
        'The decisions as known at `knownAt`, each with how it stands on the day `asOf`: in the zone of the agency, where one is asked for.',
      roles: EVERYBODY,
      pathParameters: z.strictObject({}),
      query: z.strictObject({
        asOf: askedDay.optional(),
        knownAt: knownAt.optional(),
        agency: id.optional().meta({ description: 'Those that this agency goes by: its own, and those for all.' }),
        source: id.optional().meta({ description: 'Those on what this course counts for.' }),
        target: id.optional().meta({ description: 'Those on what counts for this course.' }),
        effect: z.enum(['counts', 'does-not-count']).optional(),
        status: z.enum(['applies', 'not-yet', 'ended', 'revoked', 'revoked-keeping']).optional(),
      }),
      answer: z.object({ asOf: z.string(), knownAt: z.int(), decisions: z.array(decision) }),
      example: { path: '/equivalences?agency=agency-a&asOf=2024-01-31' },
      async handle({ asOf, knownAt, ...filter }) {
        const times = await timesOf(store, { asOf, knownAt });
        if (filter.agency !== undefined) await requireAgency(filter.agency, times.knownAt);
        const answer = await store.read({ kind: 'decisions', filter, ...times });
        return {
          asOf: answer.asOf,
          knownAt: times.knownAt,
          decisions: answer.decisions.map((decision) => ({ ...decision })),
        };
      },
    }),
    apiRoute({
      method: 'get',
      path: '/equivalences/{decision}',
      summary: 'One decision on equivalence',
      description: 'The ETag is its revision.',
      roles: EVERYBODY,
      pathParameters: name,
      query: z.strictObject({ asOf: askedDay.optional(), knownAt: knownAt.optional() }),
      answer: decision,
      refusals: [404],
      example: { path: '/equivalences/first-aid-for-safety' },
      async handle({ decision: called, ...asked }, exchange) {
        const times = await timesOf(store, asked);
        const { decisions } = await store.read({ kind: 'decisions', filter: {}, ...times });
        const found = decisions.find(({ decision }) => decision === called);
        if (found === undefined) throw noSuchDecision(called);
        setEtag(exchange, found.revision);
        return { ...found };
      },
    }),
    apiRoute({
      method: 'post',
      path: '/equivalences/{decision}/revoke',
      summary: 'Revoke a decision on equivalence',
      description:
        'From the day on it does not apply any more. With `keep`, completions before that day go on counting, for everybody; without, nothing counts by it any more.',
      roles: ['policy-editor'],
      pathParameters: name,
      query: z.strictObject({}),
      body: z.strictObject({
        from: day.meta({ description: 'The first day on which it does not apply.' }),
        keep: z.boolean(),
        reason: words,
      }),
      answer: recorded,
      refusals: [404, 409, 412],
      example: {
        path: '/equivalences/first-aid-for-safety/revoke',
        body: { from: '2025-07-01', keep: true, reason: 'The course was shortened.' },
      },
      async handle({ decision, body }, exchange) {
        if ((await decisions(exchange.identity, decision)) === undefined) throw noSuchDecision(decision);
        return record(store, exchange, { type: 'equivalence-revoked', data: { decision, ...body } });
      },
    }),
  ];
}

function noSuchDecision(decision: string): LedgerlineError {
  return new LedgerlineError('not_found', `There is no decision ${decision}.`);
}
