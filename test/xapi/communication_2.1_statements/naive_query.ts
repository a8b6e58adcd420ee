import { type Posted, VOIDED } from '../../support/statements.ts';

/** The filters of GET statements (Communication 2.1.3). */
export interface Filters {
  readonly agent?: Posted | undefined;
  readonly verb?: string | undefined;
  readonly activity?: string | undefined;
  readonly registration?: string | undefined;
  readonly related_agents?: boolean | undefined;
  readonly related_activities?: boolean | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly ascending?: boolean | undefined;
}

/**
 * What a query finds among statements as the store gave them back, in the order in which they were stored: by the
 * letter of the spec, one by one.
 */
export function naiveQuery(statements: readonly Posted[], filters: Filters): Posted[] {
  const byId = new Map(statements.map((statement) => [statement.id.toLowerCase(), statement]));
  const voided = voidedIn(statements);
  const found = statements.filter(
    ({ id, stored }) =>
      !voided.has(id.toLowerCase()) &&
      (filters.since === undefined || stored > filters.since) &&
      (filters.until === undefined || stored <= filters.until) &&
      targets(byId, id.toLowerCase()).some((one) => meets(one, filters)),
  );
  return filters.ascending ? found : found.reverse();
}

/** The ids, in lower case, of what is voided (Data 2.3.2), where every authority may void. */
export function voidedIn(statements: readonly Posted[]): Set<string> {
  const isVoiding = ({ verb }: Posted) => verb.id === VOIDED;
  const targeted = new Set(statements.filter(isVoiding).map(({ object }) => object.id.toLowerCase()));
  return new Set(
    statements
      .filter((one) => !isVoiding(one))
      .map(({ id }) => id.toLowerCase())
      .filter((id) => targeted.has(id)),
  );
}

/** The statement and those that it targets, directly or through others: each once, for chains may run in circles. */
function targets(byId: ReadonlyMap<string, Posted>, id: string, seen = new Set<string>()): Posted[] {
  const statement = byId.get(id);
  if (statement === undefined || seen.has(id)) return [];
  seen.add(id);
  const { object } = statement;
  return [statement, ...(object.objectType === 'StatementRef' ? targets(byId, object.id.toLowerCase(), seen) : [])];
}

function meets(
  statement: Posted,
  { agent, verb, activity, registration, related_agents, related_activities }: Filters,
): boolean {
  return (
    (verb === undefined || statement.verb.id === verb) &&
    (registration === undefined || statement.context?.registration?.toLowerCase() === registration.toLowerCase()) &&
    (activity === undefined ||
      (related_activities ? relatedActivities : ownActivities)(statement).includes(activity)) &&
    (agent === undefined || (related_agents ? relatedAgents : ownAgents)(statement).some((one) => isSame(one, agent)))
  );
}

const isActivity = ({ objectType = 'Activity' }: Posted) => objectType === 'Activity';
const isActor = ({ objectType }: Posted) => objectType === 'Agent' || objectType === 'Group';
const isSubStatement = ({ objectType }: Posted) => objectType === 'SubStatement';

function ownActivities({ object }: Posted): string[] {
  return isActivity(object) ? [object.id] : [];
}

function relatedActivities(statement: Posted): string[] {
  const { object, context } = statement;
  const inContext = Object.values(context?.contextActivities ?? {}).flat() as Posted[];
  return [
    ...ownActivities(statement),
    ...inContext.map(({ id }) => id),
    ...(isSubStatement(object) ? relatedActivities(object) : []),
  ];
}

function ownAgents({ actor, object }: Posted): Posted[] {
  return [actor, ...(isActor(object) ? [object] : [])];
}

function relatedAgents(statement: Posted): Posted[] {
  const { object, authority, context = {} } = statement;
  return [
    ...ownAgents(statement),
    ...[authority, context.instructor, context.team].filter((one) => one !== undefined),
    ...(context.contextAgents ?? []).map((one: Posted) => one.agent),
    ...(context.contextGroups ?? []).map((one: Posted) => one.group),
    ...(isSubStatement(object) ? relatedAgents(object) : []),
  ];
}

/** Whether an agent or group, or a member of it, has the identifier of another. */
function isSame(one: Posted, other: Posted): boolean {
  return (
    identifierOf(one) === identifierOf(other) || (one.member ?? []).some((member: Posted) => isSame(member, other))
  );
}

function identifierOf({ mbox, mbox_sha1sum, openid, account }: Posted): string | undefined {
  const found = Object.entries({ mbox, mbox_sha1sum, openid }).find(([, value]) => value !== undefined);
  if (found !== undefined) return found.join(' ');
  return account === undefined ? undefined : JSON.stringify([account.homePage, account.name]);
}
