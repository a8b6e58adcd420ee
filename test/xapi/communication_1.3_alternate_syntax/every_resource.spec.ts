import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withQuery, withScopes } from '../../support/client.ts';
import { AGENT_PROFILE, DOCUMENT_RESOURCES, documentsOf, etagOf, STATE } from '../../support/documents.ts';
import { aStatement, STATEMENTS } from '../../support/statements.ts';
import { type Answered, BASIC, startTestStore, type TestStore } from '../../support/store.ts';

let store: TestStore;
beforeAll(async () => {
  store = await startTestStore();
});
afterAll(() => store.close());

const HEADERS = { Authorization: BASIC, 'X-Experience-API-Version': '1.0.3' };
type Form = Readonly<Record<string, unknown>>;

/** Everything in the form; an object is JSON. */
function alternately(
  path: string,
  method: string,
  form: Form,
  headers: Record<string, string> = {},
): Promise<Answered> {
  return store.ask(`${path}?method=${method}`, {
    body: withQuery('', { ...HEADERS, ...form }).slice(1),
    headers: {
      authorization: null,
      'x-experience-api-version': null,
      'content-type': 'application/x-www-form-urlencoded',
      ...headers,
    },
  });
}

describe('XAPI-00336 the alternate request syntax on documents', () => {
  it.each(DOCUMENT_RESOURCES)('$name: PUT, POST, GET, DELETE, with preconditions in the form', async (resource) => {
    const { context, get } = documentsOf(store, resource);
    const form = { ...context, [resource.idName]: 'a & b = ü' };
    const ask = (method: string, further: Form = {}) => alternately(resource.path, method, { ...form, ...further });
    const content = '{"text":"a+b & ü = 100 %"}';

    const created = await ask('PUT', { 'Content-Type': 'application/json', 'If-None-Match': '*', content });
    expect([created.status, created.text]).toEqual([204, '']);
    expect((await get('a & b = ü')).text).toBe(content);
    expect((await ask('PUT', { 'If-None-Match': '*', content: '{}' })).status).toBe(412);
    expect((await ask('PUT', { 'If-Match': '"x"', content: '{}' })).status).toBe(412);

    const read = await ask('GET');
    expect([read.status, read.text, read.headers.get('etag')]).toEqual([200, content, etagOf(content)]);
    expect((await ask('POST', { 'content-type': 'application/json', content: '{"more":1}' })).status).toBe(204);
    expect((await ask('GET')).json).toEqual({ ...JSON.parse(content), more: 1 });
    expect((await alternately(resource.path, 'GET', context)).json).toEqual(['a & b = ü']);

    expect((await ask('DELETE', { 'If-Match': '"x"' })).status).toBe(412);
    const removed = await ask('DELETE');
    expect([removed.status, removed.text]).toEqual([204, '']);
    expect((await ask('GET')).status).toBe(404);
  });

  it('the content type of a document is that of the form, its content is text of it', async () => {
    const { context, get } = documentsOf(store, STATE);
    const form = { ...context, stateId: 'x', 'Content-Type': 'text/plain; charset=utf-8', 'Content-Length': '4' };
    await alternately(STATE.path, 'PUT', { ...form, content: '日本' });
    const got = await get('x');
    expect([got.text, got.headers.get('content-type')]).toEqual(['日本', 'text/plain; charset=utf-8']);
  });

  it.each(['text/plain\r\nX-Other: 1', 'text/plain\n', 'text/\u0000', 'text/plain; x=日'])(
    'a header of the form that is none is refused: %j',
    async (type) => {
      const { context, get } = documentsOf(store, STATE);
      const { status, json } = await alternately(STATE.path, 'PUT', {
        ...context,
        stateId: 'x',
        'Content-Type': type,
        content: 'x',
      });
      expect([status, json.error.property]).toEqual([400, 'Content-Type']);
      expect((await get('x')).status).toBe(404);
    },
  );
});

