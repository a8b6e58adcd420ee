import { z } from 'zod';
import { LedgerlineError } from '../errors.ts';
import type { CourseDeclared } from '../events/learning_types.ts';
import type { Policy, Versioned } from '../learning/model.ts';
import type { LearningAction } from '../sequencer/command.ts';
import type { Store } from '../store.ts';
import { knownAt } from './api_parameters.ts';
import { type ApiExchange, type ApiRoute, apiRoute } from './api_route.ts';
import { EVERYBODY, record, recorded, requireGrant, setEtag, timesOf } from './learning_exchange.ts';
import { account, completionRule, day, IN_ORDER, id, inOrder, period, words, zone } from './learning_parameters.ts';

const agencyBody = z.strictObject({
  name: words,
  zone: zone.optional().meta({ description: 'The IANA zone in which the agency counts its days; UTC when absent.' }),
});

const platformBody = z.strictObject({
  name: words,
  authorities: z
    .array(account)
    .meta({ description: 'The authorities under which its statements are stored: of a credential, the account.' }),
});

const courseBody = z
  .strictObject({
    title: words,
    agency: id.optional().meta({ description: 'The agency whose own it is; absent: it is common to all.' }),
    version: words.optional(),
    editions: z.array(
      z.strictObject({
        code: words,
        language: words.optional(),
        agency: id.optional(),
        version: words.optional(),
        unverified: z.literal(true).optional(),
        note: words.optional(),
      }),
    ),
    from: day.optional(),
    to: day.optional(),
    replacedBy: z
      .strictObject({ course: id, from: day, keep: z.boolean().optional(), note: words.optional() })
      .optional(),
    taken: z
      .array(
        z.strictObject({
          link: z.url({ protocol: /^https?$/ }).optional(),
          mode: words,
          accounts: words.optional(),
          note: words.optional(),
        }),
      )
      .optional(),
    completion: z.array(completionRule),
    validity: period.optional(),
    mandate: words.optional(),
    note: words.optional(),
  })
  .refine(inOrder, IN_ORDER);

/** `/api/agencies`, `/api/platforms`, `/api/courses`: what is declared, each with its versions. */
export function policyRoutes(store: Store): ApiRoute[] {
  return [
    ...declarations(store, {
      one: 'agency',
      many: 'agencies',
      roles: [],
      body: agencyBody,
      example: { id: 'agency-a', body: { name: 'Agency A', zone: 'Europe/Vienna' } },
      allow: () => {},
      action: (agency, body) => ({ type: 'agency-declared', data: { agency, ...body } as never }),
    }),
    ...declarations(store, {
      one: 'platform',
      many: 'platforms',
      roles: ['policy-editor'],
      body: platformBody,
      example: {
        id: 'campus',
        body: { name: 'Campus', authorities: ['account:https://ledgerline.example/credentials|campus'] },
      },
      allow: ({ identity }) =>
        requireGrant(identity, { role: 'policy-editor', agency: null }, 'policy-editor of all agencies'),
      action: (platform, body) => ({ type: 'platform-declared', data: { platform, ...body } as never }),
    }),
    ...declarations(store, {
      one: 'course',
      many: 'courses',
      roles: ['policy-editor'],
      body: courseBody,
      example: { id: 'safety', body: COURSE_EXAMPLE },
      async allow({ identity }, course, body) {
        const rule = "policy-editor of the course's agency, or of all for a common course";
        requireGrant(identity, { role: 'policy-editor', agency: body.agency ?? null }, rule);
        const { courses } = await store.read({ kind: 'policy', knownAt: store.revision });
        const present = courses.get(course)?.data;
        // Who may declare their own course may not take another's for it.
        if (present) requireGrant(identity, { role: 'policy-editor', agency: present.agency ?? null }, rule);
      },
      action: (course, body) => ({ type: 'course-declared', data: { course, ...body } as never }),
    }),
  ];
}

