import { LedgerlineError } from '../errors.ts';
import type { Head, Ledger, NewEvent, RecordedEvent } from '../ledger/ledger.ts';
import { isDamage } from '../read_store/projection_file.ts';
import { formatMicros } from '../xapi/instant.ts';
import type { Accepted, Append, Knowledge } from './accepted.ts';
import type { Command, Outcome, RefusedCommand } from './command.ts';
import { decide } from './decision.ts';
import { clockMicros, type SharedHead } from './shared_head.ts';

/** Where the sequencer puts what it appended, and what it knows from it. */
export interface Applied {
  readonly knowledge: Knowledge;
  /** Everything up to this revision is applied. */
  readonly revision: number;
  /** Lets the following decisions see events that are not appended yet. */
  anticipate(events: readonly RecordedEvent[]): void;
  /** Takes back what was anticipated: it was not appended. */
  forget(): void;
  /** Applies what this node has just appended, anticipated before. Everything up to `revision` is applied then. */
  applyOwn(parts: readonly AppliedPart[], revision: number): void;
  /** Applies events read from the ledger. */
  applyRead(events: readonly RecordedEvent[]): void;
}

export interface AppliedPart {
  readonly accepted: Accepted;
  readonly events: readonly RecordedEvent[];
}

export interface SequencerParts {
  readonly ledger: Ledger;
  readonly applied: Applied;
  readonly head: SharedHead;
  readonly keepBlob: Append['keepBlob'];
  /** Told of every failure that no client caused. */
  readonly onFailure: (error: unknown) => void;
}

/** A group's most: a commit is shared by what waits, yet no client waits for a group without end. */
const GROUP_BYTES = 4 * 1024 * 1024;
const GROUP_COMMANDS = 512;
const RECOVERY_DELAYS_MILLISECONDS = [0, 20, 100, 500, 1_000];

interface Waiting {
  readonly command: Command;
  readonly eventIds: string[];
  readonly resolve: (outcome: Outcome) => void;
}

/**
 * The one writer of a node. It gathers the commands that wait, decides each against everything applied, and appends all
 * that is accepted in one append behind the last applied revision: so uniqueness is exact, and under load many requests
 * share one commit.
 */
export class Sequencer {
  readonly #ledger: Ledger;
  readonly #applied: Applied;
  readonly #head: SharedHead;
  readonly #waiting: Waiting[] = [];
  readonly #keepBlob: Append['keepBlob'];
  readonly #onFailure: (error: unknown) => void;
  #lastRecorded = 0;
  /** The ledger may hold what is not applied: an append ended with its outcome unknown. */
  #uncertain = false;
  #running: Promise<void> | undefined;

  constructor({ ledger, applied, head, keepBlob, onFailure }: SequencerParts) {
    this.#ledger = ledger;
    this.#applied = applied;
    this.#head = head;
    this.#keepBlob = keepBlob;
    this.#onFailure = onFailure;
  }

  /**
   * Applies what the ledger holds beyond what is applied: at the start, and whenever an append did not go as expected.
   * @param onEvents is told of each portion that was applied; the reading waits for it
   */
  async catchUp(onEvents: (events: readonly RecordedEvent[], head: Head) => Promise<void> | void): Promise<void> {
    const head = await this.#ledger.head();
    for await (const events of this.#ledger.read(this.#applied.revision + 1)) {
      this.#applied.applyRead(events);
      this.#lastRecorded = Math.max(this.#lastRecorded, events.at(-1)!.recorded);
      await onEvents(events, head);
    }
    this.#lastRecorded = Math.max(this.#lastRecorded, head.recorded);
    this.#head.endAppend(this.#applied.revision);
  }

