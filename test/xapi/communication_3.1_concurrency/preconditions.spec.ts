import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Asking, withHeaders } from '../../support/client.ts';
import {
  DOCUMENT_RESOURCES,
  type DocumentResource,
  type Documents,
  documentsOf,
  etagOf,
  STATE,
} from '../../support/documents.ts';
import { startTestStore, type TestStore } from '../../support/store.ts';

let store: TestStore;
beforeAll(async () => {
  store = await startTestStore();
});
afterAll(() => store.close());

const CONTENT = '{"a":1}';
const TAG = etagOf(CONTENT);
const BARE = TAG.replaceAll('"', '');
const OTHER = etagOf('another');
const METHODS = ['PUT', 'POST', 'DELETE'] as const;
type Method = (typeof METHODS)[number];

const CASES = DOCUMENT_RESOURCES.flatMap((resource) =>
  ['1.0.3', '2.0.0'].map((version) => [resource.name, version, resource] as const),
);

const act = ({ put, post, remove }: Documents, method: Method, headers: Record<string, string>) =>
  ({
    PUT: () => put('x', { b: 2 }, headers),
    POST: () => post('x', { b: 2 }, headers),
    DELETE: () => remove('x', headers),
  })[method]();

describe.each(CASES)('Communication 3.1 %s under %s', (_, version, resource) => {
  const asking = (): Asking => withHeaders(store, { 'x-experience-api-version': version });
  /** A context with a document, or with none. */
  async function withDocument(exists: boolean): Promise<Documents> {
    const documents = documentsOf(asking(), resource);
    if (exists) await documents.create('x', CONTENT);
    return documents;
  }
  const expectUnchanged = async ({ get }: Documents, exists: boolean) => {
    const got = await get('x');
    expect([got.status, got.text.startsWith('{"a"')]).toEqual(exists ? [200, true] : [404, false]);
    if (exists) expect(got.headers.get('etag')).toBe(TAG);
  };

  it('XAPI-00322 GET gives the SHA-1 of the content in hex, in quotes, as the ETag', async () => {
    const { get, at } = await withDocument(true);
    expect((await get('x')).headers.get('etag')).toBe(TAG);
    expect(TAG).toMatch(/^"[0-9a-f]{40}"$/);
    const fresh = await asking().ask(at({ [resource.idName]: 'x' }), { headers: { 'accept-encoding': 'identity' } });
    expect(fresh.headers.get('etag')).toBe(TAG);
  });

  it.each(METHODS)('%s is carried out when the precondition holds', async (method) => {
    for (const header of [TAG, '*', BARE, `W/${TAG}`, `${OTHER}, ${TAG}`, ` ${OTHER} ,W/${TAG} `]) {
      const documents = await withDocument(true);
      expect([header, (await act(documents, method, { 'if-match': header })).status]).toEqual([header, 204]);
      const got = await documents.get('x');
      if (method === 'DELETE') expect(got.status).toBe(404);
      else expect(got.json).toEqual(method === 'PUT' ? { b: 2 } : { a: 1, b: 2 });
    }
    for (const [exists, header] of [
      [false, '*'],
      [false, TAG],
      [true, OTHER],
      [true, `${OTHER}, "x"`],
    ] as const) {
      const documents = await withDocument(exists);
      expect([header, (await act(documents, method, { 'if-none-match': header })).status]).toEqual([header, 204]);
    }
  });

  it.each(METHODS)('412: %s changes nothing when the precondition does not hold', async (method) => {
    for (const [exists, name, header] of [
      [true, 'if-match', OTHER],
      [true, 'if-match', `"${BARE.toUpperCase()}x"`],
      [true, 'if-match', `"${BARE.slice(1)}"`],
      [true, 'if-match', '""'],
      [true, 'if-match', `"a, ${BARE}"`],
      [false, 'if-match', TAG],
      [false, 'if-match', '*'],
      [true, 'if-none-match', '*'],
      [true, 'if-none-match', TAG],
      [true, 'if-none-match', `${OTHER}, W/${TAG}`],
    ] as const) {
      const documents = await withDocument(exists);
      const { status, json } = await act(documents, method, { [name]: header });
      expect([name, header, status, json.error.code]).toEqual([name, header, 412, 'precondition_failed']);
      await expectUnchanged(documents, exists);
    }
  });

  it.each(METHODS)('%s needs both headers to hold', async (method) => {
    const documents = await withDocument(true);
    expect((await act(documents, method, { 'if-match': TAG, 'if-none-match': '*' })).status).toBe(412);
    expect((await act(documents, method, { 'if-match': OTHER, 'if-none-match': OTHER })).status).toBe(412);
    await expectUnchanged(documents, true);
    expect((await act(documents, method, { 'if-match': TAG, 'if-none-match': OTHER })).status).toBe(204);
  });

  it.each(METHODS)('400: %s with a header that is no list of entity tags changes nothing', async (method) => {
    for (const header of [`"${BARE}`, `${BARE} ${BARE}`, `${TAG},,`, `*, ${TAG}`, `w/${TAG}`, `${TAG};q=1`]) {
      for (const name of ['if-match', 'if-none-match']) {
        const documents = await withDocument(true);
        const { status, json } = await act(documents, method, { [name]: header });
        expect([header, status, json.error.code]).toEqual([header, 400, 'invalid_header']);
        await expectUnchanged(documents, true);
      }
    }
  });

  it('POST and DELETE go without a header', async () => {
    const documents = await withDocument(true);
    expect((await documents.post('x', { b: 2 })).status).toBe(204);
    expect((await documents.remove('x')).status).toBe(204);
  });

  it('PUT without a header is refused as the version asks, with the way out, and changes nothing', async () => {
    const isFreeState = resource === STATE && version === '1.0.3';
    const existing = await withDocument(true);
    const blind = await existing.put('x', { b: 2 });
    if (isFreeState) expect(blind.status).toBe(204);
    else {
      expect([blind.status, blind.json.error.code]).toEqual([409, 'conflict']);
      expect(blind.json.error.message).toMatch(/present state.*If-Match/);
      await expectUnchanged(existing, true);
    }
    const absent = await withDocument(false);
    const created = await absent.put('x', CONTENT);
    if (version === '1.0.3' && resource !== STATE) {
      expect([created.status, created.json.error.property]).toEqual([400, 'If-None-Match']);
      await expectUnchanged(absent, false);
    } else {
      expect(created.status).toBe(204);
      await expectUnchanged(absent, true);
    }
  });

  it('of many writers with the same If-Match exactly one wins, again and again', async () => {
    const documents = await withDocument(true);
    let tag = TAG;
    for (let round = 0; round < 2; round += 1) {
      const writers = Array.from({ length: 10 }, (_, writer) => ({ round, writer }));
      const answers = await Promise.all(writers.map((body) => documents.put('x', body, { 'if-match': tag })));
      const winners = writers.filter((_, i) => answers[i]!.status === 204);
      expect([winners.length, answers.filter(({ status }) => status === 412).length]).toEqual([1, 9]);
      const got = await documents.get('x');
      expect(got.json).toEqual(winners[0]);
      tag = got.headers.get('etag')!;
    }
  });

  it('of many creators with If-None-Match: * exactly one wins', async () => {
    const documents = documentsOf(asking(), resource);
    const writers = Array.from({ length: 10 }, (_, i) => i);
    const answers = await Promise.all(
      writers.map((i) => (i % 2 ? documents.create('x', { i }) : documents.post('x', { i }, { 'if-none-match': '*' }))),
    );
    const winners = writers.filter((i) => answers[i]!.status === 204);
    expect(winners).toHaveLength(1);
    expect((await documents.get('x')).json).toEqual({ i: winners[0] });
  });

  it('merges at the same time lose nothing', async () => {
    const { post, get, list } = documentsOf(asking(), resource);
    const names = Array.from({ length: 20 }, (_, i) => `n${i}`);
    const answers = await Promise.all(names.map((name) => post('x', { [name]: 1 })));
    expect(answers.every(({ status }) => status === 204)).toBe(true);
    expect((await get('x')).json).toEqual(Object.fromEntries(names.map((name) => [name, 1])));
    expect((await list()).json).toEqual(['x']);
  });
});

it('a tag survives restarts, so that a client goes on where it was', async () => {
  const documents = DOCUMENT_RESOURCES.map((resource: DocumentResource) => documentsOf(store, resource));
  for (const { create } of documents) await create('x', CONTENT);
  await store.restart();
  for (const { put } of documents) {
    expect((await put('x', 'next', { 'if-match': TAG })).status).toBe(204);
    expect((await put('x', 'again', { 'if-match': TAG })).status).toBe(412);
  }
});
