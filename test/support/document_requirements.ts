import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Query, withHeaders, withQuery } from './client.ts';
import { type DocumentResource, type Documents, documentsOf, etagOf, NEW } from './documents.ts';
import { startTestStore, type TestStore } from './store.ts';

/** The numbers of the requirements that a resource has in common with the others, where there is one. */
export interface Numbers {
  readonly put: string;
  readonly post: string;
  readonly get: string;
  readonly remove: string;
  readonly list: string;
  readonly since: string;
  readonly wrongSince: string;
  readonly missing: string;
  readonly wrong: string;
  readonly postOfNew: string;
  readonly merge: string;
  readonly refusedType: string;
  readonly refusedContent: string;
}

const METHODS = ['GET', 'PUT', 'POST', 'DELETE'];

/** What names no Agent. */
const NO_AGENTS = [
  '',
  'learner-1',
  '"mailto:learner-1@example.org"',
  'null',
  '[]',
  '{}',
  '{"mbox":"learner-1@example.org"}',
  '{"mbox":"mailto:learner-1@example.org"',
  '{"mbox":["mailto:learner-1@example.org"]}',
  '{"mbox":"mailto:learner-1@example.org","mbox":"mailto:learner-2@example.org"}',
  '{"mbox":"mailto:learner-1@example.org","openid":"https://id.example.org/1"}',
  '{"mbox":"mailto:learner-1@example.org","colour":"blue"}',
  '{"objectType":"Person","mbox":"mailto:learner-1@example.org"}',
  '{"objectType":"Group","mbox":"mailto:learner-1@example.org"}',
  '{"objectType":"Group","member":[{"mbox":"mailto:learner-1@example.org"}]}',
  '{"account":{"homePage":"https://example.org"}}',
  '{"mbox":"mailto:learner-1@example.org","name":"\\ud800"}',
  `${'{"a":'.repeat(150)}1${'}'.repeat(150)}`,
];
const NO_ACTIVITIES = ['', 'activity', '/activities/1', 'https://example.org/a b', 'https://example.org/%zz', '{}'];
const NO_INSTANTS = ['', 'yesterday', '2026-13-01T00:00:00Z', '2026-01-01', '1767225600'];

const WRONG: Readonly<Record<string, readonly string[]>> = {
  agent: NO_AGENTS,
  activityId: NO_ACTIVITIES,
  registration: ['', '7', 'ab5dd8f9-2b9b-4b0c-8c5a-1c3e7d1e5c2', '{ab5dd8f9-2b9b-4b0c-8c5a-1c3e7d1e5c2a}'],
};

