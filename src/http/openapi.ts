import { z } from 'zod';
import type { RoleName } from '../identity/roles.ts';
import type { ApiRoute } from './api_route.ts';
import { IDEMPOTENCY_KEY } from './command_headers.ts';
import { MIN_REVISION } from './min_revision.ts';

/**
 * The OpenAPI 3.1 document of `/api`, made from the schemas that check the requests. @param server the address of
 * `/api`
 */
export function openApiDocument(routes: readonly ApiRoute[], server: string): unknown {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method]: operation(route) };
  }
  const schemas = Object.assign({ Error: ERROR }, ...routes.flatMap(({ body }) => (body ? [namedIn(body)] : [])));
  return {
    openapi: '3.1.0',
    info: {
      title: 'Ledgerline',
      version: '1',
      description:
        'Questions to the learning records store beyond xAPI: about a day (`asOf`), as known at a revision or instant (`knownAt`).',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: server }],
    security: [{ basic: [] }, { bearer: [] }],
    paths,
    components: {
      securitySchemes: {
        basic: { type: 'http', scheme: 'basic', description: "A credential's key and secret." },
        bearer: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'An access token of the OpenID Connect issuer that the store is configured for.',
        },
      },
      schemas,
    },
  };
}

const ERROR = {
  type: 'object',
  properties: {
    error: {
      type: 'object',
      properties: {
        code: { type: 'string' },
        message: { type: 'string' },
        property: {
          type: 'string',
          description: 'What is wrong: a parameter, a header, or a JSON pointer into the body.',
        },
        rule: { type: 'string' },
        spec: { type: 'string' },
        id: { type: 'string', description: "The request's id, which the log has too." },
      },
      required: ['code', 'message', 'id'],
    },
  },
  required: ['error'],
};

/** Every command takes it. */
const KEY_HEADER = {
  name: IDEMPOTENCY_KEY,
  in: 'header',
  required: false,
  description:
    'A name that the client gives to the request: the same request under the same name, sent again, changes nothing more; another one is refused with 409.',
  schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,200}$' },
};

/** Every request takes it. */
const MIN_REVISION_PARAMETER = {
  name: MIN_REVISION,
  in: 'query',
  required: false,
  description:
    'The answer is to have this ledger revision in it, such as the one that an earlier answer of another node named; it waits shortly for it, or is 503 with Retry-After.',
  schema: { type: 'integer', minimum: 0 },
};

/** What changes something that has an ETag takes it. */
const MATCH_HEADER = {
  name: 'If-Match',
  in: 'header',
  required: false,
  description: 'The ETag (a ledger revision in quotes) of what is changed, as the client knows it.',
  schema: { type: 'string', pattern: '^"(0|[1-9][0-9]{0,14})"$' },
};

const REFUSALS = {
  404: 'There is no such thing, or nothing that the caller may know of.',
  409: 'It contradicts what is there, or the Idempotency-Key was used for another request.',
  412: 'It was changed since the revision that If-Match names.',
} as const;

function operation(route: ApiRoute): unknown {
  const isCommand = route.method !== 'get';
  const json = (schema: unknown) => ({ content: { 'application/json': { schema } } });
  const refusal = (description: string) => ({ description, ...json({ $ref: '#/components/schemas/Error' }) });
  return {
    summary: route.summary,
    description: `${route.description}\n\nFor: ${callers(route)}.\n\nFor example: \`${route.example.path}\``,
    operationId: `${route.method}${route.path.replaceAll(/[^A-Za-z]+/g, '_')}`,
    'x-roles': allowed(route),
    parameters: [
      ...parameters(route.pathParameters, 'path'),
      ...parameters(route.query, 'query'),
      MIN_REVISION_PARAMETER,
      ...(isCommand ? [KEY_HEADER] : []),
      ...(route.refusals?.includes(412) ? [MATCH_HEADER] : []),
    ],
    ...(route.body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: {
              'application/json': { schema: jsonSchema(route.body, 'input'), example: route.example.body },
            },
          },
        }),
    responses: {
      200: { description: 'The answer.', ...json(jsonSchema(route.answer, 'output')) },
      400: refusal(
        route.body === undefined
          ? 'A parameter or header is wrong: the answer names it and the rule.'
          : 'A parameter, a header or the body is wrong: the answer names what, and the rule.',
      ),
      401: refusal('Neither a valid credential nor a valid token.'),
      403: refusal('The caller may not do this.'),
      ...Object.fromEntries((route.refusals ?? []).map((status) => [status, refusal(REFUSALS[status])])),
      ...(route.body === undefined
        ? {}
        : { 413: refusal('The body is too large.'), 415: refusal('The body is not sent as JSON.') }),
      503: refusal('The store cannot answer now; see Retry-After.'),
    },
  };
}

/** Who may call a route, in words. */
function callers({ scopes = [], ...route }: ApiRoute): string {
  return [...allowed(route), ...scopes.map((scope) => `a credential with the scope ${scope}`)].join(', ');
}

/** The roles that may call it: an administrator's always. */
function allowed({ roles }: Pick<ApiRoute, 'roles'>): readonly RoleName[] {
  return ['administrator', ...roles.filter((role) => role !== 'administrator')];
}

function parameters(schema: z.ZodObject, where: 'path' | 'query'): unknown[] {
  return Object.entries(schema.shape).map(([name, value]) => {
    const { description, examples: _, ...type } = jsonSchema(value as z.ZodType, 'input');
    // Of a schema that transforms, the JSON schema has no examples.
    const examples = (value as z.ZodType).meta()?.examples;
    return {
      name,
      in: where,
      required: where === 'path' || !(value as z.ZodType).safeParse(undefined).success,
      ...(description === undefined ? {} : { description }),
      ...(Array.isArray(examples) ? { example: examples[0] } : {}),
      schema: type,
    };
  });
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> {
  const { $schema: _, $defs: __, ...rest } = inDocument(schema, io);
  return rest;
}

/** The schemas that have a name in a body: they stand once in the document. */
function namedIn(body: z.ZodType): object {
  return inDocument(body, 'input').$defs ?? {};
}

/** What is named is referred to where it stands in the document. */
function inDocument(schema: z.ZodType, io: 'input' | 'output') {
  const text = JSON.stringify(z.toJSONSchema(schema, { io, unrepresentable: 'any' }));
  return JSON.parse(
    text.replaceAll('"$ref":"#/$defs/', '"$ref":"#/components/schemas/'),
  ) as z.core.JSONSchema.BaseSchema;
}
