import { hash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { apiRoute } from '../../src/http/api_route.ts';
import { errorResponse } from '../../src/http/error_response.ts';
import { openApiDocument } from '../../src/http/openapi.ts';
import { serveRoutes } from '../../src/http/serve_routes.ts';
import type { Identity } from '../../src/identity/identity.ts';
import { parseGrant } from '../../src/identity/roles.ts';
import { createLog } from '../../src/log.ts';
import type { Posted } from '../support/statements.ts';
import { type Asked, ask } from '../support/store.ts';

const subject = z.union([
  z.strictObject({ person: z.string(), agency: z.string(), note: z.string().optional() }),
  z.strictObject({ place: z.string() }),
]);

/** What the handler was given last. */
let given: Posted | undefined;
const shared = {
  path: '/things/{thing}',
  summary: 'A thing',
  description: 'A thing of the test.',
  pathParameters: z.strictObject({ thing: z.string() }),
  query: z.strictObject({ dry: z.enum(['yes', 'no']).optional() }),
  answer: z.object({ revision: z.int() }),
};
const ROUTES = [
  apiRoute({
    ...shared,
    method: 'get',
    roles: ['auditor', 'agency-reader'],
    scopes: ['statements/read'],
    example: { path: '/things/1' },
    async handle(asked, { identity, mark, ifMatch }) {
      given = { asked, key: identity.key, mark, ifMatch };
      return { revision: 1 };
    },
  }),
  apiRoute({
    ...shared,
    method: 'put',
    roles: ['administrator', 'agency-editor'],
    refusals: [404, 412],
    body: z.strictObject({ name: z.string(), tags: z.array(z.string()).default([]), 'of/whom': subject.optional() }),
    example: { path: '/things/1', body: { name: 'one' } },
    async handle(asked, { mark, ifMatch }) {
      given = { name: asked.body.name, asked, mark, ifMatch };
      return { revision: 2 };
    },
  }),
  apiRoute({
    ...shared,
    method: 'delete',
    roles: ['agency-editor'],
    example: { path: '/things/1' },
    async handle(asked, { mark, ifMatch }) {
      given = { asked, mark, ifMatch };
      return { revision: 3 };
    },
  }),
];

let server: Server;
let identity: Identity;
beforeAll(async () => {
  const app = express();
  app.use('/api', (_request, response, next) => {
    response.locals.identity = identity;
    next();
  });
  app.use('/api', serveRoutes(ROUTES, 1024), errorResponse(createLog('silent')));
  server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => server.close());
beforeEach(() => {
  given = undefined;
  be('administrator');
});

function be(...roles: string[]): void {
  identity = { key: 'k', scopes: [], grants: roles.map((role) => parseGrant(role)!) };
}

const asking = (asked: Asked, path = '/api/things/1') =>
  ask(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, path, asked);
const put = (body: unknown, headers: Asked['headers'] = {}, path?: string) =>
  asking({ method: 'PUT', body, headers: headers! }, path);

describe('the caller', () => {
  it.each([
    [['administrator'], 200, 200],
    [['auditor'], 200, 403],
    [['agency-reader:unhq'], 200, 403],
    [['agency-editor:unhq'], 200, 200],
    [['policy-editor:*', 'learner:p-1', 'platform'], 403, 403],
    [[], 403, 403],
  ])('with the roles %j: GET %i, PUT %i', async (roles, get, change) => {
    be(...roles);
    expect((await asking({})).status).toBe(get);
    expect((await asking({ method: 'HEAD' })).status).toBe(get);
    expect((await put({ name: 'x' })).status).toBe(change);
  });

  it('may come in by a scope of its credential', async () => {
    identity = { key: 'k', scopes: ['all/read'], grants: [] };
    expect((await asking({})).status).toBe(200);
    identity = { key: 'k', scopes: ['statements/read/mine'], grants: [] };
    expect((await asking({})).status).toBe(403);
  });

  it('is told which roles it needs, before anything that it sent is looked at', async () => {
    be('learner:p-1');
    const { status, json } = await put('{', { 'if-match': '*' }, '/api/things/1?colour=blue');
    const { code, message, rule, property } = json.error;
    expect([status, code, property]).toEqual([403, 'forbidden', undefined]);
    expect(rule).toBe('one of the roles administrator, agency-editor');
    expect(message).toBe(`This needs ${rule}.`);
    expect(given).toBeUndefined();
  });
});

describe('the body', () => {
  it('comes to the handler as its schema makes it, beside the parameters', async () => {
    const { status, json } = await put({ name: 'one' }, {}, '/api/things/7?dry=yes');
    expect([status, json]).toEqual([200, { revision: 2 }]);
    expect(given!.asked).toEqual({ thing: '7', dry: 'yes', body: { name: 'one', tags: [] } });
  });

  it.each<[unknown, string, string]>([
    [{}, 'invalid_body', '/name'],
    [{ name: 1 }, 'invalid_body', '/name'],
    [{ name: 'x', tags: ['a', 2] }, 'invalid_body', '/tags/1'],
    [{ name: 'x', colour: 'blue' }, 'invalid_body', '/colour'],
    [{ name: 'x', 'a/~b': 1 }, 'invalid_body', '/a~1~0b'],
    [{ name: 'x', 'of/whom': { person: 'p', agency: 7 } }, 'invalid_body', '/of~1whom/agency'],
    [{ name: 'x', 'of/whom': { place: 7 } }, 'invalid_body', '/of~1whom/place'],
    [[], 'invalid_body', ''],
    ['{"name": "x", "name": "y"}', 'invalid_json', '/name'],
    ['{"name": ', 'invalid_json', ''],
  ])('%j is refused: %s at %j', async (body, code, property) => {
    const { status, json } = await put(body, { 'content-type': 'application/json' });
    expect([status, json.error.code, json.error.property]).toEqual([400, code, property]);
    expect(json.error.rule).toBeTruthy();
    expect(given).toBeUndefined();
  });

  it('is needed', async () => {
    const { status, json } = await put('', { 'content-type': 'application/json' });
    expect([status, json.error.code]).toEqual([400, 'invalid_body']);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', null])('is JSON, not %s', async (type) => {
    const { status, json } = await put(Buffer.from('{"name":"x"}'), { 'content-type': type });
    expect([status, json.error.code]).toEqual([415, 'unsupported_media_type']);
  });

  it('has at most the configured size', async () => {
    const { status, json } = await put({ name: 'x'.repeat(1024) });
    expect([status, json.error.code]).toEqual([413, 'too_large']);
  });
});

describe('Idempotency-Key', () => {
  it('marks a command, with a digest of all that it asks', async () => {
    const body = '{"name": "one"}';
    await put(body, { 'idempotency-key': 'k-1', 'content-type': 'application/json' }, '/api/things/7?dry=no');
    const digest = hash('sha256', `PUT /api/things/7?dry=no\n${body}`);
    expect(given!.mark).toEqual({ key: 'k-1', digest });
    const digests = new Set([digest]);
    const others = [
      () => put(`${body} `, { 'idempotency-key': 'k-1', 'content-type': 'application/json' }, '/api/things/7?dry=no'),
      () => put(body, { 'idempotency-key': 'k-1', 'content-type': 'application/json' }, '/api/things/7?dry=yes'),
      () => put(body, { 'idempotency-key': 'k-1', 'content-type': 'application/json' }, '/api/things/8?dry=no'),
      () => asking({ method: 'DELETE', headers: { 'idempotency-key': 'k-1' } }, '/api/things/7?dry=no'),
    ];
    for (const other of others) {
      expect((await other()).status).toBe(200);
      expect(given!.mark.key).toBe('k-1');
      digests.add(given!.mark.digest);
    }
    expect(digests.size).toBe(others.length + 1);
  });

  it('is looked at in commands alone', async () => {
    await put({ name: 'x' });
    expect([given!.mark, given!.ifMatch]).toEqual([undefined, undefined]);
    const { status } = await asking({ headers: { 'idempotency-key': 'with space', 'if-match': '*' } });
    expect(status).toBe(200);
    expect([given!.mark, given!.ifMatch]).toEqual([undefined, undefined]);
  });

  it.each(['!', '~', '"quoted"', 'x'.repeat(200)])('may be %s', async (key) => {
    expect((await put({ name: 'x' }, { 'idempotency-key': key })).status).toBe(200);
    expect(given!.mark.key).toBe(key);
  });

  it.each(['', 'with space', 'one, two', 'é', 'x'.repeat(201)])('may not be %j', async (key) => {
    const { status, json } = await put({ name: 'x' }, { 'idempotency-key': key });
    expect([status, json.error.code, json.error.property]).toEqual([400, 'invalid_header', 'Idempotency-Key']);
  });
});

describe('If-Match', () => {
  it.each([
    ['"0"', 0],
    ['"123"', 123],
  ])('%s is the revision %i', async (written, revision) => {
    expect((await put({ name: 'x' }, { 'if-match': written })).status).toBe(200);
    expect(given!.ifMatch).toBe(revision);
  });

  it.each(['*', '123', 'W/"123"', '"1", "2"', '"abc"', '"-1"', '"01"', '""', ''])(
    '%j is not taken',
    async (written) => {
      const { status, json } = await put({ name: 'x' }, { 'if-match': written });
      expect([status, json.error.code, json.error.property]).toEqual([400, 'invalid_header', 'If-Match']);
    },
  );
});

describe('the contract', () => {
  const operations = (openApiDocument(ROUTES, 'https://lrs.example.org/api') as Posted).paths['/things/{thing}'];
  const headersOf = (operation: Posted) =>
    operation.parameters.filter((one: Posted) => one.in === 'header').map((one: Posted) => one.name);

  it('shows the body of a command with an example, its headers, refusals and callers', () => {
    const { requestBody, responses } = operations.put;
    const { schema, example } = requestBody.content['application/json'];
    expect(requestBody.required).toBe(true);
    expect(schema).toMatchObject({ type: 'object', required: ['name'], additionalProperties: false });
    expect(example).toEqual({ name: 'one' });
    expect(headersOf(operations.put)).toEqual(['Idempotency-Key', 'If-Match']);
    expect(Object.keys(responses)).toEqual(['200', '400', '401', '403', '404', '412', '413', '415', '503']);
    expect(operations.put['x-roles']).toEqual(['administrator', 'agency-editor']);
    expect(operations.put.description).toContain('For: administrator, agency-editor.');
  });

  it('shows no body where there is none, and a question without the headers of commands', () => {
    expect(operations.get).not.toHaveProperty('requestBody');
    expect(operations.delete).not.toHaveProperty('requestBody');
    expect(headersOf(operations.get)).toEqual([]);
    expect(headersOf(operations.delete)).toEqual(['Idempotency-Key']);
    expect(Object.keys(operations.delete.responses)).toEqual(['200', '400', '401', '403', '503']);
    expect(operations.get.description).toContain('a credential with the scope statements/read');
  });
});
