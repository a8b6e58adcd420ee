import { z } from 'zod';
import { LedgerlineError } from '../errors.ts';
import type { Identity } from '../identity/identity.ts';
import { allows } from '../identity/scopes.ts';
import type { HistoryAnswerEntry } from '../queries/answers.ts';
import type { HistoryPosition } from '../queries/history_query.ts';
import type { Store } from '../store.ts';
import { formatMicros } from '../xapi/instant.ts';
import { asOf, cursor, endOfDay, from, iri, knownAt, limit, to } from './api_parameters.ts';
import { apiRoute } from './api_route.ts';
import { noSuch, READERS, revisionOf, timesOf, viewerOf } from './learning_exchange.ts';
import { learnerName } from './learning_parameters.ts';

const PAGE = 100;

const entry = z.object({
  statementId: z.string(),
  revision: z.int().meta({ description: 'The ledger revision of the event that stored the statement.' }),
  timestamp: z.string(),
  stored: z.string(),
  verb: z.unknown(),
  object: z.unknown(),
  result: z.unknown().optional(),
  registration: z.string().optional(),
  authority: z.unknown(),
  voided: z
    .object({ revision: z.int() })
    .optional()
    .meta({ description: 'The revision from which on the entry is known to be voided.' }),
});

const history = z.object({
  learner: z.string(),
  persons: z.array(z.string()).optional().meta({ description: 'The person to whom the account is linked.' }),
  accounts: z.array(z.string()).optional().meta({ description: 'All accounts of the person.' }),
  asOf: z.string().meta({ description: 'The day that was used.' }),
  knownAt: z.int().meta({ description: 'The ledger revision that was used.' }),
  entries: z.array(entry).meta({ description: 'Newest first.' }),
  next: z.string().nullable().meta({ description: 'The cursor of the next page; null on the last.' }),
});

/** `GET /api/learners/{learner}/history`: what a learner did, as the ledger knew it. */
export function historyRoute(store: Store) {
  return apiRoute({
    method: 'get',
    path: '/learners/{learner}/history',
    summary: "A learner's history",
    description:
      'Everything that the learner did up to the day `asOf`, newest first, as the ledger knew it at `knownAt`. A voided statement is gone once its voiding is known; `voided=include` shows it, marked.',
    roles: READERS,
    scopes: ['statements/read'],
    pathParameters: z.strictObject({ learner: learnerName }),
    query: z
      .strictObject({
        asOf: asOf.optional(),
        knownAt: knownAt.optional(),
        from: from.optional(),
        to: to.optional(),
        verb: iri.optional().meta({ description: 'Only entries with this verb.' }),
        activity: iri.optional().meta({ description: 'Only entries whose object is this activity.' }),
        voided: z.enum(['exclude', 'include']).default('exclude'),
        limit: limit.optional(),
        cursor: cursor.optional(),
      })
      .refine(({ from, to }) => from === undefined || to === undefined || from <= to, {
        message: 'the end of the range is not before its beginning',
        path: ['to'],
      }),
    answer: history,
    example: { path: '/learners/mailto%3Alearner-1%40example.org/history?limit=10' },
    refusals: [404],
    async handle(asked, { identity }) {
      const day = asked.asOf ?? formatMicros(Date.now() * 1000).slice(0, 10);
      const place = asked.cursor === undefined ? undefined : readCursor(asked.cursor);
      const known = place?.knownAt ?? (await revisionOf(store, asked.knownAt));
      const dayEnd = endOfDay(day);
      const times = await timesOf(store, {
        asOf: { day },
        knownAt: known === undefined ? undefined : { revision: known },
      });
      const asking = { learner: asked.learner.name, viewer: historyViewer(identity), ...times };
      const learner = await store.read({ kind: 'learner', ...asking });
      if (learner === undefined) throw noSuch('learner');
      const answer = await store.read({
        kind: 'history',
        query: {
          accounts: learner.accounts,
          to: asked.to !== undefined && asked.to < dayEnd ? asked.to : dayEnd,
          includeVoided: asked.voided === 'include',
          limit: asked.limit ?? PAGE,
          ...(asked.from === undefined ? {} : { from: asked.from }),
          knownAt: times.knownAt,
          ...(asked.verb === undefined ? {} : { verb: asked.verb }),
          ...(asked.activity === undefined ? {} : { activity: asked.activity }),
          ...(place === undefined ? {} : { behind: place.behind }),
        },
      });
      return {
        learner: asked.learner.written,
        ...(learner.persons.length === 0 ? {} : { persons: [...learner.persons], accounts: [...learner.accounts] }),
        asOf: day,
        knownAt: answer.knownAt,
        entries: answer.entries.map(({ at: _, ...shown }) => shown),
        next: answer.more ? writeCursor(answer.entries.at(-1)!, answer.knownAt) : null,
      };
    },
  });
}

/** Who may read every statement may read every history. */
function historyViewer(identity: Identity) {
  return allows(identity.scopes, 'statements/read') ? ('everybody' as const) : viewerOf(identity);
}

/** A cursor keeps the revision of its first page, so that the pages belong together whatever is stored in between. */
function writeCursor({ at, revision }: HistoryAnswerEntry, known: number): string {
  return Buffer.from(`${at} ${revision} ${known}`).toString('base64url');
}

function readCursor(text: string): { behind: HistoryPosition; knownAt: number } {
  const match = /^(-?\d{1,18}) (\d{1,15}) (\d{1,15})$/.exec(Buffer.from(text, 'base64url').toString('latin1'));
  if (match === null) {
    throw new LedgerlineError('invalid_parameter', 'The parameter cursor cannot be taken.', {
      property: 'cursor',
      rule: 'it is the `next` of an answer before',
    });
  }
  return { behind: { at: BigInt(match[1]!), revision: Number(match[2]) }, knownAt: Number(match[3]) };
}
