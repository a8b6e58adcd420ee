import { z } from 'zod';
import { LedgerlineError } from '../errors.ts';
import type { Fact } from '../events/learning_types.ts';
import type { Identity } from '../identity/identity.ts';
import type { Store } from '../store.ts';
import { knownAt } from './api_parameters.ts';
import { type ApiRoute, apiRoute } from './api_route.ts';
import {
  EVERYBODY,
  noSuch,
  READERS,
  record,
  recorded,
  requireGrant,
  setEtag,
  timesOf,
  viewerOf,
} from './learning_exchange.ts';
import { askedDay, day, IN_ORDER, id, inOrder, learnerName } from './learning_parameters.ts';

/** What every fact says beside its subject. */
const said = {
  name: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, 'it is a letter and up to 63 letters, digits, hyphens and underscores')
    .meta({ description: 'What is so: `assigned`, `dutyStation`, `category`, `grade`, `jobNetwork`, `supervisor`, …' }),
  key: z
    .string()
    .min(1)
    .max(256)
    .optional()
    .meta({ description: 'Tells apart what there can be several of at once: a deployment, a required course.' }),
  value: z
    .union([z.string().max(4000), z.number(), z.boolean(), z.array(z.string().max(4000)).max(1000), z.null()])
    .meta({ description: 'null takes back what was recorded for these days: nothing is known then.' }),
  from: day.meta({ description: 'The first day.' }),
  to: day.optional().meta({ description: 'The last day; absent: without end.' }),
};

const ofPerson = z.strictObject({ agency: id, ...said }).refine(inOrder, IN_ORDER);
const ofPlace = z.strictObject(said).refine(inOrder, IN_ORDER);
const ofAnyone = z.union([
  z.strictObject({ person: id, agency: id, ...said }).refine(inOrder, IN_ORDER),
  z.strictObject({ place: id, ...said }).refine(inOrder, IN_ORDER),
]);

/** The most facts in one request: what one event may hold. */
const MOST_FACTS = 5_000;

const fact = z.looseObject({
  name: z.string(),
  value: z.unknown(),
  from: z.string(),
  to: z.string().optional(),
  revision: z.int().meta({ description: 'The revision that recorded it.' }),
});

const EDITOR = "agency-editor of each fact's agency";
const PLACE_EDITOR = 'policy-editor of all agencies';

