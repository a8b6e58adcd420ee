import type { Day } from '../events/learning_types.ts';
import { dayOf } from '../learning/days.ts';
import type { Policy } from '../learning/model.ts';
import type { LearnerName, Viewer } from './learner.ts';

/** The day that is asked about; undefined: today. An instant is taken to its day in the zone of who answers. */
export type AskedDay = { readonly day: Day } | { readonly instant: bigint } | undefined;

/** Both times of a question. */
export interface Times {
  readonly asOf: AskedDay;
  /** Microseconds since 1970 UTC: what today is. */
  readonly now: number;
  /** A ledger revision that everything acknowledged so far is behind, or the one that is asked about. */
  readonly knownAt: number;
}

/** Who is asked about, and by whom. */
export interface AskedLearner extends Times {
  readonly learner: LearnerName;
  readonly viewer: Viewer;
}

/** The zone in which an agency counts its days: UTC where it has set none. */
export function zoneOf({ agencies }: Policy, agency: string | null): string {
  return (agency === null ? undefined : agencies.get(agency)?.data.zone) ?? 'UTC';
}

/** The day that is asked about, in a zone. */
export function dayAsked({ asOf, now }: Times, zone: string): Day {
  if (asOf === undefined) return dayOf(BigInt(now), zone);
  return 'day' in asOf ? asOf.day : dayOf(asOf.instant, zone);
}
