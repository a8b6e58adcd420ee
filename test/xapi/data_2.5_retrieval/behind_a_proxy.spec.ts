import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendRaw } from '../../support/raw_http.ts';
import { anIdentified, idsOf, STATEMENTS } from '../../support/statements.ts';
import { BASIC, startTestStore, type TestStore } from '../../support/store.ts';

const FORWARDED = {
  'x-forwarded-proto': 'https',
  'x-forwarded-host': 'evil.example.org',
  'x-forwarded-for': '192.0.2.1',
};

const stores: TestStore[] = [];
async function opened(environment: Record<string, string>): Promise<TestStore> {
  const store = await startTestStore(environment);
  stores.push(store);
  await store.ask(STATEMENTS, { body: [anIdentified(), anIdentified()] });
  return store;
}

let bare: TestStore;
let prefixed: TestStore;
let trusting: TestStore;
beforeAll(async () => {
  [bare, prefixed, trusting] = (await Promise.all([
    opened({}),
    opened({ LEDGERLINE_PUBLIC_URL: 'https://lrs.example.org/learning/records/' }),
    opened({ LEDGERLINE_TRUSTED_PROXIES: 'loopback' }),
  ])) as [TestStore, TestStore, TestStore];
});
afterAll(() => Promise.all(stores.map((store) => store.close())));

const moreOf = async (store: TestStore, headers: Record<string, string> = {}) =>
  (await store.ask(`${STATEMENTS}?limit=1`, { headers })).json.more as string;
const addressOf = async (store: TestStore, headers: Record<string, string> = {}) =>
  (await store.ask('/api/openapi.json', { headers })).json.servers[0].url as string;

describe('XAPI-00112 more', () => {
  it('is a path without scheme and host, which can be asked as it is', async () => {
    const more = await moreOf(bare);
    expect(more).toMatch(/^\/xapi\/statements\/more\?/);
    expect(idsOf((await bare.ask(more)).json.statements)).toHaveLength(1);
  });

  it('has the path under which clients see the store, whatever the proxy sends', async () => {
    for (const headers of [{}, FORWARDED, { 'x-forwarded-prefix': '/evil' }]) {
      const more = await moreOf(prefixed, headers);
      expect(more).toMatch(/^\/learning\/records\/xapi\/statements\/more\?/);
      expect((await prefixed.ask(more.replace('/learning/records', ''))).json.statements).toHaveLength(1);
    }
  });

  it.each(['a b', '[::', '', 'evil.example.org', '%', 'x'.repeat(4_000)])(
    'is not touched by the Host: %s',
    async (host) => {
      const request = `GET ${STATEMENTS}?limit=1 HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\nAuthorization: ${BASIC}\r\nX-Experience-API-Version: 1.0.3\r\n\r\n`;
      for (const store of [bare, trusting, prefixed]) {
        const { status, body } = await sendRaw(store.address, request);
        expect([status, /"more":"(\/learning\/records)?\/xapi\/statements\/more/.test(body)]).toEqual([200, true]);
      }
    },
  );
});

describe('where clients reach the store', () => {
  it('is what is set, or else what the request says', async () => {
    expect(await addressOf(bare)).toBe(`${bare.address}/api`);
    expect(await addressOf(prefixed)).toBe('https://lrs.example.org/learning/records/api');
  });

  it('forwarded headers count from trusted proxies only', async () => {
    expect(await addressOf(bare, FORWARDED)).toBe(`${bare.address}/api`);
    expect(await addressOf(prefixed, FORWARDED)).toBe('https://lrs.example.org/learning/records/api');
    expect(await addressOf(trusting, FORWARDED)).toBe('https://evil.example.org/api');
    const elsewhere = await opened({ LEDGERLINE_TRUSTED_PROXIES: '192.0.2.0/24' });
    expect(await addressOf(elsewhere, FORWARDED)).toBe(`${elsewhere.address}/api`);
  });
});
