import { z } from 'zod';
import type { Draft } from '../evaluator/what_if.ts';
import type { Store } from '../store.ts';
import { AGENCY_READERS, isReader } from './agency_questions.ts';
import { decisionBody } from './api_equivalences.ts';
import { requirementBody } from './api_requirements.ts';
import { type ApiExchange, type ApiRoute, apiRoute } from './api_route.ts';
import { waiverBody } from './api_waivers.ts';
import { whatIf, whatIfAnswer } from './drafted_answer.ts';
import { requireGrant } from './learning_exchange.ts';
import { askedDay, id } from './learning_parameters.ts';

const MOST_DRAFTED = 100;

/** Each thing is drafted once. @param names what tells the things of a list apart */
function drafted<Thing extends z.ZodType>(thing: Thing, names: readonly (keyof z.output<Thing>)[]) {
  return z
    .array(thing)
    .max(MOST_DRAFTED)
    .refine((things) => new Set(things.map((one) => names.map((name) => one[name]).join(' '))).size === things.length, {
      message: 'each is in it once',
    })
    .default([]);
}

const draftBody = z
  .strictObject({
    requirements: drafted(requirementBody.safeExtend({ requirement: id }), ['requirement', 'from']),
    equivalences: drafted(decisionBody.safeExtend({ decision: id }), ['decision']),
    waivers: drafted(waiverBody.safeExtend({ waiver: id }), ['waiver']),
    asOf: askedDay.optional(),
  })
  .refine(({ requirements, equivalences, waivers }) => requirements.length + equivalences.length + waivers.length > 0, {
    message: 'it drafts at least one thing',
  });

const EXAMPLE = {
  requirements: [
    {
      requirement: 'first-aid-for-all',
      title: 'First aid for all',
      from: '2024-01-01',
      appliesTo: { all: [] },
      satisfiedBy: { course: 'first-aid' },
    },
  ],
  asOf: '2024-01-31',
};

const DESCRIPTION =
  'Whose status would be another one, from which day on, and how many seats each course would need, if requirements, decisions on equivalence or waivers were declared so. Nothing is recorded; what would be refused is refused here.';

/** What a policy would change that nobody has declared yet. */
export function whatIfRoutes(store: Store): ApiRoute[] {
  const handle = async (
    agency: string | undefined,
    { asOf, ...draft }: z.output<typeof draftBody>,
    exchange: ApiExchange,
  ) => {
    const { identity } = exchange;
    const rule = agency === undefined ? 'auditor, or policy-editor of all' : `auditor, or a role for ${agency}`;
    const isTheirs = isReader(identity, agency);
    if (!isTheirs) requireGrant(identity, { role: 'policy-editor', agency: agency ?? null }, rule);
    return whatIf(store, exchange, { agency, asOf, draft: draft as Draft });
  };
  return [
    apiRoute({
      method: 'post',
      path: '/agencies/{agency}/compliance/what-if',
      summary: "What a draft would change for an agency's people",
      description: `${DESCRIPTION} A policy editor who may not read of the agency's people is told numbers, and not of whom.`,
      roles: [...AGENCY_READERS, 'policy-editor'],
      pathParameters: z.strictObject({ agency: id }),
      query: z.strictObject({}),
      body: draftBody,
      answer: whatIfAnswer,
      refusals: [409],
      example: { path: '/agencies/agency-a/compliance/what-if', body: EXAMPLE },
      handle: ({ agency, body }, exchange) => handle(agency, body, exchange),
    }),
    apiRoute({
      method: 'post',
      path: '/compliance/what-if',
      summary: 'What a draft would change for everybody',
      description: `${DESCRIPTION} A policy editor of all is told numbers, and not of whom.`,
      roles: ['auditor', 'policy-editor'],
      pathParameters: z.strictObject({}),
      query: z.strictObject({}),
      body: draftBody,
      answer: whatIfAnswer,
      refusals: [409],
      example: { path: '/compliance/what-if', body: EXAMPLE },
      handle: ({ body }, exchange) => handle(undefined, body, exchange),
    }),
  ];
}
