import { z } from 'zod';
import type { WaiverGranted } from '../events/compliance_types.ts';
import type { Identity } from '../identity/identity.ts';
import { permits } from '../identity/roles.ts';
import type { Store } from '../store.ts';
import { knownAt } from './api_parameters.ts';
import { type ApiRoute, apiRoute } from './api_route.ts';
import { conditionBody } from './compliance_parameters.ts';
import { preview, previewOf, whatIfAnswer } from './drafted_answer.ts';
import {
  EVERYBODY,
  editorOf,
  noSuch,
  record,
  recorded,
  requireGrant,
  requireVisible,
  setEtag,
  timesOf,
  viewerOf,
} from './learning_exchange.ts';
import { askedDay, day, IN_ORDER, id, inOrder, words } from './learning_parameters.ts';

const MOST_PERSONS = 5_000;
const isSet = (ids: readonly string[]) => new Set(ids).size === ids.length;

/** A waiver as it is granted: its id stands in the path. */
export const waiverBody = z
  .strictObject({
    requirements: z.array(id).min(1).max(200).refine(isSet, 'each requirement is in it once'),
    agency: id.optional().meta({ description: 'In which agency; absent: in all.' }),
    persons: z.array(id).min(1).max(MOST_PERSONS).refine(isSet, 'each person is in it once').optional(),
    group: conditionBody.optional(),
    from: day.meta({ description: 'The first day on which they are waived.' }),
    to: day.optional(),
    extendsTo: day
      .optional()
      .meta({ description: 'It is an extension: nobody is waived, and what is due is due by this day if not later.' }),
    stopsClock: z.literal(true).optional().meta({ description: 'Its days do not count in the time to comply.' }),
    reason: words,
    grantedBy: words,
  })
  .refine(inOrder, IN_ORDER)
  .refine(({ persons, group }) => (persons === undefined) !== (group === undefined), {
    message: 'it has either persons or group',
    path: ['group'],
  });

const waiver = z.looseObject({
  waiver: z.string(),
  version: z.int(),
  revision: z.int(),
  status: z.enum(['applies', 'not-yet', 'ended', 'withdrawn']).meta({ description: 'How it stands on the day.' }),
});

const RULE =
  "policy-editor of the waiver's agency, or of all for a waiver in all; for persons of their agency also its agency-editor";
const name = z.strictObject({ waiver: id });

