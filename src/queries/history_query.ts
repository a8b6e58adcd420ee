import { decode } from '../events/codec.ts';
import { partsKnownAt } from '../read_store/history_parts.ts';
import type { Snapshot } from '../read_store/read_session.ts';
import type { Segment } from '../read_store/segment.ts';
import type { Statement } from '../xapi/statement.ts';
import { statusOf, termNumber } from './statement_query.ts';

/** A place in a history: entries are in descending order of (at, revision). */
export interface HistoryPosition {
  /** Microseconds since 1970 UTC. */
  readonly at: bigint;
  readonly revision: number;
}

export interface HistoryQuery {
  /** The accounts (`agentKey`) that are the learner. */
  readonly accounts: readonly string[];
  /** The earliest and the latest instant: microseconds since 1970 UTC, both included. */
  readonly from?: bigint;
  readonly to?: bigint;
  /** What the ledger held at this revision; its head when undefined. */
  readonly knownAt?: number;
  readonly verb?: string;
  readonly activity?: string;
  readonly includeVoided: boolean;
  readonly limit: number;
  /** Goes on behind this place: where a page before ended. */
  readonly behind?: HistoryPosition;
}

/** An entry with the revision of its statement, and of the voiding when it is voided. */
export interface FoundEntry extends HistoryPosition {
  readonly voidedBy: number | undefined;
  readonly statement: Statement;
}

export interface HistoryPage {
  readonly entries: readonly FoundEntry[];
  readonly more: boolean;
  /** The ledger revision as known at which the answer holds. */
  readonly knownAt: number;
}

/** A learner's history, newest first, as the ledger knew it at a revision. */
export function queryHistory(snapshot: Snapshot, query: HistoryQuery): HistoryPage {
  const head = snapshot.ledger.head().revision;
  const knownAt = Math.min(query.knownAt ?? head, head);
  const sources = query.accounts.flatMap((account) => [
    ...snapshot.segments.map((segment) => segmentEntries(segment, account, query, knownAt)),
    ...tableEntries(snapshot, account, query, knownAt),
  ]);
  const entries: FoundEntry[] = [];
  const seen = new Set<number>();
  for (const position of newestFirst(sources)) {
    // A group that names two accounts of one person as members stands once in that person's history.
    if (seen.has(position.revision)) continue;
    seen.add(position.revision);
    const { voided } = statusOf(snapshot, position.revision);
    const voidedBy = voided !== undefined && voided <= knownAt ? voided : undefined;
    if (voidedBy !== undefined && !query.includeVoided) continue;
    if (entries.length === query.limit) return { entries, more: true, knownAt };
    const { statement } = decode('statement-stored', 1, snapshot.dataAt(position.revision));
    entries.push({ ...position, voidedBy, statement });
  }
  return { entries, more: false, knownAt };
}

/** Whether `a` stands before `b`. */
function isNewer(a: HistoryPosition, b: HistoryPosition): boolean {
  return a.at > b.at || (a.at === b.at && a.revision > b.revision);
}

function* newestFirst(sources: readonly Iterator<HistoryPosition>[]): Generator<HistoryPosition> {
  const heads = sources.map((source) => source.next());
  for (;;) {
    let newest = -1;
    heads.forEach((head, i) => {
      if (!head.done && (newest < 0 || isNewer(head.value, heads[newest]!.value))) newest = i;
    });
    if (newest < 0) return;
    yield heads[newest]!.value;
    heads[newest] = sources[newest]!.next();
  }
}

function segmentEntries(
  segment: Segment,
  account: string,
  query: HistoryQuery,
  knownAt: number,
): Iterator<HistoryPosition> {
  const { names } = segment;
  return segment
    .history(account)
    .filter((entry) => entry.revision <= knownAt)
    .filter((entry) => query.verb === undefined || names[entry.verb] === query.verb)
    .filter((entry) => query.activity === undefined || names[entry.activity ?? -1] === query.activity)
    .map(({ at, revision }) => ({ at: BigInt(at), revision }))
    .filter(({ at }) => (query.from === undefined || at >= query.from) && (query.to === undefined || at <= query.to))
    .filter((position) => query.behind === undefined || isNewer(query.behind, position))
    .sort((a, b) => (isNewer(a, b) ? -1 : 1))
    .values();
}

/** How many entries are read at once: first of each part of the table, and then of those that turn out to be needed. */
const FIRST_ENTRIES = 32;
const MORE_ENTRIES = 256;
const LATEST = 2n ** 63n - 1n;

/** For each part of the table its entries, newest first. */
function tableEntries(
  snapshot: Snapshot,
  account: string,
  query: HistoryQuery,
  knownAt: number,
): Iterator<HistoryPosition>[] {
  const number = termNumber(snapshot, account);
  if (number === undefined) return [];
  const conditions: string[] = [];
  const values: number[] = [];
  for (const column of ['verb', 'activity'] as const) {
    const name = query[column];
    if (name === undefined) continue;
    const asked = termNumber(snapshot, name);
    if (asked === undefined) return [];
    conditions.push(` AND ${column} = ?`);
    values.push(asked);
  }
  // `at` alone would be the text, in whose order a time before 2001 comes behind later ones.
  const select = snapshot.prepare(`
    SELECT CAST(at AS TEXT) AS at, revision FROM history
    WHERE part = ? AND account = ? AND (at, revision) < (?, ?) AND at >= ? AND at <= ? AND revision <= ?${conditions.join('')}
    ORDER BY history.at DESC, revision DESC LIMIT ?`);
  return partsKnownAt(knownAt, snapshot).map((part) =>
    entriesBehind(query.behind, (behind, most) => {
      const bounds = [behind.at, behind.revision, query.from ?? -LATEST, query.to ?? LATEST, knownAt];
      return select.all(part, number, ...bounds, ...values, most) as unknown as EntryRow[];
    }),
  );
}

interface EntryRow {
  readonly at: string;
  readonly revision: number;
}

/** @param read the newest entries behind a place, so many at most */
function* entriesBehind(
  from: HistoryPosition | undefined,
  read: (behind: HistoryPosition, most: number) => EntryRow[],
): Generator<HistoryPosition> {
  let behind = from ?? { at: LATEST, revision: Number.MAX_SAFE_INTEGER };
  for (let most = FIRST_ENTRIES; ; most = MORE_ENTRIES) {
    const rows = read(behind, most);
    for (const { at, revision } of rows) yield { at: BigInt(at), revision };
    if (rows.length < most) return;
    const last = rows.at(-1)!;
    behind = { at: BigInt(last.at), revision: last.revision };
  }
}
