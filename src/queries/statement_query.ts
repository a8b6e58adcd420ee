import type { StatementEvent } from '../../projections/statement_index.ts';
import { Relation, type Term, term, termsOf, termText } from '../../projections/statement_keys.ts';
import { EVERY_STATEMENT } from '../read_store/postings.ts';
import type { Snapshot } from '../read_store/read_session.ts';
import { offsetsWith, registrationsName } from '../read_store/registrations.ts';
import { firstAtLeast } from '../read_store/segment.ts';
import { arraySequence, type Direction, intersection, type Sequence, tableSequence, union, walk } from './sequence.ts';

/** A statements query (xAPI 1.0.3 Communication 2.1.3), its identifiers in the form of the index. */
export interface StatementQuery {
  readonly agent?: string;
  readonly verb?: string;
  readonly activity?: string;
  readonly registration?: string;
  readonly relatedAgents: boolean;
  readonly relatedActivities: boolean;
  /** Stored later than this: microseconds since 1970 UTC. */
  readonly since?: number;
  /** Stored at or before this: microseconds since 1970 UTC. */
  readonly until?: number;
  readonly ascending: boolean;
  readonly limit: number;
  /** The only authority whose statements may be seen. */
  readonly mine?: string;
  /** Goes on behind this revision: where a page before ended. */
  readonly behind?: number;
}

export interface StatementPage {
  readonly revisions: readonly number[];
  /** Whether there are more behind the last. */
  readonly more: boolean;
}

/** The revisions of the statements that match, in the order of their storage, without voided ones. */
export function queryStatements(snapshot: Snapshot, query: StatementQuery): StatementPage {
  const direction: Direction = query.ascending ? 'ascending' : 'descending';
  const { from, to } = bounds(snapshot, query);
  const filters = filterTerms(query);
  const sequence = filters.length === 0 ? everyStatement(snapshot, direction) : listed(snapshot, filters, direction);
  const start = query.ascending ? from : to;
  const revisions: number[] = [];
  for (const revision of walk(sequence, start, direction)) {
    if (query.ascending ? revision > to : revision < from) break;
    const { voided, refers } = statusOf(snapshot, revision);
    if (voided !== undefined) continue;
    if (refers && filters.length > 1 && !oneMatchesAll(snapshot, revision, filters)) continue;
    if (revisions.length === query.limit) return { revisions, more: true };
    revisions.push(revision);
  }
  return { revisions, more: false };
}

/** A statement's revision by its id (lower case); undefined when there is none. */
export function revisionOf(snapshot: Snapshot, id: string): number | undefined {
  return snapshot.view.find(id)?.revision;
}

export interface StatementStatus {
  /** The revision from which on the statement is known to be voided. */
  readonly voided: number | undefined;
  /** Whether its object is a StatementRef. */
  readonly refers: boolean;
}

export function statusOf(snapshot: Snapshot, revision: number): StatementStatus {
  const voidings = snapshot.segments.map((segment) => segment.voidings.get(revision)).filter((by) => by !== undefined);
  for (const { statements, referring } of snapshot.segments) {
    if (statements[firstAtLeast(statements, revision)] !== revision) continue;
    return { voided: voidings[0], refers: referring.has(revision) };
  }
  const row = snapshot
    .prepare('SELECT target IS NOT NULL AS refers, voided FROM marked WHERE revision = ?')
    .get(revision) as { refers: number; voided: number | null } | undefined;
  return { voided: row?.voided ?? voidings[0], refers: row?.refers === 1 };
}

/** The first and the last revision that can match. `recorded` grows with the revision, so times are revisions. */
function bounds(snapshot: Snapshot, query: StatementQuery): { from: number; to: number } {
  let from = query.since === undefined ? 0 : revisionRecordedBy(snapshot, query.since) + 1;
  let to = query.until === undefined ? Number.MAX_SAFE_INTEGER : revisionRecordedBy(snapshot, query.until);
  if (query.behind !== undefined) {
    if (query.ascending) from = Math.max(from, query.behind + 1);
    else to = Math.min(to, query.behind - 1);
  }
  return { from, to };
}

