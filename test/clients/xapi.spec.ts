import XAPI from '@xapi/xapi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { etagOf } from '../support/documents.ts';
import { sha2 } from '../support/multipart.ts';
import { BASIC, KEY, SECRET, startTestStore, type TestStore } from '../support/store.ts';

const Client = XAPI.default;
const ACTOR = { objectType: 'Agent' as const, mbox: 'mailto:learner-1@example.org' };
const ACTIVITY = 'https://example.org/activities/xapi-js';
const aStatement = (id = ACTIVITY) => ({
  actor: ACTOR,
  verb: Client.Verbs.COMPLETED,
  object: { objectType: 'Activity' as const, id },
});

let store: TestStore;
beforeAll(async () => {
  store = await startTestStore();
});
afterAll(() => store.close());

describe.each(['fetch', 'axios'] as const)('@xapi/xapi by way of %s', (adapter) => {
  const client = () =>
    new Client({ endpoint: `${store.address}/xapi`, auth: Client.toBasicAuth(KEY, SECRET), adapter });

  it('sends statements, finds them page by page, and voids', async () => {
    const activity = `${ACTIVITY}/${adapter}`;
    expect(Client.toBasicAuth(KEY, SECRET)).toBe(BASIC);
    const { data: ids } = await client().sendStatements({ statements: [1, 2, 3].map(() => aStatement(activity)) });
    const found: string[] = [];
    let { data: page } = await client().getStatements({ activity, limit: 1, ascending: true });
    for (;;) {
      found.push(...page.statements.map(({ id }) => id!));
      if (!page.more) break;
      page = (await client().getMoreStatements({ more: page.more })).data as typeof page;
    }
    expect(found).toEqual(ids);
    await client().voidStatement({ actor: ACTOR, statementId: ids[0]! });
    expect((await client().getVoidedStatement({ voidedStatementId: ids[0]! })).data).toMatchObject({ id: ids[0] });
    await expect(client().getStatement({ statementId: ids[0]! })).rejects.toThrow();
    expect((await client().getActivity({ activityId: activity })).data).toMatchObject({
      objectType: 'Activity',
      id: activity,
    });
    expect((await client().getAgent({ agent: ACTOR })).data).toMatchObject({
      objectType: 'Person',
      mbox: [ACTOR.mbox],
    });
    expect((await client().getAbout()).data.version).toContain('1.0.3');
  });

  it('keeps states, and notices when another has changed them', async () => {
    const key = { agent: ACTOR, activityId: ACTIVITY, stateId: adapter };
    await client().setState({ ...key, state: { page: 1 } });
    const { data, headers } = await client().getState(key);
    expect([data, headers.etag]).toEqual([{ page: 1 }, etagOf('{"page":1}')]);
    const ifMatch = { etag: headers.etag, matchHeader: 'If-Match' as const };
    await client().setState({ ...key, ...ifMatch, state: { page: 2 } });
    await expect(client().setState({ ...key, ...ifMatch, state: { page: 3 } })).rejects.toThrow();
    await client().createState({ ...key, state: { chapter: 1 } });
    expect((await client().getState(key)).data).toEqual({ page: 2, chapter: 1 });
    await client().setState({ ...key, stateId: `${adapter}.txt`, state: 'a text', contentType: 'text/plain' } as never);
    expect((await client().getState({ ...key, stateId: `${adapter}.txt` })).data).toBe('a text');
    const { stateId: _, ...context } = key;
    expect((await client().getStates(context)).data).toEqual([adapter, `${adapter}.txt`]);
    await client().deleteStates(context);
    expect((await client().getStates(context)).data).toEqual([]);
  });

  it('keeps profiles', async () => {
    const key = { agent: ACTOR, profileId: adapter };
    const isNew = { etag: '*', matchHeader: 'If-None-Match' as const };
    await client().setAgentProfile({ ...key, ...isNew, profile: { a: 1 } });
    await expect(client().setAgentProfile({ ...key, ...isNew, profile: { a: 2 } })).rejects.toThrow();
    expect((await client().getAgentProfile(key)).data).toEqual({ a: 1 });
    const ofActivity = { activityId: ACTIVITY, profileId: adapter };
    await client().createActivityProfile({ ...ofActivity, profile: { b: 1 } } as never);
    expect((await client().getActivityProfile(ofActivity)).data).toEqual({ b: 1 });
    expect((await client().getActivityProfiles({ activityId: ACTIVITY })).data).toContain(adapter);
  });
});

it('@xapi/xapi sends attachments and gets them back', async () => {
  const client = new Client({ endpoint: `${store.address}/xapi`, auth: BASIC, adapter: 'fetch' });
  const content = new TextEncoder().encode('here is a simple attachment');
  const attachment = {
    usageType: Client.AttachmentUsages.SUPPORTING_MEDIA,
    display: { en: 'Note' },
    contentType: 'text/plain',
    length: content.length,
    sha2: sha2(content),
  };
  const statement = { ...aStatement(), attachments: [attachment] };
  const { data: ids } = await client.sendStatement({ statement, attachments: [content.buffer as ArrayBuffer] });
  const { data: got } = await client.getStatement({ statementId: ids[0]!, attachments: true });
  expect(got).toEqual([
    expect.objectContaining({ id: ids[0], attachments: [attachment] }),
    'here is a simple attachment',
  ]);
  const { data: list } = await client.getStatements({ attachments: true, limit: 1 });
  expect(list[1]).toBe('here is a simple attachment');
});
