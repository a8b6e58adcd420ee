import { Ajv2020, type AnySchemaObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { post } from '../support/client.ts';
import { anIdentified, aVoidingOf, type Posted } from '../support/statements.ts';
import { startTestStore, type TestStore } from '../support/store.ts';

let store: TestStore;
let document: Posted;
beforeAll(async () => {
  store = await startTestStore();
  const { status, json } = await store.ask('/api/openapi.json', { headers: { authorization: null } });
  expect(status).toBe(200);
  document = json;
});
afterAll(() => store.close());

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];
const operations = () =>
  Object.entries<Posted>(document.paths).flatMap(([path, item]) =>
    Object.entries<Posted>(item).map(([method, operation]) => ({ path, method, operation })),
  );

/** By their text: most answers are alike. */
const compiled = new Map<string, ValidateFunction>();

/** Schemas are compiled within the document, so that what they refer to is found. */
function validator(schema: AnySchemaObject): ValidateFunction {
  return compiled.getOrInsertComputed(JSON.stringify(schema), () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    return ajv.compile({ ...schema, components: document.components });
  });
}

describe('/api/openapi.json', () => {
  it('is an OpenAPI 3.1 document', () => {
    expect(document.openapi).toMatch(/^3\.1\.\d+$/);
    expect(document.info).toMatchObject({ title: expect.any(String), version: expect.any(String) });
    expect(Object.keys(document.info.license)).toEqual(['name', 'identifier']);
    const members = [
      'openapi',
      'info',
      'jsonSchemaDialect',
      'servers',
      'paths',
      'webhooks',
      'components',
      'security',
      'tags',
    ];
    expect(members).toEqual(expect.arrayContaining(Object.keys(document)));
    expect(operations().length).toBeGreaterThan(0);
  });

  it('names the address that it was asked at', () => {
    expect(document.servers).toEqual([{ url: `${store.address}/api` }]);
  });

  it('has operations with ids of their own, described parameters and answers', () => {
    const ids = operations().map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { path, method, operation } of operations()) {
      expect(path).toMatch(/^\/[a-z]/);
      expect(METHODS).toContain(method);
      expect(operation.summary).toBeTruthy();
      expect(operation['x-roles'].length).toBeGreaterThan(0);
      const headers = operation.parameters.filter((one: Posted) => one.in === 'header');
      const taken = operation.responses['412'] ? ['Idempotency-Key', 'If-Match'] : ['Idempotency-Key'];
      expect(headers.map((one: Posted) => one.name)).toEqual(method === 'get' ? [] : taken);
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const described = operation.parameters.filter((one: Posted) => one.in === 'path');
      expect(described.map((one: Posted) => one.name)).toEqual(inPath);
      expect(described.every((one: Posted) => one.required === true)).toBe(true);
      const names = operation.parameters.map((one: Posted) => `${one.in} ${one.name}`);
      expect(new Set(names).size).toBe(names.length);
      for (const { name, schema } of operation.parameters) {
        expect(name).toMatch(/^[\w-]+$/);
        validator(schema);
      }
      for (const [status, answer] of Object.entries<Posted>(operation.responses)) {
        expect(status).toMatch(/^[1-5]\d\d$/);
        expect(answer.description).toBeTruthy();
        for (const { schema } of Object.values<Posted>(answer.content ?? {})) validator(schema);
      }
      expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['200', '400', '401']));
    }
  });

  it('refers only to what it has', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path!);
    expect(references.length).toBeGreaterThan(0);
    for (const path of references) {
      const found = path.split('/').reduce<Posted | undefined>((part, name) => part?.[name], document);
      expect(found).toBeDefined();
    }
    const schemes = document.security.flatMap((one: Posted) => Object.keys(one));
    expect(schemes).toEqual(['basic', 'bearer']);
    expect(Object.keys(document.components.securitySchemes)).toEqual(schemes);
  });

  it('has examples that work, and answers are as it says', async () => {
    for (const [i, [method, path, body]] of BEFORE.entries()) {
      const { status, json } = await store.ask(`/api${path}`, { method, body });
      expect([path, status, json.revision]).toEqual([path, 200, i + 1]);
    }
    const actor = { mbox: 'mailto:learner-1@example.org' };
    const voided = anIdentified({ actor });
    await post(store, anIdentified({ actor, result: { success: true } }), voided, aVoidingOf(voided.id));
    for (const { path, method, operation } of operations()) {
      const body = operation.requestBody?.content['application/json'].example;
      const asked = { method: method.toUpperCase(), ...(body === undefined ? {} : { body }) };
      if (body !== undefined)
        expect(validator(operation.requestBody.content['application/json'].schema)(body)).toBe(true);
      const voided = operation.parameters.some((one: Posted) => one.name === 'voided');
      const examples = [...operation.description.matchAll(/`(\/[^`]+)`/g)].map(([, example]) => example!);
      expect(examples.length).toBeGreaterThan(0);
      for (const example of examples) {
        expect(example).toMatch(new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}(\\?|$)`));
        const and = example.includes('?') ? '&' : '?';
        for (const more of ['', ...(voided ? [`${and}voided=include`] : [])]) {
          const { status, json } = await store.ask(`/api${example}${more}`, asked);
          expect(status, `${method} ${example}`).toBe(200);
          const answers = validator(operation.responses['200'].content['application/json'].schema);
          expect(answers(json), JSON.stringify(answers.errors)).toBe(true);
        }
        const wrong = await store.ask(`/api${example}${and}colour=blue`, asked);
        expect(wrong.status).toBe(400);
        expect(validator(operation.responses['400'].content['application/json'].schema)(wrong.json)).toBe(true);
      }
    }
  });

  it('has every route that there is, and none that is not', async () => {
    for (const { path, method, operation } of operations()) {
      const there = exampleOf(operation);
      const answer = await store.ask(`/api${there}`, { method: method.toUpperCase() });
      expect(answer.status).not.toBe(404);
      expect(answer.status).not.toBe(405);
      const refused = await store.ask(`/api${there}`, { method: 'PATCH' });
      expect(refused.status).toBe(405);
      const allowed = refused.headers
        .get('allow')!
        .toLowerCase()
        .split(/, */)
        .filter((one) => one !== 'head');
      expect(allowed.sort()).toEqual(Object.keys(document.paths[path]).sort());
    }
    expect((await store.ask('/api/learners')).status).toBe(404);
  });

  it('tells of each parameter what the store takes', async () => {
    for (const { method, operation } of operations()) {
      if (method !== 'get') continue;
      for (const { name, in: where, schema } of operation.parameters) {
        if (where !== 'query' || schema.enum === undefined) continue;
        const asked = (value: string) => store.ask(`/api${exampleWith(operation, name, value)}`);
        for (const value of schema.enum) expect((await asked(value)).status, `${name}=${value}`).toBe(200);
        expect((await asked('other')).status).toBe(400);
      }
    }
  });
});

