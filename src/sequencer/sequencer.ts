import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import { LedgerlineError } from '../errors.ts';
import type { Head, Ledger, NewEvent, RecordedEvent } from '../ledger/ledger.ts';
import { wholeAppends } from '../ledger/whole_appends.ts';
import type { Applied } from './applied.ts';
import type { Command, Outcome, RefusedCommand } from './command.ts';
import { decideGroup, outcomesAfter, type Revisions } from './decide_group.ts';
import type { Gauges } from './gauges.ts';
import { Room } from './room.ts';
import type { SequencerParts, SharedLedger } from './sequencer_parts.ts';
import { clockMicros, type SharedHead } from './shared_head.ts';
import { Turns } from './turns.ts';
import type { Waiting } from './waiting.ts';

/**
 * A group's most: a commit is shared by what waits, yet no client waits for a group without end. A character is a byte, or
 * up to three.
 */
const GROUP_CHARACTERS = 4 * 1024 * 1024;
const GROUP_COMMANDS = 512;
const RECOVERY_DELAYS_MILLISECONDS = [0, 20, 100, 500, 1_000];

/** What takes longer to publish carries a time that has passed. */
const LONG_PUBLISHING_MILLISECONDS = 50;
/** How often it looks who has waited too long. */
const SWEEP_MILLISECONDS = 100;

/**
 * The one writer of a node. It gathers the commands that wait, decides each against everything applied, and appends all
 * that is accepted in one append behind the last applied revision: so uniqueness is exact, and under load many requests
 * share one commit.
 */
export class Sequencer {
  readonly #parts: SequencerParts;
  readonly #ledger: Ledger;
  readonly #applied: Applied;
  readonly #head: SharedHead;
  readonly #gauges: Gauges;
  readonly #shared: SharedLedger | undefined;
  readonly #waiting: Waiting[] = [];
  readonly #turns = new Turns();
  readonly #room = new Room();
  #lastRecorded = 0;
  /** The ledger may hold what is not applied: an append ended with its outcome unknown. */
  #uncertain = false;
  #running: Promise<void> | undefined;
  /** The group that is being appended. */
  #group: readonly Waiting[] = [];
  #lastOwn = Number.NEGATIVE_INFINITY;
  /** What others have appended is applied, for now: when it was looked for, microseconds since 1970. */
  #lookedAt: number | undefined;

  constructor(parts: SequencerParts) {
    this.#parts = parts;
    this.#ledger = parts.ledger;
    this.#applied = parts.applied;
    this.#head = parts.head;
    this.#gauges = parts.gauges;
    this.#shared = parts.shared;
  }

  /** How many milliseconds ago this node last appended; what it appended it has applied. */
  get sinceOwnAppend(): number {
    return performance.now() - this.#lastOwn;
  }

  /**
   * At the start: applies what the ledger holds beyond what is applied.
   * @param onEvents is told of each portion that was applied, and of the head; the reading waits for it
   */
  async catchUp(onEvents: (events: readonly RecordedEvent[], head: Head) => Promise<void> | void): Promise<void> {
    const lookedAt = clockMicros();
    const head = await this.#ledger.head();
    this.#gauges.set('headRevision', head.revision);
    if (head.revision > this.#applied.revision) await this.#applyNew((events) => onEvents(events, head));
    this.#lastRecorded = Math.max(this.#lastRecorded, head.recorded);
    this.#noteCaughtUp(lookedAt);
  }

  /** Whenever others may have appended, or an append did not go as expected: reads to the end, whatever that is. */
  async #catchUpAgain(onEvents: (events: readonly RecordedEvent[]) => void = () => {}): Promise<void> {
    const lookedAt = clockMicros();
    await this.#applyNew(onEvents);
    this.#noteCaughtUp(lookedAt);
  }