/** `/api/people`, `/api/places`, `/api/roster`: dated facts. */
export function peopleRoutes(store: Store): ApiRoute[] {
  return [
    apiRoute({
      method: 'post',
      path: '/people/{person}/facts',
      summary: 'Record facts of a person',
      description:
        'Facts belong to an assignment (the person in an agency) and hold from a day to a day; a later one wins on the days that it covers. The fact `assigned` (true) says that the person is in the agency. What is recorded already is not recorded again.',
      roles: ['agency-editor'],
      pathParameters: z.strictObject({ person: id }),
      query: z.strictObject({}),
      body: z.strictObject({ facts: z.array(ofPerson).min(1).max(MOST_FACTS) }),
      answer: recorded,
      refusals: [409, 412],
      example: {
        path: '/people/P-1/facts',
        body: {
          facts: [
            { agency: 'agency-a', name: 'assigned', value: true, from: '2020-01-01' },
            { agency: 'agency-a', name: 'grade', value: 'P4', from: '2020-01-01', to: '2023-06-30' },
          ],
        },
      },
      handle({ person, body }, exchange) {
        const facts = body.facts.map((said) => ({ person, ...said })) as Fact[];
        requireEditor(exchange.identity, facts);
        return record(store, exchange, { type: 'facts-recorded', data: { facts } });
      },
    }),
    apiRoute({
      method: 'get',
      path: '/people/{learner}',
      summary: 'A person on a day',
      description:
        'The facts that hold on the day `asOf`, the accounts that are linked and the persons that are merged, as known at `knownAt`. The ETag is the last revision that recorded a fact of the person.',
      roles: READERS,
      pathParameters: z.strictObject({ learner: learnerName }),
      query: z.strictObject({ asOf: askedDay.optional(), knownAt: knownAt.optional() }),
      answer: z.object({
        persons: z.array(z.string()).meta({ description: 'More than one when they are merged.' }),
        asOf: z.string(),
        knownAt: z.int(),
        facts: z.array(fact),
        links: z.array(z.object({ account: z.string(), person: z.string(), link: z.int() })),
        merges: z.array(z.object({ merge: z.int(), persons: z.array(z.string()) })),
      }),
      refusals: [404],
      example: { path: '/people/P-1?asOf=2023-01-31' },
      async handle({ learner, ...asked }, exchange) {
        const times = await timesOf(store, asked);
        const viewer = viewerOf(exchange.identity);
        const person = await store.read({ kind: 'person', learner: learner.name, viewer, ...times });
        if (person === undefined || person.persons.length === 0) throw noSuch('learner');
        const { persons, asOf, facts, links, merges, revision } = person;
        setEtag(exchange, revision);
        return {
          persons: [...persons],
          asOf,
          knownAt: times.knownAt,
          facts: [...facts],
          links: [...links],
          merges: merges.map(({ merge, persons }) => ({ merge, persons: [...persons] })),
        };
      },
    }),
    apiRoute({
      method: 'post',
      path: '/places/{place}/facts',
      summary: 'Record facts of a place',
      description:
        'Of a duty station or a mission: `requires` with a course as its key (true) says that the place requires it from a day to a day.',
      roles: ['policy-editor'],
      pathParameters: z.strictObject({ place: id }),
      query: z.strictObject({}),
      body: z.strictObject({ facts: z.array(ofPlace).min(1).max(MOST_FACTS) }),
      answer: recorded,
      refusals: [409, 412],
      example: {
        path: '/places/station-1/facts',
        body: { facts: [{ name: 'requires', key: 'safety', value: true, from: '2022-01-01', to: '2024-12-31' }] },
      },
      handle({ place, body }, exchange) {
        const facts = body.facts.map((said) => ({ place, ...said })) as Fact[];
        requireEditor(exchange.identity, facts);
        return record(store, exchange, { type: 'facts-recorded', data: { facts } });
      },
    }),
    apiRoute({
      method: 'get',
      path: '/places/{place}',
      summary: 'A place on a day',
      description: 'The facts that hold on the day `asOf`, as known at `knownAt`.',
      roles: EVERYBODY,
      pathParameters: z.strictObject({ place: id }),
      query: z.strictObject({ asOf: askedDay.optional(), knownAt: knownAt.optional() }),
      answer: z.object({ place: z.string(), asOf: z.string(), knownAt: z.int(), facts: z.array(fact) }),
      refusals: [404],
      example: { path: '/places/station-1?asOf=2023-01-31' },
      async handle({ place, ...asked }, exchange) {
        const times = await timesOf(store, asked);
        const { asOf, facts, revision } = await store.read({ kind: 'place', place, ...times });
        if (revision === undefined) throw new LedgerlineError('not_found', `There is no place ${place}.`);
        setEtag(exchange, revision);
        return { place, asOf, knownAt: times.knownAt, facts: [...facts] };
      },
    }),
    apiRoute({
      method: 'post',
      path: '/roster',
      summary: 'Record facts of many persons and places',
      description: `Up to ${MOST_FACTS} facts, recorded together or not at all. With \`dryRun\` nothing is recorded: the answer says what would be.`,
      roles: ['agency-editor', 'policy-editor'],
      pathParameters: z.strictObject({}),
      query: z.strictObject({ dryRun: z.enum(['true', 'false']).default('false') }),
      body: z.strictObject({ facts: z.array(ofAnyone).min(1).max(MOST_FACTS) }),
      answer: recorded.extend({
        recorded: z.int().meta({ description: 'How many facts were (would be) recorded.' }),
        unchanged: z.int().meta({ description: 'How many are recorded already.' }),
        changes: z
          .array(z.unknown())
          .optional()
          .meta({ description: 'On a dry run: the facts that would be recorded.' }),
      }),
      refusals: [409],
      example: {
        path: '/roster',
        body: {
          facts: [
            { person: 'P-1', agency: 'agency-a', name: 'dutyStation', value: 'station-1', from: '2022-05-01' },
            { person: 'P-2', agency: 'agency-a', name: 'supervisor', value: true, from: '2022-05-01' },
          ],
        },
      },
      async handle({ dryRun, body }, exchange) {
        const facts = body.facts as Fact[];
        requireEditor(exchange.identity, facts);
        await requireAgencies(store, facts);
        const knownAt = store.revision;
        const news = await store.read({ kind: 'unrecorded-facts', facts, knownAt });
        const counts = { recorded: news.length, unchanged: facts.length - news.length };
        if (dryRun === 'true') return { revision: knownAt, ...counts, changes: news.map((i) => facts[i]!) };
        // The decision looks again: what was recorded meanwhile is left out there.
        const { revision } = await record(store, exchange, { type: 'facts-recorded', data: { facts } });
        return { revision, ...counts };
      },
    }),
  ];
}

/** @throws `forbidden` */
function requireEditor(identity: Identity, facts: readonly Fact[]): void {
  const agencies = new Set(facts.map((fact) => ('place' in fact ? null : fact.agency)));
  for (const agency of agencies) {
    if (agency === null) requireGrant(identity, { role: 'policy-editor', agency }, PLACE_EDITOR);
    else requireGrant(identity, { role: 'agency-editor', agency }, EDITOR);
  }
}

/** A dry run refuses what the real one would. @throws `invalid_body` */
async function requireAgencies(store: Store, facts: readonly Fact[]): Promise<void> {
  const { agencies } = await store.read({ kind: 'policy', knownAt: store.revision });
  const i = facts.findIndex((fact) => 'agency' in fact && !agencies.has(fact.agency));
  if (i < 0) return;
  const property = `/facts/${i}/agency`;
  throw new LedgerlineError('invalid_body', `${property}: there is no such agency.`, {
    property,
    rule: 'the agency is declared before it is named',
  });
}
