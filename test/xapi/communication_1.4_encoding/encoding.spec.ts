import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentsOf, STATE } from '../../support/documents.ts';
import { sendRaw } from '../../support/raw_http.ts';
import { BASIC, startTestStore, type TestStore } from '../../support/store.ts';

let store: TestStore;
beforeAll(async () => {
  store = await startTestStore();
});
afterAll(() => store.close());

const HEAD = `HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: ${BASIC}\r\nX-Experience-API-Version: 1.0.3\r\n`;

describe('Communication 1.4 names and values of a query are UTF-8', () => {
  it.each(['%ff', '%c3%28', '%ed%a0%80', '%c0%80', '%f4%90%80%80', 'a%e9'])(
    '%s is refused: it would be one with others',
    async (text) => {
      const { at, list } = documentsOf(store, STATE);
      for (const query of [`${at()}&stateId=${text}`, `${at()}&${text}=x`]) {
        const { status, json } = await store.ask(query, { method: 'PUT', body: {} });
        expect([status, json.error.code]).toEqual([400, 'invalid_parameter']);
      }
      expect((await list()).json).toEqual([]);
    },
  );

  it.each([
    ['%41+b%2Bc', 'A b+c'],
    ['%E6%97%A5%F0%9F%98%80', '日😀'],
    ['%ef%bf%bd', '\ufffd'],
    ['100%', '100%'],
    ['%zz%4', '%zz%4'],
    ['a=b=', 'a=b='],
  ])('%s is %j', async (written, id) => {
    const { at, list, get } = documentsOf(store, STATE);
    expect((await store.ask(`${at()}&stateId=${written}`, { method: 'PUT', body: {} })).status).toBe(204);
    expect((await list()).json).toEqual([id]);
    expect((await get(id)).status).toBe(200);
  });

  it('bytes that are not percent-encoded are refused', async () => {
    const { at, list } = documentsOf(store, STATE);
    const { status } = await sendRaw(
      store.address,
      Buffer.from(`PUT ${at()}&stateId=ä ${HEAD}Content-Length: 0\r\n\r\n`),
    );
    expect([status, (await list()).json]).toEqual([400, []]);
  });

  it('thousands of parameters are refused like one', async () => {
    const { at } = documentsOf(store, STATE);
    const { status } = await store.ask(`${at()}${'&'.repeat(3_000)}&stateId=x&colour=blue`, {
      method: 'PUT',
      body: {},
    });
    expect(status).toBe(400);
    const repeated = await store.ask(`${at()}${'&stateId=x'.repeat(1_000)}`, { method: 'PUT', body: {} });
    expect([repeated.status, repeated.json.error.property]).toEqual([400, 'stateId']);
  });
});

describe('Communication 1.2 what is in headers comes back as it came', () => {
  it.each(['text/plain; x=é', 'text/plain;\tx=y'])('a content type of %j', async (type) => {
    const { at } = documentsOf(store, STATE);
    const put = `PUT ${at({ stateId: 'x' })} ${HEAD}Content-Type: ${type}\r\nContent-Length: 1\r\n\r\n1`;
    expect((await sendRaw(store.address, Buffer.from(put, 'latin1'))).status).toBe(204);
    const got = await sendRaw(store.address, `GET ${at({ stateId: 'x' })} ${HEAD}\r\n`);
    expect([got.status, got.headers['content-type'], got.body]).toEqual([200, type, '1']);
  });

  it('without a content type a document is bytes', async () => {
    const { at } = documentsOf(store, STATE);
    const put = `PUT ${at({ stateId: 'x' })} ${HEAD}Content-Length: 1\r\n\r\n1`;
    expect((await sendRaw(store.address, put)).status).toBe(204);
    const { headers } = await store.ask(at({ stateId: 'x' }));
    expect(headers.get('content-type')).toBe('application/octet-stream');
  });
});
