import { z } from 'zod';
import { LedgerlineError } from '../../src/errors.ts';
import type { Fact } from '../../src/events/learning_types.ts';
import type { StoreAnswer, StoreRequest } from '../store_client.ts';

/** The most facts that the store takes in one request. */
export const PORTION = 5_000;

/** Asks the store, and comes back with an answer about what is asked for. */
export type Ask = (request: StoreRequest) => Promise<StoreAnswer>;

/** Facts that are recorded together, or not at all. */
export interface Portion {
  /** The file's hash and its place in the file: the same for each run. */
  readonly key: string;
  /** The place of its first fact among all of the file. */
  readonly start: number;
  readonly facts: readonly Fact[];
}

/** What a portion changes, or changed: facts that are new, and the ledger revision as of which that is so. */
export interface Effect {
  readonly revision: number;
  readonly recorded: number;
  readonly unchanged: number;
  /** The new facts, where nothing was recorded yet. */
  readonly changes: readonly unknown[];
}

/** Why a portion was not taken: the fact (its place among all of the file), and its member. */
export interface Refusal {
  readonly fact: number | undefined;
  readonly member: string;
  readonly rule: string;
}

const effect = z.object({
  revision: z.int(),
  recorded: z.int(),
  unchanged: z.int(),
  changes: z.array(z.unknown()).default([]),
});

/** Errors that are about the request and would come back with any facts. */
const ABOUT_THE_REQUEST = new Set([404, 405, 415]);

/**
 * Cuts facts into portions.
 * @param hash which file it is, in hex
 */
export function portionsOf(facts: readonly Fact[], hash: string): Portion[] {
  const count = Math.ceil(facts.length / PORTION);
  return Array.from({ length: count }, (_, number) => {
    const start = number * PORTION;
    return { key: `roster-${hash}-${number}`, start, facts: facts.slice(start, start + PORTION) };
  });
}

/**
 * Asks what a portion would change.
 * @throws LedgerlineError `unauthenticated`; `unavailable` when the answer is not about the facts
 */
export function checkPortion({ start, facts }: Portion, ask: Ask): Promise<Effect | Refusal> {
  return send(start, ask, { method: 'POST', path: '/api/roster?dryRun=true', body: bodyOf(facts) });
}

/**
 * Has a portion recorded. A retry is the same request to the store; after other changes the same facts are another
 * request, which may have to record them again.
 * @param checked the revision of the check before
 * @throws as `checkPortion`
 */
export function recordPortion({ key, start, facts }: Portion, checked: number, ask: Ask): Promise<Effect | Refusal> {
  const headers = { 'idempotency-key': `${key}-${checked}` };
  return send(start, ask, { method: 'POST', path: '/api/roster?dryRun=false', headers, body: bodyOf(facts) });
}

function bodyOf(facts: readonly Fact[]): Buffer {
  return Buffer.from(JSON.stringify({ facts }));
}

async function send(start: number, ask: Ask, request: StoreRequest): Promise<Effect | Refusal> {
  const { status, content, error } = await ask(request);
  const answer = effect.safeParse(content);
  if (status >= 200 && status < 300 && answer.success) return answer.data;
  if (status === 401) throw new LedgerlineError('unauthenticated', `Key or secret is wrong (${error.message})`);
  if (status < 400 || status >= 500 || ABOUT_THE_REQUEST.has(status)) {
    throw new LedgerlineError('unavailable', `the store answers ${status}: ${error.message}`);
  }
  const [, index, member = ''] = /^\/facts\/(\d+)(?:\/(.*))?$/.exec(error.property ?? '') ?? [];
  return { fact: index === undefined ? undefined : start + Number(index), member, rule: error.rule ?? error.message };
}
