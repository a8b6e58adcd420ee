import { z } from 'zod';
import { LedgerlineError } from '../errors.ts';
import type { AccountLinked } from '../events/learning_types.ts';
import type { Identity } from '../identity/identity.ts';
import { permits } from '../identity/roles.ts';
import type { Store } from '../store.ts';
import { accountKey } from '../xapi/identifiers.ts';
import { knownAt } from './api_parameters.ts';
import { type ApiExchange, type ApiRoute, apiRoute } from './api_route.ts';
import {
  editorOf,
  noSuch,
  record,
  recorded,
  requireVisible,
  shownAccount,
  timesOf,
  viewerOf,
} from './learning_exchange.ts';
import { askedDay, id, revision, words, writtenAccount } from './learning_parameters.ts';

const linked = z.strictObject({ account: writtenAccount, person: id, basis: words.optional() });

/** The basis of a link for whose address the token vouched; no claimant says so of themselves. */
const PROVEN = 'oidc-email';
const PROVEN_RULE = `it is another kind than ${PROVEN}, which only a token shows`;

/** `/api/links`, `/api/claims`, `/api/merges`: which accounts, and which persons, are one person's. */
export function accountRoutes(store: Store): ApiRoute[] {
  const requireEditorOf = (identity: Identity, persons: readonly string[], what?: string) =>
    requireVisible(store, persons, editorOf(identity), what);
  const claimOf = async (identity: Identity, claim: number) => {
    const found = await store.read({ kind: 'claim', revision: claim });
    if (found === undefined) throw noSuch('claim');
    await requireEditorOf(identity, [found.person], 'claim');
    return found;
  };
  /** What a claim became: a link, also the one that there was; a retry is answered as the first was. */
  const answerOf = async ({ revision }: { readonly revision: number }) => {
    const claim = await store.read({ kind: 'claim', revision });
    return { revision, status: claim === undefined ? ('confirmed' as const) : ('pending' as const) };
  };
  const recordLink = async (exchange: ApiExchange, data: AccountLinked) => {
    try {
      return await record(store, exchange, { type: 'account-linked', data });
    } catch (error) {
      throw await namingWhose(store, exchange.identity, data.account, error);
    }
  };
  return [
    apiRoute({
      method: 'post',
      path: '/links',
      summary: 'Link an account to a person',
      description:
        "From this revision on all statements of the account are the person's, each at its own date. The revision is the number of the link. A claim of the person on the account is confirmed by it. An account is linked to at most one person at a time; the refusal names the other if you may see them today.",
      roles: ['agency-editor'],
      pathParameters: z.strictObject({}),
      query: z.strictObject({}),
      body: linked,
      answer: recorded,
      refusals: [404, 409],
      example: { path: '/links', body: { account: 'mailto:learner-1@example.org', person: 'P-1' } },
      async handle({ body }, exchange) {
        await requireEditorOf(exchange.identity, [body.person]);
        const { account, ...rest } = body;
        return recordLink(exchange, { ...account, ...rest } as AccountLinked);
      },
    }),
    apiRoute({
      method: 'post',
      path: '/links/{link}/withdraw',
      summary: 'Withdraw a link',
      description:
        'From this revision on the link is as if it had never been; nothing is rewritten. A claim that it confirmed waits again.',
      roles: ['agency-editor'],
      pathParameters: z.strictObject({ link: revision }),
      query: z.strictObject({}),
      body: z.strictObject({ reason: words }),
      answer: recorded,
      refusals: [404, 409],
      example: { path: '/links/7/withdraw', body: { reason: 'The account is of somebody else.' } },
      async handle({ link, body }, exchange) {
        const found = await store.read({ kind: 'link', revision: link });
        if (found === undefined) throw noSuch('link');
        await requireEditorOf(exchange.identity, [found.person], 'link');
        return record(store, exchange, { type: 'account-unlinked', data: { link, ...body } });
      },
    }),
    apiRoute({
      method: 'post',
      path: '/claims',
      summary: 'Claim an account',
      description:
        'A learner says that an account is theirs. Nothing follows from it until somebody of the agency confirms it, unless your token vouches for the address and the store accepts that as proof: then it is linked at once, or refused when it is linked to another person. The revision is the number of the claim, or of the link.',
      roles: ['learner'],
      pathParameters: z.strictObject({}),
      query: z.strictObject({}),
      body: z.strictObject({
        account: writtenAccount,
        person: id,
        proof: z
          .strictObject({ kind: words.refine((kind) => kind !== PROVEN, PROVEN_RULE), value: words })
          .optional()
          .meta({ description: 'What is shown to those who decide.' }),
      }),
      answer: recorded.extend({ status: z.enum(['pending', 'confirmed']) }),
      refusals: [404, 409],
      example: { path: '/claims', body: { account: 'mailto:self-made@example.org', person: 'P-1' } },
      async handle({ body }, exchange) {
        const { identity } = exchange;
        if (!permits(identity.grants, { role: 'learner', person: body.person })) throw noSuch('learner');
        const { verifiedEmail } = identity;
        const { account: claimed, person, proof } = body;
        if (verifiedEmail !== undefined && accountKey(`mailto:${verifiedEmail}`) === claimed.account) {
          // One event: there is no moment at which what is proven could be claimed, and not linked.
          const data = { written: `mailto:${verifiedEmail}`, ...claimed, person, basis: PROVEN };
          return answerOf(await recordLink(exchange, data));
        }
        const data = { ...claimed, person, ...(proof === undefined ? {} : { proof }) };
        return answerOf(await record(store, exchange, { type: 'account-claimed', data }));
      },
    }),
    apiRoute({
      method: 'get',
      path: '/claims',
      summary: 'Open claims',
      description: 'The claims that wait for a decision, as known at `knownAt`, of persons whom you may see.',
      roles: ['auditor', 'agency-reader', 'agency-editor', 'learner'],
      pathParameters: z.strictObject({}),
      query: z.strictObject({ asOf: askedDay.optional(), knownAt: knownAt.optional() }),
      answer: z.object({
        knownAt: z.int(),
        claims: z.array(z.object({ claim: z.int(), ...shownAccount, proof: z.unknown() })),
      }),
      example: { path: '/claims' },
      async handle(asked, { identity }) {
        const times = await timesOf(store, asked);
        const claims = await store.read({ kind: 'claims', viewer: viewerOf(identity), ...times });
        return { knownAt: times.knownAt, claims: [...claims] };
      },
    }),
    apiRoute({
      method: 'post',
      path: '/claims/{claim}/confirm',
      summary: 'Confirm a claim',
      description: 'Links the account to the person. The revision is the number of the link.',
      roles: ['agency-editor'],
      pathParameters: z.strictObject({ claim: revision }),
      query: z.strictObject({}),
      body: z.strictObject({ basis: words }),
      answer: recorded,
      refusals: [404, 409],
      example: { path: '/claims/5/confirm', body: { basis: 'Seen in person.' } },
      async handle({ claim, body }, exchange) {
        const { account, person } = await claimOf(exchange.identity, claim);
        return recordLink(exchange, { account, person, claim, ...body });
      },
    }),
    apiRoute({
      method: 'post',
      path: '/claims/{claim}/refuse',
      summary: 'Refuse a claim',
      description: 'The claim is settled, and the account stays whose it was.',
      roles: ['agency-editor'],
      pathParameters: z.strictObject({ claim: revision }),
      query: z.strictObject({}),
      body: z.strictObject({ reason: words }),
      answer: recorded,
      refusals: [404, 409],
      example: { path: '/claims/6/refuse', body: { reason: 'The account is of somebody else.' } },
      async handle({ claim, body }, exchange) {
        await claimOf(exchange.identity, claim);
        return record(store, exchange, { type: 'claim-refused', data: { claim, ...body } });
      },
    }),
    apiRoute({
      method: 'post',
      path: '/merges',
      summary: 'Merge two persons',
      description:
        'Two persons were found to be one: from this revision on both ids answer for both. Facts keep their ids; of facts that contradict each other the later wins. The revision is the number of the merge.',
      roles: ['agency-editor'],
      pathParameters: z.strictObject({}),
      query: z.strictObject({}),
      body: z.strictObject({ persons: z.tuple([id, id]), reason: words.optional() }),
      answer: recorded,
      refusals: [404, 409],
      example: { path: '/merges', body: { persons: ['P-1', 'P-2'], reason: 'The same index number.' } },
      async handle({ body }, exchange) {
        await requireEditorOf(exchange.identity, body.persons);
        return record(store, exchange, { type: 'persons-merged', data: body as { persons: [string, string] } });
      },
    }),
    apiRoute({
      method: 'post',
      path: '/merges/{merge}/undo',
      summary: 'Undo a merge',
      description: 'From this revision on the merge is as if it had never been.',
      roles: ['agency-editor'],
      pathParameters: z.strictObject({ merge: revision }),
      query: z.strictObject({}),
      body: z.strictObject({ reason: words }),
      answer: recorded,
      refusals: [404, 409],
      example: { path: '/merges/8/undo', body: { reason: 'They are two.' } },
      async handle({ merge, body }, exchange) {
        const persons = await store.read({ kind: 'merge', revision: merge });
        if (persons === undefined) throw noSuch('merge');
        await requireEditorOf(exchange.identity, persons, 'merge');
        return record(store, exchange, { type: 'persons-unmerged', data: { merge, ...body } });
      },
    }),
  ];
}

/** A refusal because the account is somebody else's names them to who may know of them today. */
async function namingWhose(store: Store, identity: Identity, account: string, refusal: unknown): Promise<unknown> {
  if (!(refusal instanceof LedgerlineError) || refusal.details.property !== '/account') return refusal;
  const asked = { learner: { account }, viewer: viewerOf(identity), ...(await timesOf(store, {})) };
  const whose = (await store.read({ kind: 'learner', ...asked }))?.persons[0];
  if (whose === undefined) return refusal;
  return new LedgerlineError(refusal.code, `The account is linked to person ${whose}.`, refusal.details);
}
