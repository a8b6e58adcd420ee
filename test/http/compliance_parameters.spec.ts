import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { apiRoute } from '../../src/http/api_route.ts';
import {
  conditionBody,
  partsNeededBody,
  recurrenceBody,
  satisfactionBody,
  timeToComplyBody,
} from '../../src/http/compliance_parameters.ts';
import { errorResponse } from '../../src/http/error_response.ts';
import { openApiDocument } from '../../src/http/openapi.ts';
import { serveRoutes } from '../../src/http/serve_routes.ts';
import { createLog } from '../../src/log.ts';
import type { Posted } from '../support/statements.ts';
import { ask } from '../support/store.ts';

let taken: unknown;
const ROUTE = apiRoute({
  method: 'put',
  path: '/things',
  summary: 'A thing',
  description: 'A thing of the test.',
  roles: [],
  pathParameters: z.strictObject({}),
  query: z.strictObject({}),
  body: z.strictObject({
    who: conditionBody.optional(),
    what: satisfactionBody.optional(),
    parts: partsNeededBody.optional(),
    often: recurrenceBody.optional(),
    by: timeToComplyBody.optional(),
  }),
  answer: z.object({}),
  example: { path: '/things', body: {} },
  async handle({ body }) {
    taken = body;
    return {};
  },
});

