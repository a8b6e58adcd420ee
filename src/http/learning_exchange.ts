import { z } from 'zod';
import { LedgerlineError } from '../errors.ts';
import type { Identity } from '../identity/identity.ts';
import { type Grant, permits } from '../identity/roles.ts';
import type { AskedDay, Times } from '../queries/asked_day.ts';
import type { Viewer } from '../queries/learner.ts';
import type { LearningAction } from '../sequencer/command.ts';
import type { Store } from '../store.ts';
import type { knownAt } from './api_parameters.ts';
import type { ApiExchange } from './api_route.ts';

/** What the routes about people, policy and certificates have in common. */

/** The roles that may read whatever concerns no person. */
export const EVERYBODY = ['auditor', 'platform', 'agency-reader', 'agency-editor', 'policy-editor', 'learner'] as const;

/** The roles that may read of persons: of all, of their agency's, of themselves. */
export const READERS = ['auditor', 'agency-reader', 'agency-editor', 'learner'] as const;

/** The answer to every command. */
export const recorded = z.object({
  revision: z.int().meta({ description: 'The ledger revision as of which it is so.' }),
});

/** An account in an answer. */
export const shownAccount = {
  account: z.string(),
  written: z.string().meta({ description: 'As it was given: a mailbox, where the account is its SHA-1.' }),
  person: z.string(),
};

/** Which persons may be known to who asks. */
export function viewerOf({ grants }: Identity): Viewer {
  if (permits(grants, { role: 'auditor' })) return 'everybody';
  return {
    agencies: grants.flatMap((grant) =>
      grant.role === 'agency-reader' || grant.role === 'agency-editor' ? grant.agency : [],
    ),
    persons: grants.flatMap((grant) => (grant.role === 'learner' ? grant.person : [])),
  };
}

/** Whose record may be changed by who asks, as somebody of their agency. */
export function editorOf({ grants }: Identity): Viewer {
  if (permits(grants, { role: 'administrator' })) return 'everybody';
  return { agencies: grants.flatMap((grant) => (grant.role === 'agency-editor' ? grant.agency : [])), persons: [] };
}

/** @throws `forbidden` */
export function requireGrant({ grants }: Identity, needed: Grant, rule: string): void {
  if (permits(grants, needed)) return;
  throw new LedgerlineError('forbidden', `This needs another role: ${rule}.`, { rule });
}

/** Nobody learns whether something of a person exists of whom they may not know. */
export function noSuch(what: string): LedgerlineError {
  return new LedgerlineError('not_found', `There is no such ${what}, or none that you may know of.`);
}

/** A parameter names an agency that nobody has declared. */
export function noSuchAgency(agency: string, property: string): LedgerlineError {
  return new LedgerlineError('invalid_parameter', `There is no agency ${agency}.`, {
    property,
    rule: 'it is an agency that was declared, as known at `knownAt`',
  });
}

/**
 * Lets on who may know of all the persons today; who may know everybody is told of unknown persons by the decision.
 * @param what the request names @throws `not_found`
 */
export async function requireVisible(
  store: Store,
  persons: readonly string[],
  viewer: Viewer,
  what = 'learner',
): Promise<void> {
  if (viewer === 'everybody') return;
  for (const person of persons) if (!(await mayKnow(store, person, viewer))) throw noSuch(what);
}

/** Whether there is such a person, of whom who asks may know today. */
export async function mayKnow(store: Store, person: string, viewer: Viewer): Promise<boolean> {
  const times = await timesOf(store, {});
  return (await store.read({ kind: 'learner', learner: { person }, viewer, ...times })) !== undefined;
}

/** Both times of a question, complete. */
export async function timesOf(
  store: Store,
  asked: { readonly asOf?: AskedDay; readonly knownAt?: z.output<typeof knownAt> | undefined },
): Promise<Times> {
  const head = store.revision;
  const known = await revisionOf(store, asked.knownAt);
  return { asOf: asked.asOf, now: Date.now() * 1000, knownAt: Math.min(known ?? head, head) };
}

/** The revision that a `knownAt` means; undefined: all that the ledger holds. */
export async function revisionOf(
  store: Store,
  known: z.output<typeof knownAt> | undefined,
): Promise<number | undefined> {
  if (known === undefined) return undefined;
  if ('revision' in known) return known.revision;
  return store.read({ kind: 'revision-recorded-by', micros: known.recordedBy! });
}

/** Submits what a request asks to be recorded. @throws the refusal */
export async function record(
  store: Store,
  { identity, mark, ifMatch }: Pick<ApiExchange, 'identity' | 'mark' | 'ifMatch'>,
  action: LearningAction,
): Promise<{ revision: number }> {
  return { revision: await store.submit({ kind: 'learning', credential: identity.key, action, mark, ifMatch }) };
}

/** Names the revision of what is answered, for an `If-Match` to come. */
export function setEtag({ response }: Pick<ApiExchange, 'response'>, revision: number | undefined): void {
  if (revision !== undefined) response.setHeader('ETag', `"${revision}"`);
}