/** `/api/waivers`: who need not, or has more time. */
export function waiverRoutes(store: Store): ApiRoute[] {
  const present = async (called: string) => {
    const times = await timesOf(store, {});
    const { found } = await store.read({ kind: 'waivers', filter: { waiver: called }, viewer: 'everybody', ...times });
    return found[0];
  };
  /** @throws `forbidden`; `not_found` to an agency's editor who may not know of one of the persons */
  const requireChangeable = async (identity: Identity, granted: Scope, what?: string) => {
    const { agency, persons } = granted;
    if (persons !== undefined && !isPolicyEditor(identity, agency) && isEditor(identity, agency)) {
      await requireVisible(store, persons, editorOf(identity), what);
    } else requireGrant(identity, { role: 'policy-editor', agency: agency ?? null }, RULE);
  };
  return [
    apiRoute({
      method: 'put',
      path: '/waivers/{waiver}',
      summary: 'Grant a waiver',
      description:
        'On its days persons, or a group, need not comply; with `extendsTo` they have more time instead. Granted again it is another version: the same content is none, and one that was withdrawn stays so.',
      roles: ['agency-editor', 'policy-editor'],
      pathParameters: name,
      query: z.strictObject({ preview }),
      body: waiverBody,
      answer: z.union([recorded, whatIfAnswer]),
      refusals: [404, 409, 412],
      example: {
        path: '/waivers/leave-of-p-1',
        body: {
          requirements: ['first-aid'],
          agency: 'agency-a',
          persons: ['P-1'],
          from: '2024-03-01',
          to: '2024-08-31',
          reason: 'On parental leave.',
          grantedBy: 'Office of staff',
        },
      },
      async handle({ waiver: called, preview, body }, exchange) {
        await requireChangeable(exchange.identity, body);
        const before = await present(called);
        if (before !== undefined) await requireChangeable(exchange.identity, before);
        const data = { waiver: called, ...body } as WaiverGranted;
        if (preview === 'true') return previewOf(store, exchange, { agency: body.agency, draft: { waivers: [data] } });
        return record(store, exchange, { type: 'waiver-granted', data });
      },
    }),
    apiRoute({
      method: 'get',
      path: '/waivers',
      summary: 'Waivers',
      description:
        'The waivers as known at `knownAt`, each with how it stands on the day `asOf`: in the zone of the agency, where one is asked for. Of persons only those are named whom the caller may know of; a waiver for others is not shown.',
      roles: EVERYBODY,
      pathParameters: z.strictObject({}),
      query: z.strictObject({
        asOf: askedDay.optional(),
        knownAt: knownAt.optional(),
        agency: id.optional().meta({ description: 'Those that hold in this agency: its own, and those for all.' }),
        requirement: id.optional(),
        person: id.optional().meta({ description: 'Those that name this person.' }),
        status: z.enum(['applies', 'not-yet', 'ended', 'withdrawn']).optional(),
      }),
      answer: z.object({ asOf: z.string(), knownAt: z.int(), waivers: z.array(waiver) }),
      example: { path: '/waivers?agency=agency-a&requirement=first-aid&asOf=2024-05-01' },
      async handle({ asOf: asked, knownAt, ...filter }, { identity }) {
        const times = await timesOf(store, { asOf: asked, knownAt });
        const { asOf, found } = await store.read({ kind: 'waivers', filter, viewer: viewerOf(identity), ...times });
        return { asOf, knownAt: times.knownAt, waivers: found.map((one) => ({ ...one })) };
      },
    }),
    apiRoute({
      method: 'get',
      path: '/waivers/{waiver}',
      summary: 'One waiver',
      description: 'The ETag is its revision.',
      roles: EVERYBODY,
      pathParameters: name,
      query: z.strictObject({ asOf: askedDay.optional(), knownAt: knownAt.optional() }),
      answer: waiver,
      refusals: [404],
      example: { path: '/waivers/leave-of-p-1' },
      async handle({ waiver: called, ...asked }, exchange) {
        const viewer = viewerOf(exchange.identity);
        const times = await timesOf(store, asked);
        const { found } = await store.read({ kind: 'waivers', filter: { waiver: called }, viewer, ...times });
        const [one] = found;
        if (one === undefined) throw noSuch('waiver');
        setEtag(exchange, one.revision);
        return { ...one };
      },
    }),
    apiRoute({
      method: 'post',
      path: '/waivers/{waiver}/withdraw',
      summary: 'Withdraw a waiver',
      description: 'It is as if it had not been.',
      roles: ['agency-editor', 'policy-editor'],
      pathParameters: name,
      query: z.strictObject({}),
      body: z.strictObject({ reason: words }),
      answer: recorded,
      refusals: [404, 409, 412],
      example: { path: '/waivers/leave-of-p-1/withdraw', body: { reason: 'The leave was not taken.' } },
      async handle({ waiver: called, body }, exchange) {
        const before = await present(called);
        const { identity } = exchange;
        const isHidden =
          before?.persons !== undefined &&
          !isPolicyEditor(identity, before.agency) &&
          !isEditor(identity, before.agency);
        if (before === undefined || isHidden) throw noSuch('waiver');
        await requireChangeable(identity, before, 'waiver');
        return record(store, exchange, { type: 'waiver-withdrawn', data: { waiver: called, ...body } });
      },
    }),
  ];
}

/** For whom a waiver is, where. */
type Scope = { readonly agency?: string | undefined; readonly persons?: readonly string[] | undefined };

function isPolicyEditor({ grants }: Identity, agency: string | undefined): boolean {
  return permits(grants, { role: 'policy-editor', agency: agency ?? null });
}

function isEditor({ grants }: Identity, agency: string | undefined): boolean {
  return agency !== undefined && permits(grants, { role: 'agency-editor', agency });
}
