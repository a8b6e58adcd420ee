import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ERROR_CODES } from '../../src/errors.ts';
import { getStatements, withHeaders, withQuery } from '../support/client.ts';
import { expectIncoming } from '../support/data_files.ts';
import { ACTIVITY_PROFILE, AGENT_PROFILE, DOCUMENT_RESOURCES, STATE } from '../support/documents.ts';
import { anAttachment, BOUNDARY, dataPart, jsonPart, multipart } from '../support/multipart.ts';
import { sendRaw } from '../support/raw_http.ts';
import { anIdentified, STATEMENTS } from '../support/statements.ts';
import { type Answered, type Asked, BASIC, startTestStore, type TestStore } from '../support/store.ts';
import { arbitraryStatement } from '../xapi_rules/arbitrary_statement.ts';
import { headerText, mutatedJson, scrambled } from './mutations.ts';

/** How many requests are made up. Each costs one to three more, to look what has become of it. */
const RUNS = Number(process.env.LEDGERLINE_FUZZ_RUNS ?? 2_000);
const runs = (share: number): fc.Parameters<unknown> => ({ numRuns: Math.ceil(RUNS * share) });
const TIMEOUT = 60_000 + RUNS * 20;

let store: TestStore;
beforeAll(async () => {
  store = await startTestStore({ LEDGERLINE_MAX_BODY: '1MiB', LEDGERLINE_MAX_ATTACHMENTS: '1MiB' });
});
afterAll(() => store.close());

const versions = fc.constantFrom('1.0.3', '2.0.0', '1.0.1');
const asking = (version: string) => withHeaders(store, { 'x-experience-api-version': version });

/** Whatever was asked, the store has answered it, and what it refuses is no failure of its own. */
function expectAnswered({ status, text, headers }: Answered): void {
  expect([status, status < 500, text.slice(0, 500)]).toEqual([status, true, text.slice(0, 500)]);
  if (status < 400 || text === '') return;
  const { error } = JSON.parse(text);
  expect(ERROR_CODES).toContain(error.code);
  expect([error.code, error.message.length > 0, error.id]).toEqual([error.code, true, headers.get('x-request-id')]);
}

const isThere = async (statementId: string) => (await getStatements(store, { statementId })).status === 200;