  /**
   * Resolves when the command's events are durable and can be read, or when it is refused and nothing of it was stored.
   */
  submit(command: Command): Promise<Outcome> {
    return new Promise((resolve) => {
      this.#waiting.push({ command, eventIds: [], resolve });
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
    while (this.#waiting.length > 0) {
      await this.#commit(this.#takeGroup());
      await turn();
    }
    this.#running = undefined;
  }

  #takeGroup(): Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const { command } of this.#waiting) {
      bytes += command.kind === 'store-statements' ? command.bytes.length : 0;
      if (count > 0 && (bytes > GROUP_BYTES || count >= GROUP_COMMANDS)) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  async #commit(group: readonly Waiting[]): Promise<void> {
    try {
      if (this.#uncertain) await this.catchUp(() => {});
      this.#uncertain = false;
      for (const [waiting, outcome] of await this.#append(group)) waiting.resolve(outcome);
    } catch (error) {
      this.#onFailure(error);
      this.#applied.forget();
      // The append stays open in the eyes of the readers, so that `consistentThrough` does not pass by what may be in
      // the ledger.
      this.#uncertain = true;
      for (const waiting of group) waiting.resolve({ error: UNAVAILABLE });
    }
  }

  /** Decides and appends until the outcome is known. */
  async #append(group: readonly Waiting[]): Promise<Map<Waiting, Outcome>> {
    for (let attempt = 0; ; attempt++) {
      this.#head.beginAppend();
      const recorded = Math.max(clockMicros(), this.#lastRecorded + 1);
      this.#head.appendingAt(recorded);
      const decided = this.#decide(group, recorded);
      if (decided.events.length === 0) {
        this.#head.endAppend(this.#applied.revision);
        return decided.outcomes;
      }
      try {
        await this.#ledger.append(this.#applied.revision, recorded, decided.events);
      } catch (error) {
        const revisions = await this.#recover(decided.events, error, attempt);
        if (revisions) return outcomesAfter(decided, revisions);
        continue;
      }
      this.#lastRecorded = recorded;
      const revision = this.#applied.revision + decided.events.length;
      this.#applied.applyOwn(decided.parts, revision);
      this.#head.endAppend(revision);
      return decided.outcomes;
    }
  }

  /**
   * After a failed append: reads on from what is applied and looks for the own event ids. The append was stored,
   * although it was reported as failed, when there are revisions; else it may be tried again. Throws when that cannot be
   * found out, or when trying again has not helped.
   */
  async #recover(events: readonly NewEvent[], error: unknown, attempt: number): Promise<Revisions | undefined> {
    this.#applied.forget();
    const delay = RECOVERY_DELAYS_MILLISECONDS[attempt];
    const lostRace = error instanceof LedgerlineError && error.code === 'wrong_expected_revision';
    await new Promise((resolve) => setTimeout(resolve, delay ?? 0));
    const found = new Map<string, number>();
    await this.catchUp((read) => {
      for (const event of read) found.set(event.id, event.revision);
    });
    if (events.every((event) => found.has(event.id))) return found;
    if (delay === undefined && !lostRace) throw error;
    return undefined;
  }

  #refusal(error: unknown): RefusedCommand {
    if (error instanceof LedgerlineError) {
      const { code, message, details } = error;
      return { code, message, details };
    }
    // A broken file is nothing that a command could be refused for.
    if (isDamage(error)) throw error;
    this.#onFailure(error);
    return INTERNAL;
  }

  #decide(group: readonly Waiting[], recorded: number): Decided {
    const { knowledge, revision } = this.#applied;
    const inGroup = new Map<string, Uint8Array>();
    const seen: Knowledge = { ...knowledge, statement: (id) => inGroup.get(id) ?? knowledge.statement(id) };
    const decided: Decided = { events: [], parts: [], outcomes: new Map(), lastEvents: new Map() };
    const time = formatMicros(recorded);
    for (const waiting of group) {
      const eventId = (i: number) => (waiting.eventIds[i] ??= crypto.randomUUID());
      let accepted: Accepted;
      try {
        const lastRevision = revision + decided.events.length;
        accepted = decide(waiting.command, seen, { time, lastRevision, eventId, keepBlob: this.#keepBlob });
      } catch (error) {
        decided.outcomes.set(waiting, { error: this.#refusal(error) });
        continue;
      }
      const events = accepted.events.map((event, i) => ({
        ...event,
        revision: revision + 1 + decided.events.length + i,
        recorded,
      }));
      accepted.statements?.ids.forEach((id, i) => {
        inGroup.set(id, events[i]!.data);
      });
      if (accepted.statements === undefined) this.#applied.anticipate(events);
      if (events.length > 0) decided.parts.push({ accepted, events });
      decided.events.push(...events);
      decided.outcomes.set(waiting, { revision: accepted.answeredWith ?? revision + decided.events.length });
      if (accepted.answeredWith === undefined && events.length > 0) decided.lastEvents.set(waiting, events.at(-1)!.id);
    }
    return decided;
  }
}

interface Decided {
  readonly events: NewEvent[];
  readonly parts: AppliedPart[];
  readonly outcomes: Map<Waiting, Outcome>;
  /** The id of the event whose revision is a command's answer. */
  readonly lastEvents: Map<Waiting, string>;
}

/** The revisions of events by their ids. */
type Revisions = ReadonlyMap<string, number>;

/** The outcomes of a group whose events were found in the ledger, where others may stand before them. */
function outcomesAfter({ outcomes, lastEvents }: Decided, revisions: Revisions): Map<Waiting, Outcome> {
  const found = Array.from(lastEvents, ([waiting, id]) => [waiting, { revision: revisions.get(id)! }] as const);
  return new Map<Waiting, Outcome>([...outcomes, ...found]);
}

const UNAVAILABLE: RefusedCommand = {
  code: 'unavailable',
  message:
    'The ledger does not take appends at the moment; nothing may be assumed about this request until it is sent again.',
  details: { retryAfterSeconds: 1 },
};

const INTERNAL: RefusedCommand = { code: 'internal', message: 'The decision failed.', details: {} };

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
