import TinCan from 'tincanjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { etagOf } from '../support/documents.ts';
import { KEY, SECRET, startTestStore, type TestStore } from '../support/store.ts';

// biome-ignore lint/suspicious/noExplicitAny: the client has no types
type Any = any;

const VERB = { id: 'https://example.org/verbs/tincanjs' };
const ACTIVITY = { id: 'https://example.org/activities/tincanjs' };
const ACTOR = { mbox: 'mailto:learner-1@example.org', name: 'Zoë' };

let store: TestStore;
let lrs: Any;
beforeAll(async () => {
  store = await startTestStore();
  lrs = new TinCan.LRS({ endpoint: `${store.address}/xapi/`, username: KEY, password: SECRET, allowFail: false });
});
afterAll(() => store.close());

/** Calls a method of the client. @throws its error: the status of the answer */
function call(method: string, ...parameters: Any[]): Promise<Any> {
  const options = parameters.pop();
  return new Promise((resolve, reject) => {
    const callback = (error: Any, result: Any) => (error === null ? resolve(result) : reject(error));
    lrs[method](...parameters, { ...options, callback });
  });
}

const aStatement = (further: object = {}) =>
  new TinCan.Statement({ actor: ACTOR, verb: VERB, target: ACTIVITY, ...further });

describe('TinCanJS, which speaks 1.0.2', () => {
  it('asks what the store is', async () => {
    expect((await call('about', {})).version).toContain('1.0.2');
    expect(lrs.version).toBe('1.0.2');
  });

  it('sends statements, finds them page by page, and voids', async () => {
    const statements = [1, 2, 3, 4, 5].map(() => aStatement());
    await call('saveStatement', statements[0], {});
    await call('saveStatements', statements.slice(1), {});
    const found: string[] = [];
    let page = await call('queryStatements', { params: { verb: new TinCan.Verb(VERB), limit: 2, ascending: true } });
    found.push(...page.statements.map(({ id }: Any) => id));
    while (page.more) {
      page = await call('moreStatements', { url: page.more });
      found.push(...page.statements.map(({ id }: Any) => id));
    }
    expect(found).toEqual(statements.map(({ id }) => id));

    const got = await call('retrieveStatement', found[0], {});
    expect([got.actor.name, got.target.id, got.authority.account.name]).toEqual(['Zoë', ACTIVITY.id, KEY]);
    const voiding = aStatement({
      verb: { id: 'http://adlnet.gov/expapi/verbs/voided' },
      target: { objectType: 'StatementRef', id: found[0] },
    });
    await call('saveStatement', voiding, {});
    await expect(call('retrieveStatement', found[0], {})).rejects.toBe(404);
    expect((await call('retrieveVoidedStatement', found[0], {})).id).toBe(found[0]);
  });

  it('sends attachments and gets them back', async () => {
    const content = TinCan.Utils.stringToArrayBuffer('Grüße\r\n--');
    const attachment = {
      usageType: 'https://example.org/attachments/note',
      display: { en: 'Note' },
      contentType: 'text/plain; charset=utf-8',
      content,
    };
    const statement = aStatement({ attachments: [attachment] });
    await call('saveStatement', statement, {});
    const got = await call('retrieveStatement', statement.id, { params: { attachments: true } });
    expect(got.attachments[0].getContentAsString()).toBe('Grüße\r\n--');
    const { statements } = await call('queryStatements', { params: { attachments: true, limit: 1 } });
    expect(statements[0].attachments[0].getContentAsString()).toBe('Grüße\r\n--');
  });

  it('keeps states, and notices when another has changed them', async () => {
    const key = { agent: new TinCan.Agent(ACTOR), activity: new TinCan.Activity(ACTIVITY) };
    await call('saveState', 'bookmark', { page: 1 }, { ...key, contentType: 'application/json' });
    const first = await call('retrieveState', 'bookmark', key);
    expect([first.contents, first.etag]).toEqual([{ page: 1 }, etagOf('{"page":1}')]);
    await call('saveState', 'bookmark', { page: 2 }, { ...key, contentType: 'application/json', lastSHA1: first.etag });
    const stale = call(
      'saveState',
      'bookmark',
      { page: 3 },
      { ...key, contentType: 'application/json', lastSHA1: first.etag },
    );
    await expect(stale).rejects.toBe(412);
    await call('saveState', 'bookmark', { chapter: 1 }, { ...key, contentType: 'application/json', method: 'POST' });
    expect((await call('retrieveState', 'bookmark', key)).contents).toEqual({ page: 2, chapter: 1 });
    await call('saveState', 'suspend', 'ü;1;2', { ...key, contentType: 'text/plain' });
    expect((await call('retrieveState', 'suspend', key)).contents).toBe('ü;1;2');
    expect(await call('retrieveStateIds', key)).toEqual(['bookmark', 'suspend']);
    await call('dropState', null, key);
    expect((await call('retrieveState', 'bookmark', key)) ?? null).toBeNull();
  });

  it('keeps profiles, and reads activities', async () => {
    const agent = new TinCan.Agent(ACTOR);
    await call('saveAgentProfile', 'preferences', 'large', { agent });
    await expect(call('saveAgentProfile', 'preferences', 'small', { agent })).rejects.toBe(412);
    const profile = await call('retrieveAgentProfile', 'preferences', { agent });
    await call('saveAgentProfile', 'preferences', 'small', { agent, lastSHA1: profile.etag });
    expect((await call('retrieveAgentProfile', 'preferences', { agent })).contents).toBe('small');
    const activity = new TinCan.Activity(ACTIVITY);
    await call('saveActivityProfile', 'facts', { a: 1 }, { activity, contentType: 'application/json' });
    expect((await call('retrieveActivityProfile', 'facts', { activity })).contents).toEqual({ a: 1 });
    await call('saveStatement', aStatement({ target: { ...ACTIVITY, definition: { name: { en: 'Example' } } } }), {});
    expect((await call('retrieveActivity', ACTIVITY.id, {})).definition.name).toEqual({ en: 'Example' });
  });
});
