import { randomUUID } from 'node:crypto';
import { type Asking, type Query, withQuery } from './client.ts';
import { anIdentified, type Posted } from './statements.ts';
import type { Answered } from './store.ts';

/** A learner of whom nobody has heard. */
export function aLearner(): { mbox: string } {
  return { mbox: `mailto:${randomUUID()}@example.org` };
}

/** A statement with an id of its own, of what an actor did at an instant. */
export function did(actor: Posted, timestamp: string, changes: Posted = {}): Posted {
  return anIdentified({ actor, timestamp, ...changes });
}

/** Where the history of a learner is, by any identifier. */
export function historyPath(learner: string): string {
  return `/api/learners/${encodeURIComponent(learner)}/history`;
}

export function askHistory(asking: Asking, learner: string, query: Query = {}): Promise<Answered> {
  return asking.ask(withQuery(historyPath(learner), query));
}

/** One page of a history. @throws when it is refused */
export async function historyOf(asking: Asking, learner: string, query: Query = {}): Promise<Posted> {
  const answer = await askHistory(asking, learner, query);
  if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
  return answer.json;
}

/** The ids of the statements on one page of a history. @throws when it is refused */
export async function historyIds(asking: Asking, learner: string, query: Query = {}): Promise<string[]> {
  return (await historyOf(asking, learner, query)).entries.map((entry: Posted) => entry.statementId);
}

/** The ids of all statements of a history, page by page; `between` happens after each page. */
export async function everyPage(
  asking: Asking,
  learner: string,
  query: Query,
  between?: (page: Posted) => Promise<void>,
): Promise<string[]> {
  const given: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await historyOf(asking, learner, { ...query, cursor });
    given.push(...page.entries.map((entry: Posted) => entry.statementId));
    await between?.(page);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return given;
}

/** The last revision that the store has. */
export async function headOf(asking: Asking): Promise<number> {
  return (await asking.ask('/ready')).json.revision;
}

/** The day that a history is about where nobody says, in UTC. */
export function today(): string {
  return new Date().toISOString().slice(0, 10);
}
