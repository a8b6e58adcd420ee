import { z } from 'zod';
import { LedgerlineError } from '../errors.ts';
import type { Fact } from '../events/learning_types.ts';
import { parseRoster } from '../learning/roster.ts';
import type { Store } from '../store.ts';
import { type ApiRoute, apiRoute } from './api_route.ts';
import {
  factMembers,
  MOST_FACTS,
  NAMES_COHORT,
  namesCohort,
  requireRecordable,
  SAYS_ASSIGNED,
  saysAssigned,
} from './fact_parameters.ts';
import { record, recorded } from './learning_exchange.ts';
import { IN_ORDER, id, inOrder } from './learning_parameters.ts';

const ofAnyone = z.union([
  z
    .strictObject({ person: id, agency: id, ...factMembers })
    .refine(inOrder, IN_ORDER)
    .refine(saysAssigned, SAYS_ASSIGNED)
    .refine(namesCohort, NAMES_COHORT),
  z
    .strictObject({ place: id, ...factMembers })
    .refine(inOrder, IN_ORDER)
    .refine(saysAssigned, SAYS_ASSIGNED)
    .refine(namesCohort, NAMES_COHORT),
]);

/** How many wrong lines of a CSV are told at once. */
const MOST_ERRORS = 100;

/** `/api/roster`: facts of many, together. */
export function rosterRoute(store: Store): ApiRoute {
  return apiRoute({
    method: 'post',
    path: '/roster',
    summary: 'Record facts of many persons and places',
    description: `Up to ${MOST_FACTS} facts, recorded together or not at all: as facts, or as the text of a CSV file, of which every wrong line is told. With \`dryRun\` nothing is recorded: the answer says what would be.`,
    roles: ['agency-editor', 'policy-editor'],
    pathParameters: z.strictObject({}),
    query: z.strictObject({ dryRun: z.enum(['true', 'false']).default('false') }),
    body: z.union([
      z.strictObject({ facts: z.array(ofAnyone).min(1).max(MOST_FACTS) }),
      z.strictObject({ csv: z.string().min(1).meta({ description: 'The text of a CSV file with a header line.' }) }),
    ]),
    answer: recorded.extend({
      recorded: z.int().meta({ description: 'How many facts were (would be) recorded.' }),
      unchanged: z.int().meta({ description: 'How many are recorded already.' }),
      changes: z.array(z.unknown()).optional().meta({ description: 'On a dry run: the facts that would be recorded.' }),
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
      const facts = 'csv' in body ? factsOfCsv(body.csv) : (body.facts as Fact[]);
      requireRecordable(exchange.identity, facts);
      await requireAgencies(store, facts);
      const knownAt = store.revision;
      const news = await store.read({ kind: 'unrecorded-facts', facts, knownAt });
      const counts = { recorded: news.length, unchanged: facts.length - news.length };
      if (dryRun === 'true') return { revision: knownAt, ...counts, changes: news.map((i) => facts[i]!) };
      // The decision looks again: what was recorded meanwhile is left out there.
      const { revision } = await record(store, exchange, { type: 'facts-recorded', data: { facts } });
      return { revision, ...counts };
    },
  });
}

/** @throws `invalid_body` that tells every wrong line */
function factsOfCsv(csv: string): readonly Fact[] {
  const { facts, errors } = parseRoster(csv);
  const wrong = errors.map(({ line, column, rule }) => `line ${line}${column === '' ? '' : `, ${column}`}: ${rule}`);
  if (facts.length > MOST_FACTS) wrong.push(`the lines say ${facts.length} facts; a request has at most ${MOST_FACTS}`);
  if (wrong.length === 0 && facts.length > 0) return facts;
  if (wrong.length === 0) wrong.push('there is no line with a fact');
  const more = wrong.length > MOST_ERRORS ? `; and ${wrong.length - MOST_ERRORS} more` : '';
  throw new LedgerlineError(
    'invalid_body',
    `The CSV cannot be taken: ${wrong.slice(0, MOST_ERRORS).join('; ')}${more}.`,
    {
      property: '/csv',
      rule: wrong[0]!,
    },
  );
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
