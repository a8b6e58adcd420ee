import { hash } from 'node:crypto';
import { z } from 'zod';
import type { BlobStore } from '../blobs/blob_store.ts';
import { LedgerlineError } from '../errors.ts';
import { PRESENT_FORM } from '../evaluator/snapshot_form.ts';
import type { SnapshotFrozen } from '../events/compliance_types.ts';
import type { Identity } from '../identity/identity.ts';
import type { FrozenSnapshot } from '../queries/snapshot_query.ts';
import type { Store } from '../store.ts';
import { askEvaluator } from './agency_answers.ts';
import { AGENCY_READERS, isReader, pointOf } from './agency_questions.ts';
import { knownAt } from './api_parameters.ts';
import { type ApiExchange, type ApiRoute, apiRoute, SENT } from './api_route.ts';
import { noSuch, record, requireGrant } from './learning_exchange.ts';
import { day, id, words } from './learning_parameters.ts';
import { checked, checkSnapshot } from './snapshot_check.ts';
import { formatOf, sendRows, type TableRow, tableFormat } from './table_answer.ts';

const frozenBody = z.strictObject({
  snapshot: id,
  asOf: day.optional().meta({ description: 'The day that is frozen; absent: today.' }),
  knownAt: z
    .union([
      z
        .int()
        .min(0)
        .transform((revision) => ({ revision })),
      knownAt,
    ])
    .optional()
    .meta({ description: 'As known at this revision or instant; absent: now.' }),
  title: words.optional(),
});

const shown = z.object({
  snapshot: z.string(),
  agency: z.string().nullable().meta({ description: 'null: all agencies.' }),
  title: z.string().nullable(),
  asOf: z.string(),
  knownAt: z.int(),
  form: z.int().meta({ description: 'The version of the canonical form of the content.' }),
  digest: z.string().meta({ description: 'The SHA-256 of the content, in hex.' }),
  length: z.int().meta({ description: 'The bytes of the content.' }),
  revision: z.int().meta({ description: 'The ledger revision as of which it is frozen.' }),
});

const COLUMNS = ['agency', 'person', 'requirement', 'status', 'day'] as const;
const status = z.object({
  agency: z.string(),
  person: z.string(),
  requirement: z.string(),
  status: z.string(),
  day: z.string().nullable().meta({ description: '`until`, `by` or `since`, as the status has it.' }),
});

const name = z.strictObject({ snapshot: id });