/** The tests of everything in which the three document resources are alike (Communication 2.2), under both versions. */
export function describeDocuments(resource: DocumentResource, numbers: Numbers): void {
  let store: TestStore;
  beforeAll(async () => {
    store = await startTestStore();
  });
  afterAll(() => store.close());
  const { idName, path } = resource;

  describe.each(['1.0.3', '2.0.0'])(`${resource.name} under %s`, (version) => {
    const asking = () => withHeaders(store, { 'x-experience-api-version': version });
    const documents = (context?: Query): Documents => documentsOf(asking(), resource, context);

    it(`${numbers.put}, ${numbers.get} PUT stores what GET gives back`, async () => {
      const { create, put, get } = documents();
      const created = await create('first', 'Grüße', { 'content-type': 'text/plain; charset=utf-8' });
      expect([created.status, created.text]).toEqual([204, '']);
      const got = await get('first');
      expect([got.status, got.text]).toEqual([200, 'Grüße']);
      expect(got.headers.get('content-type')).toBe('text/plain; charset=utf-8');
      expect(got.headers.get('etag')).toBe(etagOf('Grüße'));
      expect(got.headers.get('content-length')).toBe('7');
      expect(got.headers.get('x-experience-api-version')).toBe(version);
      expect(Date.now() - Date.parse(got.headers.get('last-modified')!)).toBeLessThan(60_000);
      const replaced = await put('first', { other: true }, { 'if-match': etagOf('Grüße') });
      expect(replaced.status).toBe(204);
      expect((await get('first')).text).toBe('{"other":true}');
    });

    it(`${numbers.post}, ${numbers.postOfNew} POST of what is not there stores it`, async () => {
      const { post, get } = documents();
      for (const [id, content, type] of [
        ['json', '{ "a" : 1.0 }', 'application/json'],
        ['text', 'a text', 'text/plain'],
      ] as const) {
        const posted = await post(id, content, { 'content-type': type });
        expect([posted.status, posted.text]).toEqual([204, '']);
        const got = await get(id);
        expect([got.text, got.headers.get('content-type')]).toEqual([content, type]);
      }
    });

    it(`${numbers.merge}, XAPI-00183, XAPI-00184 POST replaces top-level members, each as a whole`, async () => {
      const { create, post, get } = documents();
      await create('merged', { kept: [1], replaced: { deep: 1, deeper: { a: 1 } }, nulled: 1 });
      const posted = await post('merged', { replaced: { deep: 2 }, nulled: null, added: 'new' });
      expect(posted.status).toBe(204);
      const got = await get('merged');
      expect(got.json).toEqual({ kept: [1], replaced: { deep: 2 }, nulled: null, added: 'new' });
      expect(got.headers.get('etag')).toBe(etagOf(got.text));
      expect(got.headers.get('content-type')).toBe('application/json');
    });

    it(`${numbers.refusedType}, ${numbers.refusedContent} a POST that cannot be merged is refused and changes nothing`, async () => {
      const { create, post, get } = documents();
      const object = '{"a":1}';
      const json = 'application/json';
      for (const [existing, existingType, posted, postedType] of [
        [object, json, object, 'text/plain'],
        [object, json, object, 'application/jsonp'],
        [object, 'text/plain', object, json],
        [object, json, '[{"b":2}]', json],
        [object, json, '"b"', json],
        [object, json, 'null', json],
        [object, json, '{"b":', json],
        [object, json, '{"b":1,"b":2}', json],
        [object, json, '', json],
        [object, json, Buffer.from('{"b":"\xff"}', 'latin1'), json],
        ['[1]', json, object, json],
        ['1', json, object, json],
        ['{"a":', json, object, json],
        [Buffer.from('{"a":"\xff"}', 'latin1'), json, object, json],
      ] as const) {
        const id = JSON.stringify([`${existing}`, existingType, `${posted}`, postedType]);
        await create(id, existing, { 'content-type': existingType });
        const { status, json: answer } = await post(id, posted, { 'content-type': postedType });
        expect([id, status]).toEqual([id, 400]);
        expect(answer.error.message).toBeTruthy();
        const got = await get(id);
        expect([got.bytes, got.headers.get('content-type')]).toEqual([Buffer.from(existing as string), existingType]);
      }
    });

    it('a POST of what says to be JSON and is not is refused where nothing is there yet, too', async () => {
      const { post, get } = documents();
      for (const content of ['{"a":', 'a=1', '{"a":1}{"b":2}', "{'a':1}"]) {
        expect((await post('new', content)).status).toBe(400);
        expect((await get('new')).status).toBe(404);
      }
    });

    it(`${numbers.remove} DELETE removes one, and is no error where there is none`, async () => {
      const { create, get, remove, list } = documents();
      await create('one', '1');
      await create('two', '2');
      const removed = await remove('one');
      expect([removed.status, removed.text]).toEqual([204, '']);
      expect((await get('one')).status).toBe(404);
      expect((await list()).json).toEqual(['two']);
      expect((await remove('one')).status).toBe(204);
      await create('one', 'again');
      expect((await get('one')).text).toBe('again');
    });

    it(`${numbers.list} GET without id lists the ids of the context`, async () => {
      const { create, list } = documents();
      const empty = await list();
      expect([empty.status, empty.json]).toEqual([200, []]);
      const ids = ['a', 'ä/?&=#%', 'A', ' ', '日本語', 'a'.repeat(500), '__proto__', '\u0000'];
      for (const id of ids) await create(id, id);
      const listed = await list();
      expect(listed.json.toSorted()).toEqual(ids.toSorted());
      expect(listed.headers.get('content-type')).toMatch(/^application\/json/);
      expect(listed.headers.get('etag')).toBe(etagOf(listed.text));
      expect((await documents().list()).json).toEqual([]);
    });

    it(`${numbers.since} since: only what was written later`, async () => {
      const { create, put, get, list } = documents();
      await create('early', 'e');
      await create('late', 'l');
      const between = new Date((await nextMillisecond()) - 1).toISOString();
      await put('late', 'later', { 'if-match': '*' });
      await create('latest', 'x');
      expect((await list({ since: between })).json).toEqual(['late', 'latest']);
      const plus2 = new Date(Date.parse(between) + 7_200_000).toISOString().replace('Z', '+02:00');
      expect((await list({ since: plus2 })).json).toEqual(['late', 'latest']);
      expect((await list({ since: '2999-01-01T00:00:00Z' })).json).toEqual([]);
      expect((await list({ since: '1999-01-01T00:00:00Z' })).json).toEqual(['early', 'late', 'latest']);
      const newest = (await get('latest')).headers.get('last-modified');
      expect((await list()).headers.get('last-modified')).toBe(newest);
    });

    it(`${numbers.wrongSince} since that is no timestamp is refused, and so is since with a method that has none`, async () => {
      const { at, list } = documents();
      for (const since of NO_INSTANTS) expect(refusal(await list({ since }))).toEqual([400, 'since']);
      for (const method of ['PUT', 'POST', 'DELETE']) {
        const query = at({ [idName]: 'x', since: '2020-01-01T00:00:00Z' });
        expect(refusal(await asking().ask(query, { method, body: '{}', headers: NEW }))).toEqual([400, 'since']);
      }
    });

    it(`${numbers.missing} without a parameter of the context every method is refused`, async () => {
      const context = resource.context();
      for (const name of Object.keys(context)) {
        const { [name]: _, ...others } = context;
        for (const method of METHODS) {
          const answer = await asking().ask(withQuery(path, { ...others, [idName]: 'x' }), withBody(method));
          expect([method, ...refusal(answer)]).toEqual([method, 400, name]);
        }
      }
      for (const method of ['PUT', 'POST']) {
        expect(refusal(await asking().ask(withQuery(path, context), withBody(method)))).toEqual([400, idName]);
      }
    });

    it(`${numbers.wrong} with a wrong parameter of the context every method is refused`, async () => {
      const context = resource.context();
      const names = [...Object.keys(context), ...(idName === 'stateId' ? ['registration'] : [])];
      for (const name of names) {
        for (const value of WRONG[name]!) {
          for (const method of METHODS) {
            const query = withQuery(path, { ...context, [name]: value, [idName]: 'x' });
            const answer = await asking().ask(query, withBody(method));
            expect([method, value, ...refusal(answer)]).toEqual([method, value, 400, name]);
          }
        }
      }
    });

    it('XAPI-00324, XAPI-00325 an unknown, differently written or repeated parameter is refused', async () => {
      const { at } = documents();
      const good = at({ [idName]: 'x' });
      for (const [query, name] of [
        [`${good}&colour=blue`, 'colour'],
        [`${good}&Agent=%7B%7D`, 'Agent'],
        [`${good}&ActivityId=a`, 'ActivityId'],
        [`${good}&${idName}=y`, idName],
        [`${good}&__proto__=y`, '__proto__'],
        [`${good}&constructor=y`, 'constructor'],
        [`${good}&=`, ''],
        [good.replace(idName, idName.toUpperCase()), idName.toUpperCase()],
      ] as const) {
        for (const method of METHODS) {
          const answer = await asking().ask(query, withBody(method));
          expect([method, query, ...refusal(answer)]).toEqual([method, query, 400, name]);
        }
      }
    });

    it('XAPI-00125, XAPI-00126 HEAD answers as GET does, without a body', async () => {
      const { create, at } = documents();
      await create('small', 'content', { 'content-type': 'text/x-test' });
      await create('large', 'x'.repeat(100_000));
      for (const query of [
        {},
        { [idName]: 'small' },
        { [idName]: 'large' },
        { [idName]: 'none' },
        { colour: 'blue' },
      ]) {
        const [get, head] = [await asking().ask(at(query)), await asking().ask(at(query), { method: 'HEAD' })];
        expect([head.status, head.text]).toEqual([get.status, '']);
        for (const name of ['content-type', 'content-length', 'etag', 'last-modified', 'x-experience-api-version']) {
          expect([name, head.headers.get(name)]).toEqual([name, get.headers.get(name)]);
        }
      }
    });

    it('any other method is refused with those that are there', async () => {
      const { status, headers, json } = await asking().ask(documents().at({ [idName]: 'x' }), {
        method: 'PATCH',
        body: {},
      });
      expect([status, json.error.code]).toEqual([405, 'method_not_allowed']);
      expect(headers.get('allow')!.split(', ').toSorted()).toEqual(['DELETE', 'GET', 'HEAD', 'POST', 'PUT']);
    });

    it('documents of other contexts stay apart; one agent in several notations is one', async () => {
      const { context, create } = documents();
      await create('x', 'mine');
      expect((await documents().get('x')).status).toBe(404);
      for (const [name, other] of Object.entries(resource.context())) {
        expect((await documents({ ...context, [name]: other }).get('x')).status).toBe(404);
      }
      if (!('agent' in context)) return;
      const agent = context.agent as object;
      for (const same of [
        { objectType: 'Agent', ...agent },
        { ...agent, name: 'Somebody' },
      ]) {
        expect((await documents({ ...context, agent: same }).get('x')).text).toBe('mine');
      }
    });
  });
}

function withBody(method: string) {
  return method === 'GET' || method === 'DELETE' ? { method } : { method, body: {}, headers: NEW };
}

function refusal({ status, json }: { status: number; json: { error?: { property?: string } } }) {
  return [status, json.error?.property];
}

/** Waits until the clock shows another millisecond: what is written then is later than all before. */
async function nextMillisecond(): Promise<number> {
  const start = Date.now();
  while (Date.now() <= start + 1) await new Promise((resolve) => setTimeout(resolve, 1));
  return Date.now();
}
