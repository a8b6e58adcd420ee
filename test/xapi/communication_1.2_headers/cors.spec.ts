import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withQuery } from '../../support/client.ts';
import { aStatement, STATEMENTS } from '../../support/statements.ts';
import { startTestStore, type TestStore } from '../../support/store.ts';

const ORIGIN = 'https://course.example.org';
const ASKED = [
  'authorization',
  'content-type',
  'x-experience-api-version',
  'if-match',
  'if-none-match',
  'accept-language',
];

let store: TestStore;
beforeAll(async () => {
  store = await startTestStore();
});
afterAll(() => store.close());

const listed = (headers: Headers, name: string) => (headers.get(name) ?? '').toLowerCase().split(/\s*,\s*/);
const fromPage = { origin: ORIGIN };
/** A preflight as a browser sends it: without credential and version. */
const preflight = (path: string, method: string) =>
  store.ask(path, {
    method: 'OPTIONS',
    headers: {
      ...fromPage,
      authorization: null,
      'x-experience-api-version': null,
      'access-control-request-method': method,
      'access-control-request-headers': ASKED.join(','),
    },
  });

describe('Communication 1.2 a page of another origin', () => {
  it.each(['GET', 'HEAD', 'PUT', 'POST', 'DELETE'])('is told by a preflight that it may %s', async (method) => {
    for (const path of [
      STATEMENTS,
      '/xapi/activities/state',
      '/xapi/about',
      '/api/learners/mailto%3Aa%40b.org/history',
    ]) {
      const { status, headers, text } = await preflight(path, method);
      expect([200, 204]).toContain(status);
      expect(text).toBe('');
      expect(['*', ORIGIN]).toContain(headers.get('access-control-allow-origin'));
      expect(listed(headers, 'access-control-allow-methods')).toContain(method.toLowerCase());
      expect(listed(headers, 'access-control-allow-headers')).toEqual(expect.arrayContaining(ASKED));
    }
  });

  it.each([
    ['an answer', {}, undefined, 200],
    ['a refusal', { colour: 'blue' }, undefined, 400],
    ['a demand for a credential', {}, null, 401],
    ['an answer to nothing there', { statementId: '00000000-0000-4000-8000-000000000000' }, undefined, 404],
  ])('may read the headers of %s', async (_, query, authorization, status) => {
    const answer = await store.ask(withQuery(STATEMENTS, query), {
      headers: { ...fromPage, ...(authorization === null && { authorization }) },
    });
    expect(answer.status).toBe(status);
    expect(['*', ORIGIN]).toContain(answer.headers.get('access-control-allow-origin'));
    expect(listed(answer.headers, 'access-control-expose-headers')).toEqual(
      expect.arrayContaining([
        'etag',
        'last-modified',
        'x-experience-api-version',
        'x-experience-api-consistent-through',
      ]),
    );
    expect(answer.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
  });

  it('may store and read', async () => {
    const posted = await store.ask(STATEMENTS, { body: aStatement(), headers: fromPage });
    expect(posted.status).toBe(200);
    expect(['*', ORIGIN]).toContain(posted.headers.get('access-control-allow-origin'));
  });

  it('is refused where only others may: no header lets it read', async () => {
    const closed = await startTestStore({ LEDGERLINE_CORS_ORIGINS: 'https://portal.example.org' });
    try {
      for (const [origin, allowed] of [
        ['https://portal.example.org', 'https://portal.example.org'],
        [ORIGIN, null],
        ['https://portal.example.org.evil.example', null],
      ] as const) {
        const { headers } = await closed.ask(STATEMENTS, { headers: { origin } });
        expect(headers.get('access-control-allow-origin')).toBe(allowed);
        expect(listed(headers, 'vary')).toContain('origin');
      }
    } finally {
      await closed.close();
    }
  });
});
