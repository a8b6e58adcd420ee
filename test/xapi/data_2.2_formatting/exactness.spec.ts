import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allStatements, getStatements } from '../../support/client.ts';
import { anAttachment, dataPart, inParts, jsonPart, multipart } from '../../support/multipart.ts';
import { anIdentified, aStatement, type Posted, STATEMENTS } from '../../support/statements.ts';
import { type Asked, startTestStore, type TestStore } from '../../support/store.ts';
import { arbitraryStatement, leavesOf } from '../../xapi_rules/arbitrary_statement.ts';

let store: TestStore;
beforeAll(async () => {
  store = await startTestStore();
});
afterAll(() => store.close());

const KEY = 'https://example.org/extension';
const SET_BY_STORE = ['id', 'stored', 'timestamp', 'authority', 'version'];

/** A statement's text with `value`, itself JSON text, as the value of an extension. */
function textWith(value: string, changes: Posted = {}): string {
  return JSON.stringify(aStatement({ ...changes, result: { extensions: { [KEY]: '@' } } })).replace('"@"', () => value);
}

/** Posts a statement's text; the extension's value as the store gives it back. */
async function extensionBack(value: string): Promise<unknown> {
  const posted = await store.ask(STATEMENTS, { body: textWith(value) });
  expect(posted.text).not.toContain('error');
  const got = await getStatements(store, { statementId: posted.json[0] });
  return got.json.result.extensions[KEY];
}

describe('XAPI-00002 numbers come back as they were sent', () => {
  it.each([
    '1',
    '1.0',
    '1e2',
    '-1.50',
    '0.1',
    '0.30000000000000004',
    '1E-7',
    '5e-324',
    '1.7976931348623157e308',
    '123456789.12345678',
    '9007199254740991',
    '-9007199254740991',
  ])('%s', async (number) => {
    expect(await extensionBack(number)).toBe(Number(number));
    const posted = await store.ask(STATEMENTS, {
      body: `{${JSON.stringify(aStatement()).slice(1, -1)},"result":{"score":{"raw":${number}}}}`,
    });
    const got = await getStatements(store, { statementId: posted.json[0] });
    expect(got.json.result.score.raw).toBe(Number(number));
  });

  it.each([
    '9007199254740993',
    '-9007199254740993',
    '12345678901234567890',
    '1e400',
    '-1e400',
    '[0,{"deep":9007199254740993}]',
  ])('%s is refused, not rounded', async (number) => {
    const { status, json } = await store.ask(STATEMENTS, { body: textWith(number) });
    expect([status, json.error.code]).toEqual([400, 'invalid_json']);
    expect(json.error.rule).toBeTruthy();
  });
});

describe('numbers and texts come back in the very characters that were sent', () => {
  const SENT = '[1.0, -0, 1e2,0.10 ,"\\u00e9/💡"]';
  /** Members of a statement, the last of them an extension. */
  const rest = () => `${textWith(SENT).slice(1, -1)}`;
  const withData = (body: string) => inParts(multipart([jsonPart(body), dataPart('data')]));
  const attachment = JSON.stringify(anAttachment('data'));
  const BOM = '\ufeff';

  it.each<[string, (id: string) => string | Asked]>([
    ['POST, the id in front', (id) => `{"id":"${id}",${rest()}}`],
    ['POST, the id at the end', (id) => `{${rest()} , "id":"${id}"}`],
    ['POST, the id at the end in capitals', (id) => `{${rest()},"id":"${id.toUpperCase()}" }`],
    [
      'POST, an authority and a time of storing of its own',
      (id) =>
        `{"stored":"2020-01-01T00:00:00Z",${rest()},"authority":{"mbox":"mailto:a@example.org","name":"},"},"id":"${id}"}`,
    ],
    ['POST, other version', (id) => `{"version":"1.0.2",${rest()},"id":"${id}"}`],
    ['POST with a mark of its encoding and an end of line', (id) => `${BOM}{"id":"${id}",${rest()}}\n`],
    ['a batch of lines', (id) => `[${textWith('1')},\n{"id":"${id}",${rest()}},\n${textWith('2')}\n]`],
    ['a batch with one that is laid out', (id) => `[{\n${rest()}},{"id":"${id}",${rest()}}]`],
    ['parts with data', (id) => withData(`{${rest()},"attachments":[${attachment}],"id":"${id}"}`)],
  ])('%s', async (_, bodyOf) => {
    const id = randomUUID();
    const body = bodyOf(id);
    const posted = await store.ask(STATEMENTS, typeof body === 'string' ? { body } : body);
    expect(posted.text).not.toContain('error');
    const { text, json } = await getStatements(store, { statementId: id });
    expect(text).toContain(`"${KEY}":${SENT}`);
    expect(json.result.extensions[KEY]).toEqual([1, -0, 100, 0.1, 'é/💡']);
  });

  it.each<[string, (id: string) => string]>([
    ['PUT without id', () => `{${rest()}}`],
    ['PUT with its id in capitals', (id) => `{${rest()},"id":"${id.toUpperCase()}"}`],
  ])('%s', async (_, bodyOf) => {
    const id = randomUUID();
    const put = await store.ask(`${STATEMENTS}?statementId=${id}`, { method: 'PUT', body: bodyOf(id) });
    expect([put.status, put.text]).toEqual([204, '']);
    expect((await getStatements(store, { statementId: id })).text).toContain(`"${KEY}":${SENT}`);
  });

  it('not where the statement is in several lines, which is written anew', async () => {
    const id = randomUUID();
    await store.ask(STATEMENTS, { body: `{\n"id":"${id}",${rest()}}` });
    expect((await getStatements(store, { statementId: id })).text).toContain(`"${KEY}":[1,0,100,0.1,"é/💡"]`);
  });

  it('however many spaces there are, in time', async () => {
    const spaces = ' '.repeat(1_000_000);
    const id = randomUUID();
    const body = `{${rest()},"context":{"platform":"${spaces}x"},${spaces}"id":"${id}"}`;
    expect((await store.ask(STATEMENTS, { body })).json).toEqual([id]);
  });
});

