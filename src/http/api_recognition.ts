import { z } from 'zod';
import type { RecognisedCertificate } from '../learning/model.ts';
import type { RecognitionAnswer } from '../queries/learning_answers.ts';
import type { Store } from '../store.ts';
import { knownAt } from './api_parameters.ts';
import { type ApiExchange, type ApiRoute, apiRoute } from './api_route.ts';
import { noSuch, noSuchAgency, READERS, timesOf, viewerOf } from './learning_exchange.ts';
import { askedDay, id, learnerName } from './learning_parameters.ts';

const failed = z.looseObject({
  condition: z.string().meta({ description: 'What did not hold: `state`, `replaced`, `maximum-age`, …' }),
});
const recognition = z.object({
  course: z.string(),
  counts: z.boolean(),
  until: z
    .object({ day: z.string(), because: z.string() })
    .nullable()
    .meta({ description: 'The last day on which it counts, as recorded now, and what ends it; null: without end.' }),
  by: z.enum(['itself', 'decision']),
  decisions: z.array(z.looseObject({ decision: z.string(), version: z.int(), revision: z.int() })),
  together: z.array(z.string()).meta({ description: 'The certificates that count for it together with this one.' }),
  failed: z.array(failed).meta({ description: 'Why it does not count.' }),
});
const recognised = z.object({
  certificate: z.looseObject({
    id: z.string(),
    course: z.string(),
    completed: z.string(),
    state: z.enum(['valid', 'pending', 'refused', 'revoked', 'suspended', 'expired']),
    evidence: z.array(z.looseObject({ kind: z.enum(['statement', 'recorded']), revision: z.int() })),
  }),
  counts: z.boolean(),
  recognitions: z.array(recognition),
});
const used = {
  learner: z.string(),
  persons: z.array(z.string()).meta({ description: 'None: the account is linked to nobody.' }),
  accounts: z.array(z.string()),
  asOf: z.string().meta({ description: 'The day that was used.' }),
  knownAt: z.int().meta({ description: 'The ledger revision that was used.' }),
};

/** `/api/learners/{learner}/certificates` and `/transfer`: what counts where, and why. */
export function recognitionRoutes(store: Store): ApiRoute[] {
  const answerTo = async (
    asked: Parameters<typeof timesOf>[1] & { readonly learner: z.output<typeof learnerName> },
    agency: string | null,
    property: string,
    { identity }: ApiExchange,
  ) => {
    const times = await timesOf(store, asked);
    const viewer = viewerOf(identity);
    const answer = await store.read({ kind: 'recognition', agency, learner: asked.learner.name, viewer, ...times });
    if (answer === undefined) throw noSuch('learner');
    if (answer === 'no such agency') throw noSuchAgency(agency!, property);
    return { answer, shown: shown(asked.learner.written, answer, times.knownAt) };
  };
  return [
    apiRoute({
      method: 'get',
      path: '/learners/{learner}/certificates',
      summary: 'What a learner has, and what it counts for',
      description:
        'Every certificate that the learner has on the day `asOf`, earned by statements or recorded from elsewhere, over all their accounts; each with what it counts for at the agency `recognisedBy`, until when, by which decision, or the condition that failed.',
      roles: READERS,
      pathParameters: z.strictObject({ learner: learnerName }),
      query: z.strictObject({
        recognisedBy: id.optional().meta({ description: 'The agency that answers; absent: what is common to all.' }),
        asOf: askedDay.optional(),
        knownAt: knownAt.optional(),
      }),
      answer: z.object({ ...used, recognisedBy: z.string().nullable(), certificates: z.array(recognised) }),
      refusals: [404],
      example: { path: '/learners/P-1/certificates?recognisedBy=agency-a&asOf=2024-01-31' },
      async handle({ recognisedBy, ...asked }, exchange) {
        const { answer, shown } = await answerTo(asked, recognisedBy ?? null, 'recognisedBy', exchange);
        return { ...shown, recognisedBy: recognisedBy ?? null, certificates: answer.certificates.map(open) };
      },
    }),
    apiRoute({
      method: 'get',
      path: '/learners/{learner}/transfer',
      summary: 'What would count after a transfer',
      description:
        'For a person who moves to the agency `to` on the day `on`: the certificates that count there, and those that do not, each with the reason.',
      roles: READERS,
      pathParameters: z.strictObject({ learner: learnerName }),
      query: z.strictObject({
        to: id.meta({ description: 'The agency.', examples: ['agency-a'] }),
        on: askedDay.optional().meta({ description: 'The day, by default today.' }),
        knownAt: knownAt.optional(),
      }),
      answer: z.object({
        ...used,
        to: z.string(),
        counts: z.array(recognised),
        doesNotCount: z.array(recognised),
      }),
      refusals: [404],
      example: { path: '/learners/P-1/transfer?to=agency-a&on=2024-01-31' },
      async handle({ to, on, ...asked }, exchange) {
        const { answer, shown } = await answerTo({ ...asked, asOf: on }, to, 'to', exchange);
        const [counts, not] = [true, false].map((wanted) =>
          answer.certificates.filter(({ counts }) => counts === wanted),
        );
        return { ...shown, to, counts: counts!.map(open), doesNotCount: not!.map(open) };
      },
    }),
  ];
}

function shown(learner: string, { persons, accounts, asOf }: RecognitionAnswer, known: number) {
  return { learner, persons: [...persons], accounts: [...accounts], asOf, knownAt: known };
}

/** As the answer's schema writes it: lists that are ours are read only. */
function open(found: RecognisedCertificate): z.input<typeof recognised> {
  return found as unknown as z.input<typeof recognised>;
}
