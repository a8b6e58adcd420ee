import type { Day } from '../events/learning_types.ts';
import type { Snapshot } from '../read_store/read_session.ts';
import { type AskedLearner, dayAsked } from './asked_day.ts';
import { type Learner, learnerOf, maySee } from './learner.ts';

/** The learner, and the day in the zone. Undefined: there is none, or who asks may not know of them on that day. */
export function visibleLearner(
  snapshot: Snapshot,
  asked: AskedLearner,
  zone: string,
): (Learner & { readonly asOf: Day }) | undefined {
  const asOf = dayAsked(asked, zone);
  const learner = learnerOf(snapshot, asked.learner, asked.knownAt);
  return learner && maySee(snapshot, asked.viewer, learner, asOf, asked.knownAt) ? { ...learner, asOf } : undefined;
}
