import type { StatementEvent } from './statement_index.ts';
import { learnersOf } from './statement_keys.ts';

/**
 * An entry of a learner's history. Keyed by the account, not by a person, so that linking an account to a person
 * rewrites nothing.
 */
export interface HistoryEntry {
  /** The learner's identifier as in `agentKey`. */
  readonly account: string;
  /** When it happened: microseconds since 1970 UTC, as decimal digits (int64). */
  readonly at: string;
  readonly revision: number;
  readonly verb: string;
  readonly activity: string | null;
}

/**
 * The learner history: what each account did, at the statements' own timestamps. Voided entries stay, and are left out
 * or marked when read.
 */
export function projectHistory({ revision, recorded, keys }: StatementEvent): HistoryEntry[] {
  const at = keys.at ?? `${recorded}`;
  return learnersOf(keys).map((account) => ({ account, at, revision, verb: keys.verb, activity: keys.activity }));
}
