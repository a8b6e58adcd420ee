import { accountKey, agentKeys, authorityKey } from '../src/xapi/identifiers.ts';
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
 * request's one parse of the body is at hand; in a rebuild, from the event's bytes: by the same function.
 */
export interface StatementKeys {
  /** The statement's id in lower case. */
  readonly id: string;
  /**
   * The statement's timestamp in microseconds since 1970 UTC, as decimal digits (int64); null: it is the time at which
   * it was stored.
   */
  readonly at: string | null;
  /** The accounts whose history it belongs to: the actor's, or those of the group that acted and of its members. */
  readonly learners: readonly string[];
  readonly verb: string;
  /** The object's id when the object is an activity. */
  readonly activity: string | null;
  /** The index terms under which the statement is listed, each once. See `term`. */
  readonly terms: readonly string[];
  readonly authority: string | null;
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
 * Index terms: a letter for the relation and the value that a query asks for. Capital letters hold only what the small
 * letter's relation does not already have, so a query for related agents or activities reads both.
 */
export const term = {
  agent: (key: string) => `a ${key}`,
  relatedAgent: (key: string) => `A ${key}`,
  authority: (key: string) => `u ${key}`,
  verb: (id: string) => `v ${id}`,
  activity: (id: string) => `o ${id}`,
  relatedActivity: (id: string) => `O ${id}`,
  blob: (sha256: string) => `b ${sha256}`,
  registration: (id: string) => `r ${id.toLowerCase()}`,
} as const;

/**
 * Takes the keys from a complete statement (id and authority set). On the hot path: most statements have one agent and
 * one activity.
 */
export function keysOf(statement: Statement, { voidsAny, defines, blobs }: Beside): StatementKeys {
  const { actor, verb, object, context, authority, timestamp } = statement;
  const actors = agentKeys(actor);
  const isAgent = object.objectType === 'Agent' || object.objectType === 'Group';
  const agents = isAgent ? distinct([...actors, ...agentKeys(object)]) : actors;
  const activity = isActivity(object) ? object.id : null;
  const target = object.objectType === 'StatementRef' ? object.id.toLowerCase() : null;
  const related: Related = { agents: [], activities: [] };
  if (object.objectType === 'SubStatement') addSubStatement(object, related);
  if (context) addContext(context, related);

  const terms = [term.verb(verb.id)];
  for (const key of agents) terms.push(term.agent(key));
  if (activity !== null) terms.push(term.activity(activity));
  if (context?.registration) terms.push(term.registration(context.registration));
  for (const key of others(related.agents, agents)) terms.push(term.relatedAgent(key));
  for (const id of distinct(related.activities)) if (id !== activity) terms.push(term.relatedActivity(id));
  if (authority) for (const key of agentKeys(authority)) terms.push(term.authority(key));
  for (const sha256 of blobs) terms.push(term.blob(sha256));

  return {
    id: statement.id!.toLowerCase(),
    at: timestamp === undefined ? null : microsText(timestamp),
    learners: distinct(actors.map(accountKey)),
    verb: verb.id,
    activity,
    terms,
    authority: authority === undefined ? null : authorityKey(authority),
    target,
    voids: target !== null && verb.id === VOIDED_VERB && (voidsAny ? 'any' : 'own'),
    definitions: defines ? definitionPrints(statement) : [],
  };
}

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
function others(values: readonly string[], known: readonly string[]): Iterable<string> {
  if (values.length === 0) return values;
  const found = new Set(values);
  for (const key of known) found.delete(key);
  return found;
}

function distinct(values: readonly string[]): readonly string[] {
  if (values.length < 2 || (values.length === 2 && values[0] !== values[1])) return values;
  return [...new Set(values)];
}
