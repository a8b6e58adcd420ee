import { toUtc } from './instant.ts';
import {
  type Activity,
  type Actor,
  CONTEXT_ACTIVITY_KEYS,
  type Context,
  isActivity,
  type LanguageMap,
  type Result,
  type Statement,
  type SubStatement,
} from './statement.ts';

/**
 * Whether two valid statements match (1.0.3 Data 2.3.1, statement comparison; 2.0.0 4.2.7). Ignored is what a store
 * may set or change: `stored`, `authority`, `version`; `id` and `timestamp` when one has none; the definitions of
 * activities and the display of verbs; the order of members of objects and of groups; one Activity or an array of
 * one in contextActivities; the time zone of timestamps; the digits of a duration beyond 0.01 s; the case of UUIDs,
 * hashes, language tags and mail domains; an objectType that only says the default.
 */
export function sameStatement(a: Statement, b: Statement): boolean {
  if (a.id !== undefined && b.id !== undefined && a.id.toLowerCase() !== b.id.toLowerCase()) return false;
  if (a.timestamp !== undefined && b.timestamp !== undefined && instantText(a.timestamp) !== instantText(b.timestamp)) {
    return false;
  }
  return canonicalText(comparableBody(a)) === canonicalText(comparableBody(b));
}

/** A text that is equal for equal values whatever the order of their members; absent members count as undefined. */
function canonicalText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalText(member)}`);
  return `{${members.join(',')}}`;
}

/** What counts of a statement or sub-statement; `id` and `timestamp` of a statement are compared apart. */
function comparableBody({ actor, verb, object, result, context, attachments }: Statement | SubStatement): object {
  return {
    actor: comparableActor(actor),
    verb: verb.id,
    object: comparableObject(object),
    result: result && comparableResult(result),
    context: context && comparableContext(context),
    attachments: attachments?.map((attachment) => ({
      ...attachment,
      display: comparableLanguageMap(attachment.display),
      description: attachment.description && comparableLanguageMap(attachment.description),
      sha2: attachment.sha2.toLowerCase(),
    })),
  };
}

function comparableObject(object: Statement['object']): object {
  if (isActivity(object)) return comparableActivity(object);
  switch (object.objectType) {
    case 'SubStatement': {
      const timestamp = object.timestamp && instantText(object.timestamp);
      return { objectType: object.objectType, timestamp, ...comparableBody(object) };
    }
    case 'StatementRef':
      return { objectType: object.objectType, id: object.id.toLowerCase() };
    default:
      return comparableActor(object as Actor);
  }
}

function comparableActivity({ objectType = 'Activity', id }: Activity): object {
  return { objectType, id };
}

function comparableActor(actor: Actor): object {
  const { mbox, mbox_sha1sum: sha1sum } = actor;
  return {
    ...actor,
    objectType: actor.objectType ?? 'Agent',
    mbox: mbox?.replace(/@[^@]*$/, (domain) => domain.toLowerCase()),
    mbox_sha1sum: sha1sum?.toLowerCase(),
    ...('member' in actor
      ? { member: actor.member?.map((agent) => canonicalText(comparableActor(agent))).sort() }
      : {}),
  };
}

function comparableResult(result: Result): object {
  return { ...result, duration: result.duration?.replace(/([.,]\d\d)\d+S$/, '$1S') };
}

function comparableContext(context: Context): object {
  const { registration, instructor, team, contextActivities, language, statement, contextAgents, contextGroups } =
    context;
  return {
    ...context,
    registration: registration?.toLowerCase(),
    instructor: instructor && comparableActor(instructor),
    team: team && comparableActor(team),
    contextAgents: contextAgents?.map((entry) => ({ ...entry, agent: comparableActor(entry.agent) })),
    contextGroups: contextGroups?.map((entry) => ({ ...entry, group: comparableActor(entry.group) })),
    contextActivities:
      contextActivities &&
      CONTEXT_ACTIVITY_KEYS.map((key) =>
        [contextActivities[key]].flat().map((a) => a && comparableActivity(a as Activity)),
      ),
    language: language?.toLowerCase(),
    statement: statement && comparableObject(statement),
  };
}

function comparableLanguageMap(map: LanguageMap): object {
  return Object.fromEntries(Object.entries(map).map(([tag, text]) => [tag.toLowerCase(), text]));
}

/** An instant as text: UTC, without zeros at the end of its fraction. */
function instantText(timestamp: string): string {
  const utc = toUtc(timestamp);
  if (!utc.includes('.')) return utc;
  let end = utc.length - 1;
  while (utc[end - 1] === '0') end--;
  if (utc[end - 1] === '.') end--;
  return `${utc.slice(0, end)}Z`;
}
