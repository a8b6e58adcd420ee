import { LearnerPast } from '../queries/learner_past.ts';
import { everAssigned } from '../queries/people_of.ts';
import type { ReadSession, Snapshot } from '../read_store/read_session.ts';
import type { Evaluation } from './evaluation.ts';
import { fillPast } from './past_rows.ts';
import { inSlices } from './slices.ts';
import { type Stretch, stretchOf } from './stretch.ts';

/** A stretch, and who is to be gone over yet. */
interface UnderWay {
  readonly stretch: Stretch;
  readonly persons: readonly string[];
  next: number;
  /** Those of several ids that were gone over. */
  readonly done: Set<string>;
}

/**
 * Works out what was known at each revision of the gaps: stretch by stretch, and in each person by person. A stretch
 * that was not gone over to its end can be gone over again, with the same result.
 */
export class GapFiller {
  readonly #session: ReadSession;
  readonly #evaluation: Evaluation;
  readonly #declarations: number;
  #underWay: UnderWay | undefined;

  /** @param declarations how many a stretch has at most */
  constructor(session: ReadSession, evaluation: Evaluation, declarations: number) {
    this.#session = session;
    this.#declarations = declarations;
    this.#evaluation = evaluation;
  }

  /** Goes on where it was. @param pause lets others work; false: there is something else to do first */
  async goOn(pause: () => Promise<boolean>): Promise<void> {
    const { gaps } = this.#evaluation;
    for (let gap = gaps[0]; gap !== undefined; gap = gaps[0]) {
      this.#underWay ??= this.#begin(stretchOf(this.#session, gap, this.#declarations));
      const { stretch, persons } = this.#underWay;
      this.#underWay.next = await this.#goOver(this.#underWay, pause);
      if (this.#underWay.next < persons.length) return;
      this.#underWay = undefined;
      if (stretch.to === gap.to) gaps.shift();
      else gaps[0] = { from: stretch.to, to: gap.to };
    }
  }

  #begin(stretch: Stretch): UnderWay {
    const persons = everAssigned(this.#session, undefined, stretch.to - 1);
    return { stretch, persons, next: 0, done: new Set() };
  }

  #goOver({ stretch, persons, next, done }: UnderWay, pause: () => Promise<boolean>): Promise<number> {
    const last = stretch.to - 1;
    const fill = (snapshot: Snapshot, person: string) => {
      if (done.has(person)) return;
      const past = new LearnerPast(snapshot, person, stretch.catalogue, last);
      if (past.ids.length > 1) for (const id of past.ids) done.add(id);
      fillPast(this.#evaluation, past, stretch);
    };
    const work = (slice: (one: (person: string) => void) => void) =>
      this.#session.read((snapshot) => slice((person) => fill(snapshot, person)), last);
    return inSlices(persons, pause, work, next);
  }
}