describe('/api/docs', () => {
  it('is a page whose every file is there, with nothing from elsewhere', async () => {
    for (const path of ['/api/docs', '/api/docs/']) {
      const page = await fetch(store.address + path);
      const text = await page.text();
      expect([page.status, page.headers.get('content-type')?.split(';')[0]]).toEqual([200, 'text/html']);
      const files = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => file!);
      expect(files.length).toBeGreaterThan(1);
      for (const file of files) {
        const url = new URL(file, page.url);
        expect(url.origin).toBe(store.address);
        const got = await store.ask(url.pathname, { headers: { authorization: null } });
        expect(got.status, `${path} ${file}`).toBe(200);
        expect(got.headers.get('content-type')).toMatch(file.endsWith('.css') ? /css/ : /javascript/);
      }
      expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
      expect(text).not.toMatch(/<script>/);
    }
  });

  it('shows the contract', async () => {
    const start = await store.ask('/api/docs/start.js', { headers: { authorization: null } });
    const [, contract] = /url: '([^']+)'/.exec(start.text)!;
    const url = new URL(contract!, `${store.address}/api/docs`);
    expect((await store.ask(url.pathname)).json).toEqual(document);
  });
});

describe('/health and /ready', () => {
  it('answer to everybody', async () => {
    const headers = { authorization: null, 'x-experience-api-version': null };
    const [health, ready] = [await store.ask('/health', { headers }), await store.ask('/ready', { headers })];
    expect([health.status, health.json]).toEqual([200, { status: 'ok' }]);
    expect([ready.status, ready.json]).toEqual([200, { status: 'ready', revision: expect.any(Number) }]);
    for (const path of ['/health', '/ready']) expect((await store.ask(path, { method: 'HEAD' })).status).toBe(200);
  });

  it('readiness names the last revision', async () => {
    const before = (await store.ask('/ready')).json.revision;
    await post(store, anIdentified(), anIdentified());
    expect((await store.ask('/ready')).json.revision).toBe(before + 2);
  });

  it('no answer says what it was made with', async () => {
    for (const path of ['/health', '/api/docs', '/xapi/statements', '/nothing']) {
      const { headers } = await store.ask(path);
      expect([headers.get('x-powered-by'), headers.get('server')]).toEqual([null, null]);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    }
  });
});

/** The path of the operation's example, without its query. */
function exampleOf({ description }: Posted): string {
  const [, example] = /`(\/[^`?]+)/.exec(description)!;
  return example!;
}

/** The path of the operation's example with its query, in which one parameter has this value. */
function exampleWith({ description }: Posted, name: string, value: string): string {
  const [, example] = /`(\/[^`]+)/.exec(description)!;
  const url = new URL(example!, store.address);
  url.searchParams.set(name, value);
  return url.pathname + url.search;
}

/**
 * What the examples build on: they name events by the revisions that these have on a fresh store, whose first event is
 * its credential.
 */
const BEFORE: readonly (readonly [method: string, path: string, body: unknown])[] = [
  ['PUT', '/agencies/agency-a', { name: 'Agency A' }],
  ['PUT', '/platforms/campus', { name: 'Campus', authorities: [] }],
  ['PUT', '/courses/first-aid', { title: 'First aid', editions: [], completion: [] }],
  ['POST', '/roster', { facts: ['P-1', 'P-2', 'P-3', 'P-4'].map(assigned) }],
  ['POST', '/claims', { account: 'mailto:five@example.org', person: 'P-3' }],
  ['POST', '/claims', { account: 'mailto:six@example.org', person: 'P-3' }],
  ['POST', '/links', { account: 'mailto:seven@example.org', person: 'P-3' }],
  ['POST', '/merges', { persons: ['P-3', 'P-4'] }],
  ['POST', '/learners/P-1/certificates', certificate('2020-01-01')],
  ['POST', '/learners/P-1/certificates', certificate('2021-01-01')],
  ['PUT', '/requirements/drill', requirement('2021-01-01')],
];

function requirement(from: string) {
  const appliesTo = { fact: 'assigned', equals: true };
  return { title: 'Drill', agency: 'agency-a', from, appliesTo, satisfiedBy: { course: 'first-aid' } };
}

function assigned(person: string) {
  return { person, agency: 'agency-a', name: 'assigned', value: true, from: '2020-01-01' };
}

function certificate(completed: string) {
  const evidence = [{ contentType: 'text/plain', base64: Buffer.from('First aid').toString('base64') }];
  return { course: 'first-aid', issuer: 'Red Cross', completed, evidence };
}