let server: Server;
beforeAll(async () => {
  const app = express();
  app.use((_request, response, next) => {
    response.locals.identity = { key: 'k', scopes: [], grants: [{ role: 'administrator' }] };
    next();
  });
  app.use(serveRoutes([ROUTE], 1_000_000), errorResponse(createLog('silent')));
  server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => server.close());

const put = (body: unknown) =>
  ask(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, '/things', { method: 'PUT', body });

const fact = (name = 'grade') => ({ fact: name, equals: 'P3' });
function nested(depth: number): object {
  return depth === 1 ? fact() : { not: nested(depth - 1) };
}

describe('what is taken', () => {
  it.each<[object]>([
    [{ who: { all: [] } }],
    [{ who: { all: [fact(), { any: [{ not: fact() }] }] } }],
    [
      {
        who: {
          at: 'deployment',
          is: { fact: 'peacekeeping', equals: true, unrecorded: false },
          key: 'mission-a',
          ahead: 'P1Y',
          unrecorded: false,
        },
      },
    ],
    [{ who: { fact: 'grade', ladder: 'grade', min: 'P3' } }],
    [{ who: { fact: 'grade', ladder: 'grade', min: 'P3', max: 'D1' } }],
    [{ who: { fact: 'roles', contains: 'procurement', unrecorded: false } }],
    [{ who: { fact: 'level', in: [1, 'two', true] } }],
    [{ who: nested(12) }],
    [{ who: { any: Array.from({ length: 499 }, () => fact()) } }],
    [
      {
        what: {
          all: [
            { course: 'a', recurs: false },
            { course: 'b', maxAge: 'P2Y' },
          ],
          ordered: true,
        },
      },
    ],
    [{ what: { all: [{ when: { fact: 'grade', equals: 'P3' }, needs: { course: 'a' } }] } }],
    [{ what: { atLeast: 2, of: [{ course: 'a' }, { any: [{ course: 'b' }] }] } }],
    [{ what: { boundTo: 'dutyStation', course: 'induction', completedFrom: '2020-01-01', completedTo: '2020-01-01' } }],
    [{ parts: { all: [{ part: 'a' }, { atLeast: 1, of: [{ part: 'b' }, { part: 'c' }] }] } }],
    [{ often: { every: 'P1Y', window: 'P3M', toRenew: 'P1M' } }],
    [{ often: { yearly: '04-01', toRenew: 'P3M' } }],
    [{ by: { within: 'P6M', anchor: 'appointment' } }],
    [{ by: { before: 'deployment' } }],
  ])('%j', async (body) => {
    expect((await put(body)).status).toBe(200);
    expect(taken).toEqual(body);
  });
});

describe('what is refused, where and why', () => {
  const TESTS = 'it has just one of equals, in, contains and ladder';
  const LADDER = 'a ladder comes with min or max or both, and these come with a ladder';
  const CONDITION = 'it has just one of all, any, not, at (with is) and fact';
  it.each<[object, string, string | RegExp]>([
    [{ who: {} }, '/who', CONDITION],
    [{ who: 5 }, '/who', CONDITION],
    [{ who: { all: [fact(), { colour: 'blue' }] } }, '/who/all/1', CONDITION],
    [{ who: { all: [], any: [fact()] } }, '/who', CONDITION],
    [{ who: { any: [] } }, '/who/any', /./],
    [{ who: { not: { fact: 'grade' } } }, '/who/not', TESTS],
    [{ who: { fact: 'grade', equals: 'P3', in: ['P3'] } }, '/who', TESTS],
    [{ who: { fact: 'grade', ladder: 'grade' } }, '/who/ladder', LADDER],
    [{ who: { fact: 'grade', equals: 'P3', min: 'P3' } }, '/who/ladder', LADDER],
    [{ who: { fact: 'grade', ladder: 'grade', min: 5, max: 6 } }, '/who/min', /string/],
    [{ who: { fact: 'grade', equals: {} } }, '/who/equals', 'it is a text, a number, true or false'],
    [{ who: { fact: 'grade', equals: 'P3', colour: 'blue' } }, '/who/colour', 'there is no such property here'],
    [{ who: { at: 'dutyStation', is: { fact: '1', equals: 1 } } }, '/who/is/fact', /it is a letter/],
    [{ who: { fact: 'x', equals: 1, ahead: 'soon' } }, '/who/ahead', /ISO 8601 period/],
    [{ who: nested(13) }, '/who', 'it is nested at most 12 deep'],
    [{ who: { any: Array.from({ length: 500 }, () => fact()) } }, '/who', 'it has at most 500 conditions or parts'],
    [{ what: {} }, '/what', 'it has just one of all, any, atLeast (with of), when (with needs) and course'],
    [{ what: { all: [] } }, '/what/all', /./],
    [
      { what: { any: [{ course: 'a', completedFrom: '2024-02-30' }] } },
      '/what/any/0/completedFrom',
      /a day that exists/,
    ],
    [
      { what: { course: 'a', completedFrom: '2024-02-02', completedTo: '2024-02-01' } },
      '/what/completedTo',
      'the last day is not before the first',
    ],
    [{ what: { course: 'a', recurs: true } }, '/what/recurs', /false/],
    [
      { what: { atLeast: 3, of: [{ course: 'a' }, { course: 'b' }] } },
      '/what/atLeast',
      'it is not more than there are',
    ],
    [{ what: { atLeast: 0, of: [{ course: 'a' }] } }, '/what/atLeast', /./],
    [{ parts: { all: [{ part: 'not an id' }] } }, '/parts/all/0/part', /letters, digits/],
    [{ parts: { atLeast: 2, of: [{ part: 'a' }] } }, '/parts/atLeast', 'it is not more than there are'],
    [{ often: { yearly: '02-29' } }, '/often/yearly', 'it is a day of every year, MM-DD: 04-01'],
    [{ often: { yearly: '4-1' } }, '/often/yearly', 'it is a day of every year, MM-DD: 04-01'],
    [{ often: { every: 'P0D' } }, '/often/every', 'it is longer than nothing'],
    [{ often: { every: 'P1Y', yearly: '04-01' } }, '/often', 'it has just one of every and yearly'],
    [{ by: { within: 'P6M', before: 'deployment' } }, '/by', 'it has just one of within and before'],
  ])('%j: %s', async (body, property, rule) => {
    const { status, json } = await put(body);
    expect([status, json.error.code, json.error.property]).toEqual([400, 'invalid_body', property]);
    if (typeof rule === 'string') expect(json.error.rule).toBe(rule);
    else expect(json.error.rule).toMatch(rule);
  });

  it('however deep it is', async () => {
    for (const [open, close] of [
      ['{"not":', '}'],
      ['[', ']'],
    ] as const) {
      const deep = `{"who": ${open.repeat(5_000)}0${close.repeat(5_000)}}`;
      const { status } = await ask(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, '/things', {
        method: 'PUT',
        body: deep,
        headers: { 'content-type': 'application/json' },
      });
      expect(status).toBe(400);
    }
  });
});

it('the contract has each expression once, by its name', () => {
  const { paths, components } = openApiDocument([ROUTE], 'https://lrs.example.org/api') as Posted;
  expect(Object.keys(components.schemas).sort()).toEqual(['Condition', 'Error', 'PartsNeeded', 'Satisfaction']);
  const { schema } = paths['/things'].put.requestBody.content['application/json'];
  expect(schema.properties.who).toEqual({ $ref: '#/components/schemas/Condition' });
  expect(schema).not.toHaveProperty('$defs');
  expect(JSON.stringify(components.schemas.Condition)).toContain('{"$ref":"#/components/schemas/Condition"}');
});
