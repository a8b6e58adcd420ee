import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Asking, post, withHeaders, withQuery, withScopes } from '../../support/client.ts';
import { etagOf } from '../../support/documents.ts';
import { anIdentified, aStatement, aStatementAbout, aVoidingOf, type Posted } from '../../support/statements.ts';
import { type Answered, startTestStore, type TestStore } from '../../support/store.ts';

const ACTIVITIES = '/xapi/activities';

let store: TestStore;
beforeAll(async () => {
  store = await startTestStore();
});
afterAll(() => store.close());

const anId = () => `https://example.org/activities/${randomUUID()}`;
const get = (activityId: unknown, asking: Asking = store): Promise<Answered> =>
  asking.ask(withQuery(ACTIVITIES, { activityId }));
/** States that the activity is described so, in one statement after the other. */
async function describeActivity(id: string, ...definitions: Posted[]): Promise<void> {
  for (const definition of definitions) await post(store, aStatement({ object: { id, definition } }));
}
const definitionOf = async (id: string) => (await get(id)).json.definition;

describe('Communication 2.5 the activities resource', () => {
  it.each(['1.0.3', '2.0.0'])(
    'XAPI-00252, XAPI-00253 gives an activity as all statements have described it (%s)',
    async (version) => {
      const id = anId();
      const definition = {
        name: { en: 'Example' },
        description: { 'en-GB': 'An example', de: 'Ein Beispiel' },
        type: 'http://adlnet.gov/expapi/activities/course',
        moreInfo: 'https://example.org/more',
        extensions: { 'https://example.org/ext': { __proto__: null, a: [1, null] } },
      };
      await describeActivity(id, definition);
      const { status, headers, json, text } = await get(
        id,
        withHeaders(store, { 'x-experience-api-version': version }),
      );
      expect([status, json]).toEqual([200, { objectType: 'Activity', id, definition }]);
      expect(headers.get('content-type')).toMatch(/^application\/json/);
      expect(headers.get('etag')).toBe(etagOf(text));
      expect(headers.get('x-experience-api-version')).toBe(version);
    },
  );

  it('XAPI-00251 an activity that nobody has described is an Activity with its id', async () => {
    const [unknown, undescribed] = [anId(), anId()];
    await post(store, aStatement({ object: { id: undescribed } }));
    for (const id of [unknown, undescribed, 'urn:x', 'tag:example.org,2026:ä']) {
      const { status, json } = await get(id);
      expect([status, json]).toEqual([200, { objectType: 'Activity', id }]);
    }
  });

  it('XAPI-00254 languages, extensions and members of several statements come together, the latest wins', async () => {
    const id = anId();
    await describeActivity(
      id,
      {
        name: { en: 'One', fr: 'Un' },
        type: 'https://example.org/types/1',
        extensions: { 'https://example.org/a': 1 },
      },
      { name: { EN: 'Two', es: 'Dos' }, description: { en: 'Described' } },
      { moreInfo: 'https://example.org/more', extensions: { 'https://example.org/b': 2 } },
      { type: 'https://example.org/types/2' },
    );
    expect(await definitionOf(id)).toEqual({
      name: { fr: 'Un', EN: 'Two', es: 'Dos' },
      description: { en: 'Described' },
      type: 'https://example.org/types/2',
      moreInfo: 'https://example.org/more',
      extensions: { 'https://example.org/a': 1, 'https://example.org/b': 2 },
    });
  });

  it('interactions come with their components; another interaction takes their place', async () => {
    const id = anId();
    const choice = {
      type: 'http://adlnet.gov/expapi/activities/cmi.interaction',
      interactionType: 'choice',
      correctResponsesPattern: ['a'],
      choices: [
        { id: 'a', description: { en: 'A' } },
        { id: 'b', description: { en: 'B' } },
      ],
    };
    await describeActivity(id, choice, {
      interactionType: 'choice',
      choices: [{ id: 'b', description: { de: 'Be' } }, { id: 'c' }],
    });
    expect(await definitionOf(id)).toEqual({
      ...choice,
      choices: [{ id: 'b', description: { en: 'B', de: 'Be' } }, { id: 'c' }],
    });
    await describeActivity(id, { interactionType: 'likert', scale: [{ id: 'likert_0' }], name: { en: 'Scale' } });
    expect(await definitionOf(id)).toEqual({
      type: choice.type,
      name: { en: 'Scale' },
      interactionType: 'likert',
      scale: [{ id: 'likert_0' }],
    });
  });

  it('what contexts, SubStatements and other batches say counts too, in the order of their storage', async () => {
    const [parent, within, twice] = [anId(), anId(), anId()];
    const named = (id: string, name: string) => ({ id, definition: { name: { en: name } } });
    await post(
      store,
      aStatement({
        context: { contextActivities: { parent: [named(parent, 'Parent')], other: named(twice, 'First') } },
      }),
      aStatementAbout({
        object: named(within, 'Within'),
        context: { contextActivities: { category: [named(twice, 'Second')] } },
      }),
    );
    expect((await definitionOf(parent)).name).toEqual({ en: 'Parent' });
    expect((await definitionOf(within)).name).toEqual({ en: 'Within' });
    expect((await definitionOf(twice)).name).toEqual({ en: 'Second' });
  });

  it('statements keep what they said; a voided one has said it all the same', async () => {
    const id = anId();
    const first = anIdentified({ object: { id, definition: { name: { en: 'First' } } } });
    await post(store, first);
    await describeActivity(id, { name: { en: 'Second' } });
    const exact = await store.ask(withQuery('/xapi/statements', { statementId: first.id }));
    expect(exact.json.object.definition).toEqual({ name: { en: 'First' } });
    const canonical = await store.ask(withQuery('/xapi/statements', { statementId: first.id, format: 'canonical' }));
    expect(canonical.json.object.definition).toEqual({ name: { en: 'Second' } });
    await post(store, aVoidingOf(first.id));
    expect((await definitionOf(id)).name).toEqual({ en: 'Second' });
  });

  it('Communication 4.2 a credential without the scope define describes nothing', async () => {
    const [writer, definer] = [
      await withScopes(store, 'statements/write'),
      await withScopes(store, 'statements/write', 'define'),
    ];
    const id = anId();
    const stated = (name: string) => aStatement({ object: { id, definition: { name: { en: name } } } });
    const { json } = await writer.ask('/xapi/statements', { body: stated('Written') });
    expect((await get(id)).json).toEqual({ objectType: 'Activity', id });
    const kept = await store.ask(withQuery('/xapi/statements', { statementId: json[0] }));
    expect(kept.json.object.definition).toEqual({ name: { en: 'Written' } });
    await definer.ask('/xapi/statements', { body: stated('Defined') });
    await writer.ask('/xapi/statements', { body: stated('Written over') });
    expect((await definitionOf(id)).name).toEqual({ en: 'Defined' });
  });

  it('all is the same after a restart, and from a read store that was made anew', async () => {
    const id = anId();
    await describeActivity(id, { name: { en: 'A', de: 'B' } }, { name: { en: 'C' }, description: { en: 'D' } });
    const before = (await get(id)).text;
    await store.restart();
    expect((await get(id)).text).toBe(before);
    await store.restart(() => rmSync(join(store.data, 'read'), { recursive: true }));
    expect((await get(id)).text).toBe(before);
    await describeActivity(id, { name: { fr: 'E' } });
    expect((await definitionOf(id)).name).toEqual({ en: 'C', de: 'B', fr: 'E' });
  });
});

