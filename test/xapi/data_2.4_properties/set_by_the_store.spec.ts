import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getStatements, post, withHeaders, withScopes } from '../../support/client.ts';
import { anIdentified, aStatement, aStatementAbout, idsOf, type Posted, STATEMENTS } from '../../support/statements.ts';
import { startTestStore, type TestStore } from '../../support/store.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3,9}Z$/;

let store: TestStore;
beforeAll(async () => {
  store = await startTestStore();
});
afterAll(() => store.close());

const newer = () => withHeaders(store, { 'x-experience-api-version': '2.0.0' });
const statusOf = async (changes: Posted, version = '1.0.3') =>
  (await withHeaders(store, { 'x-experience-api-version': version }).ask(STATEMENTS, { body: aStatement(changes) }))
    .status;

describe('Data 2.4.1 id', () => {
  it('XAPI-00026 is made where there is none, for each of a batch', async () => {
    const statements = await post(store, aStatement(), anIdentified(), aStatement());
    expect(new Set(idsOf(statements)).size).toBe(3);
    for (const { id } of statements) expect(id).toMatch(UUID);
  });

  it('XAPI-00027 to XAPI-00030 is a UUID of any version and variant in its standard form, in any case', async () => {
    for (const id of [randomUUID(), randomUUID().toUpperCase(), '00000000-0000-0000-0000-000000000000']) {
      expect(await statusOf({ id })).toBe(200);
      for (const asked of [id.toLowerCase(), id.toUpperCase()]) {
        const got = await getStatements(store, { statementId: asked });
        expect([got.status, got.json.id.toLowerCase()]).toEqual([200, id.toLowerCase()]);
      }
    }
    for (const id of [
      '',
      'x',
      1,
      null,
      `${randomUUID()}0`,
      randomUUID().replace('-', ''),
      `urn:uuid:${randomUUID()}`,
    ]) {
      expect(await statusOf({ id })).toBe(400);
      expect((await getStatements(store, { statementId: id ?? '' })).status).toBe(400);
    }
  });

  it('XAPI-00142 is the same in either case', async () => {
    const statement = anIdentified();
    await post(store, statement);
    expect(await statusOf({ ...statement, id: statement.id.toUpperCase() })).toBe(200);
    expect(await statusOf({ ...statement, id: statement.id.toUpperCase(), result: {} })).toBe(409);
  });
});

describe('Data 2.4.7, 4.5 timestamp', () => {
  it.each([
    '2024-02-29T23:59:59Z',
    '2015-11-18T12:17:00+00:00',
    '2015-11-18T12:17:00.123456789+05:30',
    '2015-11-18T12:17:00.1-11:00',
    '2099-01-01T00:00:00.000Z',
  ])('XAPI-00122, XAPI-00123 %s is kept, to the millisecond at least', async (timestamp) => {
    const statements = await post(store, aStatement({ timestamp }), aStatementAbout({ timestamp }));
    for (const got of [statements[0]!.timestamp, statements[1]!.object.timestamp]) {
      expect(Date.parse(got)).toBe(Date.parse(timestamp));
      expect(got).toContain(/\.\d{1,6}/.exec(timestamp)?.[0] ?? 'T');
    }
  });

  it.each([
    'should fail',
    '01/011/2015',
    '2015-11-18',
    '2015-13-18T12:17:00Z',
    '2015-02-29T12:17:00Z',
    '2015-11-18T25:17:00Z',
    '2015-11-18T12:60:00Z',
    '2015-11-18T12:17:00+25:00',
    '2015-11-18T12:17:00-00:00',
    '2015-11-18T12:17:00-0000',
    '2015-11-18T12:17:00-00',
    '2015-11-18T12:17:00Z ',
    '2015-11-18T12:17:00ZZ',
    'T12:17:00Z',
    1447848000,
  ])('XAPI-00022, XAPI-00123 %s is refused', async (timestamp) => {
    for (const version of ['1.0.3', '2.0.0']) {
      expect(await statusOf({ timestamp }, version)).toBe(400);
      expect(await statusOf(aStatementAbout({ timestamp }), version)).toBe(400);
      expect(await statusOf({ stored: timestamp }, version)).toBe(400);
    }
    for (const name of ['since', 'until']) expect((await getStatements(store, { [name]: timestamp })).status).toBe(400);
  });

  it('is that of being stored where there is none', async () => {
    for (const asking of [store, newer()]) {
      const [{ timestamp, stored }] = (await post(asking, aStatement())) as [Posted];
      expect(timestamp).toBe(stored);
    }
  });

  it('2.0 comes back in UTC when it came as 2.0, within a SubStatement too, and nothing else changes', async () => {
    const sent = anIdentified({
      timestamp: '2015-11-18T12:17:00.5+05:30',
      context: { extensions: { 'https://example.org/when': '2015-11-18T12:17:00+05:30' } },
    });
    const [got] = (await post(newer(), sent)) as [Posted];
    expect(got).toMatchObject({ ...sent, timestamp: expect.stringMatching(/^2015-11-18T06:47:00\.50*Z$/) });
    expect((await getStatements(store, { statementId: sent.id })).json).toEqual(got);
    const planned = aStatementAbout({ timestamp: '2099-01-01T00:00:00+02:00' });
    const [about] = (await post(newer(), planned)) as [Posted];
    expect(about.object.timestamp).toMatch(/^2098-12-31T22:00:00(\.0+)?Z$/);
  });
});

