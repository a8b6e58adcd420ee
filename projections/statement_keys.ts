import { accountKey, agentKeys, authorityKeyOf } from '../src/xapi/identifiers.ts';
import { microsText } from '../src/xapi/instant.ts';
import {
  type Activity,
  CONTEXT_ACTIVITY_KEYS,
  type Context,
  isActivity,
  type Statement,
  type SubStatement,
  VOIDED_VERB,
} from '../src/xapi/statement.ts';
import { type DefinitionPrint, definitionPrints } from './activities.ts';

/**
 * What the read side needs to know of a statement: everything by which it can be found. Live, it is taken while the
 * request's one parse of the body is at hand; in a rebuild, from the event's bytes: by the same function. Whatever it
 * names stands in it once; the index terms follow from it (`termsOf`).
 */
export interface StatementKeys {
  /** The statement's id in lower case. */
  readonly id: string;
  /**
   * The statement's timestamp in microseconds since 1970 UTC, as decimal digits (int64); null: it is the time at which
   * it was stored.
   */
  readonly at: string | null;
  /** The actor and, if it is an agent or group, the object, with the members of groups, each once. */
  readonly agents: readonly string[];
  /**
   * The accounts whose history it belongs to: the actor's, or those of the group that acted and of its members. Null:
   * those are the `agents`. See `learnersOf`.
   */
  readonly learners: readonly string[] | null;
  readonly verb: string;
  /** The object's id when the object is an activity. */
  readonly activity: string | null;
  readonly registration: string | null;
  /** Whom it names elsewhere, and the activities, each once, without those above. */
  readonly relatedAgents: readonly string[];
  readonly relatedActivities: readonly string[];
  /** The authority and, if it is a group, its members; null: it has none. See `authorityOf`. */
  readonly authorities: readonly string[] | null;
  /** The SHA-256 of its attachments' data. */
  readonly blobs: readonly string[];
  /** The id that the object refers to when it is a StatementRef. */
  readonly target: string | null;
  /** Whether the statement voids its target; `any`: its credential may void statements of every authority. */
  readonly voids: false | 'own' | 'any';
  /** The activities that the statement describes, when its credential may. */
  readonly definitions: readonly DefinitionPrint[];
}

/** What its event says beside the statement. */
export interface Beside {
  /** Its credential may void statements of every authority. */
  readonly voidsAny: boolean;
  /** Its credential may change how activities are described. */
  readonly defines: boolean;
  /** The SHA-256 of the attachments' data that came along. */
  readonly blobs: readonly string[];
}

/**
 * How a statement is related to what it names; the number is the place of its letter in `LETTERS`. A related agent or
 * activity is one that is not the agent or activity itself, so a query for related ones reads both.
 */
export const Relation = {
  relatedAgent: 0,
  relatedActivity: 1,
  agent: 2,
  blob: 3,
  activity: 4,
  registration: 5,
  authority: 6,
  verb: 7,
} as const;
export type Relation = (typeof Relation)[keyof typeof Relation];

/** By which letter the tables know a relation: ascending, as their rows stand. */
const LETTERS = ['A', 'O', 'a', 'b', 'o', 'r', 'u', 'v'] as const satisfies Record<Relation, string>;

/** All of them, in the order of their letters. */
export const RELATIONS: readonly Relation[] = Object.values(Relation);

/** An index term: a relation, and the value that a query asks for. */
export interface Term {
  readonly relation: Relation;
  readonly value: string;
}

export const term = {
  agent: (key: string): Term => ({ relation: Relation.agent, value: key }),
  relatedAgent: (key: string): Term => ({ relation: Relation.relatedAgent, value: key }),
  authority: (key: string): Term => ({ relation: Relation.authority, value: key }),
  verb: (id: string): Term => ({ relation: Relation.verb, value: id }),
  activity: (id: string): Term => ({ relation: Relation.activity, value: id }),
  relatedActivity: (id: string): Term => ({ relation: Relation.relatedActivity, value: id }),
  blob: (sha256: string): Term => ({ relation: Relation.blob, value: sha256 }),
  registration: (id: string): Term => ({ relation: Relation.registration, value: id.toLowerCase() }),
} as const;

/** A term as one text: equal texts are the same term. */
export function termText({ relation, value }: Term): string {
  return `${LETTERS[relation]} ${value}`;
}

