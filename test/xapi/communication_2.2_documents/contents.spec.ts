import { createHash, randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blobNames, incomingNames } from '../../support/data_files.ts';
import { DOCUMENT_RESOURCES, type Documents, documentsOf, etagOf, STATE } from '../../support/documents.ts';
import { BASIC, startTestStore, type TestStore } from '../../support/store.ts';

const LIMIT = 2 ** 20;
/** A document up to this many bytes stands in its event; a larger one is a blob. */
const LARGEST_INLINE = 64 * 1024;

let store: TestStore;
let documents: Documents;
beforeAll(async () => {
  store = await startTestStore({ LEDGERLINE_MAX_BODY: String(LIMIT) });
  documents = documentsOf(store, STATE);
});
afterAll(() => store.close());

const EVERY_BYTE = Buffer.from(Array.from({ length: 512 }, (_, i) => i % 256));
const CONTENTS: readonly (readonly [string, Buffer])[] = [
  ['nothing', Buffer.alloc(0)],
  ['every byte', EVERY_BYTE],
  ['zeros', Buffer.alloc(100)],
  ['a byte order mark', Buffer.from('\ufeff{"a":1}')],
  ['lone surrogates in UTF-8', Buffer.from('eda080edb080', 'hex')],
  ['an overlong NUL', Buffer.from('c080', 'hex')],
  ['UTF-16', Buffer.from('{"a":1}', 'utf16le')],
  ['line ends of all kinds', Buffer.from('a\r\nb\nc\rd\u2028e\u0000f')],
  ['astral text', Buffer.from('😀𝒳'.repeat(1_000))],
  ['the most that stands in an event', randomBytes(LARGEST_INLINE)],
  ['one byte more', randomBytes(LARGEST_INLINE + 1)],
  ['the most that is text in an event', Buffer.alloc(LARGEST_INLINE, 'ä')],
  ['the most there may be', randomBytes(LIMIT)],
];