  async #applyNew(
    onEvents: (events: readonly RecordedEvent[]) => Promise<void> | void,
    isForNow = false,
  ): Promise<void> {
    for await (const events of wholeAppends(this.#ledger.read(this.#applied.revision + 1))) {
      if (!this.#uncertain) this.#room.noteOthers();
      await this.#applyRead(events, isForNow);
      await onEvents(events);
    }
  }

  /** As `#catchUpAgain`, for who appends next: until then nobody finds what was read. */
  async #lookAhead(): Promise<void> {
    const lookedAt = clockMicros();
    await this.#applyNew(() => {}, true);
    this.#lookedAt = lookedAt;
  }

  #noteCaughtUp(lookedAt: number): void {
    this.#applied.settle();
    this.#lookedAt = undefined;
    this.#head.endAppend(this.#applied.revision);
    this.#uncertain = false;
    if (this.#shared === undefined) return;
    this.#noteHead(lookedAt / 1_000);
    this.#head.knownBefore(lookedAt - this.#shared.lateness);
  }

  /**
   * Catches up with what other nodes have appended: everything that was acknowledged anywhere before the call can then
   * be read. @throws what reading the ledger throws
   */
  refresh(): Promise<void> {
    return this.#turns.next(() => this.#catchUpAgain());
  }

  /** Applies what a subscription brings of others; what is applied already is left out. */
  follow(events: readonly RecordedEvent[]): Promise<void> {
    return this.#turns.next(async () => {
      const fresh = events.filter(({ revision }) => revision > this.#applied.revision);
      if (fresh.length === 0) return;
      this.#room.noteOthers();
      await this.#applyRead(fresh);
      this.#noteApplied();
      if (!this.#uncertain) this.#head.endAppend(this.#applied.revision);
    });
  }

  async #applyRead(events: readonly RecordedEvent[], isForNow = false): Promise<void> {
    await this.#shared?.fetch(events);
    this.#applied.applyRead(events, isForNow);
    this.#lastRecorded = Math.max(this.#lastRecorded, events.at(-1)!.recorded);
  }

  /** Everything that was in the ledger at a time (milliseconds since 1970) is applied. */
  #noteHead(at: number): void {
    this.#noteApplied();
    this.#gauges.set('caughtUpAt', at);
  }

  /** Whatever is appended from now on, by any node, is later than what is applied. */
  #noteApplied(): void {
    this.#head.knownBefore(this.#lastRecorded + 1);
    this.#gauges.set('headRevision', Math.max(this.#gauges.get('headRevision'), this.#applied.revision));
  }

  /**
   * Resolves when the command's events are durable and can be read, or when it is refused and nothing of it was stored.
   */
  submit(command: Command): Promise<Outcome> {
    return new Promise((resolve) => {
      this.#waiting.push({ command, eventIds: [], since: performance.now(), resolve, isGone: false });
      this.#running ??= this.#run();
    });
  }

  /** Resolves when everything submitted so far has its outcome. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    // Whatever has arrived by now shares the first append; each later one takes what arrived during the one before.
    await turn();
    const sweep = this.#shared && setInterval(() => this.#refuseTheLate(), SWEEP_MILLISECONDS);
    while (this.#waiting.length > 0) {
      const began = performance.now();
      await this.#turns.next(async () => {
        this.#group = this.#takeGroup();
        await this.#commit(this.#group);
        this.#group = [];
      });
      if (this.#shared) await this.#room.make(performance.now() - began, this.#applied, () => this.#lookForOthers());
      await turn();
    }
    clearInterval(sweep);
    this.#running = undefined;
    if (this.#lookedAt !== undefined) this.#noteCaughtUp(this.#lookedAt);
  }

  async #lookForOthers(): Promise<void> {
    const looked = this.#turns.next(() => (this.#uncertain ? this.#catchUpAgain() : this.#lookAhead()));
    await looked.catch((error) => this.#parts.onFailure(error));
  }

  /** Whoever waits longer than he was promised is told so; what he sent may be in the ledger, or come to be. */
  #refuseTheLate(): void {
    const latest = performance.now() - this.#shared!.patience;
    for (const waiting of [...this.#group, ...this.#waiting]) {
      if (waiting.since > latest || waiting.isGone) continue;
      waiting.isGone = true;
      waiting.resolve({ error: UNAVAILABLE });
    }
  }

  #takeGroup(): Waiting[] {
    let characters = 0;
    let count = 0;
    for (const { command } of this.#waiting) {
      if (command.kind === 'store-statements') for (const { length } of command.texts) characters += length;
      if (count > 0 && (characters > GROUP_CHARACTERS || count >= GROUP_COMMANDS)) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  async #commit(group: readonly Waiting[]): Promise<void> {
    try {
      if (this.#uncertain) await this.#catchUpAgain();
      // Where others write, what they have appended is cheaper to look for than an append that loses the race.
      else if (this.#room.isContended && this.#lookedAt === undefined) await this.#lookAhead();
      const outcomes = await this.#append(group);
      for (const [waiting, outcome] of outcomes) waiting.resolve(outcome);
      this.#waiting.unshift(...group.filter((waiting) => !outcomes.has(waiting) && !waiting.isGone));
    } catch (error) {
      this.#parts.onFailure(error);
      this.#applied.forget();
      // The append stays open in the eyes of the readers, so that `consistentThrough` does not pass by what may be in
      // the ledger.
      this.#uncertain = true;
      for (const waiting of group) waiting.resolve({ error: UNAVAILABLE });
    }
  }

  /** Decides and appends until the outcome is known. */
  async #append(group: readonly Waiting[]): Promise<Map<Waiting, Outcome>> {
    /** The first append behind that revision of which it is not known whether it is, or comes to be, stored. */
    let unknown: { readonly revision: number; readonly recorded: number } | undefined;
    for (let attempt = 0; ; attempt++) {
      this.#head.beginAppend();
      const { revision } = this.#applied;
      if (unknown?.revision !== revision) unknown = undefined;
      // A time of its own for each attempt: other nodes rely on it that no append is stored long after its time.
      const recorded = Math.max(clockMicros(), this.#lastRecorded + 1);
      this.#head.appendingAt(unknown?.recorded ?? recorded);
      const staying = group.filter(({ isGone }) => !isGone);
      const decided = decideGroup(staying, recorded, this.#parts);
      if (decided.events.length === 0) {
        if (this.#lookedAt === undefined) this.#head.endAppend(revision);
        else this.#noteCaughtUp(this.#lookedAt);
        return decided.outcomes;
      }
      const started = performance.now();
      try {
        if (await this.#publish(decided.events)) {
          // What was decided carries a time that has passed: what is published now is not published again.
          this.#applied.forget();
          continue;
        }
        const appended = this.#ledger.append(revision, recorded, decided.events);
        // Whoever fails first, the other's outcome is looked for in the ledger.
        appended.catch(() => {});
        this.#applied.stageOwn(decided.parts);
        await appended;
      } catch (error) {
        const revisions = await this.#recover(decided.events, error, attempt);
        if (revisions) return outcomesAfter(decided, revisions);
        if (!isKnownAsNotStored(error)) unknown ??= { revision, recorded };
        continue;
      }
      this.#lastOwn = performance.now();
      this.#lookedAt = undefined;
      this.#gauges.add('appends');
      this.#gauges.add('appendSeconds', (this.#lastOwn - started) / 1_000);
      if (unknown !== undefined) {
        // The server takes the same ids for the same append: which of them it has, at which time, it alone can tell.
        this.#applied.forget();
        return outcomesAfter(decided, await this.#readOn());
      }
      this.#lastRecorded = recorded;
      this.#applied.applyOwn(decided.parts, revision + decided.events.length);
      this.#head.endAppend(this.#applied.revision);
      if (this.#shared) this.#noteHead(Date.now());
      return decided.outcomes;
    }
  }

  /** Whether it took so long that the append would come to be stored too late for the time that it carries. */
  async #publish(events: readonly NewEvent[]): Promise<boolean> {
    const began = performance.now();
    await this.#shared?.publish(events);
    return performance.now() - began > LONG_PUBLISHING_MILLISECONDS;
  }

  /**
   * After a failed append: reads on from what is applied and looks for the own event ids. The append was stored,
   * although it was reported as failed, when there are revisions; else it may be tried again. Throws when that cannot be
   * found out, or when trying again has not helped.
   */
  async #recover(events: readonly NewEvent[], error: unknown, attempt: number): Promise<Revisions | undefined> {
    this.#applied.forget();
    const delay = RECOVERY_DELAYS_MILLISECONDS[attempt];
    const code = error instanceof LedgerlineError ? error.code : undefined;
    const lostRace = code === 'wrong_expected_revision';
    this.#gauges.add(lostRace ? 'conflicts' : 'retries');
    if (lostRace) this.#room.noteOthers();
    // Whoever lost the race, or sent too much at once, knows that nothing was stored.
    else if (code !== 'too_large') await wait(delay ?? 0);
    const found = await this.#readOn();
    if (events.every((event) => found.has(event.id))) return found;
    if (delay === undefined && !lostRace) throw error;
    return undefined;
  }

  /** Catches up, and tells what there was by the events' ids. */
  async #readOn(): Promise<Revisions> {
    const found = new Map<string, number>();
    await this.#catchUpAgain((events) => {
      for (const { id, revision } of events) found.set(id, revision);
    });
    return found;
  }
}

function isKnownAsNotStored(error: unknown): boolean {
  return error instanceof LedgerlineError && (error.code === 'wrong_expected_revision' || error.code === 'too_large');
}

const UNAVAILABLE: RefusedCommand = {
  code: 'unavailable',
  message:
    'The ledger does not take appends at the moment. Send the same request again: what of it is stored already is not stored twice, but for statements that have no id of their own.',
  details: { retryAfterSeconds: 1 },
};
