import { setTimeout as wait } from 'node:timers/promises';

/** For how long after another node's events this one leaves room after its own turns, and how many turns' time at most. */
const CONTENDED_MILLISECONDS = 1_000;
const MOST_TURNS = 4;
/** How many turns' time a node gets that nobody knows of. */
const TURNS_FOR_UNKNOWN = 2;
/** What took longer waited for the ledger, not for itself. */
const LONGEST_TURN_MILLISECONDS = 250;
/** How often it is looked whether another had its turn, at most. */
const LOOK_MILLISECONDS = 5;

/**
 * The room that a node leaves to others which append to the same ledger. Whoever loses the race for the next revision
 * has to read what the winner appended before it can try again: without room a node that never pauses would win for
 * ever.
 */
export class Room {
  #lastOfOthers = Number.NEGATIVE_INFINITY;
  #lastMade = Number.NEGATIVE_INFINITY;
  #turnsInARow = 0;

  /** Another node has appended, just now as far as this one knows. */
  noteOthers(): void {
    this.#lastOfOthers = performance.now();
    this.#turnsInARow = 0;
  }

  /** Whether other nodes write, too. */
  get isContended(): boolean {
    return performance.now() - this.#lastOfOthers < CONTENDED_MILLISECONDS;
  }

  /**
   * After its own turn a node lets another one have the next revision, which takes that about twice as long: it has to
   * read what is new before. Or longer, if nobody else had one for some turns. It goes on as soon as another had it. A
   * node that is not known to be there, because it has lost every race, gets room now and then.
   * @param turnMilliseconds how long the turn took
   * @param applied says up to which revision everything is applied
   * @param look looks what others have appended, and applies it
   */
  async make(
    turnMilliseconds: number,
    applied: { readonly revision: number },
    look: () => Promise<void>,
  ): Promise<void> {
    const { isContended } = this;
    if (!isContended && performance.now() - this.#lastMade < CONTENDED_MILLISECONDS) return;
    this.#lastMade = performance.now();
    this.#turnsInARow += 1;
    const milliseconds = Math.min(turnMilliseconds, LONGEST_TURN_MILLISECONDS);
    const jitter = 0.75 + Math.random() / 2;
    const turns = isContended ? Math.min(this.#turnsInARow + 1, MOST_TURNS) * jitter : TURNS_FOR_UNKNOWN;
    const { revision } = applied;
    for (let left = milliseconds * turns; left > 0 && applied.revision === revision; ) {
      const step = Math.min(left, Math.max(LOOK_MILLISECONDS, milliseconds / 4));
      left -= step;
      await wait(step);
      if (isContended) await look();
    }
  }
}
