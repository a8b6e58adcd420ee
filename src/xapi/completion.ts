import { toUtc } from './instant.ts';
import { type Actor, CONTEXT_ACTIVITY_KEYS, type Context, type Statement, type SubStatement } from './statement.ts';
import type { XapiVersion } from './version.ts';

export interface Completion {
  /** The id of a statement that was sent without one. */
  readonly id: string;
  /** Who states it, by the credential: it replaces any authority that was sent. */
  readonly authority: Actor;
  readonly version: XapiVersion;
}

/** A statement of its maker's own, who may set the times that it lacks. */
export type OwnStatement = { -readonly [Name in keyof Statement]: Statement[Name] };

/**
 * The statement as it is kept: the id first, all else in the order in which it was sent, then authority and version
 * (Data 2.3.1, 2.4.9, 2.4.10). Every value of contextActivities is an array (2.4.6.2), a sent `stored` is gone, and
 * times that came as 2.0.0 are in UTC (4.2.7). An absent `timestamp` stays absent: it becomes `stored`, which only
 * the sequencer knows. The statement that is given is not changed.
 *
 * Where the event keeps the text that was sent, the same is done to that: `SET_ANEW` is cut out of it, `isAsSent` says
 * whether the rest can stay, and `textAsSent` puts it together (a version that was sent stays in its place).
 */
export function completeStatement(statement: Statement, { id, authority, version }: Completion): OwnStatement {
  const { object } = statement;
  const body = completeBody(statement, version);
  const complete: Record<string, unknown> = { id: statement.id ?? id };
  // One by one: to copy all but some costs several times as much, and every statement comes through here.
  for (const name in body) if (!SET_LAST.includes(name)) complete[name] = body[name as keyof Statement];
  if (object.objectType === 'SubStatement') complete.object = completeBody(object, version);
  complete.authority = authority;
  complete.version = statement.version ?? (version === '1.0.3' ? '1.0.0' : version);
  return complete as unknown as OwnStatement;
}

/** What the store sets, whatever was sent. */
export const SET_ANEW = ['id', 'authority', 'stored'];

const SET_LAST = ['stored', 'authority', 'version'];

/** Whether a statement that was completed says nothing in other words than what was sent: it has only more or other members. */
export function isAsSent(complete: Statement, sent: Statement): boolean {
  return (
    complete.object === sent.object &&
    complete.context === sent.context &&
    (sent.timestamp === undefined || complete.timestamp === sent.timestamp)
  );
}

function completeBody<Body extends Statement | SubStatement>(body: Body, version: XapiVersion): Body {
  const contextActivities = body.context?.contextActivities;
  const withArrays =
    contextActivities !== undefined && CONTEXT_ACTIVITY_KEYS.some((key) => isSingle(contextActivities[key]));
  const timestamp = version !== '1.0.3' && body.timestamp !== undefined ? toUtc(body.timestamp) : body.timestamp;
  if (!withArrays && timestamp === body.timestamp) return body;
  return {
    ...body,
    ...(withArrays ? { context: contextWithArrays(body.context as Context) } : {}),
    ...(timestamp === undefined ? {} : { timestamp }),
  };
}

function contextWithArrays(context: Context): Context {
  const values = Object.entries(context.contextActivities ?? {});
  const contextActivities = Object.fromEntries(values.map(([key, value]) => [key, isSingle(value) ? [value] : value]));
  return { ...context, contextActivities };
}

function isSingle(value: unknown): boolean {
  return value !== undefined && !Array.isArray(value);
}
