import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anIdentified, aStatement } from '../support/statements.ts';
import { BASIC, startTestStore, type TestStore } from '../support/store.ts';

const CHROMIUM = '/usr/bin/chromium';
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const isThere = existsSync(CHROMIUM);

let store: TestStore;
let site: Server;
let browser: Browser;
let page: Page;

describe.skipIf(!isThere)(
  `a page of another origin in Chromium${isThere ? '' : ` (skipped: there is no ${CHROMIUM})`}`,
  () => {
    beforeAll(async () => {
      store = await startTestStore();
      const client = await readFile(fileURLToPath(import.meta.resolve('@xapi/xapi/dist/XAPI.umd.js')));
      site = createServer((request, response) => {
        const isClient = request.url === '/client.js';
        response.setHeader('content-type', isClient ? 'text/javascript' : 'text/html');
        response.end(isClient ? client : '<!doctype html><title>Course</title><script src="client.js"></script>');
      }).listen(0);
      browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
      page = await browser.newPage();
      await page.goto(`http://localhost:${(site.address() as AddressInfo).port}/course`);
    });
    afterAll(async () => {
      await browser?.close();
      site?.close();
      await store?.close();
    });

    it('posts a statement, and reads the answers with their headers', async () => {
      const statement = anIdentified();
      const seen = await page.evaluate(
        async ({ address, authorization, statement }) => {
          const headers = { authorization, 'x-experience-api-version': '1.0.3', 'content-type': 'application/json' };
          const ask = async (path: string, init: RequestInit = {}) => {
            const answer = await fetch(`${address}/xapi/${path}`, {
              ...init,
              headers: { ...headers, ...init.headers },
            });
            return { status: answer.status, text: await answer.text(), headers: Object.fromEntries(answer.headers) };
          };
          const context = `activityId=urn:a&agent=${encodeURIComponent('{"mbox":"mailto:a@example.org"}')}&stateId=s`;
          return {
            // biome-ignore lint/suspicious/noExplicitAny: a page has a location
            origin: (globalThis as any).location.origin,
            posted: await ask('statements', { method: 'POST', body: JSON.stringify(statement) }),
            listed: await ask('statements'),
            created: await ask(`activities/state?${context}`, {
              method: 'PUT',
              body: '{}',
              headers: { 'if-none-match': '*' },
            }),
            stale: await ask(`activities/state?${context}`, {
              method: 'PUT',
              body: '{}',
              headers: { 'if-match': '"x"' },
            }),
            state: await ask(`activities/state?${context}`),
            removed: await ask(`activities/state?${context}`, { method: 'DELETE' }),
            refused: await ask('statements?colour=blue', { headers: { authorization: 'Basic eA==' } }),
          };
        },
        { address: store.address, authorization: BASIC, statement },
      );
      expect(seen.origin).not.toBe(store.address);
      expect([seen.posted.status, seen.posted.text]).toEqual([200, JSON.stringify([statement.id])]);
      expect(JSON.parse(seen.listed.text).statements[0].id).toBe(statement.id);
      expect(seen.listed.headers['x-experience-api-version']).toBe('1.0.3');
      expect(Date.parse(seen.listed.headers['x-experience-api-consistent-through']!)).toBeGreaterThan(0);
      expect([seen.created.status, seen.stale.status, seen.state.status, seen.removed.status]).toEqual([
        204, 412, 200, 204,
      ]);
      expect(seen.state.headers).toMatchObject({
        etag: expect.stringMatching(/^"[0-9a-f]{40}"$/),
        'last-modified': expect.stringContaining('GMT'),
        'content-length': '2',
      });
      expect([seen.refused.status, JSON.parse(seen.refused.text).error.code]).toEqual([401, 'unauthenticated']);
      expect(seen.refused.headers['x-request-id']).toBeTruthy();
    });

    it('uses @xapi/xapi: statements, attachments, pages, states', async () => {
      const seen = await page.evaluate(
        async ({ endpoint, auth, statement, activityId }) => {
          // biome-ignore lint/suspicious/noExplicitAny: the page has loaded the client
          const { XAPI } = globalThis as any;
          const client = new XAPI({ endpoint, auth });
          const content = new TextEncoder().encode('from a page');
          const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', content));
          const sha2 = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
          const attachment = {
            usageType: 'urn:x',
            display: { en: 'x' },
            contentType: 'text/plain',
            length: content.length,
            sha2,
          };
          const sent = await client.sendStatement({
            statement: { ...statement, attachments: [attachment] },
            attachments: [content.buffer],
          });
          await client.sendStatement({ statement });
          const got = await client.getStatement({ statementId: sent.data[0], attachments: true });
          const first = await client.getStatements({ limit: 1 });
          const second = await client.getMoreStatements({ more: first.data.more });
          const key = { agent: statement.actor, activityId, stateId: 'page' };
          await client.setState({ ...key, state: { page: 1 } });
          const state = await client.getState(key);
          await client.setState({ ...key, state: { page: 2 }, etag: state.headers.etag, matchHeader: 'If-Match' });
          return {
            content: got.data[1],
            ids: [first, second].map(({ data }) => data.statements[0].id),
            sent: sent.data,
            state: (await client.getState(key)).data,
          };
        },
        { endpoint: `${store.address}/xapi`, auth: BASIC, statement: aStatement(), activityId: 'urn:a' },
      );
      expect(seen.content).toBe('from a page');
      expect(seen.ids[1]).toBe(seen.sent[0]);
      expect(seen.state).toEqual({ page: 2 });
    });
  },
);
