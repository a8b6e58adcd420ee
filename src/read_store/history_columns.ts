import { grown } from './columns.ts';

/** An entry of an account's history. */
export interface SegmentEntry {
  /** Microseconds since 1970 UTC, as decimal digits (int64). */
  readonly at: string;
  readonly revision: number;
  /** Names, by their numbers. */
  readonly verb: number;
  readonly activity: number | null;
}

const FIRST_CAPACITY = 1_024;
const NO_ACTIVITY = -1;

/** The entries of all histories of a segment, by their places, in order of arrival. */
export class HistoryColumns {
  readonly #at: string[] = [];
  #revisions = new Float64Array(FIRST_CAPACITY);
  #verbs = new Int32Array(FIRST_CAPACITY);
  #activities = new Int32Array(FIRST_CAPACITY);

  /** @returns its place */
  add({ at, revision, verb, activity }: SegmentEntry): number {
    const place = this.#at.length;
    if (place === this.#verbs.length) {
      this.#revisions = grown(this.#revisions, place);
      this.#verbs = grown(this.#verbs, place);
      this.#activities = grown(this.#activities, place);
    }
    this.#at.push(at);
    this.#revisions[place] = revision;
    this.#verbs[place] = verb;
    this.#activities[place] = activity ?? NO_ACTIVITY;
    return place;
  }

  at(place: number): SegmentEntry {
    const activity = this.#activities[place]!;
    return {
      at: this.#at[place]!,
      revision: this.#revisions[place]!,
      verb: this.#verbs[place]!,
      activity: activity === NO_ACTIVITY ? null : activity,
    };
  }
}