/** The last statement revision recorded at or before `micros`; -1 when there is none. */
export function revisionRecordedBy(snapshot: Snapshot, micros: number): number {
  for (const { moments } of snapshot.segments.toReversed()) {
    const moment = moments.findLast(({ recorded }) => recorded <= micros);
    if (moment) return moment.revision;
  }
  const row = snapshot
    .prepare('SELECT revision FROM moments WHERE recorded <= ? ORDER BY recorded DESC LIMIT 1')
    .get(micros) as { revision: number } | undefined;
  return row?.revision ?? -1;
}

/**
 * For each filter of the query the terms that satisfy it. The authority's comes last and, unlike the others, is never
 * taken over from a target.
 */
function filterTerms(query: StatementQuery): Term[][] {
  const { agent, verb, activity, registration, mine } = query;
  const filters: Term[][] = [];
  if (agent !== undefined) {
    filters.push(
      query.relatedAgents ? [term.agent(agent), term.relatedAgent(agent), term.authority(agent)] : [term.agent(agent)],
    );
  }
  if (activity !== undefined) {
    filters.push(
      query.relatedActivities ? [term.activity(activity), term.relatedActivity(activity)] : [term.activity(activity)],
    );
  }
  if (registration !== undefined) filters.push([term.registration(registration)]);
  if (verb !== undefined) filters.push([term.verb(verb)]);
  if (mine !== undefined) filters.push([term.authority(mine)]);
  return filters;
}

/**
 * A reference is listed under its own terms and its target's. The filters have to hold together for the one or for the
 * other, not some for this and some for that; only `mine` is asked of the reference itself, which the index already
 * did.
 */
function oneMatchesAll(snapshot: Snapshot, revision: number, filters: readonly Term[][]): boolean {
  const seen = new Set<string>();
  let event: StatementEvent | undefined = snapshot.statementAt(revision);
  const asked = filters
    .filter((terms) => !(terms.length === 1 && terms[0]!.relation === Relation.authority))
    .map((terms) => terms.map(termText));
  while (event && !seen.has(event.keys.id)) {
    const { target, id }: StatementEvent['keys'] = event.keys;
    const terms = new Set(termsOf(event.keys).map(termText));
    if (asked.every((alternatives) => alternatives.some((alternative) => terms.has(alternative)))) return true;
    seen.add(id);
    event = target === null ? undefined : snapshot.view.find(target);
  }
  return false;
}

function listed(snapshot: Snapshot, filters: readonly Term[][], direction: Direction): Sequence {
  return intersection(
    filters.map((terms) =>
      union(
        terms.flatMap((term) => postings(snapshot, term, direction)),
        direction,
      ),
    ),
  );
}

function postings(snapshot: Snapshot, term: Term, direction: Direction): Sequence[] {
  const sequences = snapshot.segments.map((segment) => arraySequence(segment.listed(term), direction));
  return [...sequences, mergedPostings(snapshot, term, direction)];
}

function mergedPostings(snapshot: Snapshot, term: Term, direction: Direction): Sequence {
  const { relation, value } = term;
  if (relation !== Relation.registration) return tableSequence(snapshot, termText(term), direction);
  return tableSequence(snapshot, registrationsName(value), direction, (row) => offsetsWith(value, row));
}

/** The number of an account, verb or activity in the tables; undefined when no merged history has it. */
export function termNumber(snapshot: Snapshot, name: string): number | undefined {
  return (snapshot.prepare('SELECT term FROM terms WHERE name = ?').get(name) as { term: number } | undefined)?.term;
}

function everyStatement(snapshot: Snapshot, direction: Direction): Sequence {
  const sequences = snapshot.segments.map(({ statements }) => arraySequence(statements, direction));
  return union([...sequences, tableSequence(snapshot, EVERY_STATEMENT, direction)], direction);
}