describe('XAPI-00014, XAPI-00015 what was sent comes back:', () => {
  it.each([
    ['text of every plane', 'Zoë \u0000\u0007 💡 עברית \u200f\u2028\ufeff\uffff 👩‍👩‍👧'],
    ['text that is not normalised', 'e\u0301 \u00e9 \u212b \u1e9b\u0323'],
    ['an empty text', ''],
    ['null, true, false', [null, true, false]],
    ['the order of arrays', [3, 1, 2, [9, 8], [], [[]], {}]],
    ['the case of names', { a: 1, A: 2, 'a ': 3, '': 4 }],
    ['names that are numbers', { 10: 'a', 9: 'b', '01': 'c' }],
    ['names that objects have', { constructor: 1, toString: 2, hasOwnProperty: 3, toJSON: 4, valueOf: null }],
    ['a megabyte', 'é'.repeat(500_000)],
  ])('%s', async (_, value) => {
    expect(await extensionBack(JSON.stringify(value))).toStrictEqual(value);
  });

  it('a member named __proto__, at any depth', async () => {
    const text = '{"__proto__":{"__proto__":[1],"constructor":{"prototype":{"x":1}}},"y":{"__proto__":null}}';
    const back = (await extensionBack(text)) as Posted;
    expect(JSON.stringify(back)).toBe(text);
    expect(Object.keys(back)).toEqual(['__proto__', 'y']);
    expect(({} as Posted).x).toBeUndefined();
  });

  it('arrays and objects within each other, eighty deep', async () => {
    const text = `${'{"a":['.repeat(40)}1${']}'.repeat(40)}`;
    expect(JSON.stringify(await extensionBack(text))).toBe(text);
  });

  it('text with white space and escapes between and within', async () => {
    const posted = await store.ask(STATEMENTS, { body: `\r\n\t ${textWith('"\\u00e9\\/\\ud83d\\ude00"')}\n ` });
    const got = await getStatements(store, { statementId: posted.json[0] });
    expect(got.json.result.extensions[KEY]).toBe('é/😀');
  });

  it('names of persons, places and activities in UTF-8, in the answer too', async () => {
    const actor = { name: 'Žofie 学习者', mbox: 'mailto:learner-2@example.org' };
    const sent = anIdentified({
      actor,
      object: { id: 'https://example.org/курс', definition: { name: { ja: '講座' } } },
    });
    await store.ask(STATEMENTS, { body: sent });
    const got = await getStatements(store, { activity: sent.object.id });
    expect(got.json.statements[0]).toMatchObject(sent);
    expect(got.bytes.includes(Buffer.from('学习者', 'utf8'))).toBe(true);
  });

  it('any statement, alone and in a list', async () => {
    const statements = arbitraryStatement.map(withoutAttachments).filter(hasNoGreatInteger);
    const batches = fc.array(statements, { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(batches, async (batch) => {
        const sent: Posted[] = JSON.parse(JSON.stringify(batch.map((one) => ({ ...one, id: randomUUID() }))));
        const since = (await store.ask('/xapi/statements?limit=1')).json.statements[0]?.stored;
        const posted = await store.ask(STATEMENTS, { body: sent });
        expect(posted.text).not.toContain('error');
        const listed = await allStatements(store, { since, ascending: true });
        expect(listed.map(({ id }) => id)).toEqual(posted.json);
        expect(listed.map(withoutAdditions(sent))).toEqual(sent.map(withArrays));
        const single = await getStatements(store, { statementId: posted.json[0] });
        expect(single.json).toStrictEqual(listed[0]);
      }),
      { numRuns: 15 },
    );
  });
});

/** Attachments have tests of their own. */
function withoutAttachments(statement: Posted): Posted {
  const { attachments: _, object, ...rest } = statement;
  return {
    ...rest,
    object: object.objectType === 'SubStatement' ? withoutAttachments({ object: {}, ...object }) : object,
  };
}

/** An integer past 2^53 is refused, as its digits are written: above. */
function hasNoGreatInteger(statement: Posted): boolean {
  return leavesOf(statement).every(({ value }) => !/^-?\d{16,}$/.test(JSON.stringify(value)));
}

/** What the store may add, taken out of what it gives back, where it was not sent. */
function withoutAdditions(sent: readonly Posted[]) {
  return (got: Posted, index: number): Posted =>
    Object.fromEntries(Object.entries(got).filter(([name]) => !SET_BY_STORE.includes(name) || name in sent[index]!));
}

/** A single context activity comes back in an array (XAPI-00096). */
function withArrays(statement: Posted): Posted {
  const { context, object } = statement;
  const lists = Object.entries(context?.contextActivities ?? {}).map(([name, value]) => [name, [value].flat()]);
  return {
    ...statement,
    ...(context?.contextActivities && { context: { ...context, contextActivities: Object.fromEntries(lists) } }),
    ...(object?.objectType === 'SubStatement' && { object: withArrays(object) }),
  };
}