describe('Data 2.4.8 stored', () => {
  it('XAPI-00023, XAPI-00097 is set by the store, whatever was sent', async () => {
    const before = new Date().toISOString();
    const [{ stored }] = (await post(store, aStatement({ stored: '2013-05-18T05:32:34.804Z' }))) as [Posted];
    expect(stored).toMatch(INSTANT);
    expect(Date.parse(stored)).toBeGreaterThanOrEqual(Date.parse(before));
    expect(Date.parse(stored)).toBeLessThanOrEqual(Date.now());
  });

  it('is shared by a batch, and later than that of any batch before', async () => {
    const seen: string[] = [];
    for (let batch = 0; batch < 10; batch += 1) {
      const statements = await post(store, aStatement(), aStatement(), aStatement());
      const instants = new Set(statements.map(({ stored }) => stored));
      expect(instants.size).toBe(1);
      seen.push(...instants);
    }
    expect(seen).toEqual([...new Set(seen)].sort());
  });
});

describe('Data 2.4.9 authority', () => {
  it('XAPI-00099 is the account of the credential, whatever was sent', async () => {
    const credential = await withScopes(store, 'all');
    const sent = { authority: { mbox: 'mailto:somebody@example.org' } };
    const [one, two] = (await post(credential, aStatement(), aStatement(sent))) as [Posted, Posted];
    expect(one.authority).toEqual({
      objectType: 'Agent',
      account: { homePage: expect.stringMatching(/^https?:/), name: credential.key },
    });
    expect(two.authority).toEqual(one.authority);
    const [other] = (await post(store, aStatement())) as [Posted];
    expect(other.authority).not.toEqual(one.authority);
  });

  const member = (name: string) => ({ account: { homePage: 'https://example.org/oauth', name } });
  it.each([
    ['XAPI-00024 text', 'me', 400],
    ['XAPI-00024 an Activity', { id: 'https://example.org/activity' }, 400],
    ['XAPI-00024 an agent of two identifiers', { mbox: 'mailto:a@example.org', ...member('a') }, 400],
    ['XAPI-00098 an identified group', { objectType: 'Group', mbox: 'mailto:a@example.org' }, 400],
    ['XAPI-00098 a group of one', { objectType: 'Group', member: [member('a')] }, 400],
    ['XAPI-00098 a group of three', { objectType: 'Group', member: [member('a'), member('b'), member('c')] }, 400],
    [
      'XAPI-00100 an identified group of two',
      {
        objectType: 'Group',
        mbox: 'mailto:g@example.org',
        member: [{ mbox: 'mailto:a@example.org' }, { mbox: 'mailto:b@example.org' }],
      },
      400,
    ],
    [
      'XAPI-00098 a group of consumer and user',
      { objectType: 'Group', member: [member('a'), { mbox: 'mailto:b@example.org' }] },
      200,
    ],
    ['an agent', { mbox: 'mailto:a@example.org' }, 200],
  ])('%s', async (_, authority, status) => {
    expect([await statusOf({ authority }), await statusOf({ authority }, '2.0.0')]).toEqual([status, status]);
  });
});

describe('Data 2.4.10 version', () => {
  it.each(['0.9.9', '0.95', '1.1.0', '1', '1.00', '3.0.0', 'should fail', '', 1])(
    'XAPI-00101 %s is refused',
    async (version) => {
      expect([await statusOf({ version }), await statusOf({ version }, '2.0.0')]).toEqual([400, 400]);
    },
  );

  it.each(['1.0', '1.0.0', '1.0.3', '1.0.9'])('XAPI-00101, XAPI-00332, XAPI-00330 %s is kept', async (version) => {
    const [got] = (await post(store, aStatement({ version }))) as [Posted];
    expect(got.version).toBe(version);
    expect((await getStatements(newer(), { statementId: got.id })).json.version).toBe(version);
  });

  it('XAPI-00332 is 1.0.0 where there is none, and 2.0.0 when it came as 2.0', async () => {
    const [older] = (await post(store, aStatement())) as [Posted];
    expect(older.version).toBe('1.0.0');
    const [got] = (await post(newer(), aStatement())) as [Posted];
    expect(got.version).toBe('2.0.0');
    expect((await getStatements(store, { statementId: got.id })).json.version).toBe('2.0.0');
  });

  it('2.0.0 is kept under 2.0, and refused under 1.0.3', async () => {
    const [got] = (await post(newer(), aStatement({ version: '2.0.0' }))) as [Posted];
    expect(got.version).toBe('2.0.0');
    expect(await statusOf({ version: '2.0.0' })).toBe(400);
  });
});

it('XAPI-00096 one context activity comes back in an array, wherever it is', async () => {
  const activity = { id: 'https://example.org/parent', definition: { name: { en: 'Parent' } } };
  const context = { contextActivities: { parent: activity, other: [activity, activity], category: [] } };
  const [alone, about] = (await post(store, aStatement({ context }), aStatementAbout({ context }))) as [Posted, Posted];
  const expected = { parent: [activity], other: [activity, activity], category: [] };
  expect(alone.context.contextActivities).toEqual(expected);
  expect(about.object.context.contextActivities).toEqual(expected);
});
