import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getStatements } from '../../support/client.ts';
import { aStatement, STATEMENTS } from '../../support/statements.ts';
import { startTestStore, type TestStore } from '../../support/store.ts';

let store: TestStore;
beforeAll(async () => {
  store = await startTestStore();
});
afterAll(() => store.close());

const base = JSON.stringify(aStatement()).slice(1, -1);
/** A statement's text with more members in front, or behind. */
const withText = (members: string) => `{"id":"${randomUUID()}",${base},${members}}`;
const extension = (value: string) => withText(`"result":{"extensions":{"https://example.org/x":${value}}}`);
const bytes = (...parts: (string | number[])[]) => Buffer.concat(parts.map((part) => Buffer.from(part as string)));

const refused: [string, string | Buffer<ArrayBuffer>][] = [
  ['a member twice', withText('"actor":{"mbox":"mailto:learner-1@example.org"}')],
  ['a member twice, alike', withText('"timestamp":"2024-01-01T00:00:00Z","timestamp":"2024-01-01T00:00:00Z"')],
  ['a member twice, once escaped', withText('"result":{"success":true,"\\u0073uccess":true}')],
  ['a member twice within an extension', extension('{"a":[{"b":1,"b":2}]}')],
  ['__proto__ twice', extension('{"__proto__":1,"__proto__":2}')],
  ['a lone high surrogate', extension('"\\ud800"')],
  ['a lone low surrogate', extension('"\\udc00"')],
  ['surrogates the wrong way round', extension('"\\udc00\\ud800"')],
  ['a lone surrogate in a name', extension('{"\\udbff":1}')],
  ['a lone surrogate in a name of the statement', withText('"verb\\ud800":1')],
  ['a byte that UTF-8 does not have', bytes(extension('"').slice(0, -3), [0xff], '"}}}')],
  ['an overlong encoding', bytes(extension('"').slice(0, -3), [0xc0, 0xaf], '"}}}')],
  ['half a character', bytes(extension('"').slice(0, -3), [0xe2, 0x82], '"}}}')],
  ['a surrogate encoded in UTF-8', bytes(extension('"').slice(0, -3), [0xed, 0xa0, 0x80], '"}}}')],
  ['UTF-16', Buffer.from(`{${base}}`, 'utf16le')],
  ['a trailing comma', `{${base},}`],
  ['a comment', `{${base}} // hello`],
  ['more behind the end', `{${base}}{}`],
  ['no end', `{${base}`],
  ['NaN', extension('NaN')],
  ['Infinity', extension('-Infinity')],
  ['a number with a leading zero', extension('01')],
  ['a number without digits behind the point', extension('1.')],
  ['a number with a plus', extension('+1')],
  ['a control character in text', extension('"a\nb"')],
  ['single quotes', `{'actor':1}`],
  ['white space', ' \n '],
];

describe('XAPI-00014 JSON that is none is refused:', () => {
  it.each(refused)('%s', async (_, body) => {
    const before = await store.ask('/ready');
    const { status, json } = await store.ask(STATEMENTS, { body });
    expect([status, json.error.code]).toEqual([400, 'invalid_json']);
    expect(json.error.message).toBeTruthy();
    expect((await store.ask('/ready')).json).toEqual(before.json);
  });

  it.each(['null', 'true', '42', '"text"', '[null]', '[[]]', `[[{${base}}]]`, '{}', '[{}]'])(
    'JSON that is no statement: %s',
    async (body) => {
      const { status, json } = await store.ask(STATEMENTS, { body });
      expect([status, json.error.code]).toEqual([400, 'invalid_statement']);
    },
  );

  it.each([
    ['arrays', '[', ']'],
    ['objects', '{"a":', '}'],
  ])('%s within each other 100,000 deep', async (_, open, close) => {
    const body = extension(`${open.repeat(100_000)}1${close.repeat(100_000)}`);
    const { status, json } = await store.ask(STATEMENTS, { body });
    expect([status, json.error.code]).toEqual([400, 'invalid_json']);
  });

  it('no body at all', async () => {
    const { status, json } = await store.ask(STATEMENTS, { body: '' });
    expect([status, json.error.code]).toEqual([400, 'invalid_body']);
  });

  it('a body compressed in a way that nobody announced', async () => {
    const { status, json } = await store.ask(STATEMENTS, { body: Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0]) });
    expect([status, json.error.code]).toEqual([400, 'invalid_json']);
  });
});

it('XAPI-00014 a byte order mark in front of JSON is no part of it', async () => {
  const id = randomUUID();
  const { status } = await store.ask(STATEMENTS, { body: `\ufeff{"id":"${id}",${base}}` });
  const got = await getStatements(store, { statementId: id });
  expect([status, got.status]).toEqual([200, 200]);
  expect(got.bytes[0]).toBe('{'.charCodeAt(0));
});

it('XAPI-00014 a surrogate pair, escaped, in a name and a text', async () => {
  const body = extension('{"\\ud83d\\ude00":"\\ud83d\\ude00"}');
  const posted = await store.ask(STATEMENTS, { body });
  const got = await getStatements(store, { statementId: posted.json[0] });
  expect(got.json.result.extensions['https://example.org/x']).toEqual({ '😀': '😀' });
});