/** The index terms under which a statement is listed, each once. */
export function termsOf(keys: StatementKeys): Term[] {
  const terms = [term.verb(keys.verb)];
  for (const key of keys.agents) terms.push(term.agent(key));
  if (keys.activity !== null) terms.push(term.activity(keys.activity));
  if (keys.registration !== null) terms.push(term.registration(keys.registration));
  for (const key of keys.relatedAgents) terms.push(term.relatedAgent(key));
  for (const id of keys.relatedActivities) terms.push(term.relatedActivity(id));
  if (keys.authorities !== null) for (const key of keys.authorities) terms.push(term.authority(key));
  for (const sha256 of keys.blobs) terms.push(term.blob(sha256));
  return terms;
}

/** The accounts to whose history the statement belongs. */
export function learnersOf({ learners, agents }: StatementKeys): readonly string[] {
  return learners ?? agents;
}

/** The authority as `authorityKey` gives it; null: it has none. */
export function authorityOf({ authorities }: StatementKeys): string | null {
  return authorities === null ? null : authorityKeyOf(authorities);
}

/**
 * Takes the keys from a complete statement (id and authority set). On the hot path: most statements have one agent and
 * one activity.
 */
export function keysOf(statement: Statement, { voidsAny, defines, blobs }: Beside): StatementKeys {
  const { actor, verb, object, context, authority, timestamp } = statement;
  const actors = agentKeys(actor);
  const isAgent = object.objectType === 'Agent' || object.objectType === 'Group';
  const agents = isAgent ? distinct([...actors, ...agentKeys(object)]) : actors;
  const accounts = actors.map(accountKey);
  const areAccounts = accounts.length === agents.length && accounts.every((account, i) => account === agents[i]);
  const activity = isActivity(object) ? object.id : null;
  const target = object.objectType === 'StatementRef' ? object.id.toLowerCase() : null;
  const related: Related = { agents: [], activities: [] };
  if (object.objectType === 'SubStatement') addSubStatement(object, related);
  if (context) addContext(context, related);
  return {
    id: statement.id!.toLowerCase(),
    at: timestamp === undefined ? null : microsText(timestamp),
    agents,
    learners: areAccounts ? null : distinct(accounts),
    verb: verb.id,
    activity,
    registration: context?.registration?.toLowerCase() ?? null,
    relatedAgents: others(related.agents, agents),
    relatedActivities: others(related.activities, activity === null ? [] : [activity]),
    authorities: authority === undefined ? null : agentKeys(authority),
    blobs,
    target,
    voids: target !== null && verb.id === VOIDED_VERB && (voidsAny ? 'any' : 'own'),
    definitions: defines ? definitionPrints(statement) : [],
  };
}

/** So many values are compared with each other sooner than they are put into a set. */
const FEW = 10;

/** What a statement is related to beyond its actor and object; may name one thing more than once. */
interface Related {
  readonly agents: string[];
  readonly activities: string[];
}

function addSubStatement({ actor, object, context }: SubStatement, related: Related): void {
  addTo(related.agents, agentKeys(actor));
  if (object.objectType === 'Agent' || object.objectType === 'Group') addTo(related.agents, agentKeys(object));
  if (isActivity(object)) related.activities.push(object.id);
  if (context) addContext(context, related);
}

function addContext(context: Context, { agents, activities }: Related): void {
  if (context.instructor) addTo(agents, agentKeys(context.instructor));
  if (context.team) addTo(agents, agentKeys(context.team));
  for (const { agent } of context.contextAgents ?? []) addTo(agents, agentKeys(agent));
  for (const { group } of context.contextGroups ?? []) addTo(agents, agentKeys(group));
  if (context.contextActivities === undefined) return;
  for (const kind of CONTEXT_ACTIVITY_KEYS) {
    const value = context.contextActivities[kind];
    if (value === undefined) continue;
    for (const { id } of Array.isArray(value) ? value : [value as Activity]) activities.push(id);
  }
}

/** Without a call of as many arguments as a group has members. */
function addTo(keys: string[], more: readonly string[]): void {
  for (const key of more) keys.push(key);
}

/** The values that are not among the known ones, each once. */
function others(values: readonly string[], known: readonly string[]): readonly string[] {
  if (values.length + known.length < FEW) return distinct(values.filter((value) => !known.includes(value)));
  const found = new Set(values);
  for (const key of known) found.delete(key);
  return [...found];
}

function distinct(values: readonly string[]): readonly string[] {
  if (values.length < 2 || (values.length === 2 && values[0] !== values[1])) return values;
  return [...new Set(values)];
}