describe.concurrent('whatever comes, the store goes on, and nothing is half-written:', () => {
  it('statements', { timeout: TIMEOUT }, async () => {
    const property = fc.asyncProperty(
      versions,
      mutatedJson(arbitraryStatement),
      fc.boolean(),
      async (version, middle, alone) => {
        const [first, last] = [anIdentified(), anIdentified()];
        const pieces = ['[', JSON.stringify(first), ',', middle, ',', JSON.stringify(last), ']'];
        const body = alone ? middle : Buffer.concat(pieces.map((piece) => Buffer.from(piece as string)));
        const answer = await asking(version).ask(STATEMENTS, { body });
        expectAnswered(answer);
        const stored = answer.status === 200;
        if (alone) {
          for (const id of stored ? answer.json : []) expect(await isFound(id)).toBe(true);
        } else {
          expect([await isThere(first.id), await isThere(last.id)]).toEqual([stored, stored]);
        }
      },
    );
    await fc.assert(property, runs(0.5));
  });

  it('documents', { timeout: TIMEOUT }, async () => {
    const contents = fc.oneof(mutatedJson(fc.jsonValue()), fc.uint8Array({ maxLength: 300 }), mutatedJson(fc.object()));
    const ids = fc.oneof(fc.constantFrom('a', 'b', '__proto__', ''), fc.string({ unit: 'binary', maxLength: 10 }));
    const contexts = fc.record(
      {
        activityId: fc.constantFrom('urn:a', 'urn:b', 'x'),
        agent: fc.constantFrom('{"mbox":"mailto:a@example.org"}', '{}'),
        registration: fc.constantFrom('x', randomUUID()),
      },
      { requiredKeys: [] },
    );
    const headers = fc.record(
      { 'content-type': headerText, 'if-match': headerText, 'if-none-match': headerText },
      { requiredKeys: [] },
    );
    const property = fc.asyncProperty(
      fc.constantFrom(...DOCUMENT_RESOURCES),
      fc.constantFrom('PUT', 'POST', 'POST', 'DELETE', 'GET'),
      versions,
      ids,
      contexts,
      headers,
      contents,
      async ({ path, idName, context }, method, version, id, changes, given, content) => {
        const query = { ...context(), activityId: undefined, agent: undefined, ...changes };
        const known = Object.fromEntries(
          Object.keys(context()).map((name) => [name, query[name as 'agent'] ?? DEFAULTS[name as 'agent']]),
        );
        const at = withQuery(path, { ...known, ...changes, [idName]: id.toWellFormed() });
        const body = method === 'PUT' || method === 'POST' ? content : undefined;
        const answer = await asking(version).ask(at, { method, body, headers: given } as Asked);
        expectAnswered(answer);
        if (method !== 'PUT' || answer.status !== 204) return;
        const got = await store.ask(at);
        expect([got.status, got.bytes.equals(Buffer.from(content))]).toEqual([200, true]);
      },
    );
    await fc.assert(property, runs(0.15));
  });

  it('multipart bodies', { timeout: TIMEOUT }, async () => {
    const bodies = fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 3 }).chain((contents) => {
      const statement = anIdentified({ attachments: contents.map((content) => anAttachment(content)) });
      const whole = multipart([jsonPart(statement), ...contents.map((content) => dataPart(content))]);
      return scrambled(fc.constant(whole)).map((body) => ({ id: statement.id as string, body }));
    });
    const types = fc.oneof(
      { weight: 6, arbitrary: fc.constant(`multipart/mixed; boundary=${BOUNDARY}`) },
      { weight: 1, arbitrary: headerText.map((text) => `multipart/mixed; boundary=${text}`) },
      { weight: 1, arbitrary: headerText },
    );
    const property = fc.asyncProperty(versions, bodies, types, async (version, { id, body }, type) => {
      const answer = await asking(version).ask(STATEMENTS, { body, headers: { 'content-type': type } });
      expectAnswered(answer);
      if (answer.status !== 200) expect(await isThere(id)).toBe(false);
    });
    await fc.assert(property, runs(0.15));
    await expectIncoming(store, 0);
  });

  it('queries and forms', { timeout: TIMEOUT }, async () => {
    const paths = fc.constantFrom(
      STATEMENTS,
      STATEMENTS,
      `${STATEMENTS}/more`,
      STATE.path,
      AGENT_PROFILE.path,
      ACTIVITY_PROFILE.path,
      '/xapi/activities',
      '/xapi/agents',
      '/xapi/about',
      '/api/learners/mailto%3Aa%40example.org/history',
    );
    const names = fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom(...PARAMETERS) },
      { weight: 1, arbitrary: fc.string({ maxLength: 8 }) },
    );
    const values = fc.oneof(
      fc.constantFrom(
        '',
        'true',
        '0',
        '1',
        '-1',
        '1e9',
        '9'.repeat(30),
        'exact',
        'ids',
        'canonical',
        'urn:x',
        randomUUID(),
        '{"mbox":"mailto:a@example.org"}',
      ),
      fc.constantFrom(
        '2026-01-01T00:00:00Z',
        '-271821-04-20T00:00:00Z',
        '0000-01-01T00:00:00Z',
        '9999-12-31T23:59:59.999999999Z',
        '%ff',
        '%',
        '%00',
        '%F0%9F%98%80',
        '[]',
        '(',
      ),
      mutatedJson(fc.constant({ objectType: 'Agent', account: { homePage: 'urn:x', name: 'a' } })).map((json) =>
        encodeURIComponent(json.toString().slice(0, 500).toWellFormed()),
      ),
      fc.string({ unit: 'binary', maxLength: 20 }).map((text) => encodeURIComponent(text.toWellFormed())),
    );
    const queries = fc
      .array(fc.tuple(names, values), { maxLength: 4 })
      .map((pairs) => pairs.map(([name, value]) => `${encodeURIComponent(name.toWellFormed())}=${value}`).join('&'));
    const headers = fc.record(
      {
        'accept-language': headerText,
        accept: headerText,
        'x-experience-api-version': headerText,
        'if-none-match': headerText,
      },
      { requiredKeys: [] },
    );
    const methods = fc.constantFrom('GET', 'GET', 'GET', 'HEAD', 'DELETE', 'PUT', 'OPTIONS', 'PATCH');
    const property = fc.asyncProperty(
      paths,
      queries,
      headers,
      methods,
      fc.boolean(),
      async (path, query, given, method, asForm) => {
        const form = `${query}&X-Experience-API-Version=1.0.3`;
        const asked = asForm
          ? { method: 'POST', body: form, headers: { 'content-type': 'application/x-www-form-urlencoded', ...given } }
          : { method, headers: given };
        expectAnswered(await store.ask(asForm ? `${path}?method=${method}` : `${path}?${query}`, asked));
      },
    );
    await fc.assert(property, runs(0.15));
  });

  it('requests that are hardly HTTP', { timeout: TIMEOUT }, async () => {
    const statement = JSON.stringify(anIdentified());
    const whole = `POST ${STATEMENTS} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: ${BASIC}\r\nX-Experience-API-Version: 1.0.3\r\nContent-Type: application/json\r\nContent-Length: ${statement.length}\r\n\r\n${statement}`;
    const heads = whole.slice(0, whole.indexOf('\r\n\r\n'));
    const requests = fc.oneof(
      scrambled(fc.constant(Buffer.from(whole))),
      scrambled(fc.constant(Buffer.from(heads))).map((head) =>
        Buffer.concat([head, Buffer.from(`\r\n\r\n${statement}`)]),
      ),
    );
    const property = fc.asyncProperty(requests, async (request) => {
      const { status } = await sendRaw(store.address, request, 100);
      expect([status, Number.isNaN(status) || status < 500]).toEqual([status, true]);
    });
    await fc.assert(property, runs(0.05));
  });
});

it('and it stores and finds as before', async () => {
  const statement = anIdentified();
  expect((await store.ask(STATEMENTS, { body: statement })).status).toBe(200);
  expect((await getStatements(store, { limit: 1 })).json.statements[0].id).toBe(statement.id);
  const { revision } = (await store.ask('/ready')).json;
  await store.restart();
  expect((await store.ask('/ready')).json.revision).toBe(revision);
  expect(await isThere(statement.id)).toBe(true);
});

const DEFAULTS = { activityId: 'urn:a', agent: '{"mbox":"mailto:a@example.org"}' };

const PARAMETERS = [
  'statementId',
  'voidedStatementId',
  'agent',
  'verb',
  'activity',
  'registration',
  'related_activities',
  'related_agents',
  'since',
  'until',
  'limit',
  'format',
  'attachments',
  'ascending',
  'behind',
  'activityId',
  'stateId',
  'profileId',
  'method',
  'asOf',
  'knownAt',
  'cursor',
  'from',
  'to',
  'content',
  'Content-Type',
];

/** By its id, voided or not. */
async function isFound(id: string): Promise<boolean> {
  return (await isThere(id)) || (await getStatements(store, { voidedStatementId: id })).status === 200;
}
