import { z } from 'zod';
import type { LadderDeclared } from '../events/compliance_types.ts';
import type { Store } from '../store.ts';
import { knownAt } from './api_parameters.ts';
import { type ApiRoute, apiRoute } from './api_route.ts';
import { EVERYBODY, noSuch, record, recorded, requireGrant, setEtag, timesOf } from './learning_exchange.ts';
import { id, words } from './learning_parameters.ts';

const body = z.strictObject({
  ranks: z
    .array(words)
    .min(1)
    .max(500)
    .refine((ranks) => new Set(ranks).size === ranks.length, 'each rank is in it once')
    .meta({ description: 'The lowest first.' }),
});

const ladder = z.looseObject({ ladder: z.string(), version: z.int(), revision: z.int() });
const name = z.strictObject({ ladder: id });
const query = z.strictObject({ knownAt: knownAt.optional() });

/** `/api/ladders`: in which order grades, or other ranks, stand. They are common to all agencies. */
export function ladderRoutes(store: Store): ApiRoute[] {
  return [
    apiRoute({
      method: 'put',
      path: '/ladders/{ladder}',
      summary: 'Declare a ladder',
      description:
        'The order of grades, or of other ranks, that conditions of requirements ask for. The same content again is no new version.',
      roles: ['policy-editor'],
      pathParameters: name,
      query: z.strictObject({}),
      body,
      answer: recorded,
      refusals: [409, 412],
      example: { path: '/ladders/level', body: { ranks: ['P1', 'P2', 'P3', 'P4', 'P5', 'D1', 'D2'] } },
      async handle({ ladder, body }, exchange) {
        requireGrant(exchange.identity, { role: 'policy-editor', agency: null }, 'policy-editor of all agencies');
        return record(store, exchange, { type: 'ladder-declared', data: { ladder, ...body } satisfies LadderDeclared });
      },
    }),
    apiRoute({
      method: 'get',
      path: '/ladders/{ladder}',
      summary: 'One ladder',
      description: 'The ladder as it was declared, as known at `knownAt`. The ETag is its revision.',
      roles: EVERYBODY,
      pathParameters: name,
      query,
      answer: ladder,
      refusals: [404],
      example: { path: '/ladders/level' },
      async handle({ ladder, ...asked }, exchange) {
        const { found } = await store.read({ kind: 'ladders', id: ladder, ...(await timesOf(store, asked)) });
        const [one] = found;
        if (one === undefined) throw noSuch('ladder');
        setEtag(exchange, one.revision);
        return { ...one.data, version: one.version, revision: one.revision };
      },
    }),
    apiRoute({
      method: 'get',
      path: '/ladders',
      summary: 'All ladders',
      description: 'Every ladder that is declared, in order of the ids, as known at `knownAt`.',
      roles: EVERYBODY,
      pathParameters: z.strictObject({}),
      query,
      answer: z.object({ knownAt: z.int(), ladders: z.array(ladder) }),
      example: { path: '/ladders' },
      async handle(asked) {
        const times = await timesOf(store, asked);
        const { found } = await store.read({ kind: 'ladders', ...times });
        const ladders = found.map(({ data, version, revision }) => ({ ...data, version, revision }));
        return { knownAt: times.knownAt, ladders };
      },
    }),
  ];
}
