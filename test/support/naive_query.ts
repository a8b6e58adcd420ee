import type { RecordedEvent } from '../../src/ledger/ledger.ts';
import type { StatementQuery } from '../../src/queries/statement_query.ts';
import { type Posted, VOIDED } from './statements.ts';

/** A stored statement as its event has it. */
interface Stored {
  readonly revision: number;
  readonly statement: Posted;
  readonly voidsAny: boolean;
}

/** The answers to questions by looking at every statement, without an index and without a line of the store's code. */
export interface NaiveStore {
  /** The ids of the statements that a query finds, in its order, as many as it wants. */
  query(query: StatementQuery): string[];
  /** The learner's statements, newest first: their ids, and the revision from which on each was voided. */
  history(learner: string): { readonly id: string; readonly voided: number | undefined }[];
}

export function naiveStore(events: readonly RecordedEvent[]): NaiveStore {
  const all: Stored[] = events
    .filter(({ type }) => type === 'statement-stored')
    .map(({ revision, data }) => {
      const { statement, voidsAny } = JSON.parse(Buffer.from(data).toString('utf8'));
      return { revision, statement, voidsAny: voidsAny === true };
    });
  const byId = new Map(all.map((stored) => [stored.statement.id, stored]));

  function voidedAt({ statement, revision }: Stored): number | undefined {
    if (isVoiding(statement)) return undefined;
    const voidings = all.filter(
      (other) =>
        isVoiding(other.statement) &&
        other.statement.object.id === statement.id &&
        (other.voidsAny || keyOf(other.statement.authority) === keyOf(statement.authority)),
    );
    return voidings.length === 0 ? undefined : Math.min(...voidings.map((other) => Math.max(other.revision, revision)));
  }

  /** The statement, and what it refers to, and what that refers to, and so on. */
  function chainOf({ statement }: Stored): Posted[] {
    const chain: Posted[] = [];
    for (let next: Posted | undefined = statement; next !== undefined && !chain.includes(next); ) {
      chain.push(next);
      next = next.object.objectType === 'StatementRef' ? byId.get(next.object.id)?.statement : undefined;
    }
    return chain;
  }

  return {
    query(query) {
      const { since, until, mine, behind, ascending, limit } = query;
      const found = all.filter((stored) => {
        const { revision, statement } = stored;
        const storedAt = micros(statement.stored);
        if (voidedAt(stored) !== undefined) return false;
        if (since !== undefined && storedAt <= since) return false;
        if (until !== undefined && storedAt > until) return false;
        if (behind !== undefined && (ascending ? revision <= behind : revision >= behind)) return false;
        if (mine !== undefined && keyOf(statement.authority) !== mine) return false;
        return chainOf(stored).some((one) => matches(one, query));
      });
      return (ascending ? found : found.toReversed()).slice(0, limit).map(({ statement }) => statement.id);
    },
    history(learner) {
      return all
        .filter(({ statement }) => agentsIn(statement.actor).includes(learner))
        .sort((a, b) => micros(b.statement.timestamp) - micros(a.statement.timestamp) || b.revision - a.revision)
        .map((stored) => ({ id: stored.statement.id, voided: voidedAt(stored) }));
    },
  };
}

function matches(statement: Posted, query: StatementQuery): boolean {
  const { agent, verb, activity, registration, relatedAgents, relatedActivities } = query;
  const agents = relatedAgents ? relatedAgentsOf(statement) : directAgentsOf(statement);
  const activities = relatedActivities ? relatedActivitiesOf(statement) : directActivitiesOf(statement);
  if (agent !== undefined && !agents.includes(agent)) return false;
  if (activity !== undefined && !activities.includes(activity)) return false;
  if (verb !== undefined && statement.verb.id !== verb) return false;
  return registration === undefined || statement.context?.registration === registration;
}

function isVoiding({ verb, object }: Posted): boolean {
  return verb.id === VOIDED && object.objectType === 'StatementRef';
}

function directAgentsOf({ actor, object }: Posted): string[] {
  return [actor, ...(isAgent(object) ? [object] : [])].flatMap(agentsIn);
}

function relatedAgentsOf(statement: Posted): string[] {
  const { object, context, authority } = statement;
  const inside = object.objectType === 'SubStatement' ? relatedAgentsOf(object) : [];
  const others = [authority, context?.instructor, context?.team].filter((agent) => agent !== undefined);
  return [...directAgentsOf(statement), ...inside, ...others.flatMap(agentsIn)];
}

function directActivitiesOf({ object }: Posted): string[] {
  return (object.objectType ?? 'Activity') === 'Activity' ? [object.id] : [];
}

function relatedActivitiesOf(statement: Posted): string[] {
  const { object, context } = statement;
  const inside = object.objectType === 'SubStatement' ? relatedActivitiesOf(object) : [];
  const around = Object.values(context?.contextActivities ?? {}).flat() as Posted[];
  return [...directActivitiesOf(statement), ...inside, ...around.map(({ id }) => id)];
}

function isAgent({ objectType }: Posted): boolean {
  return objectType === 'Agent' || objectType === 'Group';
}

/** The identifiers of an agent, or of a group and its members. */
function agentsIn(agent: Posted): string[] {
  return [keyOf(agent), ...(agent.member ?? []).flatMap(agentsIn)].filter((key) => key !== undefined);
}

function keyOf({ mbox, account }: Posted): string | undefined {
  return mbox ?? (account && `account:${account.homePage}|${account.name}`);
}

/** Microseconds of an instant in UTC with up to six digits. */
function micros(instant: string): number {
  const [, second, fraction = ''] = /^([^.Z]*)(?:\.(\d+))?Z$/.exec(instant)!;
  return Date.parse(`${second}Z`) * 1_000 + Number(fraction.padEnd(6, '0'));
}
