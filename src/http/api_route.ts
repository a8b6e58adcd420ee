import type { Request, RequestHandler, Response } from 'express';
import type { z } from 'zod';
import { LedgerlineError } from '../errors.ts';
import type { RequestMark } from '../events/learning_types.ts';
import type { Identity } from '../identity/identity.ts';
import type { RoleName } from '../identity/roles.ts';
import type { Permission } from '../identity/scopes.ts';
import { pointerSegment } from '../xapi/json_pointer.ts';
import { readIfMatch, readMark } from './command_headers.ts';
import { jsonBody } from './json_body.ts';
import { MIN_REVISION } from './min_revision.ts';

/** An endpoint below `/api`: what the router serves and what `/api/openapi.json` says of it, from the same schemas. */
export interface ApiRoute {
  readonly method: 'get' | 'post' | 'put' | 'delete';
  /** As OpenAPI writes it: `/learners/{learner}/history`. */
  readonly path: string;
  readonly summary: string;
  readonly description: string;
  /** Who may call it at all, besides administrators. */
  readonly roles: readonly RoleName[];
  /** The scopes whose credentials may call it, too, whatever their roles. */
  readonly scopes?: readonly Permission[];
  readonly pathParameters: z.ZodObject;
  readonly query: z.ZodObject;
  /** What the JSON body is; a route without it reads no body. */
  readonly body?: z.ZodType;
  readonly answer: z.ZodType;
  /** The refusals that its own rules add to those of every route: not found, conflict, stale. */
  readonly refusals?: readonly (404 | 409 | 412)[];
  /** A request that works, for the documentation: a path with query, and a body where the route has one. */
  readonly example: { readonly path: string; readonly body?: unknown };
  readonly handler: RequestHandler;
}

/** What a handler has besides what was asked. `mark` and `ifMatch` are read from commands only, not from GET. */
export interface ApiExchange {
  readonly identity: Identity;
  readonly request: Request;
  readonly response: Response;
  /** The idempotency key that the client gave to the request. */
  readonly mark: RequestMark | undefined;
  /** The revision that the client believes to be the latest of what it changes. */
  readonly ifMatch: number | undefined;
}

/** What a handler gives back that has sent its answer itself. */
export const SENT = Symbol('sent');

/** The values of parameters. Of a schema without any, zod says that every name is of type `never`. */
type Asked<S extends z.ZodObject> = string extends keyof z.output<S> ? unknown : z.output<S>;

type WithBody<B> = B extends z.ZodType ? { readonly body: z.output<B> } : unknown;

/** An endpoint whose handler gets its parameters and its body checked, and whose result is the JSON answer. */
export function apiRoute<
  P extends z.ZodObject,
  Q extends z.ZodObject,
  A extends z.ZodType,
  B extends z.ZodType | undefined = undefined,
>(
  route: Omit<ApiRoute, 'handler' | 'pathParameters' | 'query' | 'answer' | 'body'> & {
    readonly pathParameters: P;
    readonly query: Q;
    readonly answer: A;
    readonly body?: B;
    readonly handle: (
      asked: Asked<P> & Asked<Q> & WithBody<B>,
      exchange: ApiExchange,
    ) => Promise<z.input<A> | typeof SENT>;
  },
): ApiRoute {
  const { handle, body: bodySchema, ...described } = route;
  const isCommand = route.method !== 'get';
  return {
    ...described,
    ...(bodySchema === undefined ? {} : { body: bodySchema }),
    handler: async (request: Request, response: Response) => {
      const path = checked(route.pathParameters, request.params);
      const { [MIN_REVISION]: _, ...parameters } = request.query;
      const query = checked(route.query, parameters);
      const mark = isCommand ? readMark(request) : undefined;
      const ifMatch = isCommand ? readIfMatch(request, described.refusals?.includes(412) ?? false) : undefined;
      const body = bodySchema === undefined ? {} : { body: checkedBody(bodySchema, jsonBody(request.body)) };
      const asked = { ...path, ...query, ...body } as Asked<P> & Asked<Q> & WithBody<B>;
      const { identity } = response.locals;
      const answer = await handle(asked, { identity, request, response, mark, ifMatch });
      if (answer !== SENT) response.json(answer);
    },
  };
}

/** @throws `invalid_parameter` that names the first wrong one, and the rule */
function checked<S extends z.ZodObject>(schema: S, values: unknown): z.output<S> {
  const result = schema.safeParse(values);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const property = issue.code === 'unrecognized_keys' ? issue.keys[0]! : String(issue.path[0]);
  const rule =
    issue.code === 'unrecognized_keys'
      ? `the parameters are: ${Object.keys(schema.shape).join(', ')}`
      : ruleOf(issue, values);
  throw new LedgerlineError('invalid_parameter', `The parameter ${property} cannot be taken: ${rule}.`, {
    property,
    rule,
  });
}

/** @throws `invalid_body` that names the first wrong property by its JSON pointer, and the rule */
function checkedBody(schema: z.ZodType, value: unknown): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { path, rule } = wrongPlace(result.error.issues[0]!, value);
  const property = path.map((step) => pointerSegment(typeof step === 'number' ? step : String(step))).join('');
  const what = property === '' ? 'The body' : `The property ${property}`;
  throw new LedgerlineError('invalid_body', `${what} cannot be taken: ${rule}.`, { property, rule });
}

/**
 * Where an issue is, and the rule; of alternatives, the one in which the least is wrong tells it: what it does not know
 * at all weighs most. Where it is none more than another, they tell it together, when they have a rule.
 */
function wrongPlace(
  issue: z.core.$ZodIssue,
  value: unknown,
): { readonly path: readonly PropertyKey[]; readonly rule: string } {
  if (issue.code === 'unrecognized_keys') {
    return { path: [...issue.path, issue.keys[0]!], rule: 'there is no such property here' };
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const [nearest, second] = issue.errors.toSorted((one, other) => distance(one) - distance(other));
    const isBetween = second !== undefined && distance(second) === distance(nearest!);
    if (isBetween && issue.message !== NO_RULE) return { path: issue.path, rule: issue.message };
    const { path, rule } = wrongPlace(nearest![0]!, at(value, issue.path));
    return { path: [...issue.path, ...path], rule };
  }
  return { path: issue.path, rule: ruleOf(issue, value) };
}

/** What zod says is meant for who wrote the schema, where a value is missing or a parameter is given twice. */
function ruleOf({ code, path, message }: z.core.$ZodIssue, values: unknown): string {
  if (code !== 'invalid_type' && code !== 'invalid_value') return message;
  const value = at(values, path);
  if (value === undefined) return 'it must be given';
  return message.replace(/^Invalid input: expected (\w+), received (\w+)$/, 'it is of type $1, not $2');
}

/** What stands at a place of a value. */
function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inside, step) => (inside as Record<PropertyKey, unknown> | null | undefined)?.[step],
    value,
  );
}

/** What zod says of alternatives that have no rule of their own. */
const NO_RULE = 'Invalid input';

/** How far a value is from an alternative. */
function distance(issues: readonly z.core.$ZodIssue[]): number {
  const unknown = issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : []));
  return unknown.length * 1000 + issues.length;
}
