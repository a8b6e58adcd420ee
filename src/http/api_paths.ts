import { z } from 'zod';
import type { PathDeclared } from '../events/compliance_types.ts';
import type { Identity } from '../identity/identity.ts';
import type { Store } from '../store.ts';
import { knownAt } from './api_parameters.ts';
import { type ApiRoute, apiRoute } from './api_route.ts';
import { satisfactionBody } from './compliance_parameters.ts';
import { EVERYBODY, noSuch, record, recorded, requireGrant, setEtag, timesOf, viewerOf } from './learning_exchange.ts';
import { id, words } from './learning_parameters.ts';

const body = z
  .strictObject({
    title: words,
    agency: id.optional().meta({ description: 'The agency that curates it.' }),
    person: id.optional().meta({ description: 'Whose own it is; with neither it is common to all.' }),
    ordered: z.literal(true).optional().meta({ description: 'Steps are done in their order.' }),
    steps: z
      .array(z.strictObject({ step: id, title: words, satisfiedBy: satisfactionBody }))
      .min(1)
      .max(200)
      .refine(
        (steps) => new Set(steps.map(({ step }) => step)).size === steps.length,
        'each step has an id of its own',
      ),
    note: words.optional(),
  })
  .refine(({ agency, person }) => agency === undefined || person === undefined, {
    message: 'a path is an agency’s or a person’s own, not both',
    path: ['person'],
  });

const EXAMPLE = {
  title: 'First days',
  agency: 'agency-a',
  ordered: true,
  steps: [{ step: 'first-aid', title: 'First aid', satisfiedBy: { course: 'first-aid' } }],
};

const CURATED = "policy-editor of the path's agency, or of all for a common path";
const OWN = 'learner, for a path of their own';
const path = z.looseObject({ path: z.string(), version: z.int(), revision: z.int() });
const name = z.strictObject({ path: id });
const query = z.strictObject({ knownAt: knownAt.optional() });

/** `/api/paths`: learning paths, curated ones and learners' own. */
export function pathRoutes(store: Store): ApiRoute[] {
  return [
    apiRoute({
      method: 'put',
      path: '/paths/{path}',
      summary: 'Declare a learning path',
      description:
        'A curated path of an agency, one that is common to all, or a learner’s own, which only they change. The same content again is no new version.',
      roles: ['policy-editor', 'learner'],
      pathParameters: name,
      query: z.strictObject({}),
      body,
      answer: recorded,
      refusals: [409, 412],
      example: { path: '/paths/first-days', body: EXAMPLE },
      async handle({ path: called, body }, exchange) {
        requireOwner(exchange.identity, body);
        const times = await timesOf(store, {});
        const { found } = await store.read({ kind: 'paths', id: called, viewer: 'everybody', ...times });
        const before = found[0]?.data;
        // Whose own another path of that id is, is not told: the decision refuses it.
        if (before !== undefined && before.person === undefined) requireOwner(exchange.identity, before);
        return record(store, exchange, { type: 'path-declared', data: { path: called, ...body } as PathDeclared });
      },
    }),
    apiRoute({
      method: 'get',
      path: '/paths/{path}',
      summary: 'One learning path',
      description: 'The path as it was declared, as known at `knownAt`. The ETag is its revision.',
      roles: EVERYBODY,
      pathParameters: name,
      query,
      answer: path,
      refusals: [404],
      example: { path: '/paths/first-days' },
      async handle({ path: called, ...asked }, exchange) {
        const viewer = viewerOf(exchange.identity);
        const { found } = await store.read({ kind: 'paths', id: called, viewer, ...(await timesOf(store, asked)) });
        const [one] = found;
        if (one === undefined) throw noSuch('path');
        setEtag(exchange, one.revision);
        return { ...one.data, version: one.version, revision: one.revision };
      },
    }),
    apiRoute({
      method: 'get',
      path: '/paths',
      summary: 'Learning paths',
      description:
        'Every curated path, and the own ones of learners whom the caller may know of, in order of the ids, as known at `knownAt`.',
      roles: EVERYBODY,
      pathParameters: z.strictObject({}),
      query,
      answer: z.object({ knownAt: z.int(), paths: z.array(path) }),
      example: { path: '/paths' },
      async handle(asked, { identity }) {
        const times = await timesOf(store, asked);
        const { found } = await store.read({ kind: 'paths', viewer: viewerOf(identity), ...times });
        const paths = found.map(({ data, version, revision }) => ({ ...data, version, revision }));
        return { knownAt: times.knownAt, paths };
      },
    }),
  ];
}

/** @throws `forbidden` */
function requireOwner(
  identity: Identity,
  { person, agency }: { readonly person?: string | undefined; readonly agency?: string | undefined },
): void {
  if (person === undefined) requireGrant(identity, { role: 'policy-editor', agency: agency ?? null }, CURATED);
  else requireGrant(identity, { role: 'learner', person }, OWN);
}