const COURSE_EXAMPLE = {
  title: 'Safety',
  editions: [
    { code: 'LMS-1 (en)', language: 'en' },
    { code: 'LMS-1 (fr)', language: 'fr' },
  ],
  from: '2020-01-01',
  taken: [{ mode: 'online', link: 'https://campus.example.org/safety' }],
  completion: [
    {
      platforms: ['campus'],
      verbs: ['http://adlnet.gov/expapi/verbs/completed', 'http://adlnet.gov/expapi/verbs/passed'],
      activities: ['https://campus.example.org/safety'],
      edition: 'LMS-1 (en)',
    },
  ],
  validity: 'P3Y',
} satisfies Omit<CourseDeclared, 'course'>;

interface Declaration<Body extends z.ZodType> {
  readonly one: 'agency' | 'platform' | 'course';
  readonly many: 'agencies' | 'platforms' | 'courses';
  readonly roles: ApiRoute['roles'];
  readonly body: Body;
  readonly example: { readonly id: string; readonly body: unknown };
  /** @throws when who asks may not declare that */
  readonly allow: (exchange: ApiExchange, name: string, body: z.output<Body>) => void | Promise<void>;
  readonly action: (name: string, body: object) => LearningAction;
}

/** Declares one, answers one, answers all. */
function declarations<Body extends z.ZodType<object>>(store: Store, about: Declaration<Body>): ApiRoute[] {
  const { one, many, body, example } = about;
  const name = z.strictObject({ [one]: id });
  const version = z.looseObject({ version: z.int(), revision: z.int() });
  const query = z.strictObject({ knownAt: knownAt.optional() });
  const declared = async (asked: { readonly knownAt?: z.output<typeof knownAt> | undefined }) => {
    const times = await timesOf(store, asked);
    const policy: Policy = await store.read({ kind: 'policy', knownAt: times.knownAt });
    return { known: policy[many] as ReadonlyMap<string, Versioned<object>>, knownAt: times.knownAt };
  };
  return [
    apiRoute({
      method: 'put',
      path: `/${many}/{${one}}`,
      summary: `Declare ${one === 'agency' ? 'an' : 'a'} ${one}`,
      description:
        'What is declared holds from this revision on, and what was declared before stays its older version. The same content again is no new version.',
      roles: about.roles,
      pathParameters: name,
      query: z.strictObject({}),
      body,
      answer: recorded,
      refusals: [409, 412],
      example: { path: `/${many}/${example.id}`, body: example.body },
      async handle(asked, exchange) {
        const called = (asked as Record<string, unknown>)[one] as string;
        await about.allow(exchange, called, asked.body as z.output<Body>);
        return record(store, exchange, about.action(called, asked.body as object));
      },
    }),
    apiRoute({
      method: 'get',
      path: `/${many}/{${one}}`,
      summary: `One ${one}`,
      description: `The ${one} as it was declared, as known at \`knownAt\`. The ETag is its revision.`,
      roles: EVERYBODY,
      pathParameters: name,
      query,
      answer: version,
      refusals: [404],
      example: { path: `/${many}/${example.id}` },
      async handle(asked, exchange) {
        const called = (asked as Record<string, unknown>)[one] as string;
        const { known } = await declared(asked);
        const found = known.get(called);
        if (found === undefined) throw new LedgerlineError('not_found', `There is no ${one} ${called}.`);
        setEtag(exchange, found.revision);
        return shown(found);
      },
    }),
    apiRoute({
      method: 'get',
      path: `/${many}`,
      summary: `All ${many}`,
      description: `Every ${one} that is declared, in order of the ids, as known at \`knownAt\`.`,
      roles: EVERYBODY,
      pathParameters: z.strictObject({}),
      query,
      answer: z.object({ knownAt: z.int(), [many]: z.array(version) }),
      example: { path: `/${many}` },
      async handle(asked) {
        const { known, knownAt } = await declared(asked as { knownAt?: z.output<typeof query>['knownAt'] });
        const inOrder = [...known].sort(([a], [b]) => (a < b ? -1 : 1));
        return { knownAt, [many]: inOrder.map(([, found]) => shown(found)) } as never;
      },
    }),
  ];
}

function shown({ data, version, revision }: Versioned<object>) {
  return { ...data, version, revision };
}