describe('XAPI-00336 the alternate request syntax elsewhere', () => {
  it('activities, agents, about', async () => {
    const activity = await alternately('/xapi/activities', 'GET', { activityId: 'urn:a' });
    expect(activity.json).toEqual({ objectType: 'Activity', id: 'urn:a' });
    const person = await alternately('/xapi/agents', 'GET', { agent: { mbox: 'mailto:a@example.org' } });
    expect(person.json).toEqual({ objectType: 'Person', mbox: ['mailto:a@example.org'] });
    const about = await alternately('/xapi/about', 'GET', {});
    expect([about.status, about.json.version.includes('1.0.3')]).toEqual([200, true]);
    expect((await alternately('/xapi/about', 'PUT', {})).status).toBe(405);
    expect((await alternately('/xapi/agents', 'DELETE', {})).status).toBe(405);
  });

  it('headers may as well be headers, and what the form says holds', async () => {
    const reader = await withScopes(store, 'all/read');
    const form = { content: JSON.stringify(aStatement()), 'Content-Type': 'application/json' };
    const body = withQuery('', form).slice(1);
    const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' };
    expect((await store.ask(`${STATEMENTS}?method=POST`, { body, headers })).status).toBe(200);
    const stronger = await alternately(
      STATEMENTS,
      'POST',
      { ...form, Authorization: reader.authorization },
      { authorization: BASIC },
    );
    expect(stronger.status).toBe(403);
    const names = await alternately(STATEMENTS, 'GET', { AUTHORIZATION: BASIC, Authorization: undefined });
    expect(names.status).toBe(200);
  });

  it.each([
    ['a parameter twice', 'stateId=a&stateId=b'],
    ['a parameter that nobody knows', '__proto__=x'],
    ['text that is not UTF-8', 'stateId=%ff'],
    ['bytes that are not UTF-8', Buffer.from('stateId=\xff', 'latin1')],
  ])('%s is refused', async (_, form) => {
    const body = Buffer.concat([Buffer.from(form as string), Buffer.from(`&${withQuery('', HEADERS).slice(1)}`)]);
    const headers = {
      authorization: null,
      'x-experience-api-version': null,
      'content-type': 'application/x-www-form-urlencoded',
    };
    const { status, json } = await store.ask(`${STATE.path}?method=GET`, { body, headers });
    expect([status, json.error.code]).toEqual([400, 'invalid_parameter']);
  });

  it.each(['text/plain', 'text/plain;charset=UTF-8', null])(
    'a form is one when it comes as %s, as from those who cannot set headers',
    async (type) => {
      const { context, get } = documentsOf(store, STATE);
      const body = new TextEncoder().encode(
        withQuery('', { ...HEADERS, ...context, stateId: 'x', 'Content-Type': 'text/plain', content: 'a+b' }).slice(1),
      );
      const headers = { authorization: null, 'x-experience-api-version': null, 'content-type': type };
      expect((await store.ask(`${STATE.path}?method=PUT`, { body, headers })).status).toBe(204);
      expect((await get('x')).text).toBe('a+b');
    },
  );

  it.each(['application/json', 'multipart/form-data; boundary=b', 'text/html', 'text/plainx'])(
    'a body that is no form is refused: %s',
    async (type) => {
      const body = new TextEncoder().encode(withQuery('', HEADERS).slice(1));
      const { status, json } = await store.ask(`${STATEMENTS}?method=GET`, { body, headers: { 'content-type': type } });
      expect([status, json.error.property]).toEqual([400, 'Content-Type']);
    },
  );

  it('413: a form is not larger than another body', async () => {
    const small = await startTestStore({ LEDGERLINE_MAX_BODY: '1KiB' });
    try {
      const body = withQuery('', { ...HEADERS, content: 'x'.repeat(1_100) }).slice(1);
      const { status } = await small.ask(`${STATE.path}?method=PUT`, {
        body,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      });
      expect(status).toBe(413);
    } finally {
      await small.close();
    }
  });

  it('2.0 knows none of it: not a document is written', async () => {
    const { context, get, create } = documentsOf(store, AGENT_PROFILE);
    await create('kept', '1');
    const newer = { 'X-Experience-API-Version': '2.0.0' };
    for (const [method, form] of [
      ['PUT', { ...context, profileId: 'x', content: '1', 'If-None-Match': '*' }],
      ['POST', { ...context, profileId: 'x', content: '{}' }],
      ['DELETE', { ...context, profileId: 'kept' }],
      ['GET', { ...context, profileId: 'kept' }],
    ] as const) {
      const { status } = await alternately(AGENT_PROFILE.path, method, { ...form, ...newer });
      expect([400, 401]).toContain(status);
      const authorized = await alternately(
        AGENT_PROFILE.path,
        method,
        { ...form, ...newer },
        { authorization: BASIC, 'x-experience-api-version': '2.0.0' },
      );
      expect([authorized.status, authorized.json.error.property]).toEqual([400, 'method']);
    }
    expect([(await get('x')).status, (await get('kept')).status]).toEqual([404, 200]);
  });
});
