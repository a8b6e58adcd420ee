import { LedgerlineError } from '../../src/errors.ts';
import type { StoreAnswer, StoreRequest } from '../store_client.ts';
import { type Declaration, ID_MEMBER } from './files.ts';

/** What became of a declaration. */
export type Outcome =
  | { readonly kind: 'declared' | 'unchanged'; readonly revision: number }
  | { readonly kind: 'refused'; readonly pointer: string; readonly rule: string };

/**
 * Declares one thing, and finds out whether the store knew it so already: then the answer names the revision that was
 * there before.
 * @param ask asks the store, and comes back with an answer about what is asked for
 * @throws LedgerlineError `unauthenticated`; `unavailable` when the answer is not about the declaration
 */
export async function declare(
  { kind, id, data, place }: Declaration,
  ask: (request: StoreRequest) => Promise<StoreAnswer>,
): Promise<Outcome> {
  const path = `/api/${kind}/${encodeURIComponent(id)}`;
  const present = await ask({ method: 'GET', path });
  const before = revisionOf('from' in data && kind === 'requirements' ? termsFrom(data.from, present) : present);
  // JSON leaves a member without a value out: the path says the id.
  const body = Buffer.from(JSON.stringify({ ...data, ...kept(data, present), [ID_MEMBER[kind]]: undefined }));
  const answer = await ask({ method: 'PUT', path, body });
  const { status, error } = answer;
  if (status === 401) throw new LedgerlineError('unauthenticated', `Key or secret is wrong (${error.message})`);
  const revision = revisionOf(answer);
  if (revision !== undefined) return { kind: revision === before ? 'unchanged' : 'declared', revision };
  // A resource that is not there answers 404, and a fault of the store is none of the declaration.
  if (status < 400 || status >= 500 || status === 404 || status === 405) {
    throw new LedgerlineError('unavailable', `the store answers ${status}: ${error.message}`);
  }
  return { kind: 'refused', pointer: `${place.pointer}${error.property ?? ''}`, rule: error.rule ?? error.message };
}

/** A file that names no authorities of a platform does not know them: it leaves those that the store has. */
function kept(data: Declaration['data'], { status, content }: StoreAnswer): { authorities?: unknown } {
  if (!('authorities' in data) || data.authorities.length > 0 || status !== 200) return {};
  return { authorities: (content as { authorities?: unknown }).authorities };
}

/** Of all terms of a requirement those that were declared last from a day on. */
function termsFrom(from: string, { content, ...answer }: StoreAnswer): StoreAnswer {
  const declared = (content as { declarations?: readonly { from: string }[] } | undefined)?.declarations;
  return { ...answer, content: declared?.findLast((one) => one.from === from) };
}

/** The revision that an answer names; undefined where it is no declaration or none that may be seen. */
function revisionOf({ status, content }: StoreAnswer): number | undefined {
  if (status < 200 || status >= 300) return undefined;
  const revision = (content as { revision?: unknown } | undefined)?.revision;
  return typeof revision === 'number' ? revision : undefined;
}
