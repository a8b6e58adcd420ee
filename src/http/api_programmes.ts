import { z } from 'zod';
import type { ProgrammeDeclared } from '../events/compliance_types.ts';
import type { Store } from '../store.ts';
import { knownAt } from './api_parameters.ts';
import { type ApiRoute, apiRoute } from './api_route.ts';
import { partsNeededBody, satisfactionBody } from './compliance_parameters.ts';
import { EVERYBODY, noSuch, record, recorded, requireGrant, setEtag, timesOf } from './learning_exchange.ts';
import { id, words } from './learning_parameters.ts';

const body = z.strictObject({
  title: words,
  agency: id.optional().meta({ description: 'The agency whose own it is; absent: it is common to all.' }),
  parts: z
    .array(
      z.strictObject({
        part: id,
        title: words,
        kind: words.meta({ description: 'What one does: `complete`, `attend`, `take-part`, …' }),
        satisfiedBy: satisfactionBody,
      }),
    )
    .min(1)
    .max(200)
    .refine((parts) => new Set(parts.map(({ part }) => part)).size === parts.length, 'each part has an id of its own'),
  graduates: partsNeededBody,
  note: words.optional(),
});

const EXAMPLE = {
  title: 'Orientation',
  agency: 'agency-a',
  parts: [
    { part: 'module', title: 'First aid', kind: 'complete', satisfiedBy: { course: 'first-aid' } },
    { part: 'webinar', title: 'First aid, live', kind: 'attend', satisfiedBy: { course: 'first-aid', maxAge: 'P1Y' } },
  ],
  graduates: { atLeast: 1, of: [{ part: 'module' }, { part: 'webinar' }] },
};

const RULE = "policy-editor of the programme's agency, or of all for a common programme";
const programme = z.looseObject({ programme: z.string(), version: z.int(), revision: z.int() });
const name = z.strictObject({ programme: id });
const query = z.strictObject({ knownAt: knownAt.optional() });

/** `/api/programmes`: cohort programmes, their parts, and what makes a graduate. */
export function programmeRoutes(store: Store): ApiRoute[] {
  const present = async (called: string, asked: z.output<typeof query>) => {
    const { found } = await store.read({ kind: 'programmes', id: called, ...(await timesOf(store, asked)) });
    return found[0];
  };
  return [
    apiRoute({
      method: 'put',
      path: '/programmes/{programme}',
      summary: 'Declare a programme',
      description:
        'A cohort programme: parts of several kinds, and which of them make a graduate. Who takes part is the fact `enrolled` of a person, with the cohort as its key and the programme as its value. The same content again is no new version.',
      roles: ['policy-editor'],
      pathParameters: name,
      query: z.strictObject({}),
      body,
      answer: recorded,
      refusals: [409, 412],
      example: { path: '/programmes/orientation', body: EXAMPLE },
      async handle({ programme: called, body }, exchange) {
        const before = await present(called, {});
        for (const agency of new Set([body.agency ?? null, ...(before ? [before.data.agency ?? null] : [])])) {
          requireGrant(exchange.identity, { role: 'policy-editor', agency }, RULE);
        }
        return record(store, exchange, {
          type: 'programme-declared',
          data: { programme: called, ...body } as ProgrammeDeclared,
        });
      },
    }),
    apiRoute({
      method: 'get',
      path: '/programmes/{programme}',
      summary: 'One programme',
      description: 'The programme as it was declared, as known at `knownAt`. The ETag is its revision.',
      roles: EVERYBODY,
      pathParameters: name,
      query,
      answer: programme,
      refusals: [404],
      example: { path: '/programmes/orientation' },
      async handle({ programme: called, ...asked }, exchange) {
        const one = await present(called, asked);
        if (one === undefined) throw noSuch('programme');
        setEtag(exchange, one.revision);
        return { ...one.data, version: one.version, revision: one.revision };
      },
    }),
    apiRoute({
      method: 'get',
      path: '/programmes',
      summary: 'All programmes',
      description: 'Every programme that is declared, in order of the ids, as known at `knownAt`.',
      roles: EVERYBODY,
      pathParameters: z.strictObject({}),
      query,
      answer: z.object({ knownAt: z.int(), programmes: z.array(programme) }),
      example: { path: '/programmes' },
      async handle(asked) {
        const times = await timesOf(store, asked);
        const { found } = await store.read({ kind: 'programmes', ...times });
        const programmes = found.map(({ data, version, revision }) => ({ ...data, version, revision }));
        return { knownAt: times.knownAt, programmes };
      },
    }),
  ];
}