/** Snapshots: what compliance was shown to be, frozen, fetched and checked years later. */
export function snapshotRoutes(store: Store, blobs: BlobStore): ApiRoute[] {
  const frozen = (called?: string) => store.read({ kind: 'snapshots', id: called, frozenBy: store.revision });

  /** @throws `not_found` also to who may not read of the snapshot's people */
  const readable = async (identity: Identity, called: string): Promise<FrozenSnapshot> => {
    const [one] = await frozen(called);
    if (one === undefined || !isReader(identity, one.agency)) throw noSuch('snapshot');
    return one;
  };

  const freeze = async (agency: string | undefined, asked: z.output<typeof frozenBody>, exchange: ApiExchange) => {
    const { snapshot, title } = asked;
    const asOf = asked.asOf === undefined ? undefined : { day: asked.asOf };
    const point = await pointOf(store, { asOf, knownAt: asked.knownAt }, exchange);
    const [present] = await frozen(snapshot);
    let data: SnapshotFrozen;
    if (present !== undefined && isLike(present, { ...asked, agency, knownAt: point.knownAt })) {
      const { revision: _, ...same } = present;
      data = same;
    } else {
      const used = await askEvaluator(store, { kind: 'snapshot', anew: false, agency, point });
      data = {
        snapshot,
        ...(agency === undefined ? {} : { agency }),
        asOf: used.asOf,
        knownAt: used.knownAt,
        form: PRESENT_FORM,
        ...(await kept(blobs, used.text)),
        ...(title === undefined ? {} : { title }),
      };
    }
    const { revision } = await record(store, exchange, { type: 'snapshot-frozen', data });
    return described({ ...data, revision });
  };

  return [
    apiRoute({
      method: 'post',
      path: '/agencies/{agency}/snapshots',
      summary: "Freeze a snapshot of an agency's compliance",
      description:
        "Everybody's status by each requirement on a day, as known at a revision, is kept as it is, with its digest in the ledger. The same snapshot again, with what was asked for then, is the same; another one has an id of its own.",
      roles: ['agency-editor'],
      pathParameters: z.strictObject({ agency: id }),
      query: z.strictObject({}),
      body: frozenBody,
      answer: shown,
      refusals: [409],
      example: {
        path: '/agencies/agency-a/snapshots',
        body: { snapshot: 'first-quarter', asOf: '2024-03-31', title: 'First quarter of 2024' },
      },
      handle({ agency, body }, exchange) {
        requireGrant(exchange.identity, { role: 'agency-editor', agency }, `agency-editor of ${agency}`);
        return freeze(agency, body, exchange);
      },
    }),
    apiRoute({
      method: 'post',
      path: '/snapshots',
      summary: "Freeze a snapshot of everybody's compliance",
      description: 'As an agency freezes its own, of all agencies together; without a day, today is the day in UTC.',
      roles: ['administrator'],
      pathParameters: z.strictObject({}),
      query: z.strictObject({}),
      body: frozenBody,
      answer: shown,
      refusals: [409],
      example: { path: '/snapshots', body: { snapshot: 'all-first-quarter', asOf: '2024-03-31' } },
      handle: ({ body }, exchange) => freeze(undefined, body, exchange),
    }),
    apiRoute({
      method: 'get',
      path: '/snapshots',
      summary: 'The snapshots',
      description: 'Those of agencies whose people the caller may read of, in the order in which they were frozen.',
      roles: AGENCY_READERS,
      pathParameters: z.strictObject({}),
      query: z.strictObject({ agency: id.optional().meta({ description: 'Only those of this agency.' }) }),
      answer: z.object({ snapshots: z.array(shown) }),
      example: { path: '/snapshots?agency=agency-a' },
      async handle({ agency }, { identity }) {
        const found = (await frozen()).filter((one) => isReader(identity, one.agency));
        return { snapshots: found.filter((one) => agency === undefined || one.agency === agency).map(described) };
      },
    }),
    apiRoute({
      method: 'get',
      path: '/snapshots/{snapshot}',
      summary: 'One snapshot',
      description: 'What was frozen, and the digest of its content.',
      roles: AGENCY_READERS,
      pathParameters: name,
      query: z.strictObject({}),
      answer: shown,
      refusals: [404],
      example: { path: '/snapshots/first-quarter' },
      async handle({ snapshot }, { identity }) {
        return described(await readable(identity, snapshot));
      },
    }),
    apiRoute({
      method: 'get',
      path: '/snapshots/{snapshot}/content',
      summary: 'The content of a snapshot',
      description:
        'The statuses as they were frozen. With `format=ndjson` it comes byte by byte as it was frozen, a line for each: its SHA-256 is the digest. A content that is missing or damaged is not found.',
      roles: AGENCY_READERS,
      pathParameters: name,
      query: z.strictObject({ format: tableFormat }),
      answer: shown.extend({ statuses: z.array(status) }),
      refusals: [404],
      example: { path: '/snapshots/first-quarter/content' },
      async handle({ snapshot, format }, { identity, request, response }) {
        const one = await readable(identity, snapshot);
        const content = await blobs.standing(one.digest);
        if (content === undefined || hash('sha256', content) !== one.digest) {
          throw new LedgerlineError('not_found', `The content of the snapshot ${snapshot} is missing or damaged.`);
        }
        const form = formatOf(request, format);
        if (form === 'json') return { ...described(one), statuses: statusesIn(content) };
        if (form === 'csv') await sendRows(response, form, COLUMNS, each(statusesIn(content)));
        else response.type('application/x-ndjson').send(content);
        return SENT;
      },
    }),
    apiRoute({
      method: 'get',
      path: '/snapshots/{snapshot}/check',
      summary: 'Check a snapshot',
      description:
        'Its content is made anew from the ledger, and compared with the digest and with what was kept; where they differ, the answer says in which people and requirements.',
      roles: AGENCY_READERS,
      pathParameters: name,
      query: z.strictObject({}),
      answer: shown.extend(checked.shape),
      refusals: [404],
      example: { path: '/snapshots/first-quarter/check' },
      async handle({ snapshot }, exchange) {
        const one = await readable(exchange.identity, snapshot);
        const { agency } = one;
        const point = await pointOf(store, { asOf: { day: one.asOf }, knownAt: { revision: one.knownAt } }, exchange);
        const { text } = await askEvaluator(store, { kind: 'snapshot', anew: true, agency, point });
        return { ...described(one), ...(await checkSnapshot(blobs, one, text)) };
      },
    }),
  ];
}

interface AskedSnapshot {
  readonly agency: string | undefined;
  readonly asOf?: string | undefined;
  /** A revision. */
  readonly knownAt: number | undefined;
  readonly title?: string | undefined;
}

/** Whether what is asked for is what was frozen; times that are not named are those of then. */
function isLike(present: FrozenSnapshot, { agency, asOf, knownAt, title }: AskedSnapshot): boolean {
  if (present.agency !== agency || present.title !== title) return false;
  return (asOf === undefined || asOf === present.asOf) && (knownAt === undefined || knownAt === present.knownAt);
}

/** Keeps the content durably, before the event that names it. */
async function kept(blobs: BlobStore, text: string): Promise<{ readonly digest: string; readonly length: number }> {
  const { sha256: digest, length } = await blobs.keep(Buffer.from(text));
  return { digest, length };
}

function described({ agency, title, ...rest }: FrozenSnapshot): z.input<typeof shown> {
  const { snapshot, asOf, knownAt, form, digest, length, revision } = rest;
  return {
    snapshot,
    agency: agency ?? null,
    title: title ?? null,
    asOf,
    knownAt,
    form,
    digest,
    length,
    revision,
  };
}

function statusesIn(content: Buffer): z.input<typeof status>[] {
  const lines = content.toString().split('\n').slice(0, -1);
  return lines.map((line) => {
    const [agency, person, requirement, status, day] = JSON.parse(line);
    return { agency, person, requirement, status, day };
  });
}

async function* each(rows: readonly TableRow[]): AsyncGenerator<TableRow> {
  yield* rows;
}
