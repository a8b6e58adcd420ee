import { z } from 'zod';
import { LedgerlineError } from '../errors.ts';
import type { LearnerPathsAnswer } from '../queries/path_answers.ts';
import type { Store } from '../store.ts';
import { AGENCY_READERS, requireReader } from './agency_questions.ts';
import { cursor, knownAt, limit } from './api_parameters.ts';
import { type ApiExchange, type ApiRoute, apiRoute } from './api_route.ts';
import { noSuch, noSuchAgency, READERS, timesOf, viewerOf } from './learning_exchange.ts';
import { askedDay, id, learnerName } from './learning_parameters.ts';
import { pathProgress, pathTally } from './progress_answers.ts';

const PAGE = 100;

const times = { asOf: askedDay.optional(), knownAt: knownAt.optional() };
const used = {
  asOf: z.string().meta({ description: 'The day that was used.' }),
  knownAt: z.int().meta({ description: 'The ledger revision that was used.' }),
};
const ofLearner = {
  learner: z.string(),
  persons: z.array(z.string()),
  ...used,
  agencies: z
    .array(z.string())
    .meta({ description: 'The agencies that the learner is in on the day: a step is done when it is in one of them.' }),
};
const pathId = id.meta({ examples: ['first-days'] });

/** Progress on learning paths: of a learner, and of an agency's people. */
export function pathProgressRoutes(store: Store): ApiRoute[] {
  const answerTo = async (
    asked: Parameters<typeof timesOf>[1] & {
      readonly learner: z.output<typeof learnerName>;
      readonly path?: string;
      readonly all?: 'true' | 'false' | undefined;
    },
    { identity }: ApiExchange,
  ): Promise<LearnerPathsAnswer & { readonly knownAt: number }> => {
    const when = await timesOf(store, asked);
    const of = { learner: asked.learner.name, viewer: viewerOf(identity), path: asked.path, all: asked.all === 'true' };
    const answer = await store.read({ kind: 'learner-paths', ...of, ...when });
    if (answer === undefined) throw noSuch('learner');
    return { ...answer, knownAt: when.knownAt };
  };
  return [
    apiRoute({
      method: 'get',
      path: '/learners/{learner}/paths',
      summary: "A learner's progress on learning paths",
      description:
        'The steps done and left, and the last activity, on the day `asOf`: of the learner’s own paths, and of those common to all and of the agencies that the learner is in as far as they have begun them. Days are UTC.',
      roles: READERS,
      pathParameters: z.strictObject({ learner: learnerName }),
      query: z.strictObject({
        ...times,
        all: z
          .enum(['true', 'false'])
          .optional()
          .meta({ description: 'Whether also those that the learner has not begun are shown.' }),
      }),
      answer: z.object({ ...ofLearner, paths: z.array(pathProgress) }),
      refusals: [404],
      example: { path: '/learners/P-1/paths?all=true' },
      async handle(asked, exchange) {
        const { persons, asOf, knownAt, agencies, paths } = await answerTo(asked, exchange);
        const learner = asked.learner.written;
        return { learner, persons: [...persons], asOf, knownAt, agencies: [...agencies], paths: paths.map(shown) };
      },
    }),
    apiRoute({
      method: 'get',
      path: '/learners/{learner}/paths/{path}',
      summary: "A learner's progress on one learning path",
      description:
        'Each step, done or left, with the day from which on it is done, the certificates that show it, or the courses that are missing. Any curated path can be asked for, and the learner’s own ones. Days are UTC.',
      roles: READERS,
      pathParameters: z.strictObject({ learner: learnerName, path: pathId }),
      query: z.strictObject(times),
      answer: z.object({ ...ofLearner, progress: pathProgress }),
      refusals: [404],
      example: { path: '/learners/P-1/paths/first-days?asOf=2024-01-31' },
      async handle(asked, exchange) {
        const { persons, asOf, knownAt, agencies, paths } = await answerTo(asked, exchange);
        const [one] = paths;
        if (one === undefined) throw noSuch('path');
        const learner = asked.learner.written;
        return { learner, persons: [...persons], asOf, knownAt, agencies: [...agencies], progress: shown(one) };
      },
    }),
    apiRoute({
      method: 'get',
      path: '/agencies/{agency}/paths/{path}/progress',
      summary: "The progress of an agency's people on a learning path",
      description:
        'Those who are in the agency on the day `asOf`, in order of their ids, page by page: the pages after the first are about the same day, as known at the same revision. `counts` are of the page; those of all pages add up to the agency’s.',
      roles: AGENCY_READERS,
      pathParameters: z.strictObject({ agency: id.meta({ examples: ['agency-a'] }), path: pathId }),
      query: z.strictObject({ ...times, limit: limit.optional(), cursor: cursor.optional() }),
      answer: z.object({
        agency: z.string(),
        path: z.string(),
        title: z.string(),
        version: z.int(),
        revision: z.int(),
        ...used,
        people: z.array(z.object({ person: z.string(), ...pathTally })),
        counts: z.object({ 'not-begun': z.int(), begun: z.int(), done: z.int() }),
        next: z.string().nullable().meta({ description: 'The cursor of the next page; null on the last.' }),
      }),
      refusals: [404],
      example: { path: '/agencies/agency-a/paths/first-days/progress?limit=10' },
      async handle({ agency, path, ...asked }, { identity }) {
        requireReader(identity, agency);
        const place = asked.cursor === undefined ? undefined : readCursor(asked.cursor);
        const when = await timesOf(store, place ?? asked);
        const page = { limit: asked.limit ?? PAGE, behind: place?.behind };
        const answer = await store.read({ kind: 'agency-path', agency, path, ...page, ...when });
        if (answer === 'no such agency') throw noSuchAgency(agency, 'agency');
        if (answer === 'no such path') throw noSuch('path');
        const { asOf, people, counts, more } = answer;
        const { data, version, revision } = answer.path;
        const { knownAt } = when;
        return {
          agency,
          path,
          title: data.title,
          version,
          revision,
          asOf,
          knownAt,
          people: people.map(({ person, progress: { steps: _, ...progress } }) => ({ person, ...progress })),
          counts,
          next: more ? writeCursor(people.at(-1)!.person, asOf, knownAt) : null,
        };
      },
    }),
  ];
}

/** As the answer's schema writes it: lists that are ours are read only. */
function shown({ path, progress }: LearnerPathsAnswer['paths'][number]): z.input<typeof pathProgress> {
  const { title, agency = null, person = null, ordered = false } = path.data;
  const { version, revision } = path;
  const declared = { path: path.data.path, title, agency, person, ordered, version, revision };
  return { ...declared, ...progress } as unknown as z.input<typeof pathProgress>;
}

/** A cursor keeps both times of its first page, so that the pages belong together whatever is recorded in between. */
function writeCursor(person: string, asOf: string, known: number): string {
  return Buffer.from(`${person} ${asOf} ${known}`).toString('base64url');
}

function readCursor(text: string) {
  const match = /^(\S{1,128}) (\d{4}-\d\d-\d\d) (\d{1,15})$/.exec(Buffer.from(text, 'base64url').toString('latin1'));
  if (match === null) {
    throw new LedgerlineError('invalid_parameter', 'The parameter cursor cannot be taken.', {
      property: 'cursor',
      rule: 'it is the `next` of an answer before',
    });
  }
  return { behind: match[1]!, asOf: { day: match[2]! }, knownAt: { revision: Number(match[3]) } };
}
