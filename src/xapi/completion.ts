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

/**
 * The statement as it is kept: the id first, all else in the order in which it was sent, then authority and version
 * (Data 2.3.1, 2.4.9, 2.4.10). Every value of contextActivities is an array (2.4.6.2), a sent `stored` is gone, and
 * times that came as 2.0.0 are in UTC (4.2.7). An absent `timestamp` stays absent: it becomes `stored`, which only
 * the sequencer knows. The statement that is given is not changed.
 */
export function completeStatement(statement: Statement, { id, authority, version }: Completion): Statement {
  const { id: sentId, stored: _stored, authority: _authority, version: sentVersion, ...sent } = statement;
  const body = completeBody(sent, version);
  const object = body.object.objectType === 'SubStatement' ? completeBody(body.object, version) : body.object;
  return {
    id: sentId ?? id,
    ...body,
    object,
    authority,
    version: sentVersion ?? (version === '1.0.3' ? '1.0.0' : version),
  };
}

function completeBody<Body extends Statement | SubStatement>(body: Body, version: XapiVersion): Body {
  const contextActivities = body.context?.contextActivities;
  const withArrays =
    contextActivities !== undefined && CONTEXT_ACTIVITY_KEYS.some((key) => isSingle(contextActivities[key]));
  const inUtc = version !== '1.0.3' && body.timestamp !== undefined;
  if (!withArrays && !inUtc) return body;
  return {
    ...body,
    ...(withArrays ? { context: contextWithArrays(body.context as Context) } : {}),
    ...(inUtc ? { timestamp: toUtc(body.timestamp as string) } : {}),
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
