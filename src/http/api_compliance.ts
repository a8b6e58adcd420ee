import { z } from 'zod';
import { LedgerlineError } from '../errors.ts';
import type { ComplianceAnswer } from '../queries/compliance_answers.ts';
import type { Store } from '../store.ts';
import { knownAt } from './api_parameters.ts';
import { type ApiExchange, type ApiRoute, apiRoute } from './api_route.ts';
import { explained, statusName } from './compliance_answers.ts';
import { noSuch, noSuchAgency, READERS, timesOf, viewerOf } from './learning_exchange.ts';
import { askedDay, id, learnerName } from './learning_parameters.ts';

const used = {
  learner: z.string(),
  persons: z.array(z.string()),
  knownAt: z.int().meta({ description: 'The ledger revision that was used.' }),
};
const agencyStatuses = z.object({
  agency: z.string(),
  asOf: z.string().meta({ description: "The day that was used: the agency's own." }),
  statuses: z.array(
    explained.extend({
      timeline: z
        .array(z.looseObject({ from: z.string(), to: z.string(), status: statusName }))
        .optional()
        .meta({ description: 'The statuses of all days, where one requirement is asked for.' }),
    }),
  ),
});
const times = {
  agency: id.optional().meta({ description: 'Only in this agency.' }),
  asOf: askedDay.optional(),
  knownAt: knownAt.optional(),
};

/** `/api/learners/{learner}/compliance`: how one person stands, and why. */
export function complianceRoutes(store: Store): ApiRoute[] {
  const answerTo = async (
    asked: Parameters<typeof timesOf>[1] & {
      readonly learner: z.output<typeof learnerName>;
      readonly agency?: string | undefined;
      readonly requirement?: string;
    },
    { identity }: ApiExchange,
  ): Promise<ComplianceAnswer & { readonly knownAt: number }> => {
    const { learner, agency, requirement } = asked;
    const when = await timesOf(store, asked);
    const viewer = viewerOf(identity);
    const timeline = requirement !== undefined;
    const request = { kind: 'compliance', learner: learner.name, agency, requirement, timeline, viewer } as const;
    const answer = await store.read({ ...request, ...when });
    if (answer === undefined) throw noSuch('learner');
    if (answer === 'no such agency') throw noSuchAgency(agency!, 'agency');
    return { ...answer, knownAt: when.knownAt };
  };
  /** As the answers' schemas write it: lists that are ours are read only. */
  const open = ({ agencies }: ComplianceAnswer) => agencies as unknown as z.input<typeof agencyStatuses>[];
  return [
    apiRoute({
      method: 'get',
      path: '/learners/{learner}/compliance',
      summary: 'How a learner stands, and why',
      description:
        'For each agency that the learner is in on the day `asOf`, the status of every requirement that the agency has: with the rule in force, the facts and certificates that it follows from, and what is missing. It is worked out when it is asked for: what was acknowledged before is in it.',
      roles: READERS,
      pathParameters: z.strictObject({ learner: learnerName }),
      query: z.strictObject(times),
      answer: z.object({
        ...used,
        agencies: z.array(agencyStatuses),
      }),
      refusals: [404],
      example: { path: '/learners/P-1/compliance?asOf=2024-01-31' },
      async handle(asked, exchange) {
        const answer = await answerTo(asked, exchange);
        const { persons, knownAt } = answer;
        return { learner: asked.learner.written, persons: [...persons], knownAt, agencies: open(answer) };
      },
    }),
    apiRoute({
      method: 'get',
      path: '/learners/{learner}/compliance/{requirement}',
      summary: 'Why a learner stands to a requirement as they do',
      description:
        'The whole way from a status down to the events, each with its ledger revision; and the statuses of all other days, past and foreseen.',
      roles: READERS,
      pathParameters: z.strictObject({ learner: learnerName, requirement: id.meta({ examples: ['first-aid'] }) }),
      query: z.strictObject(times),
      answer: z.object({
        ...used,
        agencies: z.array(agencyStatuses),
      }),
      refusals: [404],
      example: { path: '/learners/P-1/compliance/first-aid?asOf=2024-01-31' },
      async handle(asked, exchange) {
        const answer = await answerTo(asked, exchange);
        const { persons, agencies, knownAt } = answer;
        if (!agencies.some(({ statuses }) => statuses.length > 0)) {
          const { requirement } = asked;
          throw new LedgerlineError('not_found', `The learner has no status by ${requirement} on that day.`);
        }
        return { learner: asked.learner.written, persons: [...persons], knownAt, agencies: open(answer) };
      },
    }),
  ];
}
