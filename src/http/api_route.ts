import type { Request, RequestHandler, Response } from 'express';
import type { z } from 'zod';
import { LedgerlineError } from '../errors.ts';

/** An endpoint below `/api`: what the router serves and what `/api/openapi.json` says of it, from the same schemas. */
export interface ApiRoute {
  readonly method: 'get' | 'post' | 'put' | 'delete';
  /** As OpenAPI writes it: `/learners/{learner}/history`. */
  readonly path: string;
  readonly summary: string;
  readonly description: string;
  readonly pathParameters: z.ZodObject;
  readonly query: z.ZodObject;
  readonly answer: z.ZodType;
  /** A path with query that works on any store, for the documentation. */
  readonly example: string;
  readonly handler: RequestHandler;
}

/** An endpoint whose handler gets its parameters checked, and whose result is the JSON answer. */
export function apiRoute<P extends z.ZodObject, Q extends z.ZodObject, A extends z.ZodType>(
  route: Omit<ApiRoute, 'handler' | 'pathParameters' | 'query' | 'answer'> & {
    readonly pathParameters: P;
    readonly query: Q;
    readonly answer: A;
    readonly handle: (parameters: z.output<P> & z.output<Q>, response: Response) => Promise<z.input<A>>;
  },
): ApiRoute {
  const { handle, ...described } = route;
  return {
    ...described,
    handler: async (request: Request, response: Response) => {
      const path = checked(route.pathParameters, request.params);
      const query = checked(route.query, request.query);
      response.json(await handle({ ...path, ...query }, response));
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
    issue.code === 'unrecognized_keys' ? `the parameters are: ${Object.keys(schema.shape).join(', ')}` : issue.message;
  throw new LedgerlineError('invalid_parameter', `The parameter ${property} cannot be taken: ${rule}.`, {
    property,
    rule,
  });
}
