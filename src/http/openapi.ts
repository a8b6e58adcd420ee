import { z } from 'zod';
import type { ApiRoute } from './api_route.ts';

/**
 * The OpenAPI 3.1 document of `/api`, made from the schemas that check the requests. @param server the address of
 * `/api`
 */
export function openApiDocument(routes: readonly ApiRoute[], server: string): unknown {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method]: operation(route) };
  }
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
    security: [{ basic: [] }],
    paths,
    components: {
      securitySchemes: { basic: { type: 'http', scheme: 'basic', description: "A credential's key and secret." } },
      schemas: { Error: ERROR },
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
        property: { type: 'string', description: 'The parameter or property that is wrong.' },
        rule: { type: 'string' },
        spec: { type: 'string' },
        id: { type: 'string', description: "The request's id, which the log has too." },
      },
      required: ['code', 'message', 'id'],
    },
  },
  required: ['error'],
};

function operation(route: ApiRoute): unknown {
  const refusal = (description: string) => ({
    description,
    content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
  });
  return {
    summary: route.summary,
    description: `${route.description}\n\nFor example: \`${route.example}\``,
    operationId: `${route.method}${route.path.replaceAll(/[^A-Za-z]+/g, '_')}`,
    parameters: [...parameters(route.pathParameters, 'path'), ...parameters(route.query, 'query')],
    responses: {
      200: {
        description: 'The answer.',
        content: { 'application/json': { schema: jsonSchema(route.answer, 'output') } },
      },
      400: refusal('A parameter is wrong: the answer names it and the rule.'),
      401: refusal('No valid credential.'),
      403: refusal('The credential may not do this.'),
      503: refusal('The store cannot answer now; see Retry-After.'),
    },
  };
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
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}