describe('Communication 2.2 contents', () => {
  it.each(CONTENTS)('%s come back byte for byte', async (id, content) => {
    expect((await documents.create(id, content, { 'content-type': 'application/x-test' })).status).toBe(204);
    const got = await documents.get(id);
    expect([got.status, got.bytes.equals(content)]).toEqual([200, true]);
    expect(got.headers.get('etag')).toBe(etagOf(content));
    expect(got.headers.get('content-length')).toBe(String(content.length));
    expect(got.headers.get('content-type')).toBe('application/x-test');
  });

  it('all come back after a restart, and from a read store that was made anew', async () => {
    await store.restart();
    for (const [id, content] of CONTENTS) expect((await documents.get(id)).bytes.equals(content)).toBe(true);
    const before = await documents.list();
    await store.restart(() => rmSync(join(store.data, 'read'), { recursive: true }));
    for (const [id, content] of CONTENTS) {
      const got = await documents.get(id);
      expect([id, got.bytes.equals(content), got.headers.get('etag')]).toEqual([id, true, etagOf(content)]);
    }
    const after = await documents.list();
    expect(after.json).toEqual(before.json);
    expect(after.headers.get('last-modified')).toBe(before.headers.get('last-modified'));
  });

  it('a large document is a blob of its hash, kept once', async () => {
    const content = randomBytes(LARGEST_INLINE * 2);
    const count = blobNames(store).length;
    for (const id of ['copy 1', 'copy 2']) await documents.create(id, content);
    expect(blobNames(store)).toContain(createHash('sha256').update(content).digest('hex'));
    expect(blobNames(store)).toHaveLength(count + 1);
    await documents.remove('copy 1');
    expect((await documents.get('copy 2')).bytes.equals(content)).toBe(true);
    expect(incomingNames(store)).toEqual([]);
  });

  it.each([
    'text/plain',
    'text/plain; charset="utf-8"; x=y',
    'APPLICATION/JSON',
    'application/x-www-form-urlencoded',
    'multipart/mixed; boundary=b',
    'multipart/form-data; boundary=b',
    'multipart/related',
    'image/png',
    'nonsense',
  ])('the content type %s is kept, whatever it says', async (type) => {
    for (const resource of DOCUMENT_RESOURCES) {
      const { create, get } = documentsOf(store, resource);
      expect((await create('x', '--b a=1&method=GET', { 'content-type': type })).status).toBe(204);
      const got = await get('x');
      expect([got.text, got.headers.get('content-type')]).toEqual(['--b a=1&method=GET', type]);
    }
  });

  it.each(['2m1s5070tc34', '', '{"page":', 'page=1'])(
    'a PUT is kept as it is, though it is not the JSON that it says to be: %j',
    async (content) => {
      const { create, put, get } = documentsOf(store, STATE);
      expect((await create('bookmark', content)).status).toBe(204);
      expect((await put('bookmark', content, { 'if-match': '*' })).status).toBe(204);
      const got = await get('bookmark');
      expect([got.text, got.headers.get('content-type')]).toEqual([content, 'application/json']);
    },
  );

  it('XAPI-00234 JSON is merged with nothing lost: large documents, __proto__, odd names', async () => {
    const existing = `{"__proto__":{"a":1},"constructor":1,"":0,"large":"${'x'.repeat(LARGEST_INLINE)}","1":1e2,"é":"\\u00e9"}`;
    const posted = '{"__proto__":{"b":2},"toString":"mine","0":0}';
    await documents.create('merge', existing);
    expect((await documents.post('merge', posted, { 'content-type': 'application/json; charset=UTF-8' })).status).toBe(
      204,
    );
    const { text } = await documents.get('merge');
    const merged = new Map(Object.entries(JSON.parse(text)));
    expect(Object.fromEntries([...merged].filter(([name]) => name !== 'large' && name !== '__proto__'))).toEqual({
      constructor: 1,
      '': 0,
      1: 100,
      é: 'é',
      toString: 'mine',
      0: 0,
    });
    expect(merged.get('__proto__')).toEqual({ b: 2 });
    expect(merged.get('large')).toHaveLength(LARGEST_INLINE);
  });

  it.each(['9007199254740993', '1e400', '-1e-400'])(
    'a merge that would change the number %s is refused',
    async (number) => {
      await documents.create(number, `{"n":${number}}`);
      expect((await documents.post(number, { m: 1 })).status).toBe(400);
      expect((await documents.get(number)).text).toBe(`{"n":${number}}`);
      await documents.create(`${number} posted`, '{"m":1}');
      expect((await documents.post(`${number} posted`, `{"n":${number}}`)).status).toBe(400);
      expect((await documents.get(`${number} posted`)).text).toBe('{"m":1}');
    },
  );

  it('413: more than LEDGERLINE_MAX_BODY is refused, whether its length is declared or not', async () => {
    const content = randomBytes(LIMIT + 1);
    const kept = blobNames(store);
    for (const method of ['PUT', 'POST']) {
      const declared = await store.ask(documents.at({ stateId: 'huge' }), { method, body: content });
      expect([declared.status, declared.json.error]).toMatchObject([
        413,
        { code: 'too_large', rule: 'LEDGERLINE_MAX_BODY' },
      ]);
      const streamed = await fetch(store.address + documents.at({ stateId: 'huge' }), {
        method,
        headers: { authorization: BASIC, 'x-experience-api-version': '1.0.3', 'content-type': 'application/json' },
        body: new Blob([content]).stream(),
        duplex: 'half',
      } as RequestInit);
      expect([streamed.status, ((await streamed.json()) as { error: object }).error]).toMatchObject([
        413,
        { code: 'too_large' },
      ]);
    }
    expect((await documents.get('huge')).status).toBe(404);
    expect(blobNames(store)).toEqual(kept);
  });

  it('413: a document does not grow beyond the limit by merging', async () => {
    const member = (name: string) => `{"${name}":"${'x'.repeat(LIMIT / 2)}"}`;
    await documents.create('grown', member('a'));
    const refused = await documents.post('grown', member('b'));
    expect([refused.status, refused.json.error.code]).toEqual([413, 'too_large']);
    expect((await documents.get('grown')).text).toBe(member('a'));
    expect((await documents.post('grown', member('a'))).status).toBe(204);
  });

  it('Last-Modified never goes back, and grows with a change', async () => {
    const { create, put, get } = documentsOf(store, STATE);
    const modified = async () => Date.parse((await get('x')).headers.get('last-modified')!);
    await create('x', '0');
    const first = await modified();
    const start = Date.now();
    for (let n = 1; Date.now() - start < 1_100; n += 1) {
      await put('x', `${n}`, { 'if-match': '*' });
      expect(await modified()).toBeGreaterThanOrEqual(first);
    }
    expect(await modified()).toBeGreaterThan(first);
  });
});