describe('Communication 2.5 what is refused', () => {
  it.each([
    ['XAPI-00250 no activityId', '', 'activityId'],
    ['no IRI', '?activityId=activity', 'activityId'],
    ['an empty one', '?activityId=', 'activityId'],
    ['two', '?activityId=urn:a&activityId=urn:b', 'activityId'],
    ['XAPI-00324 another parameter', '?activityId=urn:a&since=2026-01-01T00:00:00Z', 'since'],
    ['XAPI-00325 another case', '?activityid=urn:a', 'activityid'],
  ])('%s', async (_, query, property) => {
    const { status, json } = await store.ask(ACTIVITIES + query);
    expect([status, json.error.code, json.error.property]).toEqual([400, 'invalid_parameter', property]);
  });

  it.each(['PUT', 'POST', 'DELETE', 'PATCH'])('%s: 405', async (method) => {
    const { status, headers } = await store.ask(withQuery(ACTIVITIES, { activityId: 'urn:a' }), { method, body: {} });
    expect([status, headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('a credential that reads no statements', async () => {
    for (const [scopes, status] of [
      [['state', 'profile', 'statements/write', 'define'], 403],
      [['statements/read/mine'], 200],
    ] as const) {
      expect((await get('urn:a', await withScopes(store, ...scopes))).status).toBe(status);
    }
  });
});

it('XAPI-00125 HEAD answers as GET does, without a body', async () => {
  for (const query of ['?activityId=urn:a', '?activityId=', '']) {
    const [got, head] = [await store.ask(ACTIVITIES + query), await store.ask(ACTIVITIES + query, { method: 'HEAD' })];
    expect([head.status, head.text, head.headers.get('etag')]).toEqual([got.status, '', got.headers.get('etag')]);
    expect(head.headers.get('content-length')).toBe(String(got.bytes.length));
  }
});
