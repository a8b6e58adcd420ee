import { agentKey } from '../src/xapi/identifiers.ts';
import { microsOf } from '../src/xapi/instant.ts';
import {
  type Activity,
  type Agent,
  type ContextActivities,
  type Group,
  type Statement,
  type SubStatement,
  VOIDED_VERB,
} from '../src/xapi/statement.ts';
import { type DefinitionPrint, definitionPrints } from './activities.ts';

/**
 * What the read side needs to know of a statement: everything by which it can be found.
 * Live, it is taken while the request's one parse of the body is at hand; in a rebuild, from the event's bytes: by the same function.
 */
export interface StatementKeys {
  /** The statement's id in lower case. */
  readonly id: string;
  /** The statement's timestamp in microseconds since 1970 UTC, as decimal digits (int64); null: it is the time at which it was stored. */
  readonly at: string | null;
  /** The learners whose history it belongs to: the actor, or the group that acted and its members. */
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

/** What the credential of a statement was allowed to do with it. */
export interface Grants {
  /** Void statements of every authority. */
  readonly voidsAny: boolean;
  /** Change how activities are described. */
  readonly defines: boolean;
}

/**
 * Index terms: a letter for the relation and the value that a query asks for. Capital letters hold only what the small letter's relation
 * does not already have, so a query for related agents or activities reads both.
 */
export const term = {
  agent: (key: string) => `a ${key}`,
  relatedAgent: (key: string) => `A ${key}`,
  authority: (key: string) => `u ${key}`,
  verb: (id: string) => `v ${id}`,
  activity: (id: string) => `o ${id}`,
  relatedActivity: (id: string) => `O ${id}`,
  registration: (id: string) => `r ${id.toLowerCase()}`,
} as const;

/** Takes the keys from a complete statement (id and authority set). */
export function keysOf(statement: Statement, { voidsAny, defines }: Grants): StatementKeys {
  const { actor, verb, object, context, authority, timestamp } = statement;
  const learners = new Set<string>();
  addAgents(learners, actor);

  const agents = new Set(learners);
  const relatedAgents = new Set<string>();
  const activities = new Set<string>();
  const relatedActivities = new Set<string>();
  let target: string | null = null;
  switch (object.objectType) {
    case 'Agent':
    case 'Group':
      addAgents(agents, object);
      break;
    case 'StatementRef':
      target = object.id.toLowerCase();
      break;
    case 'SubStatement':
      addSubStatement(object, relatedAgents, relatedActivities);
      break;
    default:
      if ('id' in object) activities.add(object.id);
  }
  addContext(context, relatedAgents, relatedActivities);
  const authorityKeys = new Set<string>();
  if (authority) addAgents(authorityKeys, authority);

  const terms = [term.verb(verb.id)];
  for (const key of agents) terms.push(term.agent(key));
  for (const id of activities) terms.push(term.activity(id));
  if (context?.registration) terms.push(term.registration(context.registration));
  for (const key of relatedAgents) if (!agents.has(key)) terms.push(term.relatedAgent(key));
  for (const id of relatedActivities) if (!activities.has(id)) terms.push(term.relatedActivity(id));
  for (const key of authorityKeys) terms.push(term.authority(key));

  return {
    id: statement.id!.toLowerCase(),
    at: timestamp === undefined ? null : `${microsOf(timestamp)}`,
    learners: [...learners],
    verb: verb.id,
    activity: activities.size > 0 ? (object as Activity).id : null,
    terms,
    authority: authority === undefined ? null : authorityKey(authority),
    target,
    voids: target !== null && verb.id === VOIDED_VERB && (voidsAny ? 'any' : 'own'),
    definitions: defines ? definitionPrints(statement) : [],
  };
}

/** An authority as one text: its own identifier, or its members' when it is an anonymous group (three-legged OAuth). */
export function authorityKey(authority: Agent | Group): string {
  const keys = new Set<string>();
  addAgents(keys, authority);
  return [...keys].join(' ');
}

function addAgents(keys: Set<string>, agent: Agent | Group): void {
  const key = agentKey(agent);
  if (key !== undefined) keys.add(key);
  if (agent.objectType === 'Group' && agent.member) for (const member of agent.member) addAgents(keys, member);
}

function addSubStatement(subStatement: SubStatement, agents: Set<string>, activities: Set<string>): void {
  addAgents(agents, subStatement.actor);
  const { object } = subStatement;
  if (object.objectType === 'Agent' || object.objectType === 'Group') addAgents(agents, object);
  else if (object.objectType !== 'StatementRef' && 'id' in object) activities.add(object.id);
  addContext(subStatement.context, agents, activities);
}

function addContext(context: Statement['context'], agents: Set<string>, activities: Set<string>): void {
  if (!context) return;
  if (context.instructor) addAgents(agents, context.instructor);
  if (context.team) addAgents(agents, context.team);
  for (const { agent } of context.contextAgents ?? []) addAgents(agents, agent);
  for (const { group } of context.contextGroups ?? []) addAgents(agents, group);
  if (context.contextActivities) addContextActivities(activities, context.contextActivities);
}

function addContextActivities(ids: Set<string>, { parent, grouping, category, other }: ContextActivities): void {
  for (const activities of [parent, grouping, category, other]) {
    if (activities === undefined) continue;
    for (const activity of Array.isArray(activities) ? activities : [activities]) ids.add(activity.id);
  }
}
