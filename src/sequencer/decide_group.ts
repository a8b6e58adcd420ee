import { LedgerlineError } from '../errors.ts';
import type { NewEvent } from '../ledger/ledger.ts';
import { isDamage } from '../read_store/projection_file.ts';
import { uuidBytes } from '../read_store/uuid_bytes.ts';
import { UuidMap } from '../read_store/uuid_map.ts';
import { formatMicros } from '../xapi/instant.ts';
import type { Accepted, Knowledge } from './accepted.ts';
import type { AppliedPart } from './applied.ts';
import type { Outcome, RefusedCommand } from './command.ts';
import { decide } from './decision.ts';
import type { SequencerParts } from './sequencer_parts.ts';
import type { Waiting } from './waiting.ts';

/** What a group of commands comes to: one append, and an outcome for each command that is in it or is refused. */
export interface Decided {
  readonly events: NewEvent[];
  readonly parts: AppliedPart[];
  readonly outcomes: Map<Waiting, Outcome>;
  /** The id of the event whose revision is a command's answer. */
  readonly lastEvents: Map<Waiting, string>;
}

/**
 * Decides each command against everything applied and those before it in the group. Those that the append has no room
 * for any more are left without an outcome.
 * @param recorded microseconds since 1970 UTC: the time that the append will carry
 */
export function decideGroup(group: readonly Waiting[], recorded: number, parts: SequencerParts): Decided {
  const { applied, ledger, keepBlob } = parts;
  const { knowledge, revision } = applied;
  /** The places of the group's own statements among its events. */
  const inGroup = new UuidMap();
  const statement = (id: string) => {
    const place = inGroup.get(uuidBytes(id));
    return place === undefined ? knowledge.statement(id) : decided.events[place]!.data;
  };
  const seen: Knowledge = { ...knowledge, statement };
  const decided: Decided = { events: [], parts: [], outcomes: new Map(), lastEvents: new Map() };
  const time = formatMicros(recorded);
  const { mostAppendBytes = Number.POSITIVE_INFINITY } = ledger;
  let room = mostAppendBytes;
  for (const waiting of group) {
    const eventId = (i: number) => (waiting.eventIds[i] ??= crypto.randomUUID());
    const lastRevision = revision + decided.events.length;
    let accepted: Accepted;
    try {
      accepted = decide(waiting.command, seen, { time, lastRevision, eventId, keepBlob });
      const bytes = bytesOf(accepted.events, parts);
      if (bytes > mostAppendBytes) throw tooLarge(bytes, mostAppendBytes);
      if (bytes > room) return decided;
      room -= bytes;
    } catch (error) {
      decided.outcomes.set(waiting, { error: refusal(error, parts) });
      continue;
    }
    const events = accepted.events.map((event, i) => ({ ...event, revision: lastRevision + 1 + i, recorded }));
    accepted.statements?.ids.forEach((id, i) => {
      inGroup.set(uuidBytes(id), decided.events.length + i);
    });
    if (accepted.statements === undefined) applied.anticipate(events);
    if (events.length > 0) decided.parts.push({ accepted, events });
    decided.events.push(...events);
    decided.outcomes.set(waiting, { revision: accepted.answeredWith ?? revision + decided.events.length });
    if (accepted.answeredWith === undefined && events.length > 0) decided.lastEvents.set(waiting, events.at(-1)!.id);
  }
  return decided;
}

/** The revisions of events by their ids. */
export type Revisions = ReadonlyMap<string, number>;

/** The outcomes of a group whose events were found in the ledger, where others may stand before them. */
export function outcomesAfter({ outcomes, lastEvents }: Decided, revisions: Revisions): Map<Waiting, Outcome> {
  const found = Array.from(lastEvents, ([waiting, id]) => [waiting, { revision: revisions.get(id)! }] as const);
  return new Map<Waiting, Outcome>([...outcomes, ...found]);
}

function bytesOf(events: readonly NewEvent[], { ledger }: SequencerParts): number {
  return ledger.bytesOf === undefined ? 0 : events.reduce((sum, event) => sum + ledger.bytesOf!(event), 0);
}

function tooLarge(bytes: number, most: number): LedgerlineError {
  const message = `What the request asks for takes ${bytes} bytes in the ledger; one append has at most ${most}. Send fewer statements at a time, and what is large as an attachment.`;
  return new LedgerlineError('too_large', message, { rule: 'LEDGERLINE_MAX_APPEND' });
}

function refusal(error: unknown, { onFailure }: SequencerParts): RefusedCommand {
  if (error instanceof LedgerlineError) {
    const { code, message, details } = error;
    return { code, message, details };
  }
  // A broken file is nothing that a command could be refused for.
  if (isDamage(error)) throw error;
  onFailure(error);
  return { code: 'internal', message: 'The decision failed.', details: {} };
}
