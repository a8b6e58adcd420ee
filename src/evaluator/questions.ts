import type { Day } from '../events/learning_types.ts';
import type { AskedDay } from '../queries/asked_day.ts';
import type { Trend } from './counts.ts';
import type { ChangedStatus } from './difference.ts';
import type { GroupFact } from './evaluation.ts';
import type { After, ListedStatus, Wanted } from './listing.ts';
import type { Chosen } from './point.ts';
import type { Draft, DraftedChange } from './what_if.ts';

/** Both times of a question about an agency, or about all (in UTC). */
export interface AskedPoint {
  readonly asOf: AskedDay;
  /** Microseconds since 1970 UTC: what today is. */
  readonly now: number;
  /** A ledger revision; undefined: the last that is worked out, all that was acknowledged when it is asked if that is soon. */
  readonly knownAt: number | undefined;
  /** Without `knownAt`: the least revision that is good enough. */
  readonly atLeast?: number | undefined;
}

type At = { readonly point: AskedPoint; readonly agency: string | undefined };

/** What the HTTP side asks the evaluator. */
export type Question =
  | ({ readonly kind: 'counts'; readonly chosen: Chosen; readonly by: GroupFact | undefined } & At)
  | ({
      readonly kind: 'list' | 'lines';
      readonly wanted: Wanted;
      readonly limit: number;
      readonly after: After | undefined;
    } & At)
  | ({ readonly kind: 'trend'; readonly from: Day; readonly to: Day; readonly chosen: Chosen } & At)
  | ({ readonly kind: 'difference'; readonly other: AskedPoint; readonly chosen: Chosen } & At)
  | ({ readonly kind: 'what-if'; readonly draft: Draft; readonly limit: number } & At)
  | ({ readonly kind: 'snapshot'; readonly anew: boolean } & At);

/** The point that an answer used. */
export interface Used {
  readonly asOf: Day;
  readonly knownAt: number;
}

export interface QuestionAnswers {
  /** The requirements are the JSON text of `RequirementCounts[]`: by a fact of everybody they are many. */
  counts: Used & { readonly requirements: string };
  list: Used & { readonly found: readonly ListedStatus[]; readonly next: After | undefined };
  /** A `list` as text, a line of JSON for each status: cheaper to hand over where there are many. */
  lines: Used & { readonly text: string; readonly next: After | undefined };
  trend: Used & { readonly trends: readonly Trend[] };
  difference: { readonly one: Used; readonly other: Used; readonly changes: readonly ChangedStatus[] };
  'what-if': Used & WhatIf;
  /** See `snapshotText`. */
  snapshot: Used & { readonly text: string };
}

export interface WhatIf {
  /** How many people, and how many statuses, would be others. */
  readonly persons: number;
  readonly statuses: number;
  /** The first of them, in order of persons. */
  readonly changes: readonly DraftedChange[];
  /** How many people have to take each course, now and by the draft. */
  readonly seats: readonly { readonly course: string; readonly now: number; readonly drafted: number }[];
}

/** Instead of an answer. */
export type NoAnswer = NoSuch | { readonly notYet: string };

/** What is asked about was not declared, as known then. */
export type NoSuch = 'no such agency' | 'no such requirement';

export type QuestionAnswer<Q extends Question> = QuestionAnswers[Q['kind']] | NoAnswer;
