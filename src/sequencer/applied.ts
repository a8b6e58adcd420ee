import type { RecordedEvent } from '../ledger/ledger.ts';
import type { Accepted, Knowledge } from './accepted.ts';

/** Where the sequencer puts what it appended, and what it knows from it. */
export interface Applied {
  readonly knowledge: Knowledge;
  /** Everything up to this revision is applied. */
  readonly revision: number;
  /** Lets the following decisions see events that are not appended yet. */
  anticipate(events: readonly RecordedEvent[]): void;
  /** Takes back what was anticipated or staged: it was not appended. */
  forget(): void;
  /** Prepares `applyOwn` while the append is under way; nobody sees anything of it. */
  stageOwn(parts: readonly AppliedPart[]): void;
  /** Applies what this node has just appended, anticipated before. Everything up to `revision` is applied then. */
  applyOwn(parts: readonly AppliedPart[], revision: number): void;
  /**
   * Applies events read from the ledger, so that whatever is decided next takes them into account.
   * @param isForNow whoever reads may not find them before `settle`, or before what is appended next is applied
   */
  applyRead(events: readonly RecordedEvent[], isForNow?: boolean): void;
  /** Lets whoever reads find everything that is applied. */
  settle(): void;
}

export interface AppliedPart {
  readonly accepted: Accepted;
  readonly events: readonly RecordedEvent[];
}
